"use strict";
// Every page as a phone and as a desktop, light and dark: nothing sticks out or is cut, images
// are there, the letters of plots can be read, the console is empty, axe finds nothing that is
// serious.
const fs = require("fs");
const path = require("path");
const { fileURLToPath, pathToFileURL } = require("url");
const look = require("./look.js");

const PHONE = { width: 390, height: 844 }, DESKTOP = { width: 1280, height: 900 };
const SMALLEST_LETTER = 10; // px
const LARGEST_LESSON = 600 * 1000; // bytes, with all that the page loads
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// All .html of a folder, as paths below it.
function pagesOf(folder, below = "") {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);
    if (entry.isDirectory()) return name === "reference" ? [] : pagesOf(folder, name);
    return entry.name.endsWith(".html") ? [name] : [];
  }).sort();
}

function smallestLetter(file) {
  const sizes = [...fs.readFileSync(file, "utf8").matchAll(/font-size="([\d.]+)/g)];
  return Math.min(...sizes.map((size) => Number(size[1])));
}

// Letters of the drawings that are too small as they are shown now.
async function smallLetters(page) {
  const faults = [];
  for (const image of await page.evaluate(look.drawings)) {
    const letter = smallestLetter(fileURLToPath(image.address)) * image.shown / image.natural;
    if (letter < SMALLEST_LETTER)
      faults.push(`letters of ${letter.toFixed(1)} px in ${path.basename(image.address)}`);
  }
  return faults;
}

// In the second of two themes only colours differ.
async function axe(page, coloursOnly) {
  const options = { preload: false, resultTypes: ["violations"] };
  if (coloursOnly) options.runOnly = ["color-contrast"];
  const found = await page.evaluate(
    (how) => window.axe.run({ exclude: [["math"]] }, how), options);
  return found.violations.filter((one) => /serious|critical/.test(one.impact)).map(
    (one) => `axe: ${one.id}: ${one.nodes.length} times, first ${one.nodes[0].html.slice(0, 120)}`);
}

// One page in its four states. Returns what is wrong, and how much the page loads.
async function lookAt(page, folder, name) {
  const faults = [], loaded = new Set();
  let state = "";
  const say = (list) => list.forEach((fault) => faults.push(`${name} ${state}: ${fault}`));
  const onRequest = (request) => request.url().startsWith("file:") && loaded.add(request.url());
  const onConsole = (message) => /error|warning/.test(message.type()) && say([message.text()]);
  const onError = (error) => say([error.message]);
  page.on("request", onRequest).on("console", onConsole).on("pageerror", onError);

  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(pathToFileURL(path.join(folder, name)).href, { waitUntil: "load" });
  for (const [size, colorScheme, withAxe] of [[DESKTOP, "light", true], [DESKTOP, "dark", true],
                                              [PHONE, "dark", false], [PHONE, "light", false]]) {
    state = `(${size.width} px, ${colorScheme})`;
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    // The page has seen its new size, and images for it are here.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    await page.waitForFunction(() => [...document.images].every((image) => image.complete));
    await page.evaluate(() => window.lookAgain && window.lookAgain());
    say(await page.evaluate(look.scrollsSideways));
    say(await page.evaluate(look.cutBoxes));
    say(await page.evaluate(look.missingImages));
    if (size === PHONE) say(await page.evaluate(look.smallSheets));
    say(await smallLetters(page));
    if (withAxe) {
      if (colorScheme === "light") await page.evaluate(AXE);
      say(await axe(page, colorScheme === "dark"));
    }
  }
  page.off("request", onRequest).off("console", onConsole).off("pageerror", onError);
  // Narrow plots, too, though a window of one size loads only one of the two.
  const files = [...loaded].map((url) => fileURLToPath(url.split("#")[0])).filter(fs.existsSync);
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  state = "";
  if (/\/\d\d_\w+\.html$/.test(name) && !name.includes("code/") && bytes > LARGEST_LESSON)
    say([`${bytes} bytes are loaded, more than ${LARGEST_LESSON}`]);
  return { faults, bytes };
}

module.exports = { pagesOf, lookAt, PHONE, DESKTOP, LARGEST_LESSON };
