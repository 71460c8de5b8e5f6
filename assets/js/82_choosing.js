/* Which area is meant: hover, click, touch and keys; names from chunks of 1,000 that are fetched once. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const CHUNK = 1000;
  const TOUCH_REACH_PX = 14, MOUSE_REACH_PX = 7, KEY_REACH_PX = 60;

  Object.assign(landrelease.MapController.prototype, {
    async select(row, { fly = false } = {}) {
      const next = row === null || row === undefined ? -1 : row;
      this.overlay.selected = next;
      this.overlay.draw();
      if (next < 0) return;
      try {
        const label = await this.label(next);
        if (label && this.overlay.selected === next) {
          this.furniture.say([label.name, label.id, label.place].filter(Boolean).join(", "));
          if (fly && label.box) this.flyTo(label.box);
        }
      } catch (error) {
        this.failed(error);
      }
    },

    /** Name, id, place and box of an area, from a chunk of 1,000 that is fetched once. */
    async label(row) {
      const number = Math.floor(row / CHUNK);
      const { held, asked } = this.labels;
      let chunk = held.get(number);
      if (!chunk) {
        if (!asked.has(number)) asked.set(number, landrelease.ask(this.url(`labels/${number}.json`), "json", this.stop.signal).finally(() => asked.delete(number)));
        chunk = await asked.get(number);
        held.set(number, chunk, 1);
      }
      const i = row - chunk.start;
      return { id: chunk.area_id[i], name: chunk.name[i], place: chunk.place[i], box: chunk.box[i] };
    },

    hover(event) {
      if (!this.shown || this.map.dragging.moving()) return;
      const row = this.areas.rowAt(event.latlng, this.areas.dotSize(this.map.getZoom()) / 2 + 2);
      this.setHovered(row);
      if (row >= 0) this.furniture.tipAt(event.containerPoint);
    },

    async setHovered(row) {
      if (this.overlay.hovered === row) return;
      this.overlay.hovered = row;
      this.overlay.draw();
      this.map.getContainer().style.cursor = row >= 0 ? "pointer" : "";
      this.sayHover(row);
      this.furniture.hideTip();
      if (row < 0) return;
      try {
        const label = await this.label(row);
        if (this.overlay.hovered === row) this.furniture.tip(label, this.areas.classOf(row), this.classLabels);
      } catch (error) {
        this.failed(error);
      }
    },

    click(event) {
      const isTouch = event.originalEvent && event.originalEvent.pointerType === "touch";
      this.choose(this.areas.rowAt(event.latlng, isTouch ? TOUCH_REACH_PX : MOUSE_REACH_PX));
    },

    choose(row) {
      const before = this.overlay.selected;
      if (row < 0 && before < 0) return;
      this.select(row < 0 ? null : row);
      landrelease.tellDash(`${this.id}-selected`, { row: row < 0 ? null : row, by: "map" });
    },

    /** A press of the pointer takes away the ring that shows what the Enter key would choose. */
    press() {
      this.map.getContainer().classList.remove("lr-keys");
    },

    /** Keys count only on the map itself, not on a button that lies on it. */
    key(event) {
      if (event.target !== this.map.getContainer()) return;
      event.target.classList.add("lr-keys");
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.choose(this.areas.rowAt(this.map.getCenter(), KEY_REACH_PX));
      } else if (event.key === "Escape") this.choose(-1);
      else if (event.key === "Home") this.home();
    },
  });
})();
