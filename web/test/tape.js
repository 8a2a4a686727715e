"use strict";
// The module of the tape: values and gradients by hand, and what cannot be recorded.
const assert = require("assert");
const fs = require("fs");
Object.assign(globalThis, { Tools: require("../page/tools.js"),
                            Stylegrad: require("../page/module.js"),
                            Formula: require("../page/formula.js") });
const Graphs = require("../page/graph.js");
const { sentences } = require("./module.js");

const compiled = new WebAssembly.Module(fs.readFileSync(process.env.TAPE));
const words = { sentences: [], not_fitting: "{text}", unexpected: "{what}, {at}", unfinished: "unfinished",
                no_function: "{name}", arguments: "{name} {nodes} {numbers}", exponent: "exponent",
                uneven: "uneven", no_input: "{text}", input_size: "{most}", many_nodes: "{most}" };
const fill = (text, said) => text.replace(/\{(\w+)\}/g, (all, name) => String(said[name]));

function graphOf(text, texts) {
  const inputs = Object.fromEntries(
    Object.entries(texts).map(([name, input]) => [name, Formula.inputOf(input)]));
  return new Graphs.Graph(compiled, Formula.parse(text), inputs);
}

const near = (a, b, bound = 1e-12) => assert(Math.abs(a - b) <= bound * Math.max(1, Math.abs(b)), `${a}, not ${b}`);
function nearAll(a, b) {
  assert.strictEqual(a.length, b.length);
  a.forEach((value, i) => near(value, b[i]));
}

function sentence(act) {
  try {
    act();
  } catch (error) {
    return Graphs.sentence(error, words, fill);
  }
  return assert.fail("no error");
}

module.exports = {
  "tape: values and gradients of a scalar formula": () => {
    const graph = graphOf("sum(square(a*b + tanh(c)))", { a: "2", b: "3", c: "0.5" });
    const t = Math.tanh(0.5), y = 6 + t; // y^2, d/da = 2 y b, d/db = 2 y a, d/dc = 2 y (1 - t^2)
    near(graph.value(graph.loss)[0], y * y);
    graph.backward();
    near(graph.gradient(graph.leaves.a)[0], 2 * y * 3);
    near(graph.gradient(graph.leaves.b)[0], 2 * y * 2);
    near(graph.gradient(graph.leaves.c)[0], 2 * y * (1 - t * t));
    graph.set(graph.leaves.a, 0, -1);
    near(graph.value(graph.loss)[0], (t - 3) ** 2);
  },
  "tape: a backward pass step by step adds up where a node is used twice": () => {
    const graph = graphOf("a*a + a", { a: "5" }); // nodes a, mul, add
    const gradient = () => graph.gradient(graph.leaves.a)[0];
    graph.backward(graph.loss + 1);
    near(graph.gradient(graph.loss)[0], 1);
    near(gradient(), 0);
    graph.backward(2);
    near(gradient(), 1);
    graph.backward(1);
    near(gradient(), 11);
  },
  "tape: matrices, and numbers that meet them": () => {
    const graph = graphOf("sum((A @ B - 1) / 2)", { A: "[[1,2],[3,4]]", B: "[[5],[6]]" });
    near(graph.value(graph.loss)[0], (17 - 1 + 39 - 1) / 2);
    graph.backward();
    nearAll(graph.gradient(graph.leaves.A), [2.5, 3, 2.5, 3]); // 1/2 of each row is B
    nearAll(graph.gradient(graph.leaves.B), [2, 3]);           // 1/2 of the sums of columns
  },
  "tape: convolution, Gram matrix and total variation": () => {
    // A kernel of ones over [[1,2],[3,4]] with one pixel of zeros around: each corner sees all.
    let graph = graphOf("conv2d(X, W, 1)", { X: "[[1,2],[3,4]]", W: "[[1,1,1],[1,1,1],[1,1,1]]" });
    nearAll(graph.value(graph.ops[0]), [10, 10, 10, 10]);
    graph.backward();
    nearAll(graph.gradient(graph.leaves.X), [4, 4, 4, 4]);
    // Channels (1,2) and (3,4) of two pixels, divided by 2: 5/2, 11/2, 25/2.
    graph = graphOf("gram(F)", { F: "[[[1,2]],[[3,4]]]" });
    nearAll(graph.value(graph.ops[0]), [2.5, 5.5, 5.5, 12.5]);
    // (3-1)^2 + (4-2)^2 down, (2-1)^2 + (4-3)^2 right; d/dx_00 = -2 2 - 2 1.
    graph = graphOf("tv(X)", { X: "[[1,2],[3,4]]" });
    near(graph.value(graph.loss)[0], 10);
    graph.backward();
    nearAll(graph.gradient(graph.leaves.X), [-6, -2, 2, 6]);
  },
  "tape: every function of the page is there, and its gradient is that of a quotient": () => {
    for (const [name, [nodes, least]] of Object.entries(Formula.FUNCTIONS)) {
      const args = nodes === 2 ? "X, W" : least ? "X, 2" : "X";
      const graph = graphOf(`sum(square(${name}(${args})))`,
                            { X: "[[0.7, 1.1, 0.4, 2], [1.5, 0.3, 0.9, 0.6]]", W: "[[0.5, -1]]" });
      graph.backward();
      const right = graph.gradient(graph.leaves.X);
      right.forEach((value, i) => near(graph.quotient(graph.leaves.X, i, 1e-5), value, 1e-6));
    }
  },
  "tape: the curve of errors is a V": () => {
    const graph = graphOf("sum(exp(a*b))", { a: "0.7", b: "1.3" });
    const [coarse, best, fine] = graph.curve([1e-1, 1e-5, 1e-12]).map((point) => point.worst);
    assert(best < 1e-8 && coarse > 1e-4 && fine > 1e-6, `${coarse} ${best} ${fine}`);
  },
  "tape: what is no formula, or does not fit, is a sentence": () => {
    const a = { a: "2", A: "[[1,2]]", B: "[[1,2,3]]" };
    assert.strictEqual(sentence(() => graphOf("a +", a)), "unfinished");
    assert.strictEqual(sentence(() => graphOf("", a)), "unfinished");
    assert.match(sentence(() => graphOf("a ) b", a)), /\)/);
    assert.match(sentence(() => graphOf("a $ b", a)), /\$/);
    assert.match(sentence(() => graphOf("sin(a)", a)), /sin/);
    assert.match(sentence(() => graphOf("conv2d(A)", a)), /conv2d 2 2/);
    assert.match(sentence(() => graphOf("a^A", a)), /exponent/);
    assert.match(sentence(() => graphOf("A + B", a)), /add.*2.*3/);
    assert(!/\.c:|does not hold/.test(sentence(() => graphOf("A @ B", a))));
    assert.match(sentence(() => graphOf("max_pool(A, 50)", a)), /max_pool/);
    assert.match(sentence(() => graphOf("a+".repeat(60) + "a", a)), /40/);
    for (const bad of ["x", "[1,[2]]", "[]", "500x500", "[[[[[1]]]]]", "[\"a\"]"])
      assert(sentence(() => Formula.inputOf(bad)).length > 0, bad);
    // On a Chinese page they are Chinese.
    words.sentences = sentences;
    for (const bad of ["A + B", "A @ B", "max_pool(A, 50)", "conv2d(A, B, 70)", "(a - 3)^0.5"])
      assert.match(sentence(() => graphOf(bad, a)), /^[^a-z]*[a-z0-9]*：?.*[一-鿿]/, bad);
    words.sentences = [];
    assert.strictEqual(Formula.textOf(Formula.inputOf("[[1,2],[3,4]]")), "[[1, 2], [3, 4]]");
    assert.strictEqual(Formula.textOf(Formula.inputOf("2")), "2");
  },
};
