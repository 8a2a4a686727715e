// Looks at notebooks as a student does: in a browser, with the keyboard.
//
//     (cd notebooks/eyes && npm install playwright-core)
//     node notebooks/eyes/look.js 'http://localhost:8888/?token=...' out/eyes [NN_name ...]
//
// Jupyter runs already, in this checkout, and has printed this address with its token:
// make notebooks NOTEBOOK_FLAGS=--no-browser. CHROMIUM is the browser, /usr/bin/chromium if not said. Runs all cells of notebooks (02_tape and 08_gram
// if none is named) with Shift+Enter, makes a mistake, a crash and an endless loop that is
// interrupted, and leaves screenshots for eyes. Nothing is saved.
const { chromium } = require('playwright-core');
const fs = require('fs');

const [address, folder, ...named] = process.argv.slice(2);
const idle = (page) => page.waitForFunction(
  () => Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected() &&
    !Jupyter.notebook.get_cells().some((c) => c.input_prompt_number === '*'),
  null, { timeout: 120000 });

async function open(browser, name) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const url = new URL(`/notebooks/notebooks/mine/${name}`, address);
  url.search = new URL(address).search;
  await page.goto(url.href);
  await page.waitForSelector('.code_cell');
  await page.waitForFunction(() => Jupyter.notebook.kernel &&
    Jupyter.notebook.kernel.is_connected(), null, { timeout: 60000 });
  return page;
}

async function look(page, name) {
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${folder}/${name}.png` });
  console.log(`${folder}/${name}.png`);
}

// All cells, one after the other, by keyboard alone.
async function runAll(page) {
  await page.evaluate(() => { Jupyter.notebook.select(0); Jupyter.notebook.focus_cell(); });
  const count = await page.evaluate(() => Jupyter.notebook.ncells());
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('Shift+Enter');
    await page.waitForTimeout(100);
    await idle(page);
  }
}

// Types into a new cell at the end, and runs it; `wait` until it is done.
async function type(page, text, wait = true) {
  await page.evaluate(() => {
    const n = Jupyter.notebook;
    n.select(n.ncells() - 1);
    n.insert_cell_below('code');
    n.select(n.ncells() - 1);
    n.edit_mode();
    n.get_selected_cell().code_mirror.setOption('autoCloseBrackets', false);
    n.get_selected_cell().code_mirror.setOption('smartIndent', false);
    n.get_selected_cell().code_mirror.setOption('indentUnit', 0);
  });
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
  await page.waitForTimeout(300);
  if (wait) await idle(page);
  await page.evaluate(() => Jupyter.notebook.scroll_to_bottom());
}

(async () => {
  fs.mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const name of named.length ? named : ['02_tape', '08_gram']) {
    const page = await open(browser, `${name}.ipynb`);
    await runAll(page);
    const tall = await page.evaluate(() => document.querySelector('#notebook-container').scrollHeight);
    await page.setViewportSize({ width: 1100, height: Math.min(tall + 200, 7000) });
    await look(page, `${name}_all`);
    await page.setViewportSize({ width: 1100, height: 900 });
    await type(page, 'double area(double r) {\nreturn 3.14 * r * ;\n}');
    await look(page, `${name}_mistake`);
    await type(page, 'int *nowhere = NULL;\n*nowhere = 3;');
    await look(page, `${name}_crash`);
    await type(page, 'puts("on and on");\nfor (;;)\n;', false);
    await page.waitForTimeout(1500);
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    await idle(page);
    await type(page, '1 + 1');
    await page.keyboard.press('Enter');
    await look(page, `${name}_interrupted`);
    await type(page, 'sqrt(2)');
    await page.evaluate(() => { const n = Jupyter.notebook; n.select(n.ncells() - 1); n.edit_mode(); });
    await page.keyboard.press('Control+End');
    await page.keyboard.type('; tape_back');
    await page.keyboard.press('Tab');
    await page.waitForTimeout(800);
    await page.keyboard.type('ward(');
    await page.keyboard.press('Shift+Tab');
    await page.waitForTimeout(1200);
    await look(page, `${name}_tooltip`);
    await page.evaluate(() => { Jupyter.notebook.set_dirty(false); window.onbeforeunload = null; });
    await page.close();
  }
  await browser.close();
})();
