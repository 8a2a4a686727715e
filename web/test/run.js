"use strict";
// The tests of the module, in Node: web/test/run.js [ONLY]. See web/web.mk.
const groups = ["compare", "refuse", "tape", "lessons"].map((name) => require(`./${name}.js`));
const only = process.argv[2];
let failed = 0, count = 0;
for (const tests of groups)
  for (const [name, test] of Object.entries(tests)) {
    if (only && !name.includes(only)) continue;
    count++;
    try {
      test();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n        ${error.stack.split("\n").slice(0, 6).join("\n        ")}`);
    }
  }
console.log(`${count} tests of the module, ${failed} failed`);
process.exit(failed ? 1 : 0);
