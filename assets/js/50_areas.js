/* The areas: one byte of colour and one of style an area, painted from decoded tiles. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;

  const HIDDEN = 0, UNKNOWN = 1, FIRST_CLASS = 2, LAST_CLASS = 8, NEUTRAL = 254, RELEASED = 255;
  const SHA = 1;
  const OUTLINE_FROM_PX = 7;
  const DASH_FROM_PX = 16;
  const CASED_FROM_PX = 3.4;
  const SEE_THROUGH_FROM_PX = 80;
  const GROUND_SHOWS_FROM_PX = 320;
  const RELEASED_OUTLINE_FROM_PX = 9;
  const RELEASED_DOTS_FROM_ZOOM = 2; // closer than the whole country

  /** Points of a feature as a path in device pixels. */
  function trace(pen, layer, feature, scale) {
    const { xy, partStart, vertexStart } = layer;
    pen.beginPath();
    for (let part = partStart[feature]; part < partStart[feature + 1]; part += 1) {
      let v = vertexStart[part] * 2;
      const end = vertexStart[part + 1] * 2;
      pen.moveTo(xy[v] * scale, xy[v + 1] * scale);
      for (v += 2; v < end; v += 2) pen.lineTo(xy[v] * scale, xy[v + 1] * scale);
      pen.closePath();
    }
  }

  function contains(layer, feature, x, y) {
    const { xy, partStart, vertexStart } = layer;
    let inside = false;
    for (let part = partStart[feature]; part < partStart[feature + 1]; part += 1) {
      const start = vertexStart[part], end = vertexStart[part + 1];
      for (let i = start, j = end - 1; i < end; j = i, i += 1) {
        const yi = xy[2 * i + 1], yj = xy[2 * j + 1];
        if (yi > y !== yj > y && x < ((xy[2 * j] - xy[2 * i]) * (y - yi)) / (yj - yi) + xy[2 * i]) inside = !inside;
      }
    }
    return inside;
  }

  landrelease.trace = trace;

  landrelease.AreaGrid = landrelease.VectorGrid.extend({
    options: { nAreas: 0, wholeZoom: 6, pane: "lr-areas" },

    /** `bytes` of colour, style and mask; null means: neutral, solid, all shown. While `waits`, nothing is drawn. */
    initialize(options) {
      landrelease.VectorGrid.prototype.initialize.call(this, options);
      this.waits = false;
      this.hidesReleased = false;
      this.bytes = { colours: null, styles: null, mask: null };
    },

    classOf(row) {
      const { colours, mask } = this.bytes;
      if (this.waits || (mask && !mask[row])) return HIDDEN;
      if (colours && colours[row] === RELEASED && this.hidesReleased) return HIDDEN;
      return colours ? colours[row] : NEUTRAL;
    },

    /** How many areas have a fill; dots are larger where they are few. */
    countFilled() {
      const { colours } = this.bytes;
      let n = 0;
      if (colours) for (let row = 0; row < colours.length; row += 1) n += colours[row] >= UNKNOWN && colours[row] <= LAST_CLASS;
      this.nFilled = colours ? n : this.options.nAreas;
    },

    /** Side in CSS pixels below which an area is drawn as a dot: more when there is room for it. */
    dotSize(zoom) {
      const n = this.nFilled === undefined ? this.options.nAreas : this.nFilled;
      const start = n > 50000 ? 2 : n > 15000 ? 2.6 : n > 5000 ? 3.4 : 4.6;
      return Math.min(9, Math.max(start, start + 0.9 * (zoom - this.options.wholeZoom)));
    },

    /** Whether released areas of so many pixels are drawn: beside ranked ones only when they are seen from near. */
    showsReleased(zoom, sizePx) {
      return this.nFilled === 0 || zoom >= this.options.wholeZoom + RELEASED_DOTS_FROM_ZOOM || sizePx >= RELEASED_OUTLINE_FROM_PX;
    },

    paintTile(pen, layers, view) {
      const layer = layers.find(({ name }) => name === "areas");
      if (!layer) return;
      const palette = this.options.palette();
      const { order, starts } = this._byClass(layer);
      const dot = this.dotSize(view.zoom);
      const look = {
        scale: view.side / layer.extent, px: view.density, palette, dot,
        many: dot < CASED_FROM_PX, zoom: view.zoom,
      };
      for (const kind of [RELEASED, NEUTRAL, UNKNOWN, 2, 3, 4, 5, 6, 7, 8]) {
        if (starts[kind] < starts[kind + 1]) this._paintClass(pen, layer, order.subarray(starts[kind], starts[kind + 1]), kind, look);
      }
    },

    /** Features sorted by class in two passes over bytes. */
    _byClass(layer) {
      const { ids, n } = layer;
      const kinds = new Uint8Array(n);
      const starts = new Uint32Array(258);
      for (let i = 0; i < n; i += 1) {
        const kind = this.classOf(ids[i]) || 0;
        kinds[i] = kind;
        starts[kind + 1] += 1;
      }
      for (let kind = 0; kind < 257; kind += 1) starts[kind + 1] += starts[kind];
      const next = starts.slice();
      const order = new Uint32Array(n);
      for (let i = 0; i < n; i += 1) {
        order[next[kinds[i]]] = i;
        next[kinds[i]] += 1;
      }
      return { order, starts };
    },

    _fill(kind, palette, forDot) {
      if (kind === UNKNOWN) return forDot ? palette.unknown : palette.hatch;
      if (kind === NEUTRAL) return palette.neutral;
      if (kind >= FIRST_CLASS && kind <= LAST_CLASS) return palette.classes[kind - FIRST_CLASS];
      return "transparent";
    },

    _paintClass(pen, layer, features, kind, look) {
      const { boxes, types } = layer;
      const small = look.dot * look.px / look.scale;
      const dots = [];
      pen.fillStyle = this._fill(kind, look.palette, false);
      pen.strokeStyle = kind === RELEASED ? look.palette.released : look.palette.outline;
      pen.lineJoin = "round";
      for (const feature of features) {
        const box = 4 * feature;
        const side = Math.max(boxes[box + 2] - boxes[box], boxes[box + 3] - boxes[box + 1]);
        if (kind === RELEASED && !this.showsReleased(look.zoom, side * look.scale / look.px)) continue;
        if (side < small || types[feature] === 1) dots.push(feature);
        else this._paintOutline(pen, layer, feature, side * look.scale / look.px, kind, look);
      }
      this._paintDots(pen, layer, dots, kind, look);
    },

    _paintOutline(pen, layer, feature, sizePx, kind, look) {
      trace(pen, layer, feature, look.scale);
      if (kind !== RELEASED) {
        pen.globalAlpha = sizePx > GROUND_SHOWS_FROM_PX ? 0.6 : sizePx > SEE_THROUGH_FROM_PX ? 0.86 : 1;
        pen.fill("evenodd");
        pen.globalAlpha = 1;
      }
      if (kind !== RELEASED && (sizePx < OUTLINE_FROM_PX || (look.many && sizePx < DASH_FROM_PX))) return;
      const isDashed = sizePx >= DASH_FROM_PX && this.bytes.styles && this.bytes.styles[layer.ids[feature]] & SHA;
      pen.lineWidth = (kind === RELEASED ? (sizePx < DASH_FROM_PX ? 0.7 : 1.1) : sizePx < DASH_FROM_PX ? 0.6 : sizePx < 60 ? 1 : 1.5) * look.px;
      if (isDashed) pen.setLineDash([4 * look.px, 3 * look.px]);
      pen.stroke();
      if (isDashed) pen.setLineDash([]);
    },

    _paintDots(pen, layer, dots, kind, look) {
      const { boxes } = layer;
      const size = look.dot * look.px;
      const fill = this._fill(kind, look.palette, true);
      pen.fillStyle = fill;
      if (look.many) {
        if (kind === RELEASED) {
          pen.fillStyle = look.palette.released;
          pen.globalAlpha = 0.3;
        }
        const side = Math.max(1, size * 0.9);
        for (const feature of dots) {
          const box = 4 * feature;
          pen.fillRect((boxes[box] + boxes[box + 2]) * 0.5 * look.scale - side / 2, (boxes[box + 1] + boxes[box + 3]) * 0.5 * look.scale - side / 2, side, side);
        }
        pen.globalAlpha = 1;
        return;
      }
      const isReleased = kind === RELEASED;
      pen.strokeStyle = kind === UNKNOWN ? look.palette.unknownLine : isReleased ? look.palette.released : look.palette.dotEdge;
      pen.lineWidth = (kind === UNKNOWN ? 1 : isReleased ? 0.8 : 0.6) * look.px;
      pen.globalAlpha = isReleased ? Math.min(1, 0.18 + 0.09 * Math.max(0, look.dot - 3)) : 1;
      const radius = size * (isReleased ? 0.38 : kind === UNKNOWN ? 0.46 : 0.52);
      for (const feature of dots) {
        const box = 4 * feature;
        pen.beginPath();
        pen.arc((boxes[box] + boxes[box + 2]) * 0.5 * look.scale, (boxes[box + 1] + boxes[box + 3]) * 0.5 * look.scale, radius, 0, 6.2832);
        if (!isReleased) pen.fill();
        pen.stroke();
      }
      pen.globalAlpha = 1;
    },

    /** Row of the area at a place, or -1: inside first, else the nearest dot or box within `reach` CSS pixels. */
    rowAt(latlng, reach) {
      const zoom = this._tileZoom;
      if (zoom === undefined) return -1;
      const at = this._map.project(latlng, zoom);
      const stretch = this._stretch();
      let best = { row: -1, rank: -1, near: Infinity };
      for (const { layers, coords } of this.shownTiles()) {
        const layer = layers.find(({ name }) => name === "areas");
        const x = at.x - coords.x * landrelease.TILE_SIDE, y = at.y - coords.y * landrelease.TILE_SIDE;
        if (!layer || x < 0 || y < 0 || x > landrelease.TILE_SIDE || y > landrelease.TILE_SIDE) continue;
        const unit = layer.extent / landrelease.TILE_SIDE;
        best = this._nearest(layer, x * unit, y * unit, (unit * reach) / stretch, best, stretch / unit);
      }
      return best.row;
    },

    _nearest(layer, x, y, reach, best, scale) {
      const zoom = this._map.getZoom();
      const { boxes, ids, n, types } = layer;
      for (let i = 0; i < n; i += 1) {
        const box = 4 * i;
        const dx = Math.max(boxes[box] - x, 0, x - boxes[box + 2]), dy = Math.max(boxes[box + 1] - y, 0, y - boxes[box + 3]);
        if (dx > reach || dy > reach) continue;
        const kind = this.classOf(ids[i]);
        if (kind === HIDDEN) continue;
        if (kind === RELEASED && !this.showsReleased(zoom, Math.max(boxes[box + 2] - boxes[box], boxes[box + 3] - boxes[box + 1]) * scale)) continue;
        const near = dx === 0 && dy === 0 && types[i] === 3 && contains(layer, i, x, y) ? 0 : 1 + Math.hypot(dx, dy);
        const rank = kind >= FIRST_CLASS && kind <= LAST_CLASS ? kind : 0;
        if (near < best.near || (near === best.near && rank > best.rank)) best = { row: ids[i], rank, near };
      }
      return best;
    },

    /** Pieces of one area in the tiles shown: [{layer, feature, coords}]. */
    piecesOf(row) {
      const found = [];
      for (const { layers, coords } of this.shownTiles()) {
        const layer = layers.find(({ name }) => name === "areas");
        const feature = layer ? layer.ids.indexOf(row) : -1;
        if (feature >= 0) found.push({ layer, feature, coords });
      }
      return found;
    },
  });
})();
