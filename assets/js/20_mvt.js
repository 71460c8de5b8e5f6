/* Vector tiles (MVT 2.1) straight into typed arrays: no object a vertex, nothing to collect afterwards. */
(function () {
  "use strict";
  const landrelease = (window.landrelease = window.landrelease || {});
  const text = new TextDecoder();

  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }
    varint() {
      const bytes = this.bytes;
      let value = 0;
      let factor = 1;
      let byte;
      do {
        if (this.at >= bytes.length) throw new Error("tile ends too early");
        byte = bytes[this.at];
        this.at += 1;
        value += (byte & 0x7f) * factor;
        factor *= 128;
      } while (byte >= 128);
      return value;
    }
    skip(wire) {
      if (wire === 0) this.varint();
      else if (wire === 2) this.at += this.varint();
      else if (wire === 5) this.at += 4;
      else if (wire === 1) this.at += 8;
      else throw new Error("tile has an unknown field");
    }
    string(length) {
      this.at += length;
      return text.decode(this.bytes.subarray(this.at - length, this.at));
    }
  }

  function readValue(reader, end) {
    let value = "";
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) value = reader.string(reader.varint());
      else reader.skip(tag & 7);
    }
    return value;
  }

  /** Growing arrays of one layer; a vertex takes at least two bytes, so the bytes bound all sizes. */
  function emptyLayer(bytes) {
    return {
      name: "", extent: 4096, n: 0, nParts: 0, nVertices: 0, keys: [], values: [],
      ids: new Uint32Array(bytes / 6 + 1), types: new Uint8Array(bytes / 6 + 1),
      boxes: new Int16Array((bytes / 6 + 1) * 4 | 0), partStart: new Uint32Array(bytes / 6 + 2),
      vertexStart: new Uint32Array(bytes / 3 + 2), xy: new Int16Array(bytes + 2), tags: new Map(),
    };
  }

  function clampShort(value) {
    return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
  }

  function readGeometry(reader, end, layer) {
    const { xy, boxes, vertexStart } = layer;
    const feature = layer.n;
    let x = 0, y = 0, west = 32767, north = 32767, east = -32768, south = -32768;
    let v = layer.nVertices;
    while (reader.at < end) {
      const command = reader.varint();
      const kind = command & 7;
      if (kind === 7) continue;
      if (kind === 1) {
        vertexStart[layer.nParts] = v;
        layer.nParts += 1;
      }
      for (let left = command >> 3; left > 0; left -= 1) {
        const dx = reader.varint(), dy = reader.varint();
        x += (dx >>> 1) ^ -(dx & 1);
        y += (dy >>> 1) ^ -(dy & 1);
        const px = clampShort(x), py = clampShort(y);
        xy[2 * v] = px;
        xy[2 * v + 1] = py;
        v += 1;
        if (px < west) west = px;
        if (px > east) east = px;
        if (py < north) north = py;
        if (py > south) south = py;
      }
    }
    layer.nVertices = v;
    boxes[4 * feature] = west;
    boxes[4 * feature + 1] = north;
    boxes[4 * feature + 2] = east;
    boxes[4 * feature + 3] = south;
  }

  function readTags(reader, end, layer) {
    const pairs = [];
    while (reader.at < end) pairs.push(reader.varint());
    layer.tags.set(layer.n, pairs);
  }

  function readFeature(reader, end, layer) {
    layer.partStart[layer.n] = layer.nParts;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x08) layer.ids[layer.n] = reader.varint();
      else if (tag === 0x18) layer.types[layer.n] = reader.varint();
      else if (tag === 0x12) readTags(reader, reader.varint() + reader.at, layer);
      else if (tag === 0x22) readGeometry(reader, reader.varint() + reader.at, layer);
      else reader.skip(tag & 7);
    }
    layer.n += 1;
  }

  /** Cuts the arrays to what was used, so that a small layer holds little. */
  function closed(layer) {
    const { n, nParts, nVertices } = layer;
    layer.partStart[n] = nParts;
    layer.vertexStart[nParts] = nVertices;
    layer.ids = layer.ids.slice(0, n);
    layer.types = layer.types.slice(0, n);
    layer.boxes = layer.boxes.slice(0, 4 * n);
    layer.partStart = layer.partStart.slice(0, n + 1);
    layer.vertexStart = layer.vertexStart.slice(0, nParts + 1);
    layer.xy = layer.xy.slice(0, 2 * nVertices);
    return layer;
  }

  function readLayer(reader, length) {
    const layer = emptyLayer(length);
    const end = reader.at + length;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) layer.name = reader.string(reader.varint());
      else if (tag === 0x12) readFeature(reader, reader.varint() + reader.at, layer);
      else if (tag === 0x1a) layer.keys.push(reader.string(reader.varint()));
      else if (tag === 0x22) layer.values.push(readValue(reader, reader.varint() + reader.at));
      else if (tag === 0x28) layer.extent = reader.varint();
      else reader.skip(tag & 7);
    }
    return closed(layer);
  }

  /** Layers of a tile in their order; `attribute(layer, feature, key)` reads a text attribute, "" where there is none. */
  landrelease.mvt = {
    decode(buffer) {
      const reader = new Reader(new Uint8Array(buffer));
      const layers = [];
      while (reader.at < reader.bytes.length) {
        const tag = reader.varint();
        if (tag === 0x1a) layers.push(readLayer(reader, reader.varint()));
        else reader.skip(tag & 7);
      }
      return layers;
    },
    attribute(layer, feature, key) {
      const pairs = layer.tags.get(feature);
      const wanted = layer.keys.indexOf(key);
      for (let i = 0; pairs && i < pairs.length; i += 2) if (pairs[i] === wanted) return layer.values[pairs[i + 1]];
      return "";
    },
    /** Bytes a decoded tile holds in memory. */
    weight(layers) {
      return layers.reduce((sum, layer) => sum + layer.xy.byteLength + 4 * layer.nParts + 17 * layer.n + 60 * layer.tags.size, 200);
    },
  };
})();
