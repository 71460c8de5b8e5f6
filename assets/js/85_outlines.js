/* How outlines over the map are drawn (see outline_layer in dashboard/components/map.py); colours follow the theme. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const LOOKS = {
    place: { colour: "--map-selected", weight: 3, fill: 0.1 },
    good: { colour: "--accent", weight: 1.5, fill: 0.25 },
    named: { colour: "--against", weight: 3, fill: 0.3, dash: "5 4" },
    area: { colour: "--map-outline", weight: 1.5, fill: 0.15 },
    released: { colour: "--released", weight: 1.5, fill: 0 },
  };
  const POINT_PX = 6;

  function style(feature) {
    const look = LOOKS[feature.properties && feature.properties.look] || LOOKS.place;
    const color = getComputedStyle(document.documentElement).getPropertyValue(look.colour).trim() || "#0b6e68";
    return { color, weight: look.weight, fillColor: color, fillOpacity: look.fill, dashArray: look.dash || null, interactive: false };
  }

  landrelease.outlines = {
    style,
    point: (feature, where) => L.circleMarker(where, { ...style(feature), radius: POINT_PX }),
  };
})();
