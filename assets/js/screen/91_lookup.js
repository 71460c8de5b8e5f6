/* Look-up: drawing a place, its text in the address, and the link to the sheet (the text is read by dashboard/services/place_text.py). */
(function () {
  "use strict";
  const screen = window.landrelease.screen;
  const MOST_CORNERS = 300;
  const DIGITS = 6;
  const READY_EACH_MS = 50;
  const nothing = () => window.dash_clientside.no_update;
  const tools = () => document.getElementById("lookup-tools");
  const number = (value) => String(Number(value.toFixed(DIGITS)));
  const flat = (corners) => corners.map(([lon, lat]) => `${number(lon)},${number(lat)}`).join(",");
  let turn = 0;
  let mode = "rectangle";

  function setDrawing(isDrawing) {
    if (tools()) tools().classList.toggle("is-drawing", isDrawing);
  }

  /* The drawing control is fetched when the page is first shown; a tool that is chosen before waits for it. */
  async function ready() {
    const control = () => document.querySelector(".lookup-map .leaflet-draw");
    while (tools() && !control()) await new Promise((done) => setTimeout(done, READY_EACH_MS));
    return Boolean(tools());
  }

  /* Leaflet.draw speaks English by itself, and reads its words when the control is made: they are ours whenever it reads. */
  function speak(said) {
    const words = tools() && tools().dataset;
    if (!words || !said) return said;
    const { handlers } = said.draw;
    handlers.rectangle.tooltip.start = words.rectangle;
    handlers.simpleshape.tooltip.end = words.release;
    handlers.polygon.tooltip = { start: words.polygonStart, cont: words.polygonMore, end: words.polygonEnd };
    handlers.polyline.tooltip = { start: words.lineStart, cont: words.lineMore, end: words.lineEnd };
    handlers.polyline.error = words.crossing;
    return said;
  }

  if (window.L) {
    let said = window.L.drawLocal;
    Object.defineProperty(window.L, "drawLocal", { get: () => speak(said), set: (given) => { said = given; }, configurable: true });
  }

  /** The text of a drawn feature; "" where it has none. */
  function textOf(feature) {
    const { type, coordinates } = feature.geometry;
    if (type === "Polygon") return `area:${coordinates.map((ring) => flat(ring.slice(0, -1))).join(";")}`;
    return type === "LineString" ? `line:${flat(coordinates)}` : "";
  }

  function forget() {
    turn += 1;
    return { mode: "remove", action: "clear all", n_clicks: turn };
  }

  function remember(shape, asOf) {
    let query = screen.with(location.search.slice(1), "shape", shape || "");
    query = screen.with(query, "as_of", asOf || "");
    if (query !== location.search.slice(1)) history.replaceState(history.state, "", location.pathname + (query ? "?" + query : ""));
  }

  Object.assign(window.dash_clientside.screen, {
    async startDrawing() {
      const by = (window.dash_clientside.callback_context.triggered[0] || {}).prop_id || "";
      const wish = { "lookup-rectangle.n_clicks": "rectangle", "lookup-polygon.n_clicks": "polygon", "lookup-polyline.n_clicks": "polyline" }[by];
      const act = { "lookup-finish.n_clicks": "finish", "lookup-cancel.n_clicks": "cancel" }[by];
      if (!(await ready())) return nothing();
      turn += 1;
      if (act) {
        setDrawing(false);
        return { mode, action: act, n_clicks: turn };
      }
      if (!wish) return nothing();
      setDrawing(true);
      mode = wish;
      return { mode, action: "", n_clicks: turn };
    },

    /* A finished drawing becomes the place; the drawing itself goes, the place is drawn from the answer. */
    drawn(geojson, shape) {
      const features = (geojson && geojson.features) || [];
      if (!features.length) return [nothing(), nothing()];
      setDrawing(false);
      const text = textOf(features[features.length - 1]);
      if (!text || text.split(",").length > 2 * MOST_CORNERS || text === shape) return [nothing(), forget()];
      return [text, forget()];
    },

    clearPlace: (clicks) => (clicks ? "" : nothing()),

    rememberPlace(shape, asOf) {
      remember(shape, asOf);
      if (tools()) tools().classList.toggle("has-place", Boolean(shape));
    },
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && tools()) setDrawing(false);
  });
})();
