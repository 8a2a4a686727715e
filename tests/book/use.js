"use strict";
// What a reader does: searches, changes the language and the colours, copies code, uses only
// keys, prints, and reads without scripts.
const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { PHONE, DESKTOP } = require("./pages.js");

// The tests of one book, each (page, address of a page) => promise.
const tests = {
  async "search finds Gram"(page, at) {
    await page.goto(at("en/01_tensor.html"));
    await page.click("button.open-search");
    await page.fill("dialog.search input", "Gram");
    await page.waitForSelector(".results a");
    const first = await page.textContent(".results a");
    assert.match(first, /Gram/);
    const marks = await page.$$eval(".results li:nth-child(-n+5)",
                                    (all) => all.map((item) => item.textContent));
    for (const text of marks) assert.match(text, /\b_?[Gg]ram/, "a program comes first");
    await page.click(".results a[href*='/08_gram.html']");
    await page.waitForURL(/08_gram\.html/);
    assert.match(await page.textContent("h1"), /Gram/);
  },

  async "search finds 格拉姆"(page, at) {
    await page.goto(at("zh/paint.html"));
    await page.click("button.open-search");
    await page.fill("dialog.search input", "格拉姆");
    await page.waitForSelector(".results mark");
    assert.strictEqual(await page.textContent(".results mark"), "格拉姆");
    const addresses = await page.$$eval(".results a", (links) => links.map((link) => link.href));
    assert(addresses.some((address) => /zh\/08_gram\.html/.test(address)), addresses.join(" "));
  },

  async "search says when there is nothing"(page, at) {
    await page.goto(at("en/index.html"));
    await page.click("button.open-search");
    await page.fill("dialog.search input", "xylophone");
    await page.waitForFunction(
      () => /xylophone/.test(document.querySelector(".count").textContent));
    assert.strictEqual(await page.$(".results a"), null);
  },

  async "the language switch stays on the page, there and back"(page, at) {
    for (const name of ["08_gram", "answers/08_gram", "code/lessons/08_gram.c"]) {
      await page.goto(at(`en/${name}.html`));
      await page.click(".bar .language");
      assert.strictEqual(page.url(), at(`zh/${name}.html`));
      assert.strictEqual(await page.getAttribute("html", "lang"), "zh-CN");
      await page.click(".bar .language");
      assert.strictEqual(page.url(), at(`en/${name}.html`));
    }
  },

  async "the first page opens in the language of last time"(page, at) {
    await page.goto(at("zh/paint.html"));
    await page.goto(at("index.html"));
    await page.waitForURL(at("zh/index.html"));
    await page.goto(at("en/paint.html"));
    await page.goto(at("index.html"));
    await page.waitForURL(at("en/index.html"));
  },

  async "light and dark: as the system is, then as was chosen, on every page"(page, at) {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(at("en/index.html"));
    const light = await paper();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await paper();
    assert.notStrictEqual(light, dark);
    await page.click("button.theme");
    assert.strictEqual(await paper(), light);
    await page.goto(at("zh/08_gram.html"));
    assert.strictEqual(await paper(), light);
    await page.click("button.theme");
    assert.strictEqual(await paper(), dark);
  },

  async "code is copied without numbers or arrows"(page, at) {
    await page.goto(at("en/index.html"));
    await page.evaluate(() => {
      Object.defineProperty(navigator, "clipboard",
        { value: { writeText: (text) => { window.copied = text; } } });
    });
    await page.click(".code button");
    const copied = await page.evaluate(() => window.copied);
    assert.match(copied, /^\.\/setup\.sh && make demo/);
    assert.match(await page.textContent(".code button"), /copied/);
  },

  async "keys alone: skip the bar, search, open what was found"(page, at) {
    await page.goto(at("en/08_gram.html"));
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => {
      const element = document.activeElement, box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return { name: element.className, text: element.textContent, id: element.id,
               seen: box.top >= 0 && box.bottom <= innerHeight && style.outlineStyle !== "none" };
    });
    let now = await focused();
    assert.strictEqual(now.name, "skip");
    await page.waitForFunction(() => document.activeElement.getBoundingClientRect().top >= 0);
    await page.keyboard.press("Enter");
    now = await focused();
    assert.strictEqual(now.id, "text");
    await page.keyboard.press("/");
    await page.keyboard.type("total variation");
    await page.waitForSelector(".results a");
    await page.keyboard.press("ArrowDown");
    now = await focused();
    assert.match(now.text, /[Tt]otal [Vv]ariation/);
    assert(now.seen, "the result in focus has no outline");
    await page.keyboard.press("Escape");
    assert.strictEqual(await page.$("dialog[open]"), null);
    await page.keyboard.press("Control+k");
    await page.fill("dialog input", "lbfgs line search");
    await page.fill("dialog input", "pooling");
    await page.waitForSelector(".results a");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !/08_gram/.test(url.href));
  },

  async "keys alone: every thing in the bar and each link can be reached, and is seen"(page, at) {
    await page.setViewportSize(DESKTOP);
    await page.goto(at("en/mine.html"));
    const reached = new Set();
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      const here = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return null;
        const style = getComputedStyle(element);
        return { name: `${element.tagName} ${element.className} ${element.textContent.trim()}`,
                 seen: style.outlineStyle !== "none" };
      });
      if (!here) break;
      assert(here.seen, `no outline: ${here.name}`);
      reached.add(here.name);
    }
    const names = [...reached].join("\n");
    const all = [/open-search/, /language/, /theme/, /08 · Gram matrix/, /previous/, /copy/];
    for (const wanted of all)
      assert.match(names, wanted);
  },

  async "on a phone the table of contents opens, closes, and leads on"(page, at) {
    await page.setViewportSize(PHONE);
    await page.goto(at("zh/08_gram.html"));
    assert(!await page.isVisible("nav.contents"));
    await page.click("button.menu");
    assert(await page.isVisible("nav.contents"));
    assert.strictEqual(await page.getAttribute("button.menu", "aria-expanded"), "true");
    await page.keyboard.press("Escape");
    assert(!await page.isVisible("nav.contents"));
    await page.click("button.menu");
    await page.click("nav.contents a[href='09_style_loss.html']");
    assert.strictEqual(page.url(), at("zh/09_style_loss.html"));
  },

  async "next leads through the whole book"(page, at) {
    await page.goto(at("en/index.html"));
    const all = await page.$$eval("nav.contents a:not([href^='../'])", (links) => links.length);
    const seen = new Set();
    for (;;) {
      seen.add(page.url());
      const ends = await page.$$eval("a[rel=next]", (links) => links.map((link) => link.href));
      if (!ends.length) break;
      assert.strictEqual(ends.length, 2, "not at top and bottom");
      assert.strictEqual(ends[0], ends[1]);
      await page.goto(ends[0], { waitUntil: "domcontentloaded" });
    }
    assert.strictEqual(seen.size, all);
  },

  async "the landing page shows what one makes, the commands and the course"(page, at) {
    for (const language of ["en", "zh"]) {
      await page.goto(at(`${language}/index.html`));
      assert(await page.isVisible("article img"));
      assert.match(await page.textContent("article pre"), /make demo[^]*make course/);
      assert.strictEqual(await page.$$eval("article table a", (links) => links.length), 19);
    }
  },

  async "no link leads to Markdown"(page, at) {
    for (const name of ["en/08_gram", "zh/13_style_transfer", "en/answers/08_gram", "zh/course"]) {
      await page.goto(at(`${name}.html`));
      const links = await page.$$eval("a[href]", (all) => all.map((link) => link.href));
      assert.deepStrictEqual(links.filter((link) => /^file:.*\.md(#|$)/.test(link)), []);
      assert(!/\]\([^)]*\.md|\$\\/.test(await page.textContent("article")), "raw Markdown");
    }
  },

  async "on paper there is the text alone"(page, at) {
    await page.goto(at("en/08_gram.html"));
    await page.emulateMedia({ media: "print" });
    for (const around of [".bar", "nav.contents", "nav.sections", "nav.neighbours", ".code button"])
      assert(!await page.isVisible(around), around);
    assert(await page.isVisible("article pre"));
    const wide = await page.$eval("article pre", (pre) => pre.scrollWidth - pre.clientWidth);
    assert(wide <= 2, "a line of code is cut on paper");
    await page.emulateMedia({ media: null });
  },
};

// Those of the pages that compute, which are there when the tools of `make wasm` are.
function testsOfPlay(folder) {
  if (fs.existsSync(path.join(folder, "play/en.html")))
    return Object.assign({}, ...["play", "play_tape", "play_pass", "play_lesson"].map(
      (name) => require(`./${name}.js`).tests));
  console.log("skipped the pages that compute: there are none; make wasm");
  return {};
}

// Each in a browser profile of its own, which remembers nothing of the others.
async function run(browser, folder, only) {
  const at = (name) => pathToFileURL(path.resolve(folder, name)).href;
  let failed = 0;
  for (const [name, test] of Object.entries({ ...tests, ...testsOfPlay(folder) })) {
    if (only && !name.includes(only)) continue;
    const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB" });
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    try {
      await test(page, at);
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      const words = String(error.message).split("\n").slice(0, 6).join("\n        ");
      console.log(`FAILED  ${name}\n        ${words}`);
    }
    await context.close();
  }
  if (!only) failed += await withoutScripts(browser, at);
  return failed;
}

async function withoutScripts(browser, at) {
  const name = "without scripts the page and the table of contents can be read";
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(at("en/08_gram.html"));
  const good = await page.isVisible("nav.contents a") && await page.isVisible("article h2") &&
               !await page.isVisible("button.theme");
  await context.close();
  console.log(`${good ? "ok    " : "FAILED"}  ${name}`);
  return good ? 0 : 1;
}

module.exports = { run };
