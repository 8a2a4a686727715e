"use strict";
// The module against the program, from the same sources: losses, gradients, steps, pictures.
const assert = require("assert");
const fs = require("fs");
const { waves, save, evaluate, paint, stylize } = require("./native.js");
const { open, recipes, weights, RECIPES, Stylegrad } = require("./module.js");

// Relative: both compute in float, and add in another order.
const NEAR = 1e-5;
// In vectors of 128 bits without fused multiply-adds the order is the same, and so are all bits,
// of a whole run. Other processors have no such vectors: there one step is compared.
const SAME_BITS = process.arch === "x64";

const photograph = waves(150, 110, 6), painting = waves(120, 140, 9);
const files = [save("photograph.ppm", photograph), save("painting.ppm", painting)];

function assertNear(a, b, bound, what) {
  const difference = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-12);
  assert(difference <= bound, `${what}: ${a} here, ${b} in the program, ${difference} apart`);
}

// |a - b| / |b|, over all entries.
function distance(a, b) {
  let off = 0, all = 0;
  assert.strictEqual(a.length, b.length);
  a.forEach((value, i) => {
    off += (value - b[i]) ** 2;
    all += b[i] ** 2;
  });
  return Math.sqrt(off / all);
}

const layerNames = (play, list) =>
  play.setting(list).split(",").map((item) => item.split(":")[0]);

// Options of the command line, and what the page sets in their place.
function begin(play, recipe, settings, options) {
  play.recipe(recipes[recipe].lines, settings);
  return ["--recipe", recipe, "--weights", "assets/paintnet.safetensors", ...options];
}

// paintnet has other layers than VGG-19, for which other systems' recipes are.
const LAYERS = { "content-layers": "relu3_1", "style-layers": "relu1_1:0.2,relu2_1,relu3_3:3" };
const layerOptions = Object.entries(LAYERS).flatMap(([key, value]) => [`--${key}`, value]);

function compareLosses(play, recipe, size) {
  const own = recipe !== "paint";
  const options = begin(play, recipe, { size, set: { ...(own ? LAYERS : {}), space: "unit" } },
                        ["--size", String(size), ...(own ? layerOptions : [])]);
  play.picture(Stylegrad.FIRST, painting);
  play.run(true); // from the painting, so that no loss is 0
  const now = play.numbers(), layers = play.layers(), gradient = play.gradient();
  const right = evaluate(files, [...options, "--image", files[1]], false);
  for (const term of ["total", "content", "style", "tv"])
    assertNear(now[term], right[term], NEAR, `${recipe}: ${term}`);
  Object.values(right.content_layers).forEach(
    (loss, i) => assertNear(layers.content[i], loss, NEAR, `${recipe}: content layer ${i}`));
  Object.values(right.style_layers).forEach(
    (loss, i) => assertNear(layers.style[i], loss, NEAR, `${recipe}: style layer ${i}`));
  const off = distance(gradient, right.gradient);
  assert(off <= NEAR, `${recipe}: the gradient differs by ${off} of its length`);
  if (SAME_BITS) {
    const same = evaluate(files, [...options, "--image", files[1]], true);
    assert.strictEqual(now.total, same.total, `${recipe}: bits of the loss`);
    assert.strictEqual(distance(gradient, same.gradient), 0, `${recipe}: bits of the gradient`);
  }
  play.end();
}

function comparePaintings(play, recipe, settings, options) {
  const said = begin(play, recipe, settings, options);
  play.run();
  const mine = [];
  while (play.step()) mine.push(play.numbers());
  const last = play.numbers(), picture = play.result();
  const right = paint(files, said);
  const steps = mine.filter((row, i) => i === 0 || row.step > mine[i - 1].step);
  assert.strictEqual(play.why(), "all steps are done");
  assert.strictEqual(steps.length, right.rows.length, `${recipe}: steps`);
  assert.strictEqual(last.step, right.rows.length);
  assert.strictEqual(picture.width, right.width);
  assert.strictEqual(picture.height, right.height);
  if (SAME_BITS)
    assert.deepStrictEqual(steps.map((row) => row.total), right.rows.map((row) => row.total));
  else
    assertNear(steps[0].total, right.rows[0].total, NEAR, `${recipe}: total of the first step`);
  const bytes = [...right.rgb.keys()].map((i) => picture.data[4 * Math.floor(i / 3) + i % 3]);
  if (SAME_BITS) assert.deepStrictEqual(bytes, [...right.rgb], `${recipe}: the picture`);
  play.end();
}

function comparePass({ width, height, data }, right, what) {
  assert.deepStrictEqual([width, height], [right.width, right.height], what);
  const off = right.rgb.map((byte, i) => Math.abs(byte - data[4 * Math.floor(i / 3) + i % 3]));
  assert(Math.max(...off) <= (SAME_BITS ? 0 : 1), `${what}: ${Math.max(...off)} apart`);
}

const withPictures = () => {
  const play = open();
  play.picture(Stylegrad.PHOTOGRAPH, photograph);
  play.picture(Stylegrad.PAINTING, painting);
  return play;
};

module.exports = {
  "losses and gradient of our own recipe": () => {
    for (const size of [48, 75, 130]) compareLosses(withPictures(), "paint", size);
  },
  "losses and gradient of other systems' recipes": () => {
    for (const recipe of ["gatys", "ns", "tf", "coursera", "pytorch", "d2l"])
      compareLosses(withPictures(), recipe, 64);
  },
  "the steps of L-BFGS, in one size": () => {
    comparePaintings(withPictures(), "paint", { size: 64, steps: 6 },
                     ["--size", "64", "--steps", "6"]);
  },
  "the steps of a pyramid": () => {
    comparePaintings(withPictures(), "paint", { size: 260, steps: 4 },
                     ["--size", "260", "--steps", "4"]);
  },
  "the steps of Adam, from noise": () => {
    comparePaintings(withPictures(), "paint",
                     { size: 48, steps: 5, set: { optim: "adam", init: "noise", seed: "7" } },
                     ["--size", "48", "--steps", "5", "--optim", "adam", "--init", "noise",
                      "--seed", "7"]);
  },
  "stages and the mean of the pictures, as one recipe has them": () => {
    const options = ["--size", "96", "--steps", "6", ...layerOptions];
    comparePaintings(withPictures(), "ck", { size: 96, steps: 6, set: LAYERS }, options);
  },
  "in the photograph's colours": () => {
    comparePaintings(withPictures(), "paint",
                     { size: 48, steps: 2, set: { colors: "luminance" } },
                     ["--size", "48", "--steps", "2", "--colors", "luminance"]);
  },
  "a style in one pass": () => {
    const play = withPictures();
    for (const name of ["painting", "mosaic"]) {
      const file = `assets/styles/${name}.style`;
      play.style(new Uint8Array(fs.readFileSync(file)));
      comparePass(play.stylize(90), stylize(files[0], file, 90), name);
    }
  },
  "any painting in one pass, wholly and half": () => {
    const play = withPictures();
    play.anyStyle(weights, new Uint8Array(fs.readFileSync("assets/anystyle.safetensors")));
    for (const [size, alpha] of [[90, 1], [150, 0.5], [64, 0]]) {
      play.painting(size, alpha);
      const said = ["--style", files[1], "--alpha", String(alpha)];
      comparePass(play.stylize(size, true), stylize(files[0], said, size), `any, alpha ${alpha}`);
    }
  },
  "every recipe can be run with paintnet's layers, and as the program has it": () => {
    assert.deepStrictEqual(Object.keys(recipes), RECIPES);
    for (const name of RECIPES) {
      const play = withPictures();
      play.recipe(recipes[name].lines, { size: 32, steps: 1, set: LAYERS });
      play.run();
      assert(Number.isFinite(play.numbers().total), name);
      play.end();
    }
  },
};
