"use strict";
// Opens the module that is tested, and the recipes of the page.
const { execFileSync } = require("child_process");
const fs = require("fs");
const Stylegrad = require("../page/module.js");

const compiled = new WebAssembly.Module(fs.readFileSync(process.env.WASM));
const weights = new Uint8Array(fs.readFileSync("assets/paintnet.safetensors"));
const recipes = JSON.parse(execFileSync("web/recipes.py", { encoding: "utf8" }));
// What a Chinese page makes of the module's sentences.
const sentences = JSON.parse(execFileSync("web/refusals.py", { encoding: "utf8" }));
// As they are in the folder.
const RECIPES = fs.readdirSync("recipes").filter((name) => name.endsWith(".recipe"))
  .map((name) => name.slice(0, -".recipe".length)).sort();

function open() {
  const play = new Stylegrad.Play(compiled, (text) => console.error(text));
  play.weights(weights);
  return play;
}

module.exports = { open, compiled, weights, recipes, sentences, RECIPES, Stylegrad };
