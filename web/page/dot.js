// Draws what graphviz would, of the graphs that lessons describe: nodes in rows from the top, so
// that arrows lead downwards.
//
//     const graph = Dot.read(text);     { nodes, edges }, or null
//     Dot.draw(place, graph, title);
"use strict";
var Dot = (function () {
  const SVG = "http://www.w3.org/2000/svg";
  const LINE = 17, LETTER = 7.2, ACROSS = 26, BELOW = 44, MARGIN = 6; // pixels

  // ---- Reading ----

  // The statements between the braces, without comments; quotes may hold anything.
  function statementsOf(text) {
    const inside = text.slice(text.indexOf("{") + 1, text.lastIndexOf("}"));
    return (inside.replace(/^\s*\/\/.*$/gm, "").match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) || [])
      .map((one) => one.trim()).filter(Boolean);
  }

  function attributesOf(text) {
    const out = {};
    for (const [, key, quoted, bare] of text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,\]]+))/g))
      out[key] = quoted === undefined ? bare : quoted.replace(/\\n/g, "\n").replace(/\\(.)/g, "$1");
    return out;
  }

  function read(text) {
    const nodes = new Map(), edges = [];
    const node = (id) => {
      if (!nodes.has(id)) nodes.set(id, { id, label: id });
      return nodes.get(id);
    };
    for (const statement of statementsOf(text)) {
      const [, head, rest] = statement.match(/^([^["]*)(\[[^]*)?$/) || [];
      if (!head || /^\w+=/.test(head)) continue;
      const ids = head.split("->").map((id) => id.trim()), about = attributesOf(rest || "");
      if (ids.length === 1 && !/^(node|edge|graph)$/.test(ids[0])) Object.assign(node(ids[0]), about);
      for (let i = 1; i < ids.length; i++) {
        edges.push({ from: ids[i - 1], to: ids[i], ...about });
        ids.forEach(node);
      }
    }
    return nodes.size ? { nodes: [...nodes.values()], edges } : null;
  }

  // ---- Places ----

  // Rows: each node is below all that lead to it.
  function rowsOf({ nodes, edges }) {
    const row = new Map(nodes.map((node) => [node.id, 0]));
    for (let again = true, times = 0; again && times <= nodes.length; times++) {
      again = false;
      for (const { from, to } of edges)
        if (row.get(to) <= row.get(from)) {
          row.set(to, row.get(from) + 1);
          again = true;
        }
    }
    return row;
  }

  const widthOf = (text) => [...text].reduce((sum, letter) => sum + (letter > "⺀" ? 14 : LETTER), 0);

  function sized(node) {
    const lines = node.label.split("\n");
    const round = node.shape === "ellipse" || node.shape === "diamond";
    return { ...node, lines, width: Math.max(...lines.map(widthOf)) + (round ? 44 : 20),
             height: lines.length * LINE + (round ? 22 : 14) };
  }

  // Boxes in rows, with a place for each arrow in the rows that it passes.
  function arranged(graph) {
    const row = rowsOf(graph), rows = [], all = new Map(), paths = [];
    const add = (item, at) => {
      all.set(item.id, item);
      (rows[at] ||= []).push(item);
    };
    for (const node of graph.nodes) add({ ...sized(node), above: [] }, row.get(node.id));
    graph.edges.forEach((edge, i) => {
      const path = [edge.from];
      for (let at = row.get(edge.from) + 1; at < row.get(edge.to); at++) {
        const id = `${i} ${at}`;
        add({ id, passing: true, width: 8, height: 0, above: [path[path.length - 1]] }, at);
        path.push(id);
      }
      all.get(edge.to).above.push(path[path.length - 1]);
      paths.push({ edge, path: [...path, edge.to] });
    });
    return { rows, all, paths };
  }

  // Below the middle of what leads to it, as far as its neighbours let it.
  function place({ rows, all }) {
    let y = MARGIN;
    for (const items of rows) {
      const wish = (item) => {
        const above = item.above.map((id) => all.get(id).x);
        return above.length ? above.reduce((sum, x) => sum + x, 0) / above.length : 0;
      };
      items.forEach((item) => { item.x = wish(item); });
      items.sort((a, b) => a.x - b.x);
      const room = (a, b) => (a.width + b.width) / 2 + ACROSS;
      const wished = items.map((item) => item.x);
      for (let i = 1; i < items.length; i++)
        items[i].x = Math.max(items[i].x, items[i - 1].x + room(items[i - 1], items[i]));
      const off = items.reduce((sum, item, i) => sum + item.x - wished[i], 0) / items.length;
      const height = Math.max(...items.map((item) => item.height));
      items.forEach((item) => {
        item.x -= off;
        item.y = y + height / 2;
      });
      y += height + BELOW;
    }
    const items = [...all.values()];
    const left = Math.min(...items.map((item) => item.x - item.width / 2));
    items.forEach((item) => { item.x += MARGIN - left; });
    return { width: Math.max(...items.map((item) => item.x + item.width / 2)) + MARGIN,
             height: y - BELOW + MARGIN };
  }

  // ---- Drawing ----

  function element(name, attributes, parent, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  }

  function drawNode(svg, node) {
    const { x, y, width, height } = node, dashed = node.style === "dashed" ? { class: "dashed" } : {};
    if (node.shape === "ellipse")
      element("ellipse", { cx: x, cy: y, rx: width / 2, ry: height / 2, ...dashed }, svg);
    else
      element("rect", { x: x - width / 2, y: y - height / 2, width, height,
                        rx: node.shape === "diamond" ? 14 : 3, ...dashed }, svg);
    node.lines.forEach((line, i) => element("text", {
      x, y: y + (i - (node.lines.length - 1) / 2) * LINE + 4.5, "text-anchor": "middle" }, svg, line));
  }

  // `aside` pixels from the middle, for two arrows between the same nodes.
  function drawArrow(svg, { edge, path }, all, aside) {
    const points = path.map((id, i) => {
      const item = all.get(id), end = i === 0 ? 1 : i === path.length - 1 ? -1 : 0;
      return [item.x + (path.length === 2 ? aside : 0), item.y + end * item.height / 2];
    });
    const last = points.length - 1;
    points[last][1] -= 7;
    const curve = points.slice(1).map(([x, y], i) => {
      const [x0, y0] = points[i], middle = (y0 + y) / 2;
      return `C${x0} ${middle} ${x} ${middle} ${x} ${y}`;
    }).join("");
    element("path", { d: `M${points[0].join(" ")}${curve}`,
                      ...(edge.style === "dashed" ? { class: "dashed" } : {}) }, svg);
    const [x, y] = points[last];
    element("path", { class: "head", d: `M${x - 4} ${y - 1}L${x + 4} ${y - 1}L${x} ${y + 7}Z` }, svg);
    if (edge.label)
      element("text", { x: (points[0][0] + points[1][0]) / 2 + 4,
                        y: (points[0][1] + points[1][1]) / 2 + 4 }, svg, edge.label.trim());
  }

  function draw(parent, graph, title) {
    const layout = arranged(graph), { width, height } = place(layout), seen = new Map();
    const svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of [["class", "dot"], ["role", "img"], ["width", Math.ceil(width)],
                                ["height", Math.ceil(height)],
                                ["viewBox", `0 0 ${width} ${height}`]])
      svg.setAttribute(key, value);
    parent.append(svg);
    element("title", {}, svg, title);
    for (const one of layout.paths) {
      const key = `${one.edge.from} ${one.edge.to}`, count = seen.get(key) || 0;
      seen.set(key, count + 1);
      drawArrow(svg, one, layout.all, count ? 10 * count : 0);
    }
    for (const node of layout.all.values()) if (!node.passing) drawNode(svg, node);
  }

  return { read, draw };
})();
if (typeof module !== "undefined") module.exports = Dot;
