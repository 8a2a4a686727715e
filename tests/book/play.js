"use strict";
// The page that paints, as a reader uses it: out/book/play.
const assert = require("assert");
const fs = require("fs");
const { PHONE } = require("./pages.js");
const look = require("./look.js");
const { axe } = require("./play_axe.js");
const { png, sizeOf } = require("./play_files.js");
const native = require("../../web/test/native.js");

const PHOTOGRAPH = native.waves(90, 60, 6), PAINTING = native.waves(70, 80, 9);

const text = (page, selector) => page.textContent(selector);
const until = (page, what, value) => page.waitForFunction(what, value, { timeout: 60000 });

const canStart = (page) => until(page, () => {
  const start = document.querySelector("#start");
  return start && !start.disabled;
});

// Opens the page, with settings; it can start.
async function open(page, at, settings = "#size=64&steps=6", language = "en") {
  await page.goto("about:blank"); // another #... alone would not load it again
  await page.goto(at(`play/${language}.html`) + settings);
  await canStart(page);
}

// As the page has it now: page.url() may be late.
const address = (page) => page.evaluate(() => location.href);
const ended = (page) => until(page, () => document.querySelector("#settings").dataset.run === "over");
const isWrong = (page) => until(page, () => !document.querySelector("#trouble").hidden);

// The bytes of the result, as a number that differs for other pictures.
const resultNow = (page) => page.$eval("#result", (canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, byte, i) => (sum + byte * (i % 251)) % 1e9, 0);
});

// Drops a file on a box, as from a folder.
async function drop(page, box, name, type, bytes) {
  const transfer = await page.evaluateHandle(([base64, file, kind]) => {
    const data = new DataTransfer();
    const all = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([all], file, { type: kind }));
    return data;
  }, [bytes.toString("base64"), name, type]);
  await page.dispatchEvent(box, "drop", { dataTransfer: transfer });
}

const tests = {
  async "paint: a file is dropped, start, pause, go on, save, with nothing from the network"(page, at) {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await open(page, at, "#size=96&steps=40");
    await drop(page, "#photograph-box", "my photo.png", "image/png", png(PHOTOGRAPH));
    await until(page, () => document.querySelector("#photograph-canvas").width === 90);
    assert.match(await text(page, "#photograph-name"), /my photo\.png, 90 × 60/);
    assert.match(await text(page, "#command"), /paint 'my photo\.png' assets\/painting\.png/);
    await page.click("#start");
    await until(page, () => /Step [1-9]/.test(document.querySelector("#status").textContent));
    const early = await resultNow(page);
    await until(page, () => /Step ([4-9]|\d\d)/.test(document.querySelector("#status").textContent));
    assert.match(await text(page, "#status"), /of 40, 96 × 64 pixels, about .* left/);
    await page.click("#pause");
    await page.waitForTimeout(700); // the step that was under way
    const paused = await page.$eval("#number-total", (number) => number.textContent);
    await page.waitForTimeout(700);
    assert.strictEqual(await text(page, "#number-total"), paused);
    assert.strictEqual(await text(page, "#pause"), "Go on");
    assert.strictEqual(await text(page, "#status"), "Paused.");
    await page.click("#pause");
    await ended(page);
    assert.match(await text(page, "#status"), /^40 steps in [\d.]+ s: all steps are done\.$/);
    assert.notStrictEqual(await resultNow(page), early);
    const points = await page.$$eval(".curve", (lines) => lines.map(
      (line) => line.getAttribute("points").trim().split(" ").length));
    assert.deepStrictEqual(points, [41, 40, 41, 41]); // content begins at 0, which has no logarithm
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    assert.strictEqual(download.suggestedFilename(), "painting.png");
    assert.deepStrictEqual(sizeOf(fs.readFileSync(await download.path())), [96, 64]);
    assert.deepStrictEqual(asked.filter((url) => !/^(file|blob|data|about):/.test(url)), []);
  },

  async "paint: a slider changes the address, the command and the run that goes on"(page, at) {
    await open(page, at);
    await page.click("#start");
    await ended(page);
    const before = await resultNow(page);
    assert(await page.isDisabled("#again"));
    await page.focus("#style-weight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.match(await address(page), /#.*style-weight=130\b/);
    assert.match(await text(page, "#command"), /--size 64 --steps 6 --style-weight 130 -o/);
    assert.strictEqual(await page.getAttribute("#style-weight", "aria-valuetext"), "130");
    await page.click("#again");
    await ended(page);
    assert.notStrictEqual(await resultNow(page), before);
    await page.click("#reset");
    assert(!/style-weight/.test(await address(page)));
  },

  async "paint: a link has all settings, and what is none is named"(page, at) {
    const link = "#painting=mosaic&recipe=gatys&size=48&steps=10&content-weight=3&style-weight=0" +
      "&tv-weight=0.001&content-layers=relu2_2&style-layers=relu1_1,relu3_2&optim=adam&init=style" +
      "&seed=5&colors=match";
    await open(page, at, link);
    const own = new URLSearchParams(link.slice(1)), now = new URL(await address(page)).hash.slice(1);
    assert.deepStrictEqual([...new URLSearchParams(now)].sort(), [...own].sort());
    const checked = await page.$$eval("#style-layers input:checked", (all) => all.map((one) => one.value));
    assert.deepStrictEqual(checked, ["relu1_1", "relu3_2"]);
    assert(await page.isChecked("input[name=painting][value=mosaic]"));
    const command = await text(page, "#command");
    for (const part of [/--recipe gatys --weights assets\/paintnet.safetensors/, /--optim adam/,
                        /--init style/, /--seed 5/, /--colors match/, /--style-weight 0/,
                        /--style-layers relu1_1:\S+,relu3_2/])
      assert.match(command, part);
    await page.click("#start");
    await ended(page);
    await page.click("#language");
    await page.waitForURL(/zh\.html/);
    await canStart(page);
    assert.match(await address(page), /zh\.html#.*seed=5/);
    await open(page, at, "#size=9&optim=magic&colour=red&steps=7");
    assert.match(await text(page, "#trouble"), /size=9, optim=magic, colour=red/);
    assert.strictEqual(await text(page, "output[for=steps]"), "7");
  },

  async "paint: every command that the page shows is one that the program takes"(page, at) {
    await open(page, at);
    const recipes = await page.$$eval("#recipe option", (all) => all.map((one) => one.value));
    assert(recipes.length > 30);
    for (const recipe of recipes) {
      await page.selectOption("#recipe", recipe);
      const words = (await text(page, "#command")).trim().split(" ").slice(1, -2);
      const said = native.stylegrad([...words, "--plan", "--steps", "1"], true);
      assert.match(said, /memory|time/i, recipe);
    }
  },

  async "paint: what is no picture is one sentence, and the page goes on"(page, at) {
    await open(page, at, "#size=32&steps=2");
    const give = async (name, bytes, expected, box = "photograph") => {
      await page.setInputFiles(`#${box}-file`, { name, mimeType: "image/png", buffer: bytes });
      await isWrong(page);
      assert.match(await text(page, "#trouble"), expected);
    };
    await give("one.png", png({ width: 1, height: 1 }), /^one\.png has 1 × 1 pixels.*larger picture\.$/);
    await give("notes.txt", Buffer.from("no picture\n"), /^notes\.txt is no picture .*JPEG/);
    await give("cut.png", png(PHOTOGRAPH).subarray(0, 60), /^cut\.png is no picture/, "painting");
    await page.click("#start");
    await ended(page);
    assert(await page.isHidden("#trouble"));
    await page.setInputFiles("#photograph-file", { name: "narrow.png", mimeType: "image/png",
                                                   buffer: png(native.waves(20, 900, 5)) });
    await until(page, () => document.querySelector("#photograph-canvas").width === 20);
    await page.click("#start");
    await isWrong(page);
    assert.match(await text(page, "#trouble"), /1 x 32 pixels after scaling/);
    await page.check("input[name=photograph][value=scene]");
    await page.click("#start");
    await ended(page);
    await open(page, at, "#size=32&steps=2", "zh");
    await page.setInputFiles("#photograph-file", { name: "t.txt", mimeType: "text/plain",
                                                   buffer: Buffer.from("x") });
    await isWrong(page);
    assert.match(await text(page, "#trouble"), /不是浏览器能读的图片/);
  },

  async "paint: 40 megapixels are taken smaller, and the page does not freeze"(page, at) {
    await open(page, at, "#size=32&steps=2");
    // The time that the page's own thread computes, however many others the machine has.
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => (await client.send("Performance.getMetrics")).metrics.find(
      (one) => one.name === "TaskDuration").value;
    const before = await busy();
    await page.setInputFiles("#photograph-file", { name: "large.png", mimeType: "image/png",
                                                   buffer: png({ width: 8000, height: 5000 }) });
    await until(page, () => document.querySelector("#photograph-canvas").width === 2048);
    assert.match(await text(page, "#status"), /8000 × 5000 pixels; the page takes it with 2048 × 1280/);
    await page.click("#start");
    await ended(page);
    const took = await busy() - before;
    assert(took < 1.5, `the page computed for ${took} s`);
  },

  async "paint: keys alone"(page, at) {
    await open(page, at, "#size=96&steps=60");
    const focused = () => page.evaluate(() => ({
      id: document.activeElement.id, seen: getComputedStyle(document.activeElement).outlineStyle,
    }));
    const reached = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const { id, seen } = await focused();
      if (id) {
        assert.notStrictEqual(seen, "none", `no outline: ${id}`);
        reached.push(id);
      }
      if (id === "start") {
        await page.keyboard.press("Enter");
        await until(page, () => /Step [1-9]/.test(document.querySelector("#status").textContent));
      }
      if (id === "pause") {
        await page.keyboard.press("Space");
        assert.strictEqual(await text(page, "#pause"), "Go on");
      }
      if (id === "size") await page.keyboard.press("ArrowLeft");
      if (id === "copy-link") break;
    }
    for (const id of ["photograph-file", "painting-file", "start", "pause", "save", "recipe",
                      "style-weight", "size", "steps", "optim", "init", "colors", "command"])
      assert(reached.includes(id), `${id} is not reached: ${reached.join(" ")}`);
    assert.match(await address(page), /size=80/);
  },

  async "paint: on a phone nothing sticks out, before, during and after a run"(page, at) {
    await page.setViewportSize(PHONE);
    for (const language of ["en", "zh"]) {
      await open(page, at, "#size=48&steps=8", language);
      assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
      await page.click("#start");
      await until(page, () => document.querySelector("#progress").value > 0);
      assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
      await ended(page);
      await page.click("summary");
      assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
      const top = await page.$eval("#result", (result) => result.getBoundingClientRect().width);
      assert(top > 300, `the picture is ${top} px wide`);
    }
  },

  async "paint: axe finds no fault, in either language and theme, with a run and with an error"(page, at) {
    for (const [language, colorScheme] of [["en", "light"], ["zh", "dark"]]) {
      await page.emulateMedia({ colorScheme });
      await open(page, at, "#size=48&steps=4", language);
      await page.click("summary");
      await axe(page);
      await page.click("#start");
      await ended(page);
      await page.setInputFiles("#photograph-file", { name: "t.txt", mimeType: "text/plain",
                                                     buffer: Buffer.from("x") });
      await isWrong(page);
      await axe(page);
    }
  },

  async "paint: the module in the browser has the program's losses, gradient and steps"(page, at) {
    const files = [native.save("photograph.ppm", PHOTOGRAPH), native.save("painting.ppm", PAINTING)];
    const options = ["--recipe", "paint", "--size", "64"];
    await open(page, at);
    await page.addScriptTag({ path: "web/page/module.js" });
    const mine = await page.evaluate(async ([photograph, painting]) => {
      const bytesOf = async (base64) => {
        const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        return new Uint8Array(await new Response(stream).arrayBuffer());
      };
      const pixels = ({ width, height, data }) => ({ width, height, data: Uint8Array.from(data) });
      const play = new Stylegrad.Play(await WebAssembly.compile(await bytesOf(PLAY.module)));
      play.weights(await bytesOf(PLAY.weights));
      play.picture(Stylegrad.PHOTOGRAPH, pixels(photograph));
      play.picture(Stylegrad.PAINTING, pixels(painting));
      play.recipe(PLAY.recipes.paint.lines, { size: 64, steps: 5 });
      play.run();
      const first = play.numbers(), gradient = [...play.gradient()], totals = [];
      while (play.step()) totals.push(play.numbers().total);
      return { first, gradient, totals };
    }, [PHOTOGRAPH, PAINTING].map((one) => ({ ...one, data: [...one.data] })));
    const right = native.evaluate(files, options, false);
    for (const term of ["total", "style", "tv"])
      assert(Math.abs(mine.first[term] / right[term] - 1) <= 1e-5, term);
    const off = Math.hypot(...mine.gradient.map((value, i) => value - right.gradient[i])) /
                Math.hypot(...right.gradient);
    assert(off <= 1e-5, `the gradient differs by ${off} of its length`);
    const { rows } = native.paint(files, [...options, "--steps", "5"]);
    assert.strictEqual(mine.totals.length, rows.length);
    if (process.arch === "x64")
      assert.deepStrictEqual(mine.totals, rows.map((row) => row.total));
  },

  async "paint: a tab that is closed in mid-run asks first, and leaves the others as they are"(page, at) {
    const other = await page.context().newPage();
    await open(other, at, "#size=128&steps=400");
    await other.click("#start");
    await until(other, () => /Step [1-9]/.test(document.querySelector("#status").textContent));
    const [asked] = await Promise.all([other.waitForEvent("dialog"),
                                       other.close({ runBeforeUnload: true })]);
    assert.strictEqual(asked.type(), "beforeunload");
    await Promise.all([other.waitForEvent("close"), asked.accept()]);
    await open(page, at, "#size=32&steps=2");
    await page.click("#start");
    await ended(page);
  },

  async "paint: 50 runs in one page take no more memory than the first"(page, at) {
    await open(page, at, "#size=48&steps=2");
    const client = await page.context().newCDPSession(page);
    const heap = async () => {
      await client.send("HeapProfiler.collectGarbage");
      return (await client.send("Runtime.getHeapUsage")).usedSize;
    };
    const bytes = () => page.evaluate(() => PLAY.runner.bytes);
    const run = async () => {
      await page.click("#start");
      await ended(page);
    };
    for (let i = 0; i < 3; i++) await run();
    const before = [await heap(), await bytes()];
    for (let i = 0; i < 50; i++) await run();
    const after = [await heap(), await bytes()];
    after.forEach((now, i) => assert(now <= 1.1 * before[i], `${before[i]} bytes, then ${now}`));
  },
};

module.exports = { tests };
