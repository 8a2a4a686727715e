// A graph as boxes and arrows, and the curve of a gradient check.
"use strict";
var Drawing = (function () {
  const SVG = "http://www.w3.org/2000/svg";
  const ACROSS = 44, BELOW = 14;

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  }

  function html(name, className, parent, text) {
    const made = document.createElement(name);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  }

  // A number in few letters.
  function short(value) {
    if (!Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1);
    return String(Number(value.toPrecision(4)));
  }

  // Where a number is in (n, c, h, w), as in A[0,1]; "" for a single one.
  function placeOf(shape, index) {
    const out = [];
    for (let side = 3, rest = index; side >= 0; side--) {
      if (shape[side] > 1 || (side >= 2 && shape.some((one) => one > 1))) out.unshift(rest % shape[side]);
      rest = Math.floor(rest / shape[side]);
    }
    return out.length ? `[${out.join(",")}]` : "";
  }

  // The numbers of a node as rows, channels below each other. `cell` may change each.
  function matrix(shape, numbers, parent, cell) {
    const [, , rows, columns] = shape, box = html("div", "matrix", parent);
    box.style.gridTemplateColumns = `repeat(${columns}, auto)`;
    const most = Math.max(...numbers.map(Math.abs), 1e-300);
    numbers.forEach((value, i) => {
      if (i > 0 && i % (rows * columns) === 0) html("span", "gap", box);
      const span = html("span", "", box, short(value));
      const strength = Math.round(16 * Math.abs(value) / most);
      const colour = value < 0 ? "--content" : "--style";
      if (numbers.length > 1 && strength)
        span.style.background = `color-mix(in srgb, var(${colour}) ${strength}%, transparent)`;
      if (cell) cell(span, i);
    });
    return box;
  }

  // The depth of each node: one more than that of its deepest input.
  function depthsOf(nodes) {
    const depths = [];
    for (const node of nodes)
      depths[node.id] = Math.max(-1, ...node.inputs.map((id) => depths[id])) + 1;
    // A leaf stands just before the first that reads it.
    for (const node of nodes) {
      if (!node.leaf) continue;
      const users = nodes.filter((user) => user.inputs.includes(node.id));
      if (users.length) depths[node.id] = Math.min(...users.map((user) => depths[user.id])) - 1;
    }
    return depths;
  }

  // Boxes, which are in the field already, get their places, and arrows between them.
  function arrange(field, nodes, boxes) {
    const depths = depthsOf(nodes), columns = [];
    for (const node of nodes) (columns[depths[node.id]] ||= []).push(node.id);
    const heightOf = (column) => column.reduce((sum, id) => sum + boxes[id].offsetHeight + BELOW, -BELOW);
    const height = Math.max(...columns.map(heightOf));
    let x = 4;
    const at = [];
    for (const column of columns) {
      let y = (height - heightOf(column)) / 2 + 4;
      const width = Math.max(...column.map((id) => boxes[id].offsetWidth));
      for (const id of column) {
        const box = boxes[id];
        at[id] = { left: x + (width - box.offsetWidth) / 2, width: box.offsetWidth,
                   middle: y + box.offsetHeight / 2 };
        box.style.left = `${at[id].left}px`;
        box.style.top = `${y}px`;
        y += box.offsetHeight + BELOW;
      }
      x += width + ACROSS;
    }
    field.style.width = `${x - ACROSS + 8}px`;
    field.style.height = `${height + 8}px`;
    const svg = field.querySelector("svg");
    svg.replaceChildren();
    svg.setAttribute("width", x - ACROSS + 8);
    svg.setAttribute("height", height + 8);
    for (const node of nodes)
      node.inputs.forEach((id, i) => {
        const x1 = at[id].left + at[id].width, y1 = at[id].middle, x2 = at[node.id].left;
        const y2 = at[node.id].middle + (i - (node.inputs.length - 1) / 2) * 14;
        const bend = Math.max(24, (x2 - x1) / 2);
        element("path", { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
                          "data-to": node.id }, svg);
      });
  }

  const WIDTH = 520, HEIGHT = 300, LEFT = 66, RIGHT = 14, TOP = 36, BOTTOM = 44;
  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const power = (exponent) => "10" + (exponent < 0 ? "⁻" : "") +
    [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("");

  // The errors against the step h, both on logarithmic axes, and where h is now.
  function curve(place, points, now, words) {
    const logs = points.flatMap((point) => [point.median, point.worst]).filter((error) => error > 0)
      .map(Math.log10);
    const high = Math.ceil(Math.max(0, ...logs)), low = Math.floor(Math.min(-4, ...logs));
    const steps = points.map((point) => Math.log10(point.step));
    const right = Math.max(...steps), left = Math.min(...steps);
    const x = (log) => LEFT + (WIDTH - LEFT - RIGHT) * (log - left) / (right - left);
    const y = (error) => TOP + (HEIGHT - TOP - BOTTOM) *
      (high - Math.log10(Math.max(error, 10 ** low))) / (high - low);
    place.replaceChildren();
    const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, place);
    element("title", {}, svg).textContent = words.curve;
    const axes = element("g", { class: "axes" }, svg);
    for (let exponent = low; exponent <= high; exponent += Math.ceil((high - low) / 6)) {
      const at = y(10 ** exponent);
      element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at }, axes);
      element("text", { x: LEFT - 8, y: at + 5, "text-anchor": "end" }, axes).textContent = power(exponent);
    }
    for (let exponent = Math.ceil(left); exponent <= right; exponent += 3)
      element("text", { x: x(exponent), y: HEIGHT - 24,
                        "text-anchor": exponent + 3 > right ? "end" : "middle" }, axes)
        .textContent = power(exponent);
    element("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, axes)
      .textContent = words.step_h;
    element("line", { class: "here", x1: x(now), x2: x(now), y1: TOP, y2: HEIGHT - BOTTOM }, svg);
    ["median", "worst"].forEach((name, i) => {
      element("polyline", { class: `curve ${name}`, points: points.map(
        (point, k) => `${x(steps[k]).toFixed(1)},${y(point[name]).toFixed(1)}`).join(" ") }, svg);
      element("line", { class: `curve ${name}`, x1: LEFT + 12 + 200 * i, x2: LEFT + 44 + 200 * i,
                        y1: 14, y2: 14 }, svg);
      element("text", { class: "name", x: LEFT + 52 + 200 * i, y: 20 }, svg)
        .textContent = words[name];
    });
  }

  return { html, matrix, arrange, curve, short, placeOf };
})();
