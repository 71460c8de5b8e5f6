/* Colours of the map, read from CSS custom properties so that one theme rules page, legend and map. */
(function () {
  "use strict";
  const landrelease = (window.landrelease = window.landrelease || {});

  const NAMES = {
    unknown: "--unknown", unknownLine: "--unknown-line", released: "--released", neutral: "--map-neutral",
    outline: "--map-outline", dotEdge: "--map-dot-edge", casing: "--map-casing", selected: "--map-selected", sea: "--map-sea", land: "--map-land",
    landcover: "--map-landcover", coast: "--map-coast", admin: "--map-admin", road: "--map-road", roadEdge: "--map-road-edge",
    river: "--map-river", water: "--map-water", place: "--map-place", adminName: "--map-admin-name", forest: "--map-forest", crop: "--map-crop", grass: "--map-grass",
    wetland: "--map-wetland", built: "--map-built", bare: "--map-bare", height: "--map-height", shade: "--map-shade", light: "--map-light", halo: "--map-halo", service: "--map-service",
  };
  const N_CLASSES = 7;

  /** Diagonal lines on grey: what is not known never looks like the lowest class. */
  function hatch(ground, line, density) {
    const side = Math.round(6 * density);
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const pen = canvas.getContext("2d");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = line;
    pen.lineWidth = 1.3 * density;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift, side);
      pen.lineTo(shift + side, 0);
      pen.stroke();
    }
    return pen.createPattern(canvas, "repeat");
  }

  /** The palette in force at an element. `key` changes whenever a colour does. */
  landrelease.palette = function palette(element) {
    const style = getComputedStyle(element);
    const read = (name) => style.getPropertyValue(name).trim();
    const density = Math.min(window.devicePixelRatio || 1, 2);
    const found = { classes: [], density, font: style.fontFamily || "sans-serif", rtl: style.direction === "rtl" };
    for (let i = 1; i <= N_CLASSES; i += 1) found.classes.push(read(`--ramp-${i}`));
    for (const [name, property] of Object.entries(NAMES)) found[name] = read(property);
    found.key = JSON.stringify(found);
    found.hatch = hatch(found.unknown, found.unknownLine, density);
    return found;
  };
})();
