"use strict";
// What the outside world does wrong is a sentence, and the module goes on.
const assert = require("assert");
const { waves } = require("./native.js");
const Tools = require("../page/tools.js");
const { open, compiled, weights, recipes, sentences, Stylegrad } = require("./module.js");

const { Play, PlayError, PHOTOGRAPH, PAINTING } = Stylegrad;
const lines = recipes.paint.lines;

// English words that are no names of settings, layers, files and tensors.
const ENGLISH = /\b(the|is|of|not|choose|write|at least|needs?|pixels|from)\b/;

// One sentence, which names what is wrong; and one in Chinese.
function refuses(act, words) {
  assert.throws(act, (error) => {
    assert(error instanceof PlayError, error.stack);
    assert.match(error.message, words);
    assert(!/\n/.test(error.message) && error.message.length > 10, error.message);
    const chinese = Tools.translated(error.message, sentences);
    assert(/[一-鿿]/.test(chinese) && !ENGLISH.test(chinese), chinese);
    return true;
  });
}

function ready(photograph = waves(60, 40, 6), painting = waves(50, 50, 9)) {
  const play = open();
  play.picture(PHOTOGRAPH, photograph);
  play.picture(PAINTING, painting);
  play.recipe(lines, { size: 32, steps: 2 });
  return play;
}

function stillWorks(play) {
  play.picture(PHOTOGRAPH, waves(60, 40, 6));
  play.picture(PAINTING, waves(50, 50, 9));
  play.recipe(lines, { size: 32, steps: 2 });
  play.run();
  while (play.step());
  assert.strictEqual(play.numbers().step, 2);
  play.end();
}

module.exports = {
  "pictures that are too small or too large": () => {
    const play = ready();
    play.picture(PHOTOGRAPH, waves(1, 1, 6));
    refuses(() => play.run(), /the photograph is 1 x 1 pixels; each side needs at least 16/);
    play.picture(PHOTOGRAPH, waves(60, 40, 6));
    play.picture(PAINTING, waves(15, 400, 6));
    refuses(() => play.run(), /the painting is 15 x 400 pixels/);
    play.picture(PAINTING, waves(17, 4000, 6));
    refuses(() => play.run(), /the painting: is 1 x 32 pixels|at least 16/);
    const large = { width: 8000, height: 5000, data: new Uint8Array(0) };
    refuses(() => play.picture(PHOTOGRAPH, large), /8000 x 5000 pixels; a page takes up to/);
    refuses(() => play.picture(PHOTOGRAPH, { width: 0, height: -5, data: [] }), /0 x -5 pixels/);
    refuses(() => play.picture(5, waves(20, 20, 3)), /no picture 5/);
    stillWorks(play);
  },
  "no picture at all": () => {
    const play = open();
    play.recipe(lines, { size: 32 });
    refuses(() => play.run(), /choose the photograph first/);
    play.picture(PHOTOGRAPH, waves(60, 40, 6));
    refuses(() => play.run(), /choose the painting first/);
    play.picture(PAINTING, waves(60, 40, 6));
    refuses(() => play.run(true), /choose the first picture first/);
    stillWorks(play);
  },
  "settings that are none": () => {
    const play = ready();
    refuses(() => play.set("colour", "red"), /no setting 'colour'/);
    refuses(() => play.set("style-weight", "much"), /style-weight 'much': write/);
    refuses(() => play.set("style-weight", "-1"), /style-weight/);
    refuses(() => play.set("optim", "magic"), /optim 'magic'/);
    refuses(() => play.set("steps", "0"), /steps '0'/);
    refuses(() => play.set("steps", "9".repeat(500)), /steps/);
    refuses(() => play.set("style-layers", "relu1_1,relu1_1"), /style-layers/);
    refuses(() => play.recipe(lines, { size: 5000 }), /size 5000: a page paints up to 1024/);
    refuses(() => play.recipe(lines, { set: { "style-weight": "0", "content-weight": "0",
                                              "tv-weight": "0" } }), /all weights are 0/);
    refuses(() => play.recipe(lines, { set: { init: "stylized" } }), /init stylized/);
    stillWorks(play);
  },
  "layers that are none": () => {
    const play = ready();
    play.recipe(lines, { size: 32, set: { "style-layers": "relu9_9" } });
    refuses(() => play.run(), /relu9_9/);
    stillWorks(play);
  },
  "weights that are none": () => {
    const play = new Play(compiled);
    play.recipe(lines, { size: 32 });
    play.picture(PHOTOGRAPH, waves(60, 40, 6));
    play.picture(PAINTING, waves(60, 40, 6));
    refuses(() => play.run(), /the weights of paintnet/);
    refuses(() => play.weights(weights.subarray(0, 5)), /no .safetensors file/);
    refuses(() => play.weights(weights.subarray(0, 600000)), /damaged at conv3_3.weight/);
    refuses(() => play.weights(new TextEncoder().encode("{}\n".repeat(99))), /no .safetensors/);
    play.weights(weights);
    stillWorks(play);
  },
  "a run that cannot go on, and calls in another order": () => {
    const play = ready();
    assert.strictEqual(play.step(), false);
    play.end();
    play.end();
    play.run();
    play.run();
    while (play.step());
    assert.strictEqual(play.step(), false);
    play.recipe(lines, { size: 32, steps: 3, set: { optim: "gd", lr: "1e30" } });
    play.run();
    while (play.step());
    assert.match(play.why(), /finite/);
    assert.strictEqual(play.result().data.length, 4 * 32 * 21);
    stillWorks(play);
  },
  "a style that is none": () => {
    const play = open();
    play.picture(PHOTOGRAPH, waves(60, 40, 6));
    refuses(() => play.stylize(64), /choose a style first/);
    refuses(() => play.style(weights), /no style; 'stylegrad train-style' makes one/);
    refuses(() => play.style(new Uint8Array(9)), /no .safetensors file/);
    const style = new Uint8Array(require("fs").readFileSync("assets/styles/mosaic.style"));
    refuses(() => play.style(style.subarray(0, 300000)), /damaged at block/);
    play.style(style);
    refuses(() => play.stylize(5000), /size 5000: choose one from 16 to 1024/);
    assert.strictEqual(play.stylize(64).width, 64);
    const decoder = new Uint8Array(require("fs").readFileSync("assets/anystyle.safetensors"));
    refuses(() => play.stylize(64, true), /choose a painting first/);
    refuses(() => play.painting(64, 1), /load the decoder first/);
    refuses(() => play.anyStyle(weights, style), /no decoder of any style/);
    refuses(() => play.anyStyle(style, decoder), /the weights of paintnet/);
    play.anyStyle(weights, decoder);
    refuses(() => play.painting(64, 1), /choose the painting first/);
    play.picture(PAINTING, waves(400, 9, 6));
    refuses(() => play.painting(64, 1), /the painting is 400 x 9 pixels/);
    play.picture(PAINTING, waves(400, 60, 6));
    refuses(() => play.painting(64, 1), /painting is too small: any style needs at least 16/);
    play.picture(PAINTING, waves(60, 40, 6));
    play.painting(64, 1);
    assert.strictEqual(play.stylize(64, true).width, 64);
    play.picture(PHOTOGRAPH, waves(1, 1, 6));
    refuses(() => play.stylize(64), /the photograph is 1 x 1 pixels/);
  },
  "a mistake of the program is its own kind of error, with the place": () => {
    const play = ready();
    assert.throws(() => play.with(["no"], (text) => play.c.play_alloc(0xfffffff0)),
                  (error) => error instanceof Stylegrad.PlayStopped &&
                             /no memory|memory/.test(error.message));
  },
  "50 runs take no more memory than 2": () => {
    const play = ready();
    const once = () => {
      play.picture(PHOTOGRAPH, waves(60, 40, 6));
      play.recipe(lines, { size: 40, steps: 2 });
      play.run();
      while (play.step()) play.result();
      play.end();
    };
    once();
    once();
    const before = play.bytes;
    for (let i = 0; i < 50; i++) once();
    assert(play.bytes <= 1.1 * before, `${before} bytes, then ${play.bytes}`);
  },
};
