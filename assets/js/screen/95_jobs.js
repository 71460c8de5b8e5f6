/* How far jobs are: bars and words are changed in place, so that a button beside them keeps the focus and stays under the finger. */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};

  function show(job) {
    for (const part of document.querySelectorAll(`[data-job="${job.job}"]`)) {
      if (part.dataset.part !== "bar") {
        if (part.textContent !== job[part.dataset.part]) part.textContent = job[part.dataset.part];
        continue;
      }
      part.setAttribute("aria-valuenow", String(Math.round(100 * job.share)));
      part.setAttribute("aria-valuetext", job.told);
      part.firstElementChild.style.inlineSize = `${(100 * job.share).toFixed(1)}%`;
    }
  }

  window.dash_clientside.screen = Object.assign(window.dash_clientside.screen || {}, {
    showJobs(jobs) {
      for (const job of jobs || []) show(job);
    },
  });
})();
