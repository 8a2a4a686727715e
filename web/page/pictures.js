// Pictures: ours, and those of the reader. A canvas decodes them, in the browser's own process.
"use strict";
var Pictures = (function () {
  const MOST_SIDE = 2048;       // pixels of a picture that is given to the module
  const MOST_PIXELS = 150e6;    // of a file: what a browser decodes without giving up
  const LEAST_SIDE = 16;

  const canvasOf = (width, height) => Object.assign(document.createElement("canvas"),
                                                    { width, height });

  // A file or the address of one of ours, as an element that knows its size.
  async function elementOf(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  }

  // RGB over white, as the program reads it.
  function pixelsOf(source, width, height) {
    const context = canvasOf(width, height).getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(source, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data };
  }

  // The size that is taken of a picture, of at most MOST_SIDE.
  function fit(width, height) {
    const factor = Math.min(1, MOST_SIDE / Math.max(width, height));
    return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
  }

  // { pixels, width, height } of a file, with the size that it has; or { wrong } with what to say,
  // words of the page and what is put into them.
  async function read(file) {
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = address;
      await new Promise((good, bad) => { image.onload = good; image.onerror = bad; });
      const { naturalWidth: width, naturalHeight: height } = image;
      const said = { name: file.name, width, height };
      if (width < LEAST_SIDE || height < LEAST_SIDE) return { wrong: "too_small", said };
      if (width * height > MOST_PIXELS) return { wrong: "too_large", said };
      const [w, h] = fit(width, height);
      // A bitmap of the file, not of the element, is made beside the page, which goes on.
      const bitmap = await createImageBitmap(file, { resizeWidth: w, resizeHeight: h,
                                                      resizeQuality: "high" });
      const pixels = pixelsOf(bitmap, w, h);
      bitmap.close();
      return { pixels, width, height };
    } catch (error) {
      return { wrong: "no_picture", said: { name: file.name } };
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  // One of ours.
  async function readOurs(address) {
    const image = await elementOf(address);
    return { pixels: pixelsOf(image, image.naturalWidth, image.naturalHeight),
             width: image.naturalWidth, height: image.naturalHeight };
  }

  // Draws pixels into a canvas of their size.
  function show(canvas, { width, height, data }) {
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  }

  return { MOST_SIDE, read, readOurs, pixelsOf, show };
})();
