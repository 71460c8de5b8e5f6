/* landrelease: one name for all scripts of the product, and small tools that the map's scripts share. */
(function () {
  "use strict";
  const landrelease = (window.landrelease = window.landrelease || {});

  /** Calls `act` once, `ms` after the last call; `.cancel()` forgets it. */
  landrelease.later = function later(act, ms) {
    let timer = 0;
    const call = (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...given), ms);
    };
    call.cancel = () => clearTimeout(timer);
    return call;
  };

  /** Calls `act` at most once a frame; `.cancel()` forgets it. */
  landrelease.eachFrame = function eachFrame(act) {
    let frame = 0;
    let last = [];
    const call = (...given) => {
      last = given;
      frame = frame || requestAnimationFrame(() => {
        frame = 0;
        act(...last);
      });
    };
    call.cancel = () => {
      cancelAnimationFrame(frame);
      frame = 0;
    };
    return call;
  };

  /** Bytes 0 or 1 from base64 of bits, highest bit first (numpy.packbits). */
  landrelease.unpackBits = function unpackBits(base64, n) {
    const packed = atob(base64);
    const out = new Uint8Array(n);
    for (let i = 0; i < n; i += 1) out[i] = (packed.charCodeAt(i >> 3) >> (7 - (i & 7))) & 1;
    return out;
  };

  /** Fetch that fails on an HTTP error, or where the answer is another page such as the sign-in; `kind` is "arrayBuffer" or "json". */
  landrelease.ask = async function ask(url, kind, signal) {
    const answer = await fetch(url, { signal, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.redirected ? "moved" : answer.status}`);
    return answer[kind]();
  };

  /** A map that forgets what was used longest ago once the weights exceed `ceiling`. */
  landrelease.Recent = class Recent {
    constructor(ceiling) {
      this.ceiling = ceiling;
      this.used = 0;
      this.held = new Map();
    }
    get(key) {
      const entry = this.held.get(key);
      if (!entry) return undefined;
      this.held.delete(key);
      this.held.set(key, entry);
      return entry.value;
    }
    set(key, value, weight) {
      const before = this.held.get(key);
      if (before) this.used -= before.weight;
      this.held.delete(key);
      this.held.set(key, { value, weight });
      this.used += weight;
      for (const [old, entry] of this.held) {
        if (this.used <= this.ceiling || old === key) break;
        this.held.delete(old);
        this.used -= entry.weight;
      }
    }
    clear() {
      this.held.clear();
      this.used = 0;
    }
  };

  /** An element with class, text and children; text is only ever text. */
  landrelease.element = function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
})();
