/* Files: dropped or chosen in a box of the page, sent as they are with their progress, and told to Dash once they have arrived. */
(function () {
  "use strict";
  const TYPE = "application/octet-stream";
  const zoneOf = (event) => event.target.closest && event.target.closest(".drop-zone");

  function say(zone, words, isError) {
    const line = zone.querySelector(".drop-status");
    line.textContent = words;
    line.classList.toggle("drop-error", Boolean(isError));
  }

  function show(zone, share) {
    const bar = zone.querySelector(".drop-progress");
    bar.hidden = share === null;
    if (share === null) return;
    const percent = Math.round(share * 100);
    bar.style.setProperty("--share", `${percent}%`);
    bar.setAttribute("aria-valuenow", String(percent));
  }

  /* Error answers of the server say what must hold and what to do. */
  function reason(request, zone) {
    try {
      const { error } = JSON.parse(request.responseText);
      return [error.message, error.remedy].filter(Boolean).join(" ");
    } catch (_) {
      return zone.dataset.failed;
    }
  }

  function send(zone, file) {
    if (zone.dataset.busy) return;
    if (file.size > Number(zone.dataset.most)) {
      say(zone, zone.dataset.tooLarge, true);
      return;
    }
    const request = new XMLHttpRequest();
    const end = () => {
      delete zone.dataset.busy;
      show(zone, null);
    };
    request.open("POST", zone.dataset.address);
    request.setRequestHeader("Content-Type", TYPE);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.upload.addEventListener("progress", (event) => event.lengthComputable && show(zone, event.loaded / event.total));
    request.addEventListener("error", () => {
      end();
      say(zone, zone.dataset.failed, true);
    });
    request.addEventListener("load", () => {
      end();
      if (request.status === 401) {
        location.reload();
      } else if (request.status !== 201) {
        say(zone, reason(request, zone), true);
      } else {
        const { id, name } = JSON.parse(request.responseText);
        say(zone, `${zone.dataset.arrived} \u2068${name}\u2069`);
        window.dash_clientside.set_props(zone.dataset.store, { data: { id, name } });
      }
    });
    zone.dataset.busy = "1";
    show(zone, 0);
    say(zone, zone.dataset.sending);
    request.send(file);
  }

  Object.assign(window.dash_clientside.screen, {
    /* A file that was imported or given up is no longer told of. */
    forgetFile(upload) {
      if (!upload) for (const zone of document.querySelectorAll(".drop-zone")) say(zone, "");
    },
  });

  function take(zone, files) {
    if (files.length === 1) send(zone, files[0]);
    else if (files.length > 1) say(zone, zone.dataset.one, true);
  }

  /* The chooser is made when it is needed: Dash has no input for files. */
  document.addEventListener("click", (event) => {
    const zone = event.target.closest && event.target.closest(".drop-button") && zoneOf(event);
    if (!zone) return;
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.addEventListener("change", () => take(zone, chooser.files));
    chooser.click();
  });

  /* A file that misses the box must not replace the page. */
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!document.querySelector(".drop-zone") || !event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      const zone = zoneOf(event);
      for (const each of document.querySelectorAll(".drop-zone.is-over")) if (each !== zone) each.classList.remove("is-over");
      if (zone) zone.classList.add("is-over");
      event.dataTransfer.dropEffect = zone ? "copy" : "none";
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) for (const each of document.querySelectorAll(".drop-zone.is-over")) each.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!document.querySelector(".drop-zone")) return;
    event.preventDefault();
    const zone = zoneOf(event);
    if (!zone) return;
    zone.classList.remove("is-over");
    take(zone, event.dataTransfer.files);
  });
})();
