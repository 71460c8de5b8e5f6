/* What is in sight: flights, margins, the legend's room, and the chosen area when the map becomes smaller. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const LEGEND_BESIDE_PX = 720;
  const LEGEND_OPEN_FROM_PX = 900;
  const CLOSEST_FLIGHT = 15;

  Object.assign(landrelease.MapController.prototype, {
    /** On a narrow map the legend is its title alone, until a person opens it. */
    foldLegend() {
      const { x } = this.map.getSize();
      const legend = this.wrapper.querySelector(":scope > .legend");
      const isNarrow = x > 0 && x < LEGEND_OPEN_FROM_PX;
      if (!legend || !x || isNarrow === this.isNarrow || this.wrapper.closest(".print-map")) return;
      this.isNarrow = isNarrow;
      legend.open = !isNarrow;
    },

    /**
     * When the map becomes smaller beside a panel, the chosen area that was seen stays in sight; to and from full screen, the
     * country fills the map again where all of it was seen.
     */
    async resized(before) {
      this.foldLegend();
      if (this.fitsAnew) {
        this.fitsAnew = false;
        this.home();
      }
      const row = this.overlay.selected;
      if (row < 0 || !this.placed) return;
      const { box } = await this.label(row).catch(() => ({ box: null }));
      if (!box || this.stop.signal.aborted || row !== this.overlay.selected) return;
      const middle = L.latLngBounds([box[1], box[0]], [box[3], box[2]]).getCenter();
      const away = this.map.latLngToContainerPoint(middle).subtract(this.map.getSize().divideBy(2));
      if (Math.abs(away.x) > before.x / 2 || Math.abs(away.y) > before.y / 2) return;
      const [paddingTopLeft, paddingBottomRight] = this.clear();
      this.map.panInside(middle, { animate: false, paddingTopLeft, paddingBottomRight });
    },

    /** Pixels at the start and the end of the map, [x, y] each, that an area in sight keeps away from: buttons and legend. */
    clear() {
      const legend = this.wrapper.querySelector(":scope > .legend");
      const size = this.map.getSize();
      const near = [Math.min(72, size.x / 8), Math.min(40, size.y / 8)];
      if (!legend) return [near, near];
      const box = legend.getBoundingClientRect(), own = this.wrapper.getBoundingClientRect();
      if (legend.open && box.width < size.x / 2) {
        const isLeft = box.left + box.right < own.left + own.right;
        return isLeft ? [[box.width + 24, near[1]], near] : [near, [box.width + 24, near[1]]];
      }
      return [near, [near[0], Math.min(box.height + 40, size.y / 2)]];
    },

    flyTo([west, south, east, north]) {
      const { map } = this;
      const box = L.latLngBounds([south, west], [north, east]);
      const zoom = Math.min(map.getBoundsZoom(box.pad(1.5), false), CLOSEST_FLIGHT);
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      const near = Math.max(zoom, Math.min(map.getZoom(), CLOSEST_FLIGHT));
      const [start, end] = this.clear();
      const shift = L.point(end[0] - start[0], end[1] - start[1]).divideBy(2);
      map.setView(map.unproject(map.project(box.getCenter(), near).add(shift), near), near, { animate: !calm });
    },

    /** Margins in pixels for fitting: on a wide map the side where the legend lies is left free. */
    room() {
      const legend = this.wrapper.querySelector(":scope > .legend");
      const size = this.map.getSize();
      if (!legend || !legend.open || size.x < LEGEND_BESIDE_PX) return { padding: [12, 12] };
      const box = legend.getBoundingClientRect(), own = this.wrapper.getBoundingClientRect();
      const width = Math.min(Math.max(legend.offsetWidth, 240), size.x / 3) + 16;
      const isLeft = box.left + box.right < own.left + own.right;
      return { paddingTopLeft: [isLeft ? width : 56, 12], paddingBottomRight: [isLeft ? 56 : width, 12] };
    },
  });
})();
