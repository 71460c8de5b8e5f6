/* One list at a time: while the server answers, only the newest view waits. */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  const nothing = () => window.dash_clientside.no_update;
  const PATIENCE_MS = 6000;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  let asked = null; // the list that the page last asked for, as its store says
  let isOverdue = false; // whether the server has left it without an answer for too long
  let timer = null;

  const isKnown = (query) => query !== undefined && query !== null;
  const isSameList = (one, other) => isKnown(one) && isKnown(other) && screen.listPart(one) === screen.listPart(other);

  /* Give the server its time for a list; then what is wanted by now is asked for without it. */
  function wait() {
    isOverdue = false;
    clearTimeout(timer);
    timer = setTimeout(() => { isOverdue = true; askFor(screen.view); }, PATIENCE_MS);
  }

  function askFor(view) {
    if (!document.querySelector(".page-priorities") || isSameList(view, asked)) return;
    asked = screen.listPart(view);
    wait();
    set("priorities-list", { data: asked });
    refreshTable();
  }

  function table(then) {
    if (window.dash_ag_grid) window.dash_ag_grid.getApiAsync("priorities-table").then((api) => api && !api.isDestroyed() && then(api)).catch(() => {});
  }

  function refreshTable() {
    table((api) => api.refreshInfiniteCache());
  }

  /* The profile can be chosen in two places; both show the one in force. */
  function syncProfile(view) {
    if (!screen.profiles) return;
    const profile = screen.profile(view, screen.profiles);
    for (const id of ["priorities-profile", "priorities-profile-chips"]) set(id, { value: profile });
  }

  /* Two per cents as the address has them, from the lower; "" where they leave everything. */
  function likely(from, to) {
    const end = (value, other) => (typeof value === "number" ? Math.min(100, Math.max(0, Math.round(value))) : other);
    const [low, high] = [end(from, 0), end(to, 100)].sort((a, b) => a - b);
    return low === 0 && high === 100 ? "" : `${low}-${high}`;
  }

  screen.table = table;
  screen.change = null; // set while the page is open: (name, value) changes the view
  let shownProfile = null;
  let shownFrame = null;
  let hiddenOn = null;

  /* A new layout of the page begins anew; it asks for its first list by itself. */
  function begin(frame, profile) {
    shownFrame = frame;
    shownProfile = profile;
    screen.forget();
    wait();
  }

  Object.assign(window.dash_clientside.screen, {
    showView(view, askedBefore, done) {
      if (!isKnown(view)) return;
      const frame = document.querySelector(".page-priorities");
      const profile = screen.read(view).get("profile");
      const isNew = frame !== shownFrame;
      if (isNew) begin(frame, profile);
      screen.view = view;
      screen.change = (name, value) => set("priorities-view", { data: screen.with(screen.view, name, value) });
      asked = askedBefore;
      screen.hearTable();
      if (!isNew || !isSameList(view, asked)) screen.remember(view);
      if (profile !== shownProfile) {
        shownProfile = profile;
        syncProfile(view);
      }
      if (isOverdue || isSameList(asked, done)) askFor(view);
    },
    listShown(done, view, askedBefore) {
      if (!isKnown(done)) return;
      asked = askedBefore;
      screen.hearTable();
      if (isSameList(done, asked)) {
        clearTimeout(timer);
        isOverdue = false;
      }
      if (!isSameList(view, asked)) askFor(view);
      else if (screen.chosen) set("priorities-chosen", { data: { id: screen.chosen, by: "list" } });
    },
    linkFiles(view, ids) {
      const base = location.pathname.replace(/\/$/, "");
      const query = view ? "?" + view : "";
      return [ids.map((id) => `${base}/download/priorities.${id.ending}${query}`), `${base}/print${query}`];
    },
    filter(level1, level2, level3, level4, types, statuses, classes, tasked, from, to, actions, text, measure, view) {
      const trigger = window.dash_clientside.callback_context.triggered_id;
      let place = [level1, level2, level3, level4];
      if (trigger && trigger.level) {
        for (let level = trigger.level + 1; level <= 4; level += 1) {
          if (place[level - 1]) set({ type: "priorities-level", level }, { value: null });
        }
        place = place.slice(0, trigger.level);
      }
      const end = place.findIndex((name) => !name);
      let next = screen.with(view, "place", end < 0 ? place : place.slice(0, end));
      const rest = {
        type: types, status: statuses, class: classes, next: actions, tasked: tasked === "all" ? "" : tasked, likely: likely(from, to),
        q: (text || "").trim(), colour: measure === "rank" ? "" : measure,
      };
      for (const [name, value] of Object.entries(rest)) next = screen.with(next, name, Array.isArray(value) ? [...value].sort() : value);
      return screen.write(screen.read(view)) === next ? nothing() : next;
    },
    clearFilters(clicks, view) {
      if (!clicks) return nothing();
      set({ type: "priorities-level", level: 1 }, { value: null });
      for (const id of ["priorities-types", "priorities-statuses", "priorities-classes", "priorities-actions"]) set(id, { value: [] });
      for (const id of ["priorities-likely-from", "priorities-likely-to"]) set(id, { value: "" });
      set("priorities-tasked", { value: "all" });
      set("priorities-search", { value: "" });
      return ["place", "type", "status", "class", "tasked", "q", "moved", "likely", "next"].reduce((query, name) => screen.with(query, name, null), view);
    },
    showEntered: (clicks, view) => (clicks ? screen.with(view, "moved", screen.read(view).get("moved") === "in" ? null : "in") : nothing()),
    showLeft: (clicks, view) => (clicks ? screen.with(view, "moved", screen.read(view).get("moved") === "out" ? null : "out") : nothing()),
    /* Layers that the address hides, once the map is drawn for the first time. */
    hideLayers(status, view) {
      const map = window.landrelease.map && window.landrelease.map.get("map-priorities");
      const frame = document.querySelector(".page-priorities");
      if (!status || !map || !map.showContext || hiddenOn === frame) return;
      hiddenOn = frame;
      for (const layer of screen.read(view).getAll("hide")) map.showContext(layer, false);
    },
    showLayers(shown, view) {
      const boxes = [...document.querySelectorAll(".layer-list input[type=checkbox]")].map((box) => box.value);
      const map = window.landrelease.map && window.landrelease.map.get("map-priorities");
      for (const layer of boxes) if (map && map.showContext) map.showContext(layer, shown.includes(layer));
      return screen.with(view, "hide", boxes.filter((layer) => !shown.includes(layer)).sort());
    },
  });
})();
