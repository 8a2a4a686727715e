"use strict";
// Opens the book as its readers do: node run.js FOLDER [ONLY]. ONLY is a part of the names of
// pages, or of tests. See docs/site/book.mk.
const os = require("os");
const { program, start } = require("./browser.js");
const { pagesOf, lookAt, DESKTOP, LARGEST_LESSON } = require("./pages.js");
const use = require("./use.js");

// Source files are shown by one template: axe looks at each eighth of them.
const SOURCES_WITH_AXE = 8;

async function lookAtAll(browser, folder, names) {
  const queue = names.map((name, at) => ({ name, at }));
  let faults = 0, largest = { name: "", bytes: 0 };
  async function worker() {
    const context = await browser.newContext({ viewport: DESKTOP });
    const page = await context.newPage();
    for (let job = queue.shift(); job; job = queue.shift()) {
      const source = /^(en|zh)\/code\//.test(job.name);
      const seen = await lookAt(page, folder, job.name, !source || job.at % SOURCES_WITH_AXE === 0);
      seen.faults.forEach((fault) => console.log(`FAILED  ${fault}`));
      faults += seen.faults.length;
      if (/^(en|zh)\/\d\d_/.test(job.name) && seen.bytes > largest.bytes)
        largest = { name: job.name, bytes: seen.bytes };
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
  const names = pagesOf(folder).filter((name) => name !== "index.html" &&
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
