// What the program of a lesson needs from the page, and what it leaves there. Scripts with data
// are loaded when the first run needs them. tools.js and pictures.js stand before it.
"use strict";
var LessonFiles = (function () {
  const HERE = new URL(".", document.currentScript.src).href;
  const CATALOGUE = "build/locale/zh/LC_MESSAGES/stylegrad.mo";

  const load = (name) => Tools.load(HERE + name);
  const unpacked = (base64) => Tools.unpacked(Tools.bytesOf(base64));

  function ppmOf({ width, height, data }) {
    const head = new TextEncoder().encode(`P6\n${width} ${height}\n255\n`);
    const out = new Uint8Array(head.length + 3 * width * height);
    out.set(head);
    for (let i = 0, to = head.length; i < data.length; i += 4, to += 3)
      out.set(data.subarray(i, i + 3), to);
    return out;
  }

  // Width, height and pixels of what a lesson has written: web/lessons/image.c.
  function pixelsOf(ppm) {
    const head = new TextDecoder("latin1").decode(ppm.subarray(0, 40));
    const found = head.match(/^P([56])\n(\d+) (\d+)\n255\n/);
    if (!found) return null;
    const [width, height] = [Number(found[2]), Number(found[3])], grey = found[1] === "5";
    const data = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let i = 0, from = found[0].length; i < width * height; i++)
      for (let c = 0; c < 3; c++) data[4 * i + c] = ppm[from + (grey ? i : 3 * i + c)];
    return { width, height, data };
  }

  let compiled = null;
  async function moduleOf() {
    await load("lessons.data.js");
    if (!compiled) compiled = await WebAssembly.compile(await unpacked(PLAY.program));
    return compiled;
  }

  async function ours(name) {
    await load(`lesson.${name}.data.js`);
    return ppmOf((await Pictures.readOurs(PLAY.ours[name])).pixels);
  }

  // What a worker gets. `own` has the reader's pictures by their place: { name, pixels }, or none.
  async function messageFor(lesson, own, language) {
    const module = await moduleOf(), files = {}, args = [lesson.name], env = { LANGUAGE: language };
    for (const [path, text] of Object.entries(PLAY.recipe_files))
      files[path] = new TextEncoder().encode(text);
    for (const name of lesson.ours) files[`assets/${name}.png`] = await ours(name);
    const last = own.reduce((until, picture, i) => (picture ? i : until), -1);
    lesson.pictures.slice(0, last + 1).forEach((name, i) => {
      const path = own[i] ? `mine/${i + 1}/${own[i].name}` : `assets/${name}.png`;
      if (own[i]) files[path] = ppmOf(own[i].pixels);
      args.push(path);
    });
    let weights = null;
    if (lesson.network) {
      await load("weights.data.js");
      weights = await unpacked(PLAY.weights);
    }
    if (language === "zh") {
      await load("lessons.zh.data.js");
      files[CATALOGUE] = await unpacked(PLAY.catalogue);
    }
    return { module, args, env, files, weights };
  }

  return { messageFor, pixelsOf };
})();
