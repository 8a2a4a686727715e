"use strict";
// Pictures that are made by a formula, and the program that paints them: what the module is
// compared with.
const { execFileSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stylegrad-wasm-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));

// Waves of another length and direction in each channel, as a canvas has them.
function waves(width, height, length) {
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[4 * (y * width + x) + c] =
          127.5 + 110 * Math.sin(x / (length + c)) * Math.cos(y / (length + 3 - c) + c);
  return { width, height, data };
}

// The same picture in a file, a PPM.
function save(name, { width, height, data }) {
  const file = path.join(folder, name);
  const bytes = Buffer.alloc(3 * width * height);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) bytes[3 * i + c] = data[4 * i + c];
  fs.writeFileSync(file, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), bytes]));
  return file;
}

// The pixels of a PPM.
function pictureOf(name) {
  const file = fs.readFileSync(name);
  const [, width, height] = file.toString("latin1", 0, 40).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
  const size = 3 * Number(width) * Number(height);
  return { width: Number(width), height: Number(height), rgb: file.subarray(file.length - size) };
}

// With `narrow`, in vectors of 128 bits, as the module.
function stylegrad(args, narrow) {
  const env = { ...process.env, ...(narrow ? { STYLEGRAD_VECTORS: "128" } : {}) };
  return execFileSync(process.env.STYLEGRAD, args,
                      { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

// Losses and gradient of the first picture, by `stylegrad eval`.
function evaluate([photograph, painting], options, narrow) {
  const grad = path.join(folder, "gradient.npy");
  const said = JSON.parse(stylegrad(["eval", photograph, painting, "--json", "--grad", grad,
                                     ...options], narrow));
  const file = fs.readFileSync(grad), header = 10 + file.readUInt16LE(8);
  const numbers = new Float32Array(file.buffer.slice(file.byteOffset + header,
                                                     file.byteOffset + file.length));
  return { ...said, gradient: numbers };
}

// The rows of a trace of `stylegrad paint` in narrow vectors, and the picture, RGB.
function paint([photograph, painting], options) {
  const trace = path.join(folder, "trace.csv"), out = path.join(folder, "out.ppm");
  stylegrad(["paint", photograph, painting, "-o", out, "--trace", trace, ...options], true);
  const lines = fs.readFileSync(trace, "utf8").trim().split("\n").filter((line) => line[0] !== "#");
  const names = lines.shift().split(",");
  const rows = lines.map((line) => Object.fromEntries(
    line.split(",").map((value, i) => [names[i], Number(value)])));
  return { rows, ...pictureOf(out) };
}

// The picture of one pass, RGB. `style`: a file, or the options of --style.
function stylize(photograph, style, size) {
  const out = path.join(folder, "pass-out.ppm");
  stylegrad(["stylize", ...[style].flat(), photograph, "--size", String(size), "-o", out], true);
  return pictureOf(out);
}

module.exports = { waves, save, evaluate, paint, stylize, stylegrad };
