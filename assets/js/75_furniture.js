/* What stands on the map besides the land: buttons, scale, hover text, watermark, notes. Every word is set as text. */
(function () {
  "use strict";
  const landrelease = window.landrelease;
  if (!window.L) return;
  const element = landrelease.element;
  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    zoom_in: "M12 5v14M5 12h14",
    zoom_out: "M5 12h14",
    whole_country: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M9 12h6M12 9v6",
    full_screen: "M8 3H3v5M16 3h5v5M8 21H3v-5M16 21h5v-5",
  };

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  landrelease.Furniture = class Furniture {
    constructor(controller) {
      this.controller = controller;
      const { map, wrapper, settings } = controller;
      this.texts = settings.texts;
      this.parts = [];
      this.addButtons(map);
      L.control.scale({ imperial: false, maxWidth: 120, position: controller.colours.rtl ? "bottomright" : "bottomleft" }).addTo(map);
      this.describe(map.getContainer());
      this.tipBox = this.put(element("div", "lr-map-tip"));
      this.tipBox.setAttribute("aria-hidden", "true");
      this.said = this.put(element("div", "lr-map-said"));
      this.said.setAttribute("aria-live", "polite");
      this.noteBox = this.put(element("div", "lr-map-note"));
      this.noteBox.setAttribute("role", "status");
      this.noteBox.hidden = true;
      if (settings.fictional) {
        this.put(element("div", "lr-map-watermark")).append(element("span", "", this.texts.fictional));
        this.put(element("div", "lr-map-fictional", this.texts.fictional));
      }
      if (settings.attribution) this.put(element("div", "lr-map-source", settings.attribution));
      wrapper.classList.toggle("lr-no-sea", !Object.values(settings.roles).some((role) => role === "land" || role === "coast"));
    }

    put(part) {
      this.parts.push(part);
      this.controller.wrapper.append(part);
      return part;
    }

    describe(container) {
      container.setAttribute("role", "application");
      container.setAttribute("aria-label", `${this.texts.map_label}. ${this.texts.keyboard_help}`);
    }

    addButtons(map) {
      const { controller, texts } = this;
      const acts = {
        zoom_in: () => map.zoomIn(1),
        zoom_out: () => map.zoomOut(1),
        whole_country: () => controller.home(),
        full_screen: () => this.toggleFullScreen(),
      };
      const Buttons = L.Control.extend({
        onAdd: () => {
          const bar = element("div", "lr-map-buttons");
          this.buttons = {};
          for (const [name, act] of Object.entries(acts)) {
            if (name === "full_screen" && !document.fullscreenEnabled) continue;
            const button = element("button");
            button.type = "button";
            button.title = texts[name];
            button.setAttribute("aria-label", texts[name]);
            button.append(icon(name));
            button.addEventListener("click", act);
            bar.append(button);
            this.buttons[name] = button;
          }
          L.DomEvent.disableClickPropagation(bar);
          L.DomEvent.disableScrollPropagation(bar);
          return bar;
        },
      });
      new Buttons({ position: controller.colours.rtl ? "topright" : "topleft" }).addTo(map);
      this.onZoom = () => {
        this.buttons.zoom_in.disabled = map.getZoom() >= map.getMaxZoom();
        this.buttons.zoom_out.disabled = map.getZoom() <= map.getMinZoom();
      };
      map.on("zoomend", this.onZoom);
      this.onFullScreen = () => {
        controller.fitsAnew = map.getBounds().contains(controller.whole);  // the map has not taken its new size yet
        const name = document.fullscreenElement === controller.wrapper ? "leave_full_screen" : "full_screen";
        if (!this.buttons.full_screen) return;
        this.buttons.full_screen.title = texts[name];
        this.buttons.full_screen.setAttribute("aria-label", texts[name]);
      };
      document.addEventListener("fullscreenchange", this.onFullScreen);
    }

    toggleFullScreen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else this.controller.wrapper.requestFullscreen();
    }

    /** Hover text: name, then id and place, then the class in words with its swatch. */
    tip(label, kind, classLabels) {
      const { texts } = this;
      const lines = [element("b", "", label.name || label.id)];
      const where = [label.name ? label.id : "", label.place].filter(Boolean).join(" · ");
      if (where) lines.push(element("div", "", where));
      const words = classLabels[String(kind)] || { 1: texts.not_known, 255: texts.released }[kind];
      if (words) {
        const line = element("div", "lr-tip-class");
        const look = kind === 1 ? "lr-unknown" : kind === 255 ? "lr-released" : `lr-class-${kind - 1}`;
        line.append(element("span", `lr-swatch ${look}`), element("span", "", words));
        lines.push(line);
      }
      this.tipBox.replaceChildren(...lines);
      for (const line of lines) line.dir = "auto";
      this.tipBox.classList.add("lr-on");
      if (this.lastPoint) this.tipAt(this.lastPoint);
    }

    tipAt(point) {
      this.lastPoint = point;
      const { wrapper } = this.controller;
      const width = this.tipBox.offsetWidth, height = this.tipBox.offsetHeight;
      const x = point.x + 16 + width > wrapper.clientWidth ? point.x - 16 - width : point.x + 16;
      const y = point.y + 16 + height > wrapper.clientHeight ? point.y - 16 - height : point.y + 16;
      this.tipBox.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, y)}px)`;
    }

    hideTip() {
      this.tipBox.classList.remove("lr-on");
    }

    /** Read out by a screen reader. */
    say(words) {
      this.said.textContent = words;
    }

    /** A quiet line at the foot of the map; "" takes it away. */
    note(words) {
      this.noteBox.textContent = words;
      this.noteBox.hidden = !words;
    }

    remove() {
      document.removeEventListener("fullscreenchange", this.onFullScreen);
      this.controller.map.off("zoomend", this.onZoom);
      for (const part of this.parts.splice(0)) part.remove();
    }
  };
})();
