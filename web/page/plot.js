// Draws what gnuplot would: a script and a table of io/plot.h, as curves over two axes.
//
//     const plot = Plots.read(script, table);   { title, x, y, curves }, or null
//     Plots.draw(place, plot);                  and again when the place has another width
"use strict";
var Plots = (function () {
  const SVG = "http://www.w3.org/2000/svg";
  const RIGHT = 14, TOP = 12, BOTTOM = 48, LETTER = 7.5; // pixels
  const STRING = /'(?:[^']|'\."'+"\.')*'/;

  // What stands between gnuplot's quotes: 'it'."'".'s'.
  const unquoted = (text) => text.slice(1, -1).replace(/'\."('+)"\.'/g, "$1");

  function told(script, command) {
    const found = script.match(new RegExp(`^set ${command} (${STRING.source})$`, "m"));
    return found ? unquoted(found[1]) : "";
  }

  // The numbers of the table, by column; an empty field is none.
  function columnsOf(table) {
    const rows = table.trim().split("\n").slice(1).map((line) => line.split(",").map(
      (field) => (field === "" ? NaN : Number(field))));
    return (column) => rows.map((row) => row[column - 1]);
  }

  function read(script, table) {
    const column = columnsOf(table), curves = [];
    const pattern = new RegExp(`using (\\d+):(\\d+) with (\\w+) .*?dt (\\d+) lc rgb '#\\w+' ` +
                               `(?:title (${STRING.source})|notitle)`, "g");
    for (const [, x, y, kind, dashes, title] of script.matchAll(pattern)) {
      const xs = column(Number(x)), ys = column(Number(y));
      curves.push({ title: title ? unquoted(title) : "", marked: kind === "linespoints",
                    dashed: Number(dashes) - 1, points: xs.map((one, i) => [one, ys[i]]) });
    }
    const axis = (name) => ({ label: told(script, `${name}label`),
                              log: new RegExp(`^set logscale ${name}$`, "m").test(script) });
    const whole = /^set xtics 1$/m.test(script);
    return curves.length ? { title: told(script, "title"), x: { ...axis("x"), whole },
                             y: axis("y"), curves } : null;
  }

  // ---- Axes ----

  // A step of 1, 2 or 5 times a power of ten, so that there are about `count` of them.
  function stepOf(range, count) {
    const unit = 10 ** Math.floor(Math.log10(range / count)), times = range / count / unit;
    return unit * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  }

  function even(values, count, whole) {
    let [low, high] = [Math.min(...values), Math.max(...values)];
    if (low === high) [low, high] = [low - Math.abs(low || 1) / 10, high + Math.abs(high || 1) / 10];
    const step = whole ? 1 : stepOf(high - low, count), marks = [];
    const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
    for (let i = first; i <= last; i++) marks.push(i * step);
    return { low: first * step, high: last * step, marks };
  }

  // Powers of ten, or 1, 2 and 5 of each where there are few.
  function powers(values, count) {
    const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
    const high = Math.max(Math.ceil(Math.log10(Math.max(...values)) - 1e-9), low + 1);
    const each = Math.ceil((high - low) / count), marks = [];
    for (let i = low; i <= high; i += each)
      for (const times of high - low < 3 && i < high ? [1, 2, 5] : [1]) marks.push(times * 10 ** i);
    return { low: 10 ** low, high: 10 ** high, marks };
  }

  // Where a value is between 0 and 1; and what of a point cannot be drawn.
  function scaleOf(values, { log, whole }, count) {
    const good = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
    if (!good.length) return null;
    const scale = log ? powers(good, count) : even(good, count, whole);
    const place = log ? Math.log10 : (value) => value;
    const from = place(scale.low), to = place(scale.high);
    return { marks: scale.marks, has: (value) => Number.isFinite(value) && (!log || value > 0),
             at: (value) => (place(value) - from) / (to - from) };
  }

  // A number as gnuplot's %g has it.
  function textOf(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e6))
      return String(Number(value.toPrecision(6)).toExponential()).replace("-", "−");
    return String(Number(value.toPrecision(6))).replace("-", "−");
  }

  // ---- Drawing ----

  function element(name, attributes, parent, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  }

  function drawAxes(svg, plot, box, x, y) {
    const axes = element("g", { class: "axes" }, svg), middle = (box.left + box.right) / 2;
    for (const mark of y.marks) {
      const at = box.bottom - y.at(mark) * (box.bottom - box.top);
      element("line", { x1: box.left, x2: box.right, y1: at, y2: at }, axes);
      element("text", { x: box.left - 6, y: at + 4, "text-anchor": "end" }, axes, textOf(mark));
    }
    for (const mark of x.marks) {
      const at = box.left + x.at(mark) * (box.right - box.left), text = textOf(mark);
      element("line", { x1: at, x2: at, y1: box.top, y2: box.bottom }, axes);
      element("text", { x: Math.min(at, box.right + RIGHT - text.length * LETTER / 2),
                        y: box.bottom + 18, "text-anchor": "middle" }, axes, text);
    }
    element("text", { class: "label", x: middle, y: box.bottom + 40, "text-anchor": "middle" },
            axes, plot.x.label);
    element("text", { class: "label", "text-anchor": "middle",
                      transform: `translate(13 ${(box.top + box.bottom) / 2}) rotate(-90)` },
            axes, plot.y.label);
  }

  // The pieces of a curve between points that are left out.
  function piecesOf(points, x, y) {
    const pieces = [[]];
    for (const point of points)
      if (x.has(point[0]) && y.has(point[1])) pieces[pieces.length - 1].push(point);
      else pieces.push([]);
    return pieces.filter((piece) => piece.length);
  }

  function drawCurve(svg, curve, number, box, x, y) {
    const group = element("g", { class: `line line-${number % 7} dashed-${curve.dashed}` }, svg);
    const place = ([a, b]) => [box.left + x.at(a) * (box.right - box.left),
                               box.bottom - y.at(b) * (box.bottom - box.top)];
    for (const piece of piecesOf(curve.points, x, y)) {
      const places = piece.map(place);
      element("polyline", { points: places.map(
        ([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" ") }, group);
      if (curve.marked || places.length === 1)
        for (const [cx, cy] of places) element("circle", { cx, cy, r: 3 }, group);
    }
  }

  function drawKey(place, plot) {
    const list = document.createElement("ul");
    list.className = "key-of-plot";
    plot.curves.forEach((curve, i) => {
      if (!curve.title) return;
      const item = document.createElement("li");
      const svg = document.createElementNS(SVG, "svg");
      for (const [key, value] of [["width", 30], ["height", 10], ["aria-hidden", "true"]])
        svg.setAttribute(key, value);
      const group = element("g", { class: `line line-${i % 7} dashed-${curve.dashed}` }, svg);
      element("polyline", { points: "0,5 30,5" }, group);
      item.append(svg, ` ${curve.title}`);
      list.append(item);
    });
    place.append(list);
  }

  function draw(place, plot) {
    place.replaceChildren();
    const width = Math.max(Math.min(place.clientWidth, 720), 280);
    const height = Math.round(Math.max(width * 0.58, 240));
    const all = (i) => plot.curves.flatMap((curve) => curve.points.map((point) => point[i]));
    const x = scaleOf(all(0), plot.x, width / 90), y = scaleOf(all(1), plot.y, height / 55);
    if (!x || !y) return;
    const letters = Math.max(...y.marks.map((mark) => textOf(mark).length));
    const box = { left: 30 + letters * LETTER, right: width - RIGHT, top: TOP,
                  bottom: height - BOTTOM };
    const svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of [["viewBox", `0 0 ${width} ${height}`], ["role", "img"],
                                ["width", width], ["height", height]])
      svg.setAttribute(key, value);
    place.append(svg);
    const names = plot.curves.map((curve) => curve.title).filter(Boolean).join(", ");
    element("title", {}, svg, [plot.title, names].filter(Boolean).join(": ") || plot.y.label);
    drawAxes(svg, plot, box, x, y);
    plot.curves.forEach((curve, i) => drawCurve(svg, curve, i, box, x, y));
    drawKey(place, plot);
  }

  return { read, draw };
})();
if (typeof module !== "undefined") module.exports = Plots;
