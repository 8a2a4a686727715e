"use strict";
// What axe finds in a page, of any weight: nothing.
const assert = require("assert");
const fs = require("fs");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    () => window.axe.run({ resultTypes: ["violations"], preload: false }));
  assert.deepStrictEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), []);
}

module.exports = { axe };
