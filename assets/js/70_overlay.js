/* One canvas over the whole view: names of places that do not collide, the area under the pointer, the selected area. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const PAD = 0.12;
  const NAME_SIZE = [15, 14, 13, 12, 12, 11.5];
  const NAME_WEIGHT = [700, 600, 500, 500, 400, 400];
  const DOT = [4, 3.4, 2.8, 2.2, 1.9, 1.6];
  const MOST_NAMES = 90;

  /** Boxes already taken, in cells of 64 pixels. */
  class Taken {
    constructor() {
      this.cells = new Map();
    }
    *_keys(box) {
      for (let x = Math.floor(box[0] / 64); x <= Math.floor(box[2] / 64); x += 1) for (let y = Math.floor(box[1] / 64); y <= Math.floor(box[3] / 64); y += 1) yield `${x} ${y}`;
    }
    claim(box) {
      for (const key of this._keys(box)) {
        for (const other of this.cells.get(key) || []) if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return false;
      }
      for (const key of this._keys(box)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(box);
      }
      return true;
    }
  }

  landrelease.Overlay = L.Layer.extend({
    options: { pane: "lr-over" },

    initialize(areas, basemap, palette) {
      this._areas = areas;
      this._basemap = basemap;
      this._palette = palette;
      this.selected = -1;
      this.hovered = -1;
      this.draw = landrelease.eachFrame(() => this._draw());
    },

    getEvents() {
      return { moveend: this._reset, resize: this._reset, viewreset: this._reset, zoomanim: this._glide, zoom: this._follow };
    },

    onAdd() {
      this._canvas = L.DomUtil.create("canvas", "lr-over leaflet-zoom-animated", this.getPane());
      this._canvas.setAttribute("aria-hidden", "true");
      this._basemap.on("tileload load", this.draw, this);
      this._areas.on("tileload load", this.draw, this);
      this._reset();
    },

    onRemove() {
      this.draw.cancel();
      this._basemap.off("tileload load", this.draw, this);
      this._areas.off("tileload load", this.draw, this);
      this._canvas.remove();
      this._canvas.width = this._canvas.height = 0;
    },

    _reset() {
      const map = this._map;
      const size = map.getSize();
      const density = this._palette().density;
      this._corner = map.containerPointToLayerPoint(size.multiplyBy(-PAD)).round();
      this._size = size.multiplyBy(1 + 2 * PAD).round();
      this._zoom = map.getZoom();
      this._centre = map.getCenter();
      L.DomUtil.setPosition(this._canvas, this._corner);
      this._canvas.style.width = `${this._size.x}px`;
      this._canvas.style.height = `${this._size.y}px`;
      this._canvas.width = this._size.x * density;
      this._canvas.height = this._size.y * density;
      this._draw();
    },

    _glide(event) {
      this._place(event.center, event.zoom);
    },

    _follow() {
      if (this._map._animatingZoom) return;
      this._place(this._map.getCenter(), this._map.getZoom());
    },

    _place(centre, zoom) {
      const map = this._map;
      const scale = map.getZoomScale(zoom, this._zoom);
      const half = map.getSize().multiplyBy(0.5 + PAD);
      const corner = half.multiplyBy(-scale).add(map.project(this._centre, zoom)).subtract(map._getNewPixelOrigin(centre, zoom));
      L.DomUtil.setTransform(this._canvas, corner, scale);
    },

    _draw() {
      if (!this._map || !this._size.x || !this._size.y) return;
      const palette = this._palette();
      const pen = this._canvas.getContext("2d");
      pen.setTransform(palette.density, 0, 0, palette.density, 0, 0);
      pen.clearRect(0, 0, this._size.x, this._size.y);
      const origin = this._map.getPixelOrigin().add(this._corner);
      this._drawNames(pen, origin, palette);
      if (this.hovered >= 0 && this.hovered !== this.selected) this._drawArea(pen, this.hovered, origin, palette, 1.6);
      if (this.selected >= 0) this._drawArea(pen, this.selected, origin, palette, 2.6);
    },

    _drawNames(pen, origin, palette) {
      const taken = new Taken();
      let left = MOST_NAMES;
      pen.lineJoin = "round";
      pen.textBaseline = "middle";
      for (const place of this._basemap.names(this._map.getZoom())) {
        const x = place.point.x - origin.x, y = place.point.y - origin.y;
        if (x < -80 || y < -20 || x > this._size.x + 80 || y > this._size.y + 20) continue;
        if (place.isArea ? this._drawAreaName(pen, place, x, y, taken, palette) : this._drawName(pen, place, x, y, taken, palette)) left -= 1;
        if (!left) break;
      }
    },

    _drawName(pen, place, x, y, taken, palette) {
      const size = NAME_SIZE[place.rank], dot = DOT[place.rank];
      pen.font = `${NAME_WEIGHT[place.rank]} ${size}px ${palette.font}`;
      const width = pen.measureText(place.name).width;
      const gap = dot + 4;
      const sides = palette.rtl ? [-1, 1] : [1, -1];
      const side = sides.find((s) => {
        const near = x + s * gap, far = near + s * width;
        return taken.claim([Math.min(x - dot, near, far) - 3, y - size * 0.62 - 2, Math.max(x + dot, near, far) + 3, y + size * 0.62 + 2]);
      });
      if (side === undefined) return false;
      pen.fillStyle = place.rank === 0 ? palette.halo : palette.place;
      pen.strokeStyle = place.rank === 0 ? palette.place : palette.halo;
      pen.lineWidth = place.rank === 0 ? 2.2 : 1.4;
      pen.beginPath();
      pen.arc(x, y, dot, 0, 6.2832);
      pen.stroke();
      pen.fill();
      pen.textAlign = side > 0 ? "left" : "right";
      pen.direction = "ltr";
      pen.strokeStyle = palette.halo;
      pen.lineWidth = 3.4;
      pen.strokeText(place.name, x + side * gap, y);
      pen.fillStyle = palette.place;
      pen.fillText(place.name, x + side * gap, y);
      return true;
    },

    /** Name of a province or district: spaced capitals about its middle, fainter than places. */
    _drawAreaName(pen, area, x, y, taken, palette) {
      const size = area.rank <= 1 ? 12 : 10.5;
      const words = area.name.toLocaleUpperCase();
      pen.font = `600 ${size}px ${palette.font}`;
      pen.letterSpacing = `${(size * 0.16).toFixed(1)}px`;
      const half = pen.measureText(words).width / 2;
      const isFree = taken.claim([x - half - 6, y - size, x + half + 6, y + size]);
      if (isFree) {
        pen.textAlign = "center";
        pen.globalAlpha = area.rank <= 1 ? 0.75 : 0.6;
        pen.strokeStyle = palette.halo;
        pen.lineWidth = 3;
        pen.strokeText(words, x, y);
        pen.fillStyle = palette.adminName;
        pen.fillText(words, x, y);
        pen.globalAlpha = 1;
      }
      pen.letterSpacing = "0px";
      return isFree;
    },

    _drawArea(pen, row, origin, palette, width) {
      const side = landrelease.TILE_SIDE;
      const stretch = this._areas._stretch();
      const dot = this._areas.dotSize(this._map.getZoom());
      for (const { layer, feature, coords } of this._areas.piecesOf(row)) {
        const scale = (side * stretch) / layer.extent;
        pen.save();
        pen.translate(coords.x * side * stretch - origin.x, coords.y * side * stretch - origin.y);
        const box = layer.boxes.subarray(4 * feature, 4 * feature + 4);
        const isDot = layer.types[feature] === 1 || Math.max(box[2] - box[0], box[3] - box[1]) * scale < dot + 6;
        if (isDot) {
          pen.beginPath();
          pen.arc(((box[0] + box[2]) / 2) * scale, ((box[1] + box[3]) / 2) * scale, dot / 2 + 4, 0, 6.2832);
        } else {
          pen.beginPath();
          pen.rect(-0.5, -0.5, side * stretch + 1, side * stretch + 1);
          pen.clip();
          landrelease.trace(pen, layer, feature, scale);
        }
        pen.lineJoin = "round";
        for (const [colour, wide] of [[palette.casing, width + 2.4], [palette.selected, width]]) {
          pen.strokeStyle = colour;
          pen.lineWidth = wide;
          pen.stroke();
        }
        pen.restore();
      }
    },
  });
})();
