/* What Dash calls when one of the map's stores changes (see dashboard/components/map.py). */
(function () {
  "use strict";
  const landrelease = (window.landrelease = window.landrelease || {});
  window.dash_clientside = window.dash_clientside || {};
  const call = (...given) => landrelease.map && landrelease.map.call(...given);

  window.dash_clientside.landrelease = Object.assign({}, window.dash_clientside.landrelease, {
    mapColours(data, id) {
      call(id, "recolour", data ? data.url : null, data ? data.labels : null, data ? data.palette : null);
    },
    mapMask(data, id) {
      call(id, "setMask", data);
    },
    mapSelected(data, id) {
      if (data && data.by === "map") return;
      call(id, "select", data ? data.row : null, { fly: Boolean(data && data.fly) });
    },
    mapView(data, id) {
      if (data && data.by !== "map") call(id, "view", data);
    },
  });
})();
