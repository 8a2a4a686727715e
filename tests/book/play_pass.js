"use strict";
// The page that paints in one pass, as a reader uses it: out/book/play/pass.en.html.
const assert = require("assert");
const fs = require("fs");
const look = require("./look.js");
const { PHONE } = require("./pages.js");
const { axe } = require("./play_axe.js");
const { png, sizeOf } = require("./play_files.js");
const native = require("../../web/test/native.js");

const text = (page, selector) => page.textContent(selector);
const until = (page, what, value) => page.waitForFunction(what, value, { timeout: 60000 });

// Opens the page, which paints at once.
async function open(page, at, settings = "#size=64", language = "en") {
  await page.goto("about:blank");
  await page.goto(at(`play/pass.${language}.html`) + settings);
  await until(page, () => {
    const save = document.querySelector("#save");
    return save && !save.disabled;
  });
}

const sides = (page) => page.$eval("#result", (canvas) => [canvas.width, canvas.height]);
const isWrong = (page) => until(page, () => !document.querySelector("#trouble").hidden);

const tests = {
  async "pass: a dropped photograph is painted as the program paints it"(page, at) {
    const photograph = native.waves(90, 60, 6), file = native.save("pass.ppm", photograph);
    await open(page, at, "#style=mosaic&size=96");
    await page.setInputFiles("#photograph-file", { name: "mine.png", mimeType: "image/png",
                                                   buffer: png(photograph) });
    await until(page, () => document.querySelector("#result").height === 64);
    assert.deepStrictEqual(await sides(page), [96, 64]);
    assert.match(await text(page, "#status"), /^96 × 64 pixels in \d+ ms\.$/);
    assert.match(await text(page, "#command"), /stylegrad stylize mosaic mine.png --size 96 -o/);
    const mine = await page.$eval("#result", (canvas) =>
      [...canvas.getContext("2d").getImageData(0, 0, 96, 64).data]);
    const right = native.stylize(file, "assets/styles/mosaic.style", 96);
    const off = Math.max(...right.rgb.map(
      (byte, i) => Math.abs(byte - mine[4 * Math.floor(i / 3) + i % 3])));
    assert(off <= (process.arch === "x64" ? 0 : 1), `${off} apart`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    assert.deepStrictEqual(sizeOf(fs.readFileSync(await download.path())), [96, 64]);
  },

  async "pass: size and style change the picture and the address, and a link brings them back"(page, at) {
    await open(page, at);
    await page.focus("#size");
    await page.keyboard.press("ArrowRight");
    await until(page, () => document.querySelector("#result").width === 96);
    await page.selectOption("#style", "mosaic");
    await until(page, () => /style=mosaic&size=96/.test(location.href));
    await open(page, at, "#style=mosaic&size=96", "zh");
    assert.deepStrictEqual(await sides(page), [96, 72]);
    assert.strictEqual(await page.inputValue("#style"), "mosaic");
    await open(page, at, "#style=magic&size=9");
    assert.match(await text(page, "#trouble"), /style=magic, size=9/);
  },

  async "pass: a style of one's own, and what is none"(page, at) {
    await open(page, at);
    const give = (name, buffer) => page.setInputFiles(
      "#style-file", { name, mimeType: "application/octet-stream", buffer });
    await give("own.style", fs.readFileSync("assets/styles/mosaic.style"));
    await until(page, () => /stylize own.style/.test(document.querySelector("#command").textContent));
    assert(await page.isHidden("#trouble"));
    await give("paintnet.style", fs.readFileSync("assets/paintnet.safetensors"));
    await isWrong(page);
    assert.match(await text(page, "#trouble"), /no style; 'stylegrad train-style' makes one/);
    assert.strictEqual(await page.inputValue("#style"), "painting");
    await page.setInputFiles("#photograph-file", { name: "t.png", mimeType: "image/png",
                                                   buffer: Buffer.from("x") });
    await isWrong(page);
    assert.match(await text(page, "#trouble"), /t\.png is no picture/);
    await page.click("#camera"); // this browser has none
    await until(page, () => /camera/.test(document.querySelector("#trouble").textContent));
  },

  async "pass: as any painting, which is chosen or dropped, and as far as one likes"(page, at) {
    const photograph = native.waves(90, 60, 6), painting = native.waves(80, 80, 9);
    const files = [native.save("p.ppm", photograph), native.save("a.ppm", painting)];
    const name = { name: "mine.png", mimeType: "image/png", buffer: png(photograph) };
    await open(page, at, "#size=96");
    assert(await page.isHidden("#painting-box") && await page.isHidden("#alpha"));
    await page.setInputFiles("#photograph-file", name);
    await page.selectOption("#style", "any");
    const data = await page.evaluateHandle((letters) => {
      const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "art.png", { type: "image/png" }));
      return transfer;
    }, png(painting).toString("base64"));
    await page.dispatchEvent("#painting-box", "drop", { dataTransfer: data });
    await page.waitForSelector("#painting-name:visible");
    for (const alpha of ["1", "0.4"]) {
      await page.$eval("#alpha", (slider, wanted) => {
        document.querySelector("#status").textContent = "";
        slider.value = wanted;
        slider.dispatchEvent(new Event("input"));
      }, alpha);
      const right = native.stylize(files[0], ["--style", files[1], "--alpha", alpha], 96);
      await until(page, ([rgb, most]) => {
        const canvas = document.querySelector("#result");
        if (canvas.width !== 96 || canvas.height !== 64) return false;
        const mine = canvas.getContext("2d").getImageData(0, 0, 96, 64).data;
        return rgb.every((byte, i) => Math.abs(byte - mine[4 * Math.floor(i / 3) + i % 3]) <= most);
      }, [[...right.rgb], process.arch === "x64" ? 0 : 1]);
    }
    assert.match(await text(page, "#command"),
                 /stylize --style art.png --alpha 0.4 mine.png --size 96 -o/);
    assert.match(page.url(), /#style=any&alpha=0\.4&size=96$/);
    await open(page, at, "#style=any&painting=mosaic&alpha=0.5&size=64", "zh");
    assert(await page.isVisible("#painting-box"));
    assert.deepStrictEqual(await sides(page), [64, 48]);
    assert(await page.isChecked("input[name=painting][value=mosaic]"));
    await page.setInputFiles("#painting-file", { name: "t.png", mimeType: "image/png",
                                                 buffer: png(native.waves(1, 1, 3)) });
    await isWrong(page);
    assert.match(await text(page, "#trouble"), /t\.png 只有 1 × 1 像素/);
    await page.focus("#style"); // with keys alone: back to a trained style
    await page.keyboard.press("Home");
    await page.waitForSelector("#painting-box", { state: "hidden" });
  },

  async "pass: axe finds no fault, and a phone shows all"(page, at) {
    for (const [language, colorScheme, style] of [["en", "light", "painting"], ["zh", "dark", "any"]]) {
      await page.emulateMedia({ colorScheme });
      await open(page, at, `#style=${style}&size=64`, language);
      await axe(page);
      await page.setViewportSize(PHONE);
      assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
    }
  },

  async "pass: 50 pictures take no more memory than the first"(page, at) {
    await open(page, at);
    const client = await page.context().newCDPSession(page);
    const heap = async () => {
      await client.send("HeapProfiler.collectGarbage");
      return (await client.send("Runtime.getHeapUsage")).usedSize;
    };
    const paint = async (i) => {
      await page.$eval("#size", (size, wanted) => {
        size.value = wanted;
        size.dispatchEvent(new Event("input"));
      }, i % 2 ? 96 : 64);
      await until(page, (side) => document.querySelector("#result").width === side, i % 2 ? 96 : 64);
    };
    for (let i = 1; i < 6; i++) await paint(i);
    const before = await heap();
    for (let i = 6; i < 56; i++) await paint(i);
    const after = await heap();
    assert(after <= 1.1 * before, `${before} bytes, then ${after}`);
  },
};

module.exports = { tests };
