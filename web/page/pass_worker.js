// The worker of the page that paints in one pass. tools.js and module.js stand before it.
//
//     { do: "open", wasm }                    { is: "ready" }
//     { do: "style", bytes, packed, name }    { is: "styled", name }   a trained style
//     { do: "any", weights, decoder }                                  before a painting
//     { do: "painting", painting, size, alpha }                        the style is a painting
//     { do: "paint", photograph, size }       { is: "painted", picture, seconds }
//                                             { is: "wrong", text, about, lost }
"use strict";
let play = null, any = false;

const actions = {
  async open({ wasm }) {
    play = new Stylegrad.Play(await WebAssembly.compile(await Tools.unpacked(wasm)));
    self.postMessage({ is: "ready" });
  },
  async style({ bytes, packed, name }) {
    play.style(packed ? await Tools.unpacked(bytes) : bytes);
    any = false;
    self.postMessage({ is: "styled", name });
  },
  async any({ weights, decoder }) {
    play.anyStyle(await Tools.unpacked(weights), await Tools.unpacked(decoder));
  },
  painting({ painting, size, alpha }) {
    play.picture(Stylegrad.PAINTING, painting);
    play.painting(size, alpha);
    any = true;
  },
  paint({ photograph, size }) {
    const began = performance.now();
    play.picture(Stylegrad.PHOTOGRAPH, photograph);
    const picture = play.stylize(size, any);
    self.postMessage({ is: "painted", picture, seconds: (performance.now() - began) / 1000 },
                     [picture.data.buffer]);
  },
};

// One after the other: a style is unpacked before the picture that follows is painted with it.
let before = Promise.resolve();
self.onmessage = ({ data }) => {
  before = before.then(() => actions[data.do](data)).catch((error) => {
    const lost = !(error instanceof Stylegrad.PlayError);
    self.postMessage({ is: "wrong", text: error.message, about: data.do, lost });
  });
};
