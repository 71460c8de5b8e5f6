/* A Leaflet grid of canvases drawn from vector tiles: fetches each tile once, keeps it decoded, paints it as often as needed. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const SIDE = 512;
  const PAINT_BUDGET_MS = 14;
  const RETRIES = 2;

  landrelease.TILE_SIDE = SIDE;

  /**
   * Options: `url` with {z} {x} {y}, `palette`, `held` (bytes of decoded tiles to keep), `overlap` (pixels a tile reaches over
   * its neighbour, hides seams at half zooms). Subclasses give `paintTile(pen, layers, view)`; view = {scale, density, zoom}.
   * Fires "painted" {count, ms} when nothing is left to paint, "failed" when a tile cannot be had.
   */
  landrelease.VectorGrid = L.GridLayer.extend({
    options: { tileSize: SIDE, held: 48 * 2 ** 20, overlap: 0, noWrap: true, keepBuffer: 1, updateWhenZooming: false, updateWhenIdle: false },

    initialize(options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this._decoded = new landrelease.Recent(this.options.held);
      this._queue = new Set();
      this._work = landrelease.eachFrame(() => this._paintSome());
    },

    onAdd(map) {
      L.GridLayer.prototype.onAdd.call(this, map);
      this.on("tileunload", this._forget, this);
      map.on("zoomend", this._fitToZoom, this);
    },

    onRemove(map) {
      map.off("zoomend", this._fitToZoom, this);
      this._work.cancel();
      this._queue.clear();
      L.GridLayer.prototype.onRemove.call(this, map);
      this.off("tileunload", this._forget, this);
      this._decoded.clear();
    },

    createTile(coords, done) {
      const canvas = L.DomUtil.create("canvas", "leaflet-tile");
      canvas.setAttribute("role", "presentation");
      canvas.lr = { coords, stop: new AbortController(), layers: null };
      this._load(canvas, RETRIES)
        .then(() => {
          this._paint(canvas);
          done(null, canvas);
        })
        .catch((error) => {
          if (error.name === "AbortError") return;
          done(error, canvas);
          this.fire("failed", { error });
        });
      return canvas;
    },

    _initTile(tile) {
      L.GridLayer.prototype._initTile.call(this, tile);
      tile.style.width = tile.style.height = `${SIDE + this.options.overlap}px`;
    },

    async _load(canvas, triesLeft) {
      const { coords, stop } = canvas.lr;
      const url = L.Util.template(this.options.url, { z: coords.z - 1, x: coords.x, y: coords.y });
      let layers = this._decoded.get(url);
      if (!layers) {
        try {
          layers = landrelease.mvt.decode(await landrelease.ask(url, "arrayBuffer", stop.signal));
        } catch (error) {
          if (error.name === "AbortError" || triesLeft === 0) throw error;
          await new Promise((resume) => setTimeout(resume, 600 * (RETRIES + 1 - triesLeft)));
          if (stop.signal.aborted) throw new DOMException("tile is gone", "AbortError");
          return this._load(canvas, triesLeft - 1);
        }
        this._decoded.set(url, layers, landrelease.mvt.weight(layers));
      }
      canvas.lr.layers = layers;
      return layers;
    },

    _forget({ tile }) {
      tile.lr.stop.abort();
      tile.lr.layers = null;
      this._queue.delete(tile);
      tile.width = tile.height = 0;
    },

    /** Level zoom differs from the map's at half zooms: bitmaps follow the map, so lines stay sharp. */
    _stretch() {
      return this._map && this._tileZoom !== undefined ? this._map.getZoomScale(this._map.getZoom(), this._tileZoom) : 1;
    },

    _fitToZoom() {
      const stretch = this._stretch();
      if (stretch === this._lastStretch) return;
      this._lastStretch = stretch;
      this.repaint();
    },

    /** Paints all current tiles again from what is decoded; a later call replaces an earlier one. */
    repaint() {
      this._startedAt = performance.now();
      this._painted = 0;
      for (const { el } of Object.values(this._tiles || {})) if (el.lr.layers) this._queue.add(el);
      this._work();
    },

    _paintSome() {
      const until = performance.now() + PAINT_BUDGET_MS;
      for (const canvas of this._queue) {
        this._queue.delete(canvas);
        this._paint(canvas);
        this._painted += 1;
        if (performance.now() > until) break;
      }
      if (this._queue.size) this._work();
      else this.fire("painted", { count: this._painted, ms: performance.now() - this._startedAt });
    },

    _paint(canvas) {
      const { layers, coords } = canvas.lr;
      if (!layers || !this._map) return;
      const stretch = coords.z === this._tileZoom ? this._stretch() : 1;
      const density = this.options.palette().density;
      const side = Math.round((SIDE + this.options.overlap) * density * stretch);
      if (canvas.width !== side) canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d");
      pen.clearRect(0, 0, side, side);
      this.paintTile(pen, layers, { side: SIDE * density * stretch, density, zoom: this._map.getZoom(), coords });
    },

    /** Tiles of the level that is shown, with what is decoded in them. */
    shownTiles() {
      return Object.values(this._tiles || {})
        .filter(({ el, coords }) => el.lr.layers && coords.z === this._tileZoom)
        .map(({ el, coords }) => ({ layers: el.lr.layers, coords }));
    },

    isWaiting() {
      return Object.values(this._tiles || {}).some(({ loaded }) => !loaded);
    },
  });
})();
