// The settings of the page: as its address has them, as the module reads them, and as options of
// the program. A setting is named as in a recipe.
"use strict";
var Settings = (function () {
  // Layers of paintnet that a loss can compare.
  const LAYERS = ["relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3",
                  "relu4_1"];
  const USUAL = { content: ["relu3_3"], style: LAYERS.filter((name) => name !== "relu3_2") };
  const WEIGHTS = ["content-weight", "style-weight", "tv-weight"];
  // Where a slider's middle is when the recipe says 0.
  const USUAL_WEIGHT = { "content-weight": 1, "style-weight": 100, "tv-weight": 1e-5 };
  const CHOICES = {
    photograph: ["scene", "own"], painting: ["painting", "mosaic", "own"],
    optim: ["lbfgs", "adam", "gd", "anneal"], init: ["content", "noise", "style"],
    colors: ["style", "luminance", "match"],
  };
  const RANGES = { size: [32, 512], steps: [1, 1000], seed: [0, 999999] };
  const FIRST = { photograph: "scene", painting: "painting", recipe: "paint", size: "256",
                  steps: "100", colors: "style", seed: "0" };

  const lineOf = (recipe, key) => (recipe.lines.find((line) => line[0] === key) || [])[1];

  // The layers of a list, and the sum of their weights.
  function layersOf(text) {
    const items = text.split(",").map((item) => item.split(":"));
    return { names: items.map((item) => item[0]),
             sum: items.reduce((sum, item) => sum + (item[1] === undefined ? 1 : Number(item[1])),
                               0) };
  }

  // What a recipe says of the settings that the page has. The layers of a network that is not
  // paintnet are not there: its own take their place.
  function base(recipe) {
    const out = { ...FIRST };
    for (const name of WEIGHTS) out[name] = lineOf(recipe, name) || "0";
    out.optim = lineOf(recipe, "optim");
    out.init = CHOICES.init.includes(lineOf(recipe, "init")) ? lineOf(recipe, "init") : "content";
    out.seed = lineOf(recipe, "seed") || "0";
    for (const term of ["content", "style"]) out[`${term}-layers`] = USUAL[term].join(",");
    return out;
  }

  const isOwn = (recipe) => lineOf(recipe, "net") === "paintnet";

  // The text of a list of layers: those of a term share the sum of the recipe's weights, if it
  // says any.
  function layerText(recipe, term, names) {
    const said = lineOf(recipe, `${term}-layers`);
    const sum = said ? layersOf(said).sum : 1;
    const share = Number((sum / names.length).toPrecision(6));
    return names.map((name) => (share === 1 ? name : `${name}:${share}`)).join(",");
  }

  // What differs from the recipe, as its lines would say it.
  function changes(recipe, state) {
    const usual = base(recipe), set = {};
    for (const name of [...WEIGHTS, "optim", "init", "seed"])
      if (state[name] !== usual[name]) set[name] = state[name];
    for (const term of ["content", "style"]) {
      const key = `${term}-layers`, all = state[key] === usual[key];
      if (!all || (lineOf(recipe, key) && Number(usual[`${term}-weight`]) !== 0))
        set[key] = layerText(recipe, term, state[key].split(","));
    }
    if (state.colors !== "style") set.colors = state.colors;
    return set;
  }

  // For Play.recipe of module.js.
  function forModule(recipe, state) {
    return { lines: recipe.lines, size: Number(state.size), steps: Number(state.steps),
             set: changes(recipe, state) };
  }

  const quoted = (word) => (/^[\w.,:/+=@-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);

  // The command that paints the same; `files` are the names of the two pictures.
  function command(recipe, state, files) {
    const words = ["stylegrad", "paint", files.photograph, files.painting];
    if (state.recipe !== FIRST.recipe) words.push("--recipe", state.recipe);
    if (!isOwn(recipe)) words.push("--weights", "assets/paintnet.safetensors");
    words.push("--size", state.size, "--steps", state.steps);
    for (const [name, value] of Object.entries(changes(recipe, state)))
      words.push(`--${name}`, value);
    return words.map(quoted).join(" ") + " -o painting.png";
  }

  function isGood(name, value, recipes) {
    if (CHOICES[name]) return CHOICES[name].includes(value);
    if (name === "recipe") return Object.hasOwn(recipes, value);
    if (RANGES[name])
      return /^\d+$/.test(value) && value >= RANGES[name][0] && value <= RANGES[name][1];
    if (WEIGHTS.includes(name)) return value !== "" && Number(value) >= 0 && Number(value) < 1e30;
    if (/-layers$/.test(name))
      return value.split(",").every((layer, i, all) => LAYERS.includes(layer) &&
                                                       all.indexOf(layer) === i);
    return false;
  }

  // The settings of an address, "#size=128&optim=adam", and those in it that are none.
  function fromAddress(hash, recipes) {
    const said = [...new URLSearchParams(hash.replace(/^#/, ""))];
    const bad = said.filter(([name, value]) => !isGood(name, value, recipes));
    const good = Object.fromEntries(said.filter((pair) => !bad.includes(pair)));
    const state = { ...base(recipes[good.recipe || FIRST.recipe]), ...good };
    return { state, bad: bad.map(([name, value]) => `${name}=${value}`.slice(0, 60)) };
  }

  // The other way: what is as the recipe and the page have it is left out.
  function toAddress(state, recipes) {
    const usual = base(recipes[state.recipe]), out = new URLSearchParams();
    for (const [name, value] of Object.entries(state))
      if (name === "recipe" ? value !== FIRST.recipe : value !== usual[name]) out.set(name, value);
    return "#" + out.toString().replace(/%2C/g, ",");
  }

  // A slider of 81 places: 0 is nothing, 41 the usual value, ten times as much 20 places on.
  const MIDDLE = 41, DECADE = 20;
  const middleOf = (recipe, name) => Number(base(recipe)[name]) || USUAL_WEIGHT[name];
  function weightAt(recipe, name, place) {
    if (Number(place) === 0) return "0";
    if (Number(place) === MIDDLE) return String(middleOf(recipe, name));
    const value = middleOf(recipe, name) * 10 ** ((place - MIDDLE) / DECADE);
    return String(Number(value.toPrecision(2)));
  }
  function placeOf(recipe, name, value) {
    if (Number(value) === 0) return 0;
    const place = MIDDLE + DECADE * Math.log10(Number(value) / middleOf(recipe, name));
    return Math.min(Math.max(Math.round(place), 1), 2 * MIDDLE - 1);
  }

  return { LAYERS, WEIGHTS, CHOICES, RANGES, base, isOwn, changes, forModule, command,
           fromAddress, toAddress, weightAt, placeOf };
})();
if (typeof module !== "undefined") module.exports = Settings;
