// A program of WASI: its arguments, its environment, what it prints, its exit status. files.js
// stands before it.
//
//     const status = Program.run(module, { args: ["08_gram"], env: { LANGUAGE: "zh" }, files,
//                                          say: (text) => ..., complain: (text) => ... });
//
// Throws what a trap throws. The instance is of no use afterwards.
"use strict";
var Program = (function () {
  const STDIN = 0, STDOUT = 1, STDERR = 2;
  const TERMINAL = 2; // a kind of files: what is printed comes line by line

  class Exit extends Error {
    constructor(status) {
      super(`exit status ${status}`);
      this.status = status;
    }
  }

  // The calls that hand over a list of strings: their number and bytes, and the strings.
  function strings(memory, list) {
    const bytes = list.map((text) => new TextEncoder().encode(text + "\0"));
    return {
      sizes(count, size) {
        const view = new DataView(memory().buffer);
        view.setUint32(count, bytes.length, true);
        view.setUint32(size, bytes.reduce((sum, one) => sum + one.length, 0), true);
        return 0;
      },
      get(places, room) {
        const view = new DataView(memory().buffer);
        bytes.forEach((one, i) => {
          view.setUint32(places + 4 * i, room, true);
          new Uint8Array(memory().buffer).set(one, room);
          room += one.length;
        });
        return 0;
      },
    };
  }

  // What is printed, without half a letter.
  function printer(say) {
    const decoder = new TextDecoder();
    return (bytes) => {
      say(decoder.decode(bytes.slice(), { stream: true }));
      return bytes.length;
    };
  }

  function run(module, { args, env = {}, files, say = () => {}, complain = () => {} }) {
    let instance = null;
    const memory = () => instance.exports.memory;
    const about = files.calls(memory);
    const given = strings(memory, args);
    const said = strings(memory, Object.entries(env).map(([name, value]) => `${name}=${value}`));
    const printers = { [STDOUT]: printer(say), [STDERR]: printer(complain) };
    const calls = {
      ...about,
      args_sizes_get: given.sizes, args_get: given.get,
      environ_sizes_get: said.sizes, environ_get: said.get,
      clock_time_get(id, precision, at) {
        const now = BigInt(Math.round(performance.now() * 1e6));
        new DataView(memory().buffer).setBigUint64(at, now, true);
        return 0;
      },
      fd_fdstat_get(number, at) {
        if (number > STDERR) return about.fd_fdstat_get(number, at);
        const view = new DataView(memory().buffer);
        view.setBigUint64(at, BigInt(TERMINAL), true);
        view.setBigUint64(at + 8, 64n, true); // it may be written to, and nothing else
        view.setBigUint64(at + 16, 0n, true);
        return 0;
      },
      fd_write: (number, vectors, count, done) => (printers[number] ?
        files.each(memory, vectors, count, done, printers[number]) :
        about.fd_write(number, vectors, count, done)),
      fd_read: (number, vectors, count, done) => (number === STDIN ?
        files.each(memory, vectors, 0, done, () => 0) :
        about.fd_read(number, vectors, count, done)),
      proc_exit(status) { throw new Exit(status); },
    };
    instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
    try {
      instance.exports._start();
      return 0;
    } catch (error) {
      if (error instanceof Exit) return error.status;
      throw error;
    }
  }

  return { run };
})();
if (typeof module !== "undefined") module.exports = Program;
