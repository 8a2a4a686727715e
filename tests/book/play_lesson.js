"use strict";
// "Run it here" in the pages of lessons, as a reader uses it.
const assert = require("assert");
const fs = require("fs");
const look = require("./look.js");
const { PHONE } = require("./pages.js");
const { axe } = require("./play_axe.js");
const { png, sizeOf } = require("./play_files.js");
const { waves } = require("../../web/test/native.js");

const text = (page, selector) => page.textContent(`.run-here ${selector}`);
const until = (page, what, value) => page.waitForFunction(what, value, { timeout: 120000 });
const over = (page) => until(page, () => document.querySelector(".run-here").dataset.run === "no");
const isWrong = (page) =>
  until(page, () => !document.querySelector(".run-here .trouble").hidden);

async function open(page, at, lesson, language = "en") {
  await page.goto(at(`${language}/${lesson}.html`));
  await page.waitForSelector(".run-here .main:enabled");
}

async function run(page) {
  await page.click(".run-here .main");
  await over(page);
}

const give = (page, place, name, buffer) => page.setInputFiles(
  `.run-here fieldset:nth-of-type(${place}) input`, { name, mimeType: "image/png", buffer });

async function drop(page, place, name, buffer) {
  const data = await page.evaluateHandle(([letters, called]) => {
    const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], called, { type: "image/png" }));
    return transfer;
  }, [buffer.toString("base64"), name]);
  await page.dispatchEvent(`.run-here fieldset:nth-of-type(${place})`, "drop", { dataTransfer: data });
}

// Whether both say the same; numbers behind a ~ depend on the processor.
const bare = (words) => words.replace(/~-?[\d.e-]+ */g, "~").trim();

const tests = {
  async "lesson: it prints and draws what the program does, in both languages"(page, at) {
    for (const [language, folder] of [["en", ""], ["zh", "zh/"]]) {
      await open(page, at, "08_gram", language);
      await run(page);
      assert.strictEqual(await text(page, ".trouble"), "");
      assert.strictEqual(bare(await text(page, "pre")),
                         bare(fs.readFileSync(`lessons/${folder}08_gram.expected`, "utf8")));
      const sizes = await page.$$eval(".run-here .figure canvas",
                                      (all) => all.map((canvas) => [canvas.width, canvas.height]));
      for (const name of ["matrices", "pictures"]) {
        const file = fs.readFileSync(`out/08_gram/${name}.png`);
        assert(sizes.some(([w, h]) => String(sizeOf(file)) === `${w},${h}`), name);
      }
      // Two curves of four points, named as gnuplot's script names them.
      const script = fs.readFileSync(`out/08_gram/${folder}apart.gp`, "utf8");
      const names = [...script.matchAll(/rgb '#\w+' title '([^']*)'/g)].map((found) => found[1]);
      assert.deepStrictEqual(await page.$$eval(".key-of-plot li", (all) =>
        all.map((item) => item.textContent.trim())), names);
      assert.strictEqual(await page.$$eval(".curves circle", (all) => all.length), 8);
    }
  },

  async "lesson: a curve has its points where the axes say"(page, at) {
    await open(page, at, "08_gram");
    await run(page);
    const numbers = fs.readFileSync("out/08_gram/apart.csv", "utf8").trim().split("\n").slice(1)
      .map((line) => line.split(",").map(Number));
    const seen = await page.$eval(".curves svg", (svg) => {
      const number = (one, name) => Number(one.getAttribute(name));
      const marks = [...svg.querySelectorAll(".axes text")].filter((one) => one.getAttribute("x"));
      const y = marks.filter((one) => one.getAttribute("text-anchor") === "end")
        .map((one) => [Number(one.textContent), number(one, "y") - 4]);
      const points = [...svg.querySelectorAll(".line-1 circle")].map((one) => number(one, "cy"));
      return { y, points };
    });
    const [[low, bottom]] = seen.y, [high, top] = seen.y[seen.y.length - 1];
    seen.points.forEach((cy, i) => {
      const value = low + (cy - bottom) / (top - bottom) * (high - low);
      assert(Math.abs(value - numbers[i][2]) < 1e-3 * (high - low), `${value}, ${numbers[i][2]}`);
    });
  },

  async "lesson: pictures of the reader's, chosen and dropped, and ours again"(page, at) {
    await open(page, at, "05_pooling");
    await drop(page, 1, "mine.png", png(waves(90, 60, 6)));
    await page.waitForSelector(".run-here .chosen:visible");
    assert.match(await text(page, ".note"), /mine\.png/);
    await run(page);
    const mine = await text(page, "pre");
    await page.click(".run-here .drop button");
    assert(await page.isHidden(".run-here .chosen"));
    await run(page);
    assert.notStrictEqual(await text(page, "pre"), mine);
    await give(page, 1, "again.png", png(waves(90, 60, 6)));
    await page.waitForSelector(".run-here .chosen:visible");
    await run(page);
    assert.strictEqual(await text(page, "pre"), mine);
    const [download] = await Promise.all([page.waitForEvent("download"),
                                          page.click(".run-here .caption button")]);
    assert(sizeOf(fs.readFileSync(await download.path()))[0] > 16);
  },

  async "lesson: what is no picture, or too small, or does not fit is one sentence"(page, at) {
    await open(page, at, "05_pooling");
    await give(page, 1, "one.png", png(waves(1, 1, 6)));
    await isWrong(page);
    assert.match(await text(page, ".trouble"), /one\.png has 1 × 1 pixels/);
    await give(page, 1, "notes.txt", Buffer.from("no picture"));
    await until(page, () => /notes/.test(document.querySelector(".run-here .trouble").textContent));
    await run(page); // with ours
    assert.strictEqual(await text(page, ".trouble"), "");
    await give(page, 1, "large.png", png({ width: 8000, height: 5000 }));
    await page.waitForSelector(".run-here .chosen:visible");
    await run(page);
    assert.strictEqual(await text(page, ".trouble"), "");
  },

  async "lesson: an error of the program is its sentence, in the reader's language"(page, at) {
    for (const [language, words] of [["en", /^give two frames of a film, .*, and a painting$/],
                                     ["zh", /^请给出一段影片里大小相同的两帧，和一幅画$/]]) {
      await open(page, at, "19_flow", language);
      await give(page, 1, "a.png", png(waves(64, 48, 6)));
      await run(page).catch(() => {});
      assert.match(await text(page, ".trouble"), language === "en" ? /all three/ : /三张/);
      await give(page, 2, "b.png", png(waves(48, 64, 6)));
      await give(page, 3, "c.png", png(waves(64, 48, 9)));
      await until(page, () => document.querySelectorAll(".run-here .chosen:not([hidden])").length === 3);
      await run(page);
      assert.match(await text(page, ".trouble"), words);
      assert.match(await text(page, ".status"), /\d s\.$|秒。$/);
    }
  },

  async "lesson: with keys alone it is started and stopped, and starts again"(page, at) {
    await open(page, at, "13_style_transfer");
    await page.focus(".run-here .main");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".run-here pre:visible"); // the first lines are there while it runs
    await page.waitForSelector(".run-here .actions button:nth-of-type(2):enabled");
    assert.match(await text(page, ".status"), /It runs; this takes about/);
    await page.focus(".run-here .actions button:nth-of-type(2)");
    await page.keyboard.press("Enter");
    await over(page);
    assert.match(await text(page, ".status"), /^Stopped after \d/);
    assert.strictEqual(await page.evaluate(() => document.activeElement.textContent), "Run");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".run-here pre:visible");
    await page.click(".run-here .actions button:nth-of-type(2)");
  },

  async "lesson: axe finds no fault, and a phone shows all"(page, at) {
    for (const [language, colorScheme] of [["en", "light"], ["zh", "dark"]])
      for (const lesson of ["02_tape", "08_gram"]) {
        await page.emulateMedia({ colorScheme });
        await open(page, at, lesson, language);
        await run(page);
        await axe(page);
        const before = page.viewportSize();
        await page.setViewportSize(PHONE);
        await page.waitForTimeout(100);
        assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
        assert.deepStrictEqual(await page.evaluate(look.cutBoxes), []);
        await page.setViewportSize(before);
      }
  },

  async "lesson: 50 runs take no more memory than the first"(page, at) {
    await open(page, at, "02_tape");
    const client = await page.context().newCDPSession(page);
    const heap = async () => {
      await client.send("HeapProfiler.collectGarbage");
      return (await client.send("Runtime.getHeapUsage")).usedSize;
    };
    for (let i = 0; i < 5; i++) await run(page);
    const before = await heap();
    for (let i = 0; i < 50; i++) await run(page);
    const after = await heap();
    assert(after <= 1.1 * before, `${before} bytes, then ${after}`);
    assert.strictEqual(page.workers().length, 0);
  },
};

module.exports = { tests };
