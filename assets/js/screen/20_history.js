/* The view in the address: each change of the list is a step back, a moved map is not. */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  const SETTLED_MS = 600;
  let timer = null;
  let waiting = null;

  function write() {
    timer = null;
    const query = waiting;
    if (query === null || query === location.search.slice(1)) return;
    const isStep = screen.listPart(query) !== screen.listPart(location.search.slice(1));
    history[isStep ? "pushState" : "replaceState"](history.state, "", location.pathname + (query ? "?" + query : ""));
  }

  screen.remember = (query) => {
    waiting = query;
    clearTimeout(timer);
    timer = setTimeout(write, SETTLED_MS);
  };

  screen.rememberNow = () => {
    if (timer !== null) {
      clearTimeout(timer);
      write();
    }
  };

  screen.forget = () => {
    clearTimeout(timer);
    timer = null;
    waiting = null;
  };

  /* Open an address as Dash does when a link is followed. */
  screen.open = (query) => {
    screen.forget();
    history.pushState(history.state, "", location.pathname + (query ? "?" + query : ""));
    screen.layOut();
  };

  /* Let Dash make the page of the present address again. All parts are given, else it pushes the one that it still holds. */
  screen.layOut = () => {
    const { pathname, search, hash, href } = location;
    window.dash_clientside.set_props("_pages_location", { pathname, search, hash, href });
  };

  window.addEventListener("popstate", () => {
    screen.forget();
    screen.layOut();
  });
  /* A link followed within the page must not lose the last change. */
  document.addEventListener("click", (event) => event.target.closest && event.target.closest("a[href]") && screen.rememberNow(), true);
})();
