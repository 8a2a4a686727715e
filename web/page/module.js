// The modules of WebAssembly for a program of JavaScript: web/play.h with strings, arrays and
// exceptions. For a worker of the page that paints, for the page of the tape (graph.js), for Node.
//
//     const play = new Stylegrad.Play(await WebAssembly.compile(bytes));
//     play.weights(bytesOfSafetensors);
//     play.recipe(lines, { size: 256, steps: 100, set: { "style-weight": "50" } });
//     play.picture(Stylegrad.PHOTOGRAPH, image); play.picture(Stylegrad.PAINTING, image);
//     for (play.run(); play.step();) console.log(play.numbers().total);
"use strict";
var Stylegrad = (function () {
  const PHOTOGRAPH = 0, PAINTING = 1, FIRST = 2;
  const NUMBERS = ["step", "steps", "evaluations", "width", "height", "stage", "stages",
                   "total", "content", "style", "tv", "rate", "work", "works"];

  // What the outside world did wrong, in a sentence for the user.
  class PlayError extends Error {}
  // What ends an instance: a mistake of the program, or no memory.
  class PlayStopped extends Error {}

  const BAD_FILE = 8; // WASI's EBADF: there are no files here

  // What wasi-libc asks of the system: the time, and that there are no files. What is written
  // to stderr goes to `say`.
  function system(memory, say) {
    const none = () => BAD_FILE;
    return {
      clock_time_get(id, precision, at) {
        const now = BigInt(Math.round(performance.now() * 1e6));
        new DataView(memory().buffer).setBigUint64(at, now, true);
        return 0;
      },
      fd_write(file, vectors, count, written) {
        const view = new DataView(memory().buffer);
        let text = "", bytes = 0;
        for (let i = 0; i < count; i++) {
          const at = view.getUint32(vectors + 8 * i, true);
          const length = view.getUint32(vectors + 8 * i + 4, true);
          text += new TextDecoder().decode(new Uint8Array(memory().buffer, at, length));
          bytes += length;
        }
        view.setUint32(written, bytes, true);
        say(text);
        return 0;
      },
      proc_exit(code) {
        throw new PlayStopped(`the module has ended itself (${code})`);
      },
      fd_close: none, fd_fdstat_get: none, fd_prestat_get: none, fd_prestat_dir_name: none,
      fd_read: none, fd_seek: none, path_open: none,
    };
  }

  // The number of 16 bits: a sign, 5 of the exponent, 10 after the point.
  function half(bits) {
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, part = bits & 1023;
    if (exponent === 0) return sign * part * 2 ** -24;
    if (exponent === 31) return part ? NaN : sign * Infinity;
    return sign * (1 + part / 1024) * 2 ** (exponent - 15);
  }

  const READERS = {
    F16: [2, (view, at) => half(view.getUint16(at, true))],
    F32: [4, (view, at) => view.getFloat32(at, true)],
  };

  // The numbers of one tensor of a file.
  function numbers(name, entry, view, begin) {
    const reader = READERS[entry.dtype];
    const count = entry.shape.reduce((product, side) => product * side, 1);
    const [from, to] = entry.data_offsets;
    if (!reader || to - from !== count * reader[0] || begin + to > view.byteLength)
      throw new PlayError(`the file is damaged at ${name}; load it again`);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = reader[1](view, begin + from + i * reader[0]);
    return out;
  }

  // The tensors of a .safetensors file, and what its metadata say: see io/safetensors.h.
  function read(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let header;
    try {
      const length = Number(view.getBigUint64(0, true));
      header = JSON.parse(new TextDecoder("utf-8", { fatal: true })
        .decode(bytes.subarray(8, 8 + length)));
      const said = header.__metadata__ || {};
      delete header.__metadata__;
      const list = Object.entries(header).map(([name, entry]) => ({
        name, shape: entry.shape, numbers: numbers(name, entry, view, 8 + length),
      }));
      return { list, said };
    } catch (error) {
      if (error instanceof PlayError) throw error;
      throw new PlayError("the file is no .safetensors file; load another one");
    }
  }

  // The four sides of a tensor: (64) is (1,1,1,64).
  const four = (shape) => [1, 1, 1, 1, ...shape].slice(-4);

  // The tensors of a file as web/lessons/weights.c reads them.
  function plain({ list }) {
    const encoder = new TextEncoder(), pieces = list.flatMap(({ name, shape, numbers: data }) => {
      return [encoder.encode(`${name} ${shape.length} ${four(shape).join(" ")}\n`),
              new Uint8Array(data.buffer)];
    });
    const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    pieces.reduce((at, piece) => {
      out.set(piece, at);
      return at + piece.length;
    }, 0);
    return out;
  }

  // A module that runs, and strings and arrays in its memory. `say` gets what it prints, which is
  // nothing unless it is about to end.
  class Instance {
    constructor(module, say = () => {}) {
      const stop = (text) => { throw new PlayStopped(this.string(text)); };
      const instance = new WebAssembly.Instance(module, {
        page: { stop }, wasi_snapshot_preview1: system(() => this.c.memory, say),
      });
      this.c = instance.exports;
      this.c._initialize();
      this.c.play_begin();
    }

    // Bytes of memory, which never become fewer.
    get bytes() { return this.c.memory.buffer.byteLength; }

    string(at) {
      const all = new Uint8Array(this.c.memory.buffer);
      return new TextDecoder().decode(all.subarray(at, all.indexOf(0, at)));
    }

    // Calls `use` with strings and arrays of numbers in the module's memory.
    with(values, use) {
      const places = values.map((value) => {
        const bytes = typeof value === "string" ? new TextEncoder().encode(value + "\0")
                                                : new Uint8Array(value.buffer);
        const at = this.c.play_alloc(bytes.length);
        new Uint8Array(this.c.memory.buffer).set(bytes, at);
        return at;
      });
      try {
        return use(...places);
      } finally {
        places.forEach((at) => this.c.play_free(at));
      }
    }
  }

  class Play extends Instance {
    check(good) {
      if (!good) throw new PlayError(this.string(this.c.play_error()));
    }

    give({ list }) {
      this.c.play_weights(list.length);
      for (const item of list) {
        this.with([item.name, item.numbers], (name, data) =>
          this.c.play_weight(name, item.shape.length, ...four(item.shape), data));
      }
    }

    // paintnet's, for all runs.
    weights(bytes) {
      this.give(read(bytes));
      this.check(this.c.play_weights_end());
    }

    // A style of `stylegrad train-style`: transfer/style_file.h.
    style(bytes) {
      const file = read(bytes), { format, version, network } = file.said;
      if (format !== "stylegrad-style")
        throw new PlayError("the file is no style; 'stylegrad train-style' makes one");
      if (version !== "1" || network !== "johnson-16-32-64-3")
        throw new PlayError("the style is of another version; train it again");
      this.give(file);
      this.check(this.c.play_style_end());
    }

    // What any style needs: paintnet, and the decoder of `stylegrad train-any-style`.
    anyStyle(weights, decoder) {
      const file = read(decoder), { format, version } = file.said;
      if (format !== "stylegrad-any-style")
        throw new PlayError("the file is no decoder of any style; load the page again");
      if (version !== "1" && version !== "2")
        throw new PlayError("the decoder is of another version; load the page again");
      this.give(read(weights));
      this.check(this.c.play_any_network_end());
      this.give(file);
      this.check(this.c.play_decoder_end(version === "1" ? 0 : Number(file.said.light)));
    }

    // The painting is the style from now on: see play.h.
    painting(side, alpha) { this.check(this.c.play_any_style(side, alpha)); }

    // The photograph in one pass, `size` pixels on its longer side; `any`: as the painting.
    stylize(size, any = false) {
      this.check(any ? this.c.play_stylize_any(size) : this.c.play_stylize(size));
      const [width, height] = new Int32Array(this.c.memory.buffer, this.c.play_stylized_size(), 2);
      const data = new Uint8ClampedArray(this.c.memory.buffer, this.c.play_stylized(),
                                         4 * width * height).slice();
      return { width, height, data };
    }

    set(name, value) {
      this.with([name, String(value)], (a, b) => this.check(this.c.play_set(a, b)));
    }

    setting(name) {
      return this.with([name], (at) => this.string(this.c.play_setting(at)));
    }

    // The lines of a recipe, [key, value], and what differs from it; size and steps move what
    // else the recipe says of them.
    recipe(lines, { size = 0, steps = 0, set = {} } = {}) {
      this.c.play_recipe_begin();
      for (const [key, value] of lines) this.set(key, value);
      this.c.play_fit(size, steps);
      for (const [key, value] of Object.entries(set)) this.set(key, value);
      this.check(this.c.play_check());
    }

    // A picture as a canvas gives it: width, height, and data of 4 bytes for each pixel.
    picture(which, { width, height, data }) {
      const at = this.c.play_picture(which, width, height);
      this.check(at);
      new Uint8Array(this.c.memory.buffer).set(data.subarray(0, 4 * width * height), at);
    }

    // Sets up a run; `given`: from the picture FIRST.
    run(given = false) { this.check(this.c.play_run(given)); }

    // False when the run is over.
    step() { return this.c.play_step() !== 0; }

    why() { return this.string(this.c.play_why()); }

    end() { this.c.play_run_end(); }

    // The numbers of the run by their names, and the losses of its layers.
    numbers() {
      const all = new Float64Array(this.c.memory.buffer, this.c.play_numbers(), NUMBERS.length);
      return Object.fromEntries(NUMBERS.map((name, i) => [name, all[i]]));
    }

    layers() {
      const content = this.c.play_layer_count(false), style = this.c.play_layer_count(true);
      const all = new Float64Array(this.c.memory.buffer, this.c.play_layers(), content + style);
      return { content: [...all.subarray(0, content)], style: [...all.subarray(content)] };
    }

    // The picture now: a copy.
    result() {
      const { width, height } = this.numbers(), at = this.c.play_result();
      const bytes = new Uint8ClampedArray(this.c.memory.buffer, at, 4 * width * height);
      return { width, height, data: bytes.slice() };
    }

    gradient() {
      const { width, height } = this.numbers(), at = this.c.play_gradient();
      return new Float32Array(this.c.memory.buffer, at, 3 * width * height).slice();
    }
  }

  return { read, plain, Instance, Play, PlayError, PlayStopped, PHOTOGRAPH, PAINTING, FIRST };
})();
if (typeof module !== "undefined") module.exports = Stylegrad;
