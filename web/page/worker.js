// The worker: paints, and answers between two steps. tools.js and module.js stand before it.
//
// The page sends                              and gets
//   { do: "open", wasm, weights }               { is: "ready" }
//   { do: "start", recipe, photograph, ... }    { is: "begun", numbers, picture }
//   { do: "again", recipe }                       ... from the picture that is there
//   { do: "pause" } { do: "go" }
//                                               { is: "step", numbers, picture or null }
//                                               { is: "end", numbers, picture, why }
//                                               { is: "wrong", text, lost }: a sentence; lost: the
//                                               worker is of no use any more
"use strict";
const PICTURE_EVERY = 150; // ms between two pictures that are shown

let play = null, job = 0, paused = false, goOn = null, shown = 0;

const send = (message, picture) =>
  self.postMessage({ ...message, picture: picture || null, bytes: play ? play.bytes : 0 },
                   picture ? [picture.data.buffer] : []);

function wrong(error) {
  const lost = !(error instanceof Stylegrad.PlayError);
  send({ is: "wrong", text: error.message, lost });
}

// Lets the messages in that have come meanwhile. A timer would wait for 4 ms.
const channel = new MessageChannel();
const breathe = () => new Promise((done) => {
  channel.port2.onmessage = done;
  channel.port1.postMessage(0);
});

// The weights of the terms, for curves of what the total is made of.
function weights() {
  const of = (name) => Number(play.setting(`${name}-weight`));
  return { content: of("content"), style: of("style"), tv: of("tv") };
}

async function paint(mine) {
  for (;;) {
    while (paused && mine === job) await new Promise((done) => { goOn = done; });
    if (mine !== job) return;
    const began = performance.now(), more = play.step(), numbers = play.numbers();
    numbers.seconds = (performance.now() - began) / 1000;
    if (!more) {
      send({ is: "end", numbers, why: play.why() }, play.result());
      return;
    }
    const due = performance.now() - shown > PICTURE_EVERY;
    if (due) shown = performance.now();
    send({ is: "step", numbers }, due ? play.result() : null);
    await breathe();
  }
}

async function begin(message, given) {
  const mine = ++job;
  paused = false;
  if (goOn) goOn();
  if (given) play.picture(Stylegrad.FIRST, play.result());
  if (message.photograph) play.picture(Stylegrad.PHOTOGRAPH, message.photograph);
  if (message.painting) play.picture(Stylegrad.PAINTING, message.painting);
  play.recipe(message.recipe.lines, message.recipe);
  play.run(given);
  send({ is: "begun", numbers: play.numbers(), weights: weights() }, play.result());
  await breathe();
  await paint(mine);
}

const actions = {
  async open({ wasm, weights: bytes }) {
    play = new Stylegrad.Play(await WebAssembly.compile(await Tools.unpacked(wasm)));
    play.weights(await Tools.unpacked(bytes));
    send({ is: "ready" });
  },
  start: (message) => begin(message, false),
  again: (message) => begin(message, true),
  pause() { paused = true; },
  go() {
    paused = false;
    if (goOn) goOn();
  },
};

self.onmessage = async ({ data }) => {
  try {
    await actions[data.do](data);
  } catch (error) {
    wrong(error);
  }
};
