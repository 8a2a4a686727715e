// The worker and what it is told: a run, pause, go on. Loads what it needs from the page's
// scripts, for a page that is opened from disk may not fetch anything.
"use strict";
var Runner = (function () {
  // `on` has a function for each message of worker.js: ready, begun, step, end, wrong.
  class Runner {
    constructor(on) {
      this.on = on;
      this.open();
    }

    open() {
      this.worker = Tools.workerOf(PLAY.worker);
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = (event) => this.hear({ is: "wrong", text: event.message, lost: true });
      this.send({ do: "open", wasm: Page.bytesOf(PLAY.module),
                  weights: Page.bytesOf(PLAY.weights) });
    }

    hear(message) {
      // What a CHECK or the end of memory has stopped is not used again.
      if (message.lost) {
        this.worker.terminate();
        this.open();
      }
      this.bytes = message.bytes || this.bytes;
      this.on[message.is](message);
    }

    send(message) { this.worker.postMessage(message); }

    // The two pictures are { width, height, data }.
    start(recipe, photograph, painting) {
      this.send({ do: "start", recipe, photograph, painting });
    }

    // The same run with other settings, from the picture that it has made.
    again(recipe) { this.send({ do: "again", recipe }); }
    pause() { this.send({ do: "pause" }); }
    go() { this.send({ do: "go" }); }
  }

  return Runner;
})();
