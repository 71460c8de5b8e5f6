/* How outlines over the map are drawn (see outline_layer in dashboard/components/map.py); colours follow the theme. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const LOOKS = {
    place: { colour: "--map-selected", weight: 3, fill: 0.1 },
    good: { colour: "--accent", weight: 2.5, fill: 0.25 },
    named: { colour: "--against", weight: 4, fill: 0.3, dash: "5 4" },
    layer: { colour: "--accent", weight: 1.2, fill: 0.18, point: 3 },
  };
  const POINT_PX = 6;

  const CLASS = { weight: 0.8, fill: 0.7, point: 3 };
  const isColour = (look) => /^#[0-9a-f]{6}$/i.test(look || "");

  function style(feature) {
    const own = feature.properties && feature.properties.look;
    if (isColour(own)) return { color: own, weight: CLASS.weight, fillColor: own, fillOpacity: CLASS.fill, interactive: false };
    const look = LOOKS[feature.properties && feature.properties.look] || LOOKS.place;
    const color = getComputedStyle(document.documentElement).getPropertyValue(look.colour).trim() || "#0b6e68";
    return { color, weight: look.weight, fillColor: color, fillOpacity: look.fill, dashArray: look.dash || null, interactive: false };
  }

  /* Leaflet's own buttons speak English by themselves. */
  L.Map.addInitHook(function () {
    this.whenReady(() => {
      const { zoomIn, zoomOut } = (this.getContainer().closest(".lr-map") || { dataset: {} }).dataset;
      for (const [name, words] of [["in", zoomIn], ["out", zoomOut]]) {
        const button = words && this.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
        if (!button) continue;
        button.title = words;
        button.setAttribute("aria-label", words);
      }
    });
  });

  landrelease.outlines = {
    style,
    point: (feature, where) => L.circleMarker(where, { ...style(feature), radius: (isColour(feature.properties.look) ? CLASS : LOOKS[feature.properties.look] || {}).point || POINT_PX }),
  };
})();
