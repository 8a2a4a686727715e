"use strict";
// The page that shows the tape, as a reader uses it: out/book/play/tape.en.html.
const assert = require("assert");
const look = require("./look.js");
const { PHONE } = require("./pages.js");
const { axe } = require("./play_axe.js");

const text = (page, selector) => page.textContent(selector);
const address = (page) => page.evaluate(() => location.href);

async function open(page, at, settings = "", language = "en") {
  await page.goto("about:blank");
  await page.goto(at(`play/tape.${language}.html`) + settings);
  await page.waitForSelector(".node");
}

// What the box of a node says: "a x2 ∂3.5".
const boxes = (page) => page.$$eval(".node", (all) => all.map(
  (box) => box.textContent.replace(/\s+/g, "")));
const boxOf = async (page, name) => (await boxes(page)).find((box) => box.startsWith(name));

const tests = {
  "tape: a formula becomes a graph, and both passes can be walked": async (page, at) => {
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await open(page, at, "#f=a*b%2Ba&a=2&b=5");
    assert.deepStrictEqual(await boxes(page), ["ax2∂6", "bx5∂2", "mulx10∂1", "addx12∂1"]);
    await page.click("#first");
    assert.deepStrictEqual(await boxes(page), ["ax2∂–", "bx5∂–", "mulx–∂–", "addx–∂–"]);
    await page.click("#next");
    assert.strictEqual(await boxOf(page, "mul"), "mulx10∂–");
    assert.match(await text(page, "#status"), /1 \/ 5. Forward, mul: y = a b/);
    await page.click("#next");
    await page.click("#next");
    assert.strictEqual(await boxOf(page, "add"), "addx12∂1");
    await page.click("#next"); // back through add: a has one part of its gradient
    assert.strictEqual(await boxOf(page, "a"), "ax2∂1");
    assert.strictEqual(await boxOf(page, "b"), "bx5∂–");
    await page.click("#next");
    assert.strictEqual(await boxOf(page, "a"), "ax2∂6");
    assert.match(await text(page, "#status"), /Backward, mul: da = b dy, db = a dy/);
    assert(await page.isDisabled("#next"));
    assert.strictEqual(await page.$$eval(".graph path.now.backward", (all) => all.length), 2);
    assert.deepStrictEqual(errors, []);
  },

  "tape: an input is dragged, moved by keys, typed, and all is computed again": async (page, at) => {
    await open(page, at, "#f=square(a)&a=1");
    const box = await (await page.$(".drag")).boundingBox();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 40, y, { steps: 4 });
    await page.mouse.up();
    assert.deepStrictEqual(await boxes(page), ["ax2∂4", "squarex4∂1"]);
    await page.focus(".drag");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    assert.strictEqual(await boxOf(page, "square"), "squarex9.61∂1");
    assert.match(await address(page), /a=3\.1\b/);
    await page.fill("#input-a", "[[1, 2], [3, 4]]");
    await page.keyboard.press("Tab");
    assert.match(await boxOf(page, "sum"), /^sumx30/);
    assert.strictEqual(await page.$$eval(".drag", (all) => all.length), 4);
  },

  "tape: the quotient agrees at a good step, and the curve is drawn": async (page, at) => {
    await open(page, at, "#f=exp(a*b)&a=0.7&b=1.3");
    const off = async () => Math.max(...await page.$$eval(
      "#quotients td:last-child", (all) => all.map((cell) => Number(cell.textContent))));
    assert(await off() < 1e-8);
    await page.focus("#h");
    await page.keyboard.press("Home");
    assert.match(await text(page, "output[for=h]"), /1e-1/);
    assert(await off() > 1e-4);
    await page.keyboard.press("End");
    assert(await off() > 1e-6);
    const points = await page.$$eval("#curve polyline", (all) => all.map(
      (line) => line.getAttribute("points").split(" ").length));
    assert.deepStrictEqual(points, [25, 25]);
  },

  "tape: every example is recorded, in both languages, and fits on a phone": async (page, at) => {
    for (const language of ["en", "zh"]) {
      await page.setViewportSize(PHONE);
      await open(page, at, "", language);
      const count = await page.$$eval("#example option", (all) => all.length);
      assert(count > 6);
      for (let i = 0; i < count - 1; i++) {
        await page.selectOption("#example", String(i));
        assert.strictEqual(await text(page, "#trouble"), "");
        const letters = await text(page, "#graph");
        assert(!/NaN|undefined/.test(letters), letters);
        assert.deepStrictEqual(await page.evaluate(look.scrollsSideways), []);
        const cut = await page.evaluate(look.cutBoxes); // a field's text scrolls in it
        assert.deepStrictEqual(cut.filter((fault) => !/^is cut: input/.test(fault)), []);
      }
    }
  },

  "tape: what is wrong is a sentence, and can be mended": async (page, at) => {
    await open(page, at);
    const give = async (formula, expected) => {
      await page.fill("#formula", formula);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => !document.querySelector("#trouble").hidden);
      const said = await text(page, "#trouble");
      assert.match(said, expected);
      assert(!/\n|\.c:/.test(said), said);
    };
    await give("a +", /ends too early/);
    await give("sin(a)", /no function sin; there are conv2d/);
    await give("A @ b", /not fit together: matmul/);
    await page.fill("#input-b", "[[1], [2]]");
    await page.keyboard.press("Tab");
    assert.strictEqual(await text(page, "#trouble"), "");
    assert.match(await boxOf(page, "matmul"), /^matmul2×1/);
    await page.fill("#input-b", "x");
    await page.keyboard.press("Tab");
    assert.match(await text(page, "#trouble"), /“x” is no input/);
    await open(page, at, "#f=log(a)&a=-1"); // NaN is shown as such
    assert.match(await boxOf(page, "log"), /NaN/);
  },

  "tape: keys alone, and axe finds no fault": async (page, at) => {
    for (const [language, colorScheme] of [["en", "light"], ["zh", "dark"]]) {
      await page.emulateMedia({ colorScheme });
      await open(page, at, "#f=mean(square(X@W))&X=2x2&W=2x2", language);
      await axe(page);
      const reached = new Set();
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
      }
      for (const id of ["example", "formula", "input-X", "first", "back", "step", "drag", "h", "copy-link"])
        assert(reached.has(id), `${id} is not reached: ${[...reached].join(" ")}`);
    }
  },
};

module.exports = { tests };
