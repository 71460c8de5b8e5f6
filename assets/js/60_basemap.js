/* The ground under the areas, from the programme's own layers: land, water, borders, rivers, roads. Places are written by the overlay. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;

  const ORDER = ["land", "coast", "relief", "landcover", "water", "river", "admin", "road", "service"];
  const RELIEF_FADES_OVER = 5.5;
  const ROAD_WIDTH = [3.4, 2.8, 2, 1.4, 1, 0.8];
  const RIVER_WIDTH = [2, 1.5, 1.1, 0.8, 0.7, 0.6];
  const ADMIN_WIDTH = [1.8, 1.3, 0.9, 0.8, 0.7, 0.6];
  const ADMIN_DASH = [[], [7, 3, 1.5, 3], [4, 3], [2, 3], [1, 3], [1, 4]];
  // Land cover by words that sources use, in this order; anything else has no tint of its own.
  const COVERS = [
    [/forest|wood|tree/, "forest"], [/wet|mangrove|swamp|flood/, "wetland"], [/water|lake|river/, "water"], [/built|urban|town|settle/, "built"],
    [/crop|cultiv|farm|agric|rice|irrig|plantation/, "crop"], [/grass|pasture|savanna|meadow|shrub|bush/, "grass"], [/bare|sand|rock|desert/, "bare"],
  ];

  function addPath(pen, layer, feature, scale, isClosed) {
    const { xy, partStart, vertexStart } = layer;
    for (let part = partStart[feature]; part < partStart[feature + 1]; part += 1) {
      let v = vertexStart[part] * 2;
      const end = vertexStart[part + 1] * 2;
      pen.moveTo(xy[v] * scale, xy[v + 1] * scale);
      for (v += 2; v < end; v += 2) pen.lineTo(xy[v] * scale, xy[v + 1] * scale);
      if (isClosed) pen.closePath();
    }
  }

  /** Features of a layer by rank, the least important first, so that main roads lie on top. */
  function byRank(layer) {
    if (!layer.ranked) {
      const groups = new Map();
      for (let i = 0; i < layer.n; i += 1) {
        const rank = Number(landrelease.mvt.attribute(layer, i, "rank")) || 0;
        if (!groups.has(rank)) groups.set(rank, []);
        groups.get(rank).push(i);
      }
      layer.ranked = [...groups].sort((a, b) => b[0] - a[0]);
    }
    return layer.ranked;
  }

  /** Features of a layer by class, in lower case. */
  function byClass(layer) {
    if (!layer.classed) {
      const groups = new Map();
      for (let i = 0; i < layer.n; i += 1) {
        const word = landrelease.mvt.attribute(layer, i, "class").toLowerCase();
        if (!groups.has(word)) groups.set(word, []);
        groups.get(word).push(i);
      }
      layer.classed = [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    }
    return layer.classed;
  }

  landrelease.BasemapGrid = landrelease.VectorGrid.extend({
    options: { roles: {}, pane: "lr-ground", overlap: 1, wholeZoom: 6 },

    initialize(options) {
      landrelease.VectorGrid.prototype.initialize.call(this, options);
      this.hidden = new Set();
    },

    paintTile(pen, layers, view) {
      const palette = this.options.palette();
      const look = { scale: view.side / 4096, px: view.density, palette, grow: Math.min(1.5, Math.max(0.7, 0.85 + 0.12 * (view.zoom - this.options.wholeZoom))) };
      look.relief = Math.min(1, Math.max(0, (this.options.wholeZoom + RELIEF_FADES_OVER - view.zoom) / 3));
      pen.lineJoin = pen.lineCap = "round";
      for (const role of ORDER) {
        for (const layer of layers) {
          if (this.options.roles[layer.name] !== role || this.hidden.has(layer.name)) continue;
          look.scale = view.side / layer.extent;
          this[`_${role}`](pen, layer, look);
        }
      }
    },

    _fillAll(pen, layer, look, fill, edge, width) {
      pen.beginPath();
      for (let i = 0; i < layer.n; i += 1) if (layer.types[i] === 3) addPath(pen, layer, i, look.scale, true);
      pen.fillStyle = fill;
      pen.fill("nonzero");
      if (!edge) return;
      pen.strokeStyle = edge;
      pen.lineWidth = width * look.px;
      pen.stroke();
    },

    _lines(pen, layer, look, colour, widths, dashes) {
      pen.strokeStyle = colour;
      for (const [rank, features] of byRank(layer)) {
        pen.beginPath();
        for (const i of features) if (layer.types[i] !== 1) addPath(pen, layer, i, look.scale, layer.types[i] === 3);
        pen.lineWidth = widths[rank] * look.grow * look.px;
        if (dashes) pen.setLineDash(dashes[rank].map((d) => d * look.px));
        pen.stroke();
      }
      pen.setLineDash([]);
    },

    _land(pen, layer, look) { this._fillAll(pen, layer, look, look.palette.land, look.palette.coast, 1); },
    _coast(pen, layer, look) {
      this._fillAll(pen, layer, look, look.palette.land, null, 0);
      this._lines(pen, layer, look, look.palette.coast, [1.2, 1.2, 1.2, 1.2, 1.2, 1.2]);
    },
    _landcover(pen, layer, look) {
      for (const [word, features] of byClass(layer)) {
        const cover = COVERS.find(([pattern]) => pattern.test(word));
        const fill = cover ? look.palette[cover[1]] : layer.keys.includes("class") && word ? null : look.palette.landcover;
        if (fill) this._fillSome(pen, layer, features, look, fill);
      }
    },
    /**
     * Bands of height lie on one another, each a little darker; hill shade lightens one side and darkens the other. Close up, where
     * a slope is wider than the screen, both fade.
     */
    _relief(pen, layer, look) {
      pen.globalAlpha = look.relief;
      for (const [word, features] of byClass(layer)) {
        const fill = word.includes("shadow") ? look.palette.shade : word.includes("light") ? look.palette.light : look.palette.height;
        this._fillSome(pen, layer, features, look, fill);
      }
      pen.globalAlpha = 1;
    },
    _fillSome(pen, layer, features, look, fill) {
      pen.beginPath();
      for (const i of features) if (layer.types[i] === 3) addPath(pen, layer, i, look.scale, true);
      pen.fillStyle = fill;
      pen.fill("evenodd");
    },
    _water(pen, layer, look) { this._fillAll(pen, layer, look, look.palette.water, look.palette.river, 0.8); },
    _river(pen, layer, look) { this._lines(pen, layer, look, look.palette.river, RIVER_WIDTH); },
    _admin(pen, layer, look) { this._lines(pen, layer, look, look.palette.admin, ADMIN_WIDTH, ADMIN_DASH); },
    _road(pen, layer, look) {
      this._lines(pen, layer, look, look.palette.roadEdge, ROAD_WIDTH.map((width) => width + 1.4));
      this._lines(pen, layer, look, look.palette.road, ROAD_WIDTH);
    },
    /** Care is a cross, other services a small square. */
    _service(pen, layer, look) {
      const half = 2.6 * look.px, arm = 1 * look.px;
      pen.fillStyle = look.palette.service;
      for (const [word, features] of byClass(layer)) {
        const isCare = /hospital|clinic|health/.test(word);
        for (const i of features) {
          if (layer.types[i] !== 1) continue;
          const x = layer.boxes[4 * i] * look.scale, y = layer.boxes[4 * i + 1] * look.scale;
          if (isCare) {
            pen.fillRect(x - half * 1.3, y - arm, half * 2.6, 2 * arm);
            pen.fillRect(x - arm, y - half * 1.3, 2 * arm, half * 2.6);
          } else pen.fillRect(x - half * 0.7, y - half * 0.7, half * 1.4, half * 1.4);
        }
      }
    },

    /**
     * Names in the tiles shown: [{name, rank, row, point, isArea}] with point in pixels of `zoom`, the important first; names of
     * areas (provinces, lakes) after those of places. Doubles at seams are left out.
     */
    names(zoom) {
      const found = new Map();
      const scale = this._map.getZoomScale(zoom, this._tileZoom);
      for (const { layers, coords } of this.shownTiles()) {
        for (const layer of layers) {
          const role = this.options.roles[layer.name];
          if ((role !== "place" && role !== "admin") || this.hidden.has(layer.name)) continue;
          for (let i = 0; i < layer.n; i += 1) if (layer.types[i] === 1) this._addName(found, layer, i, coords, scale, role === "admin");
        }
      }
      return [...found.values()].sort((a, b) => a.isArea - b.isArea || a.rank - b.rank || a.row - b.row);
    },

    _addName(found, layer, i, coords, scale, isArea) {
      const name = landrelease.mvt.attribute(layer, i, "name");
      const key = `${layer.name} ${layer.ids[i]}`;
      if (!name || found.has(key)) return;
      const unit = landrelease.TILE_SIDE / layer.extent;
      const point = L.point(coords.x * landrelease.TILE_SIDE + layer.boxes[4 * i] * unit, coords.y * landrelease.TILE_SIDE + layer.boxes[4 * i + 1] * unit);
      found.set(key, { name, isArea, rank: Number(landrelease.mvt.attribute(layer, i, "rank")), row: layer.ids[i], point: point.multiplyBy(scale) });
    },
  });
})();
