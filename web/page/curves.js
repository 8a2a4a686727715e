// The curves of a run: each term with its weight, and their sum, on a logarithmic scale.
"use strict";
var Curves = (function () {
  const NAMES = ["total", "content", "style", "tv"];
  const WIDTH = 640, HEIGHT = 260, LEFT = 58, RIGHT = 10, TOP = 10, BOTTOM = 30;
  const SVG = "http://www.w3.org/2000/svg";

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  }

  const power = (exponent) => {
    const digits = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷",
                     8: "⁸", 9: "⁹" };
    return "10" + String(exponent).replace(/./g, (digit) => digits[digit]);
  };

  // Draws into an empty element, and again with every row: { step, total, content, style, tv }.
  class Chart {
    constructor(place, words) {
      this.words = words;
      this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, place);
      this.title = element("title", {}, this.svg);
      this.axes = element("g", { class: "axes" }, this.svg);
      this.lines = Object.fromEntries(NAMES.map(
        (name) => [name, element("polyline", { class: `curve ${name}` }, this.svg)]));
      this.clear(1);
    }

    clear(steps) {
      this.steps = Math.max(steps, 1);
      this.rows = [];
      this.draw();
    }

    add(row) {
      this.rows.push(row);
      this.draw();
    }

    // The powers of ten around all that is drawn, six at most below the largest.
    limits() {
      const all = this.rows.flatMap((row) => NAMES.map((name) => row[name])).filter((v) => v > 0);
      if (!all.length) return [-2, 0];
      const high = Math.ceil(Math.log10(Math.max(...all)) + 1e-9);
      const low = Math.floor(Math.log10(Math.min(...all)));
      return [Math.max(Math.min(low, high - 1), high - 6), high];
    }

    draw() {
      const [low, high] = this.limits();
      const x = (step) => LEFT + (WIDTH - LEFT - RIGHT) * step / this.steps;
      const y = (value) => {
        const part = (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - part);
      };
      this.axes.replaceChildren();
      for (let exponent = low; exponent <= high; exponent++) {
        const at = y(10 ** exponent);
        element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }, this.axes);
        element("text", { x: LEFT - 8, y: at + 5, "text-anchor": "end" }, this.axes)
          .textContent = power(exponent);
      }
      const marks = new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * this.steps)));
      for (const step of marks)
        element("text", { x: x(step), y: HEIGHT - 8,
                          "text-anchor": step === this.steps ? "end" : "middle" }, this.axes)
          .textContent = step;
      for (const name of NAMES)
        this.lines[name].setAttribute("points", this.rows.filter((row) => row[name] > 0).map(
          (row) => `${x(row.step).toFixed(1)},${y(row[name]).toFixed(1)}`).join(" "));
      const last = this.rows[this.rows.length - 1];
      this.title.textContent = last
        ? `${this.words.curves}: ${NAMES.map((name) => `${this.words[name]} ${last[name].toPrecision(3)}`).join(", ")}`
        : this.words.curves;
    }
  }

  return { Chart, NAMES };
})();
