/* The map of a page: found by its wrapper, driven through window.landrelease.map, gone without a trace when the page changes. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const PANES = { "lr-image": 210, "lr-ground": 220, "lr-areas": 300, "lr-over": 420 };
  const LONGEST_WAIT_MS = 3000;
  const RELEASED_LAYER = "areas:released";
  const CLOSEST_FLIGHT = 15;
  const controllers = new Map();
  const wanted = new Map();

  /** Writes a store of a map that is on the page. */
  landrelease.tellDash = function tellDash(id, data) {
    const dash = window.dash_clientside;
    if (dash && dash.set_props && document.querySelector(".lr-map")) dash.set_props(id, { data });
  };
  const tellDash = landrelease.tellDash;

  class MapController {
    constructor(map, wrapper) {
      this.map = map;
      this.wrapper = wrapper;
      this.id = wrapper.id;
      this.settings = JSON.parse(wrapper.dataset.settings);
      this.labels = { held: new landrelease.Recent(60), asked: new Map() };
      this.classLabels = {};
      this.stop = new AbortController();
      this.undo = [];
      this.readPalette();
      this.addPanes();
      this.addLayers();
      this.furniture = new landrelease.Furniture(this);
      this.listen();
      this.fetchStyles();
      this.firstWishes();
      this.begin = landrelease.eachFrame(() => this.firstView());
      this.begin();
    }

    url(path) {
      return `${this.settings.base}tiles/${this.settings.version}/${path}`;
    }

    readPalette() {
      const before = this.colours && this.colours.key;
      this.colours = landrelease.palette(this.wrapper);
      return this.colours.key !== before;
    }

    addPanes() {
      for (const [name, zIndex] of Object.entries(PANES)) this.map.createPane(name).style.zIndex = zIndex;
      this.map.getPane("lr-over").style.pointerEvents = "none";
    }

    addLayers() {
      const { settings, map } = this;
      const palette = () => this.colours;
      const [west, south, east, north] = settings.bounds;
      const whole = L.latLngBounds([south, west], [north, east]);
      this.whole = whole;
      const wholeZoom = Math.log2((700 * 360) / (256 * Math.max(east - west, north - south, 0.05)));
      const shared = { palette, wholeZoom, maxZoom: 20 };
      this.basemap = new landrelease.BasemapGrid({ ...shared, pane: "lr-ground", roles: settings.roles, url: this.url("context/basemap/{z}/{x}/{y}.mvt"), bounds: whole.pad(4) });
      this.areas = new landrelease.AreaGrid({ ...shared, pane: "lr-areas", nAreas: settings.nAreas, url: this.url("areas/{z}/{x}/{y}.mvt"), bounds: whole.pad(0.02) });
      this.areas.waits = settings.waits;
      this.overlay = new landrelease.Overlay(this.areas, this.basemap, palette);
      for (const image of settings.images) {
        L.imageOverlay(this.url(`image/${encodeURIComponent(image.id)}.png`), [[image.box[1], image.box[0]], [image.box[3], image.box[2]]], { pane: "lr-image", className: `lr-image-${image.role}` }).addTo(map);
      }
    }

    showLayers() {
      if (this.shown) return;
      this.shown = true;
      if (Object.keys(this.settings.roles).length) this.basemap.addTo(this.map);
      this.areas.addTo(this.map);
      this.overlay.addTo(this.map);
      this.startedAt = performance.now();
    }

    async fetchStyles() {
      try {
        this.areas.bytes.styles = new Uint8Array(await landrelease.ask(this.url("styles.bin"), "arrayBuffer", this.stop.signal));
        if (this.shown) this.areas.repaint();
      } catch (error) {
        this.failed(error);
      }
    }

    /** What the layout came with; Dash calls for it too when the whole page is new, but not when a callback put the map in. */
    firstWishes() {
      const { colours, mask, row } = this.settings.first;
      if (colours) this.recolour(colours.url, colours.labels, colours.palette);
      if (mask) this.setMask(mask);
      if (row !== null) this.select(row);
      this.giveUp = landrelease.later(() => this.stopWaiting(), LONGEST_WAIT_MS);
      if (this.areas.waits) this.giveUp();
    }

    /** Draw neutral areas where no colours came. */
    stopWaiting() {
      if (!this.areas.waits) return;
      this.areas.waits = false;
      this.areas.repaint();
    }

    /** Shows the view of the settings; in a hidden tab that waits until the map has a size. */
    firstView() {
      const size = this.map.getSize();
      if (this.placed || !size.x || !size.y) return;
      this.foldLegend();
      this.placed = true;
      const { view, fit } = this.settings;
      if (fit) this.map.fitBounds([[fit[1], fit[0]], [fit[3], fit[2]]], { animate: false, maxZoom: view ? view.zoom : CLOSEST_FLIGHT, padding: [28, 28] });
      else if (view) this.map.setView([view.lat, view.lon], view.zoom, { animate: false });
      else this.map.fitBounds(this.whole, { animate: false, ...this.room() });
      this.showLayers();
      if (this.waitingView) this.view(this.waitingView);
      this.waitingView = null;
    }

    on(target, names, act) {
      target.on(names, act, this);
      this.undo.push(() => target.off(names, act, this));
    }

    listen() {
      const { map } = this;
      this.watchSize = new ResizeObserver(landrelease.eachFrame(() => this.invalidate()));
      this.watchSize.observe(this.wrapper);
      this.watchTheme = new MutationObserver(() => this.themed());
      this.watchTheme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme", "data-theme", "class", "dir"] });
      this.sayView = landrelease.later(() => this.reportView(), 250);
      this.sayHover = landrelease.later((row) => tellDash(`${this.id}-hover`, row < 0 ? null : { row }), 100);
      this.point = landrelease.eachFrame((event) => this.hover(event));
      this.on(map, "moveend", this.sayView);
      this.on(map, "resize", (event) => this.resized(event.oldSize));
      this.on(map, "mousemove", this.point);
      this.on(map, "mouseout movestart", () => this.setHovered(-1));
      this.on(map, "click", (event) => this.click(event));
      this.on(map, "mousedown", () => this.press());
      this.on(map, "keydown", (event) => this.key(event.originalEvent));
      this.on(this.areas, "load", () => this.drawn("load", performance.now() - this.startedAt));
      this.on(this.areas, "loading", () => { this.startedAt = performance.now(); });
      this.on(this.areas, "painted", (event) => this.drawn(this.cause || "repaint", this.causedAt ? performance.now() - this.causedAt : event.ms));
      this.on(this.areas, "failed", (event) => this.failed(event.error));
      this.on(this.basemap, "failed", (event) => this.failed(event.error));
      this.on(map, "unload", () => this.remove());
    }

    drawn(what, ms) {
      if (!this.shown || this.areas.waits || this.areas.isWaiting()) return;
      this.cause = this.causedAt = null;
      const status = { state: "drawn", what, ms: Math.round(ms), tiles: this.areas.shownTiles().length };
      this.wrapper.dataset.drawn = String(Number(this.wrapper.dataset.drawn || 0) + 1);
      this.wrapper.dispatchEvent(new CustomEvent("landrelease:drawn", { detail: status }));
      if (what === "load") this.furniture.note("");
      this.sayStatus = this.sayStatus || landrelease.later((data) => tellDash(`${this.id}-status`, data), 150);
      this.sayStatus(status);
    }

    failed(error) {
      if (error.name === "AbortError" || this.stop.signal.aborted) return;
      this.furniture.note(this.settings.texts.tiles_failed);
      this.wrapper.dispatchEvent(new CustomEvent("landrelease:failed", { detail: String(error) }));
      tellDash(`${this.id}-status`, { state: "error" });
    }

    invalidate() {
      if (this.stop.signal.aborted || !this.wrapper.isConnected) return;
      this.map.invalidateSize({ animate: false, pan: this.placed === true });
      this.firstView();
    }

    themed() {
      if (!this.readPalette()) return;
      this.areas.repaint();
      this.basemap.repaint();
      this.overlay.draw();
    }

    palette() {
      return this.colours;
    }

    /* ---- colours and mask ------------------------------------------------------------------------------------------ */

    /** Fetch colour bytes and paint. While one answer is under way only the newest of the later wishes is kept. */
    recolour(url, labels, palette) {
      if (labels) this.classLabels = labels;
      this.usePalette(palette || "ramp");
      if ((url || null) === (this.colourUrl || null)) return this.colouring || Promise.resolve();
      this.colourUrl = url;
      this.nextColours = { url };
      this.colourAskedAt = performance.now();
      if (!this.colouring) this.colouring = this.fetchColours().finally(() => { this.colouring = null; });
      return this.colouring;
    }

    /** Ramp or categories: the colours of the classes, in the map and in the legend that lies on it. */
    usePalette(name) {
      this.wrapper.dataset.palette = name;
      this.readPalette(); // painted with the colours that come
    }

    async fetchColours() {
      while (this.nextColours) {
        const { url } = this.nextColours;
        const from = this.colourAskedAt;
        this.nextColours = null;
        if (!url) {
          this.colourBytes(null, from);
          continue;
        }
        try {
          this.colourBytes(new Uint8Array(await landrelease.ask(url, "arrayBuffer", this.stop.signal)), from);
        } catch (error) {
          this.failed(error);
          this.colourUrl = undefined;
          this.stopWaiting();
        }
      }
    }

    colourBytes(bytes, from) {
      if (!from) this.colourUrl = undefined;
      this.areas.waits = false;
      this.areas.bytes.colours = bytes;
      this.areas.countFilled();
      this.repaint("recolour", from);
    }

    async setMask(data) {
      const from = performance.now();
      const turn = (this.maskTurn = (this.maskTurn || 0) + 1);
      let mask = null;
      if (data && data.bits !== undefined) mask = landrelease.unpackBits(data.bits, data.n);
      else if (data && data.url) {
        try {
          mask = new Uint8Array(await landrelease.ask(data.url, "arrayBuffer", this.stop.signal));
        } catch (error) {
          this.failed(error);
          return;
        }
      }
      if (turn !== this.maskTurn) return;
      this.areas.bytes.mask = mask;
      this.repaint("mask", from);
    }

    repaint(cause, from) {
      this.cause = cause;
      this.causedAt = from || performance.now();
      this.areas.repaint();
    }

    /** Show or hide a basemap layer by its id, or the released areas. */
    showContext(layerId, isShown) {
      if (layerId === RELEASED_LAYER) {
        this.areas.hidesReleased = !isShown;
        this.repaint("mask");
        return;
      }
      if (isShown) this.basemap.hidden.delete(layerId);
      else this.basemap.hidden.add(layerId);
      this.basemap.repaint();
      this.overlay.draw();
    }

    /* ---- view -------------------------------------------------------------------------------------------------------- */

    view(data) {
      if (!this.placed) {
        this.waitingView = data;
        return;
      }
      if (data.bounds && data.zoom === undefined) {
        const [west, south, east, north] = data.bounds;
        this.map.fitBounds([[south, west], [north, east]], this.room());
        return;
      }
      const now = this.map.getCenter();
      const same = Math.abs(now.lat - data.lat) < 1e-6 && Math.abs(now.lng - data.lon) < 1e-6 && this.map.getZoom() === data.zoom;
      if (!same) this.map.setView([data.lat, data.lon], data.zoom);
    }

    reportView() {
      if (!this.placed || !this.map.getSize().x) return;
      const centre = this.map.getCenter();
      const round = (value) => Math.round(value * 1e6) / 1e6;
      const box = this.map.getBounds();
      tellDash(`${this.id}-view`, {
        lat: round(centre.lat), lon: round(centre.lng), zoom: this.map.getZoom(),
        bounds: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map(round), by: "map",
      });
    }

    home() {
      this.map.fitBounds(this.whole, this.room());
    }

    remove() {
      this.stop.abort();
      for (const act of this.undo.splice(0)) act();
      for (const pending of [this.begin, this.giveUp, this.sayView, this.sayHover, this.point, this.sayStatus]) if (pending) pending.cancel();
      this.watchSize.disconnect();
      this.watchTheme.disconnect();
      this.furniture.remove();
      for (const layer of [this.overlay, this.areas, this.basemap]) if (this.map.hasLayer(layer)) layer.remove();
      this.areas.bytes = { colours: null, styles: null, mask: null };
      this.labels.held.clear();
      if (controllers.get(this.id) === this) controllers.delete(this.id);
      wanted.delete(this.id);
    }
  }

  landrelease.MapController = MapController;

  function attach(map) {
    const wrapper = map.getContainer().closest(".lr-map[data-settings]");
    if (!wrapper) return;
    const controller = new MapController(map, wrapper);
    controllers.set(wrapper.id, controller);
    for (const [name, given] of Object.entries(wanted.get(wrapper.id) || {})) controller[name](...given);
  }

  /* Whatever was drawing on a map may still ask where it is after the page has taken it away; then it is nowhere. */
  const paneAt = L.Map.prototype._getMapPanePos;
  L.Map.include({ _getMapPanePos() { return this._mapPane ? paneAt.call(this) : new L.Point(0, 0); } });

  L.Map.addInitHook(function () {
    this.whenReady(() => attach(this));
  });

  landrelease.map = {
    /** The controller of a map that is on the page, else undefined. */
    get: (id) => controllers.get(id),
    ids: () => [...controllers.keys()],
    /** Calls a method now, or as soon as the map is there; of several early calls of one method the last counts. */
    call(id, name, ...given) {
      const controller = controllers.get(id);
      if (controller) return controller[name](...given);
      wanted.set(id, { ...(wanted.get(id) || {}), [name]: given });
      return undefined;
    },
  };
})();
