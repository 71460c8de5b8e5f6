/* When the session has ended, the page leads to the sign-in form and from there back to this view. */
(() => {
  const ask = window.fetch;
  let isLeaving = false;

  window.fetch = async function fetchSignedIn(...request) {
    const answer = await ask.apply(window, request);
    if (answer.status === 401 && !isLeaving && new URL(answer.url, window.location).origin === window.location.origin) {
      isLeaving = true;
      window.location.assign(window.location.href.split("#")[0]);
    }
    return answer;
  };
})();
