"use strict";
// Files that a reader may give to the page that paints.
const zlib = require("zlib");

const TABLE = Int32Array.from({ length: 256 }, (unused, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
const crc = (bytes) => ~bytes.reduce((sum, byte) => (sum >>> 8) ^ TABLE[(sum ^ byte) & 255], -1) >>> 0;

function chunk(kind, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(kind, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// A PNG of RGB pixels, or of grey ones that are all 0 when there are none.
function png({ width, height, data }) {
  const header = Buffer.alloc(13), channels = data ? 3 : 1;
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, data ? 2 : 0, 0, 0, 0], 8);
  const lines = Buffer.alloc(height * (1 + width * channels));
  for (let i = 0; data && i < width * height; i++)
    for (let c = 0; c < 3; c++)
      lines[Math.floor(i / width) * (1 + 3 * width) + 1 + 3 * (i % width) + c] = data[4 * i + c];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header),
                        chunk("IDAT", zlib.deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}

// Width and height of a PNG.
const sizeOf = (file) => [file.readUInt32BE(16), file.readUInt32BE(20)];

module.exports = { png, sizeOf };
