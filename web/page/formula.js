// Formulas as a reader types them: sum(square(a*b + tanh(c))), A @ B, conv2d(X, W, 1).
//
//     Formula.parse("a*b + 1")    { op: "add", inputs: [{ op: "mul", ... }, { number: 1 }] }
//     Formula.inputOf("[[1, 2]]")  { shape: [1, 1, 1, 2], numbers: [1, 2] }
//
// Throws a Formula.Wrong: what is wrong as a word of the page, and what is put into it.
"use strict";
var Formula = (function () {
  class Wrong extends Error {
    constructor(word, said) {
      super(word);
      this.word = word;
      this.said = said;
    }
  }

  // How many nodes a function takes, and how many numbers after them, at least and at most.
  const FUNCTIONS = { conv2d: [2, 0, 2], max_pool: [1, 1, 1], avg_pool: [1, 1, 1],
                      upsample: [1, 1, 1], pow: [1, 1, 1] };
  for (const name of ["abs", "exp", "log", "sqrt", "square", "sigmoid", "softplus", "tanh", "relu",
                      "sum", "mean", "transpose", "softmax", "gram", "tv"])
    FUNCTIONS[name] = [1, 0, 0];
  const OPERATORS = { "+": "add", "-": "sub", "*": "mul", "/": "div", "@": "matmul" };
  const MOST_NODES = 40, MOST_NUMBERS = 300;

  function tokensOf(text) {
    const tokens = [], pattern = /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(.))/gy;
    for (let match; pattern.lastIndex < text.trimEnd().length && (match = pattern.exec(text));) {
      const [, number, name, sign] = match;
      tokens.push({ number, name, sign, at: pattern.lastIndex });
    }
    return tokens;
  }

  function parse(text) {
    const tokens = tokensOf(text);
    let at = 0;
    const is = (sign) => tokens[at] && tokens[at].sign === sign;
    const wrong = () => {
      const here = tokens[at];
      throw new Wrong(here ? "unexpected" : "unfinished",
                      here && { what: here.number || here.name || here.sign, at: here.at });
    };
    const take = (sign) => (is(sign) ? at++ : wrong());

    const binary = (next, signs) => () => {
      let left = next();
      while (tokens[at] && signs.includes(tokens[at].sign)) {
        const op = OPERATORS[tokens[at++].sign];
        left = { op, inputs: [left, next()], numbers: [] };
      }
      return left;
    };

    function call(name) {
      const takes = FUNCTIONS[name];
      if (!takes) throw new Wrong("no_function", { name, all: Object.keys(FUNCTIONS).join(", ") });
      const inputs = [];
      take("(");
      do inputs.push(sum()); while (is(",") && ++at);
      take(")");
      const numbers = inputs.splice(takes[0]).map((input) => input.number);
      if (inputs.length < takes[0] || numbers.length < takes[1] || numbers.length > takes[2] ||
          numbers.includes(undefined))
        throw new Wrong("arguments", { name, nodes: takes[0], numbers: takes[2] });
      return { op: name, inputs, numbers };
    }

    function atom() {
      const token = tokens[at];
      if (!token) wrong();
      if (token.number) {
        at++;
        return { number: Number(token.number) };
      }
      if (token.name) {
        at++;
        return is("(") ? call(token.name) : { name: token.name };
      }
      take("(");
      const inside = sum();
      take(")");
      return inside;
    }

    function power() {
      const base = atom();
      if (!is("^")) return base;
      at++;
      const exponent = unary();
      if (exponent.number === undefined) throw new Wrong("exponent");
      return { op: "pow", inputs: [base], numbers: [exponent.number] };
    }

    function unary() {
      if (!is("-")) return power();
      at++;
      const inside = unary();
      return inside.number !== undefined ? { number: -inside.number }
                                         : { op: "neg", inputs: [inside], numbers: [] };
    }

    const product = binary(unary, ["*", "/", "@"]), sum = binary(product, ["+", "-"]);
    if (!tokens.length) throw new Wrong("unfinished");
    const tree = sum();
    if (at < tokens.length) wrong();
    return tree;
  }

  // The names in the order in which they appear.
  function namesOf(tree, names = []) {
    if (tree.name && !names.includes(tree.name)) names.push(tree.name);
    (tree.inputs || []).forEach((input) => namesOf(input, names));
    return names;
  }

  // Sides and numbers of nested lists.
  function flatten(value, sides, numbers, depth = 0) {
    if (typeof value === "number" && depth === sides.length) return numbers.push(value);
    if (!Array.isArray(value) || value.length !== sides[depth]) throw new Wrong("uneven");
    return value.forEach((part) => flatten(part, sides, numbers, depth + 1));
  }

  // Numbers that look like some: those of 3x3 are the same each time.
  const example = (i) => Math.round(10 * (1.3 * Math.sin(2.1 * i + 0.8) + 0.4 * Math.cos(5 * i))) / 10;

  // "2", "[[1, 2], [3, 4]]", or "2x3x3" for example numbers.
  function inputOf(text) {
    let sides, numbers = [];
    if (/^\s*\d+(\s*x\s*\d+)+\s*$/.test(text)) {
      sides = text.split("x").map(Number);
      const count = sides.reduce((product, side) => product * side, 1);
      numbers = Array.from({ length: Math.min(count, MOST_NUMBERS + 1) }, (unused, i) => example(i));
    } else {
      let value;
      try {
        value = JSON.parse(text);
      } catch (error) {
        throw new Wrong("no_input", { text });
      }
      sides = [];
      for (let part = value; Array.isArray(part); part = part[0]) sides.push(part.length);
      flatten(value, sides, numbers);
    }
    if (sides.length > 4 || numbers.length === 0 || numbers.length > MOST_NUMBERS)
      throw new Wrong("input_size", { most: MOST_NUMBERS });
    return { shape: [1, 1, 1, 1, ...sides].slice(-4), numbers };
  }

  // The text of an input.
  function textOf({ shape, numbers }) {
    const used = shape.slice(shape.findIndex((side) => side !== 1));
    const sides = shape.every((side) => side === 1) ? [] : used.length === 1 ? [1, ...used] : used;
    const part = (from, depth) => {
      if (depth === sides.length) return Number(numbers[from].toPrecision(6));
      const step = sides.slice(depth + 1).reduce((product, side) => product * side, 1);
      return Array.from({ length: sides[depth] }, (unused, i) => part(from + i * step, depth + 1));
    };
    return JSON.stringify(part(0, 0)).replace(/,/g, ", ");
  }

  return { Wrong, parse, namesOf, inputOf, textOf, FUNCTIONS, MOST_NODES, MOST_NUMBERS };
})();
if (typeof module !== "undefined") module.exports = Formula;
