// A formula on a tape of the library: web/graph.h for the page. tools.js, module.js and formula.js
// stand before it.
//
//     const graph = new Graphs.Graph(compiled, Formula.parse("a*b"), { a: input, b: input });
//     graph.nodes    [{ id, op, label, inputs, shape, leaf }]
//     graph.value(id), graph.backward(until), graph.gradient(id)
"use strict";
var Graphs = (function () {
  // The library's sentence of a CHECK, without file, line and condition.
  const sentenceOf = (text) => text.replace(/^\S+:\d+: \w+: /, "").replace(/ \[.*? does not hold\]$/, "");

  class Graph {
    constructor(compiled, tree, inputs) {
      this.module = new Stylegrad.Instance(compiled);
      this.c = this.module.c;
      this.nodes = [];
      this.leaves = {};
      this.inputs = inputs;
      this.c.graph_new();
      let last = this.build(tree);
      if (this.sizeOf(last) !== 1) last = this.op("sum", [last], []);
      if (this.nodes[last].leaf) last = this.op("sum", [last], []);
      this.loss = last;
      this.ops = this.nodes.filter((node) => !node.leaf).map((node) => node.id);
    }

    add(id, rest) {
      const at = this.c.graph_shape(id);
      const shape = [...new Int32Array(this.c.memory.buffer, at, 4)];
      this.nodes[id] = { id, shape, inputs: [], ...rest };
      if (this.nodes.length > Formula.MOST_NODES)
        throw new Formula.Wrong("many_nodes", { most: Formula.MOST_NODES });
      return id;
    }

    leaf(shape, numbers, variable, label) {
      const id = this.module.with([Float64Array.from(numbers)],
                                  (at) => this.c.graph_leaf(...shape, at, variable));
      return this.add(id, { op: variable ? "variable" : "constant", label, leaf: true, variable });
    }

    sizeOf(id) { return this.nodes[id].shape.reduce((product, side) => product * side, 1); }

    // One number takes the shape of what it meets.
    spread(id, like) {
      const out = this.c.graph_spread(id, like);
      return out === id ? id : this.add(out, { op: "broadcast", inputs: [id] });
    }

    op(name, inputs, numbers) {
      let [a, b = -1] = inputs;
      const [p = 0, q = 0] = numbers;
      if (["add", "sub", "mul", "div"].includes(name)) {
        if (this.sizeOf(a) === 1) a = this.spread(a, b);
        if (this.sizeOf(b) === 1) b = this.spread(b, a);
      }
      const id = this.module.with([name], (at) => this.c.graph_op(at, a, b, p, q));
      return this.add(id, { op: name, inputs: b < 0 ? [a] : [a, b] });
    }

    // Leaves of one name are one leaf.
    build(tree) {
      if (tree.number !== undefined)
        return this.leaf([1, 1, 1, 1], [tree.number], false, String(tree.number));
      if (tree.name) {
        if (this.leaves[tree.name] === undefined) {
          const { shape, numbers } = this.inputs[tree.name];
          this.leaves[tree.name] = this.leaf(shape, numbers, true, tree.name);
        }
        return this.leaves[tree.name];
      }
      return this.op(tree.op, tree.inputs.map((input) => this.build(input)), tree.numbers);
    }

    numbers(id, at) {
      return at ? [...new Float64Array(this.c.memory.buffer, at, this.sizeOf(id))] : null;
    }
    value(id) { return this.numbers(id, this.c.graph_value(id)); }
    gradient(id) { return this.numbers(id, this.c.graph_gradient(id)); }

    // The formulas of an op.
    math(id) { return this.module.string(this.c.graph_math(id)); }
    derivative(id) { return this.module.string(this.c.graph_derivative(id)); }

    set(leaf, index, value) {
      this.c.graph_set(leaf, index, value);
      this.c.graph_forward();
    }

    // From the loss back to this node.
    backward(until = 0) { this.c.graph_backward(this.loss, until); }

    quotient(leaf, index, h) { return this.c.graph_quotient(this.loss, leaf, index, h); }

    // Median and worst error for each step h.
    curve(steps) {
      const errors = this.c.play_alloc(16 * steps.length);
      this.module.with([Float64Array.from(steps)],
                       (at) => this.c.graph_curve(this.loss, steps.length, at, errors));
      const all = [...new Float64Array(this.c.memory.buffer, errors, 2 * steps.length)];
      this.c.play_free(errors);
      return steps.map((step, i) => ({ step, median: all[2 * i], worst: all[2 * i + 1] }));
    }
  }

  // What went wrong, as a sentence; words are the page's.
  function sentence(error, words, fill) {
    if (error instanceof Formula.Wrong) return fill(words[error.word], error.said || {});
    if (error instanceof Stylegrad.PlayStopped)
      return fill(words.not_fitting,
                  { text: Tools.translated(sentenceOf(error.message), words.sentences) });
    throw error;
  }

  return { Graph, sentence };
})();
if (typeof module !== "undefined") module.exports = Graphs;
