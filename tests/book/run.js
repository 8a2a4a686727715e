"use strict";
// Opens the book as its readers do: node run.js FOLDER [ONLY]. ONLY is a part of the names of
// pages, or of tests. See docs/site/book.mk.
const os = require("os");
const { program, start } = require("./browser.js");
const { pagesOf, lookAt, DESKTOP, LARGEST_LESSON } = require("./pages.js");
const use = require("./use.js");

// Pages that show source files are made alike: each fortieth of them is opened.
const EACH = 40;

function wanted(names) {
  const sources = names.filter((name) => /^(en|zh)\/code\//.test(name));
  return names.filter((name) => sources.indexOf(name) % EACH <= 0); // -1: it is none
}

async function lookAtAll(browser, folder, names) {
  const queue = wanted(names);
  let faults = 0, largest = { name: "", bytes: 0 };
  async function worker() {
    const context = await browser.newContext({ viewport: DESKTOP });
    const page = await context.newPage();
    for (let name = queue.shift(); name; name = queue.shift()) {
      const seen = await lookAt(page, folder, name);
      seen.faults.forEach((fault) => console.log(`FAILED  ${fault}`));
      faults += seen.faults.length;
      if (/^(en|zh)\/\d\d_/.test(name) && seen.bytes > largest.bytes)
        largest = { name, bytes: seen.bytes };
    }
    await context.close();
  }
  await Promise.all(Array.from({ length: Math.min(2, os.cpus().length) }, worker));
  return { faults, largest };
}

async function main() {
  const [folder, only] = process.argv.slice(2);
  if (!program()) {
    console.error("make test-book needs Chromium; ./setup.sh --developer installs it, or say" +
                  " CHROMIUM=/where/it/is");
    process.exit(2);
  }
  const began = Date.now();
  const names = pagesOf(folder).filter((name) => !/^(index|play\/index|play\/tape|play\/pass)\.html$/.test(name) &&
                                                 (!only || name.includes(only)));
  const browser = await start();
  const failed = await use.run(browser, folder, only);
  const { faults, largest } = await lookAtAll(browser, folder, names);
  await browser.close();
  console.log(`${names.length} pages, 390 and 1280 px, light and dark: ${faults} faults;` +
              ` largest lesson ${largest.name}: ${Math.round(largest.bytes / 1000)} kB of` +
              ` ${LARGEST_LESSON / 1000}; ${Math.round((Date.now() - began) / 1000)} s`);
  process.exit(failed || faults ? 1 : 0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
