// The page of the tape: a formula, its graph, walks through both passes, and the gradient check.
"use strict";
(function () {
  const { words, by, fill, complain } = Page, { html } = Drawing;
  const EXAMPLES = [
    ["sum(square(a*b + tanh(c)))", { a: "2", b: "-1", c: "0.5" }],
    ["a*a + a", { a: "3" }],
    ["sum(square(A @ B - C))", { A: "2x3", B: "3x2", C: "[[1, 0], [0, 1]]" }],
    ["mean(square(conv2d(X, W) - Y))", { X: "4x4", W: "[[1, 0], [0, -1]]", Y: "3x3" }],
    ["sum(square(gram(relu(conv2d(X, W, 1))) - G))",
     { X: "3x3", W: "2x1x3x3", G: "[[1, 0], [0, 1]]" }],
    ["tv(X) + 4*mean(square(X - Y))", { X: "3x3", Y: "[[0, 1, 0], [1, 0, 1], [0, 1, 0]]" }],
    ["sum(softmax(X) * Y)", { X: "[[1, 2, 0.5]]", Y: "[[0, 1, 0]]" }],
    ["max_pool(relu(X), 2)", { X: "4x4" }],
  ];
  const LEAST_CURVE = 13, ROWS_MOST = 16; // of steps h; rows of the table
  let compiled, graph = null, inputs = {}, at = 0, boxes = [], tree;

  // ---- Formula and inputs ----

  // "a" is a number; other names are matrices until somebody says what they are.
  const usual = (name) => (/^[a-z]/.test(name) ? "1" : "2x2");

  function showInputs() {
    by("inputs").replaceChildren();
    for (const name of Formula.namesOf(tree)) {
      const label = html("label", "row-of", by("inputs"));
      html("span", "", label, `${name} =`);
      const field = html("input", "", label);
      Object.assign(field, { id: `input-${name}`, value: Formula.textOf(inputs[name]), spellcheck: false });
      field.onchange = () => attempt(() => {
        inputs[name] = Formula.inputOf(field.value);
        record();
        showInputs();
      });
    }
  }

  // Does something that may fail in a sentence.
  function attempt(act) {
    try {
      act();
      complain("");
    } catch (error) {
      complain(Graphs.sentence(error, words, fill));
    }
  }

  function address() {
    const out = new URLSearchParams({ f: by("formula").value });
    for (const name of Formula.namesOf(tree))
      out.set(name, Formula.textOf(inputs[name]).replace(/ /g, ""));
    Page.setAddress("#" + out.toString().replace(/%2C/g, ","));
  }

  // A formula and the texts of its inputs, some of which may be missing.
  function use(text, texts) {
    by("formula").value = text;
    attempt(() => {
      const next = Formula.parse(text), read = {};
      for (const name of Formula.namesOf(next))
        read[name] = texts[name] !== undefined ? Formula.inputOf(texts[name])
                                               : inputs[name] || Formula.inputOf(usual(name));
      tree = next;
      inputs = read;
      showInputs(); // so that they can be mended when they do not fit
      record();
    });
  }

  function record() {
    graph = null; // until it fits together
    by("graph").replaceChildren();
    graph = new Graphs.Graph(compiled, tree, inputs);
    at = lastStep();
    by("step").max = at;
    draw();
    address();
  }

  function readAddress() {
    const said = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (said.f === undefined) use(...EXAMPLES[0]);
    else use(said.f, said);
    const known = EXAMPLES.findIndex(([text]) => text === by("formula").value);
    by("example").value = known < 0 ? "" : String(known);
  }

  // ---- The walk: forward through the ops, then back from the loss ----

  const lastStep = () => 2 * graph.ops.length + 1;

  // What step `at` does: { pass, node }.
  function doing() {
    const count = graph.ops.length;
    if (at === 0) return { pass: "start" };
    if (at <= count) return { pass: "forward", node: graph.ops[at - 1] };
    if (at === count + 1) return { pass: "seed", node: graph.loss };
    return { pass: "backward", node: graph.ops[2 * count + 1 - at] };
  }

  // The nodes whose value, and whose gradient, there is by now.
  function known() {
    const count = graph.ops.length, values = new Set(), gradients = new Set();
    for (const node of graph.nodes)
      if (node.leaf || graph.ops.indexOf(node.id) < at) values.add(node.id);
    if (at > count) gradients.add(graph.loss);
    for (let i = count + 2; i <= at; i++)
      graph.nodes[graph.ops[2 * count + 1 - i]].inputs.forEach((id) => gradients.add(id));
    return { values, gradients };
  }

  const nameOf = (node) => (node.label !== undefined ? node.label : words.ops[node.op] || node.op);

  function say({ pass, node }) {
    const said = node === undefined ? {} : { id: node, op: nameOf(graph.nodes[node]),
      math: graph.math(node), derivative: graph.derivative(node) };
    by("status").textContent = `${at} / ${lastStep()}. ${fill(words[pass], said)}`;
  }

  // ---- Drawing ----

  function change(leaf, index, value) {
    const rounded = Number(value.toPrecision(5));
    graph.set(leaf.id, index, rounded);
    inputs[leaf.label].numbers[index] = rounded;
    by(`input-${leaf.label}`).value = Formula.textOf(inputs[leaf.label]);
    const focus = document.activeElement && document.activeElement.dataset.place;
    draw();
    address();
    const same = focus && document.querySelector(`[data-place="${focus}"]`);
    if (same) same.focus();
  }

  // A number of a leaf can be dragged sideways, and moved by keys.
  function makeDraggable(span, leaf, index) {
    const value = () => inputs[leaf.label].numbers[index];
    span.className = "drag";
    span.tabIndex = 0;
    span.dataset.place = `${leaf.label}-${index}`;
    span.setAttribute("role", "spinbutton");
    span.setAttribute("aria-label", leaf.label + Drawing.placeOf(leaf.shape, index));
    span.setAttribute("aria-valuenow", value());
    span.onkeydown = (event) => {
      const up = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
      if (!up) return;
      event.preventDefault();
      change(leaf, index, value() + up * (event.shiftKey ? 1 : 0.1));
    };
    span.onpointerdown = (event) => {
      event.preventDefault();
      span.focus();
      const from = event.clientX, begin = value();
      const move = (now) => change(leaf, index, begin + Math.round((now.clientX - from) / 2) / 20);
      const end = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
    };
  }

  function part(box, className, letter, shape, numbers, cell) {
    const row = html("div", `part ${className}`, box);
    html("b", "", row, letter);
    if (numbers) Drawing.matrix(shape, numbers, row, cell);
    else html("span", "", row, "–");
  }

  function drawNode(field, node, { values, gradients }, now) {
    const box = html("div", `node${node.leaf ? " leaf" : ""}`, field);
    const title = html("p", "title", box, nameOf(node));
    const sides = node.shape.slice(node.shape.findIndex((side) => side !== 1)).join(" × ");
    if (node.shape.some((side) => side !== 1)) html("span", "", title, ` ${sides}`);
    if (now.node === node.id) {
      box.classList.add("now");
      if (now.pass !== "forward") box.classList.add("backward");
    }
    part(box, "value", "x", node.shape, values.has(node.id) ? graph.value(node.id) : null,
         node.variable ? (span, i) => makeDraggable(span, node, i) : null);
    const gradient = gradients.has(node.id) ? graph.gradient(node.id) : null;
    if (graph.gradient(node.id)) part(box, "gradient", "∂", node.shape, gradient);
    return box;
  }

  function drawGraph() {
    const now = doing(), until = known();
    const back = at > graph.ops.length ? (now.pass === "seed" ? graph.loss + 1 : now.node) : graph.loss + 1;
    graph.backward(back);
    const field = html("div", "field");
    field.append(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    const left = by("graph").scrollLeft;
    by("graph").replaceChildren(field);
    boxes = [];
    for (const node of graph.nodes) boxes[node.id] = drawNode(field, node, until, now);
    Drawing.arrange(field, graph.nodes, boxes);
    for (const path of field.querySelectorAll("path"))
      if (Number(path.dataset.to) === now.node && now.pass !== "seed")
        path.classList.add("now", now.pass);
    by("graph").scrollLeft = left;
    by("step").value = at;
    by("step").setAttribute("aria-valuetext", `${at} / ${lastStep()}`);
    by("first").disabled = by("back").disabled = at === 0;
    by("next").disabled = by("last").disabled = at === lastStep();
    say(now);
  }

  function drawCheck() {
    const exponent = Number(by("h").value), h = 10 ** -exponent, rows = [];
    document.querySelector("output[for=h]").textContent = `h = 1e-${exponent}`;
    graph.backward();
    for (const leaf of graph.nodes.filter((node) => node.variable)) {
      const gradient = graph.gradient(leaf.id);
      gradient.forEach((value, i) => rows.push([leaf, i, value]));
    }
    const body = document.querySelector("#quotients tbody");
    body.replaceChildren();
    for (const [leaf, i, value] of rows.slice(0, ROWS_MOST)) {
      const quotient = graph.quotient(leaf.id, i, h), row = html("tr", "", body);
      const name = html("th", "", row, leaf.label + Drawing.placeOf(leaf.shape, i));
      name.scope = "row";
      for (const number of [value.toPrecision(10), quotient.toPrecision(10),
                            Math.abs(value - quotient).toExponential(1)])
        html("td", "", row, number);
    }
    if (rows.length > ROWS_MOST) {
      const cell = html("td", "", html("tr", "", body), fill(words.more, { count: rows.length - ROWS_MOST }));
      cell.colSpan = 4;
    }
    const steps = Array.from({ length: 2 * LEAST_CURVE - 1 }, (unused, i) => 10 ** (-1 - i / 2));
    Drawing.curve(by("curve"), graph.curve(steps), -exponent, words);
    graph.backward();
  }

  function draw() {
    drawCheck();
    drawGraph();
    if (window.lookAgain) window.lookAgain();
  }

  function go(to) {
    if (!graph) return;
    at = Math.min(Math.max(to, 0), lastStep());
    drawGraph();
  }

  // ---- Begin ----

  function makeControls() {
    by("settings").onsubmit = (event) => event.preventDefault();
    by("example").append(new Option(words.own_formula, ""));
    EXAMPLES.forEach(([text], i) => by("example").append(new Option(text, i)));
    by("example").onchange = () => {
      if (by("example").value) use(...EXAMPLES[by("example").value]);
    };
    by("formula").onchange = () => {
      by("example").value = "";
      use(by("formula").value, {});
    };
    by("first").onclick = () => go(0);
    by("back").onclick = () => go(at - 1);
    by("next").onclick = () => go(at + 1);
    by("last").onclick = () => go(lastStep());
    by("step").oninput = () => go(Number(by("step").value));
    by("h").oninput = () => graph && drawCheck();
    by("copy-link").onclick = () => Page.copy(location.href);
    window.onhashchange = readAddress;
  }

  async function begin() {
    compiled = await WebAssembly.compile(await Page.unpacked(PLAY.tape));
    makeControls();
    readAddress();
  }

  begin();
})();
