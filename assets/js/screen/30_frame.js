/* Language, theme, help, and the panes of a small screen. */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  window.dash_clientside = window.dash_clientside || {};
  const nothing = () => window.dash_clientside.no_update;
  const theme = () => document.documentElement.getAttribute("data-mantine-color-scheme");

  function setPane(name) {
    const frame = document.querySelector(".page-priorities");
    if (!frame) return;
    frame.dataset.pane = name;
    for (const button of frame.querySelectorAll(".pane-tab")) button.setAttribute("aria-pressed", String(button.dataset.pane === name));
    window.dispatchEvent(new Event("resize"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(".pane-tab");
    if (button) setPane(button.dataset.pane);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector(".search input");
    if (!box || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
  });

  window.dash_clientside.screen = Object.assign(window.dash_clientside.screen || {}, {
    settle(settings) {
      if (!settings) return;
      document.documentElement.lang = settings.language;
      document.documentElement.dir = settings.direction;
      document.title = settings.title;
    },
    chooseLanguage(language, settings) {
      if (!language || !settings || language === settings.language) return;
      document.cookie = `landrelease_language=${language}; path=/; max-age=31536000; samesite=lax`;
      screen.rememberNow();
      location.search = screen.with(location.search.slice(1), "lang", language);
    },
    switchTheme(clicks) {
      if (!clicks) return nothing();
      const next = theme() === "dark" ? "light" : "dark";
      if (document.querySelector(".page-priorities")) window.landrelease.screen.change("theme", next);
      else history.replaceState(history.state, "", location.pathname + "?" + screen.with(location.search.slice(1), "theme", next));
      return next;
    },
    openHelp: (clicks) => (clicks ? true : nothing()),
  });
})();
