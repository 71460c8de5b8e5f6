/* One chosen area, the same in the map, the table, the panel and the address. */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  const nothing = () => window.dash_clientside.no_update;
  let wantedRow = null; // id of the row to select once the table has loaded it
  const BY_A_PERSON = ["rowClicked", "spaceKey"]; // other sources are scripts: this one, and the table's own
  const heard = new WeakSet(); // tables whose choices arrive here

  function selectInTable(known) {
    screen.table((api) => {
      wantedRow = known.id;
      const trySelect = () => {
        const node = wantedRow === null ? null : api.getRowNode(wantedRow);
        if (!node) return false;
        if (!node.isSelected()) node.setSelected(true, true);
        wantedRow = null;
        return true;
      };
      if (known.position !== null && known.position !== undefined && api.getDisplayedRowCount() > known.position) api.ensureIndexVisible(known.position);
      if (trySelect()) return;
      const listen = () => { if (trySelect() || wantedRow !== known.id) api.removeEventListener("modelUpdated", listen); };
      api.addEventListener("modelUpdated", listen);
    });
  }

  /* Rows that a person selects in the table become the chosen area. */
  screen.hearTable = () => screen.table((api) => {
    if (heard.has(api)) return;
    heard.add(api);
    api.addEventListener("selectionChanged", (event) => {
      const [row] = api.getSelectedRows();
      if (row && BY_A_PERSON.includes(event.source)) window.dash_clientside.set_props("priorities-chosen", { data: { row: row.row, by: "table" } });
    });
  });

  Object.assign(window.dash_clientside.screen, {
    chooseOnMap(selected) {
      if (!selected || selected.by !== "map") return nothing();
      return { row: selected.row, by: "map" };
    },
    closeWhy: (clicks) => (clicks ? { row: null, by: "panel" } : nothing()),
    showChosen(known, view) {
      const frame = document.querySelector(".page-priorities");
      if (!known || !frame) return [nothing(), nothing()];
      frame.classList.toggle("has-choice", known.row !== null);
      screen.chosen = known.row === null ? null : known.id;
      if (known.by === "list") return [nothing(), nothing()];
      window.dispatchEvent(new Event("resize"));
      if (known.row === null) {
        wantedRow = null;
        screen.table((api) => api.deselectAll());
        return [screen.with(view, "area", null), { row: null }];
      }
      if (known.by !== "table") selectInTable(known);
      return [screen.with(view, "area", known.id), known.by === "map" ? nothing() : { row: known.row, fly: true }];
    },
    moveMap(moved, view) {
      if (!moved || moved.by !== "map") return nothing();
      const text = `${moved.lat.toFixed(5)},${moved.lon.toFixed(5)},${Math.round(moved.zoom * 100) / 100}`;
      return screen.read(view).get("at") === text ? nothing() : screen.with(view, "at", text);
    },
    sortTable(request, view) {
      const sort = request && request.sortModel && request.sortModel[0];
      const text = sort ? (sort.sort === "desc" ? "-" : "") + sort.colId : null;
      return (screen.read(view).get("sort") || null) === text ? nothing() : screen.with(view, "sort", text);
    },
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.closest && event.target.closest(".priority-table .ag-row .ag-cell");
    if (cell) cell.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest("[role=dialog], [role=listbox], input, .lr-map")) return;
    const close = document.getElementById("priorities-why-close");
    if (close) close.click();
  });
})();
