"use strict";
// The programs of the lessons in WebAssembly: they print what lessons/*.expected has, in both
// languages, and leave the files that the page shows. Those that take long: LESSONS=all.
const assert = require("assert");
const { execFileSync, spawnSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const Files = require("../page/files.js");
const Program = require("../page/program.js");
const Plots = require("../page/plot.js");
const Dot = require("../page/dot.js");
const Stylegrad = require("../page/module.js");
const { ppm } = require("./png.js");

const SHORT = 2; // seconds of the program, by lessons/seconds
const CATALOGUE = "build/locale/zh/LC_MESSAGES/stylegrad.mo"; // as a program of WebAssembly has it
const compiled = new WebAssembly.Module(fs.readFileSync(process.env.LESSONS_WASM));

const bytesOf = (file) => new Uint8Array(fs.readFileSync(file));
const given = {
  "assets/paintnet.safetensors": Stylegrad.plain(Stylegrad.read(bytesOf("assets/paintnet.safetensors"))),
  ...Object.fromEntries(["scene", "painting", "mosaic"].map(
    (name) => [`assets/${name}.png`, ppm(`assets/${name}.png`)])),
  ...Object.fromEntries(fs.readdirSync("recipes").filter((name) => name.endsWith(".recipe")).map(
    (name) => [`recipes/${name}`, bytesOf(`recipes/${name}`)])),
};

// Its exit status, what it printed, and the files that it has left.
function run(args, language = "en", more = {}) {
  const left = {}, out = { printed: "", said: "", left };
  const files = { ...given, ...more };
  if (language === "zh") files[CATALOGUE] = bytesOf(process.env.CATALOGUE);
  out.status = Program.run(compiled, {
    args, env: { LANGUAGE: language },
    files: new Files(files, (name, bytes) => { left[name] = Buffer.from(bytes); }),
    say: (text) => { out.printed += text; }, complain: (text) => { out.said += text; } });
  return out;
}

// As `make lessons` compares.
function same(expected, transcript) {
  const file = path.join(os.tmpdir(), `stylegrad-transcript-${process.pid}`);
  fs.writeFileSync(file, transcript);
  const { status } = spawnSync("awk", ["-f", "lessons/same.awk", expected, file]);
  if (status) assert.fail(spawnSync("diff", [expected, file], { encoding: "utf8" }).stdout);
  fs.unlinkSync(file);
}

const seconds = Object.fromEntries(fs.readFileSync("lessons/seconds", "utf8").trim().split("\n")
  .map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]));
const all = fs.readdirSync("lessons").filter((name) => name.endsWith(".expected"))
  .map((name) => name.replace(".expected", ""));
const chosen = all.filter((name) => process.env.LESSONS === "all" || seconds[name] <= SHORT);

// What stands beside its transcript: what the page shows can be shown.
function checkFiles(name, left) {
  const folder = `out/${name}`;
  for (const [file, bytes] of Object.entries(left)) {
    assert(file.startsWith(folder), file);
    if (file.endsWith(".png")) assert.match(bytes.toString("latin1", 0, 2), /P[56]/, file);
    if (file.endsWith(".gp")) {
      const plot = Plots.read(bytes.toString(), left[file.replace(/gp$/, "csv")].toString());
      const points = plot.curves.flatMap((curve) => curve.points);
      assert(points.length > 1 && points.some(([x, y]) => Number.isFinite(x + y)), file);
    }
    if (file.endsWith(".dot")) assert(Dot.read(bytes.toString()).edges.length > 0, file);
  }
}

const tests = {
  "lessons: all that have a transcript are in the program": () => {
    const about = execFileSync("web/lessons.py", { encoding: "utf8" });
    assert.deepStrictEqual(about.trim().split("\n").map((line) => line.split(" ")[0]).sort(), all);
  },
  "lessons: a picture of the reader's is read, in the place of ours": () => {
    const mine = "mine/1/waves.png", grey = Buffer.alloc(3 * 40 * 30, 128);
    const picture = new Uint8Array(Buffer.concat([Buffer.from("P6\n40 30\n255\n"), grey]));
    const { status, printed, left } = run(["05_pooling", mine], "en", { [mine]: picture });
    assert.strictEqual(status, 0);
    assert(printed.length > 100 && Object.keys(left).every((file) => file.startsWith("out/own_")));
  },
  "lessons: what is wrong is one sentence, and an exit status": () => {
    for (const [args, words] of [
      [["05_pooling", "mine/1/a.png"], /^05_pooling: .*cannot open mine/],
      [["05_pooling", "mine/1/b.png"], /decoded/], [["99_none"], /no lesson 99_none/],
      [["01_tensor", "--size", "3"], /16 to 4096/]]) {
      const { status, said } = run(args, "en", { "mine/1/b.png": new Uint8Array([1, 2, 3]) });
      assert(status > 0, args);
      assert.match(said, words);
      assert.strictEqual(said.trim().split("\n").length, 1, said);
    }
  },
  "lessons: plots are those of gnuplot's script": () => {
    const script = "set title 'it'.\"'\".'s'\nset xlabel 'x'\nset logscale y\nset xtics 1\n" +
      "plot 'a.csv' skip 1 using 1:2 with lines lw 2 dt 1 lc rgb '#0072B2' title 'one', \\\n" +
      "     'a.csv' skip 1 using 1:3 with linespoints pt 7 ps 0.6 lw 2 dt 2 lc rgb '#D55E00' notitle";
    const plot = Plots.read(script, "x,one,\"t,wo\"\n0,1,nan\n1,10,\n2,1e2,5\n");
    assert.strictEqual(plot.title, "it's");
    assert.deepStrictEqual([plot.x.log, plot.y.log, plot.x.whole], [false, true, true]);
    assert.deepStrictEqual(plot.curves.map((curve) => [curve.title, curve.marked, curve.dashed]),
                           [["one", false, 0], ["", true, 1]]);
    assert.deepStrictEqual(plot.curves[0].points, [[0, 1], [1, 10], [2, 100]]);
    assert.deepStrictEqual(plot.curves[1].points, [[0, NaN], [1, NaN], [2, 5]]);
    assert.strictEqual(Plots.read("set title 'nothing'", "x\n"), null);
  },
  "lessons: graphs are those of graphviz' description": () => {
    const { nodes, edges } = Dot.read('digraph t { rankdir=TB; node [shape=box];\n// a; "b"\n' +
      'a [label="one; \\"x\\"\\n2", shape=ellipse]; a -> b -> c; b -> c [style=dashed label="no"]; }');
    assert.deepStrictEqual(nodes.map((node) => node.label), ['one; "x"\n2', "b", "c"]);
    assert.strictEqual(nodes[0].shape, "ellipse");
    assert.deepStrictEqual(edges.map((edge) => edge.from + edge.to), ["ab", "bc", "bc"]);
    assert.strictEqual(edges[2].style, "dashed");
  },
};
for (const name of chosen)
  tests[`lessons: ${name} prints the same, in both languages`] = () => {
    const { status, said, printed, left } = run([name], "zh");
    assert.strictEqual(status, 0, said);
    assert.strictEqual(said, "");
    same(`lessons/${name}.expected`, left[`out/${name}/transcript.txt`]);
    same(`lessons/zh/${name}.expected`, left[`out/${name}/zh/transcript.txt`]);
    assert(printed.includes(left[`out/${name}/zh/transcript.txt`].toString().split("\n")[0]));
    checkFiles(name, left);
  };

module.exports = tests;
