"use strict";
// Starts the Chromium of the system, and waits for what pages do.
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

// The program, or null: $CHROMIUM, or the first of NAMES in the path.
function program() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH || "").split(":"))
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (fs.existsSync(file)) return file;
    }
  return null;
}

// Chromium has no sandbox for root, as whom machines that test everything often run.
async function start() {
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: program(), args });
}

module.exports = { program, start };
