"use strict";
// The pixels of one of our pictures, a PNG of 8 bits, RGB, as a canvas has them in a page.
const fs = require("fs");
const zlib = require("zlib");

const predict = [
  () => 0, (left) => left, (left, up) => up, (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner),
                       Math.abs(left + up - 2 * corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
  },
];

function read(path) {
  const file = fs.readFileSync(path), packed = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "IDAT")
      packed.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const width = file.readUInt32BE(16), height = file.readUInt32BE(20), row = 3 * width;
  if (file[24] !== 8 || file[25] !== 2 || file[28] !== 0) throw new Error(`${path}: another PNG`);
  const lines = zlib.inflateSync(Buffer.concat(packed)), rgb = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < row; i++) {
      const at = y * row + i, left = i < 3 ? 0 : rgb[at - 3], up = y ? rgb[at - row] : 0;
      const corner = y && i >= 3 ? rgb[at - row - 3] : 0, line = y * (row + 1);
      rgb[at] = lines[line + 1 + i] + predict[lines[line]](left, up, corner);
    }
  return { width, height, rgb };
}

// The same as the file that a lesson reads in a page.
function ppm(path) {
  const { width, height, rgb } = read(path);
  return new Uint8Array(Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), rgb]));
}

module.exports = { ppm };
