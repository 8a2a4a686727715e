// Files in memory, for a program of WASI that reads and writes: what wasi-libc asks of the
// system about them. For a worker of the page of a lesson, and for Node.
//
//     const files = new Files({ "assets/scene.png": bytes }, (path, bytes) => ...);
//     new WebAssembly.Instance(module, { wasi_snapshot_preview1: files.calls(() => memory) });
//
// The second function gets each file that the program has written, when it is closed. Streams 0
// to 2 are program.js's.
"use strict";
var Files = (function () {
  // WASI's numbers of errors, and of kinds of files.
  const GOOD = 0, BAD_FILE = 8, EXISTS = 20, INVALID = 28, IS_FOLDER = 31, NO_ENTRY = 44;
  const NO_FOLDER = 54;
  const FOLDER = 3, REGULAR = 4;
  const CREATE = 1, ONLY_FOLDER = 2, ONLY_NEW = 4, TRUNCATE = 8; // of path_open
  const WRITES = 64n;                                            // a right of path_open
  const ROOT = 3;                                                // the folder that is open

  // "out/a" of "/out//./a".
  const plain = (path) => path.split("/").filter((part) => part && part !== ".").join("/");
  const folderOf = (path) => path.split("/").slice(0, -1).join("/");

  // Bytes with room to grow.
  class Bytes {
    constructor(bytes = new Uint8Array(0)) {
      this.room = bytes;
      this.length = bytes.length;
    }

    get all() { return this.room.subarray(0, this.length); }

    put(at, bytes) {
      const end = at + bytes.length;
      if (end > this.room.length) {
        const room = new Uint8Array(Math.max(end, 2 * this.room.length, 256));
        room.set(this.all);
        this.room = room;
      }
      this.room.set(bytes, at);
      this.length = Math.max(this.length, end);
    }
  }

  class Files {
    constructor(files, written = () => {}) {
      this.files = new Map();
      this.folders = new Set([""]);
      this.open = new Map();
      this.written = written;
      for (const [path, bytes] of Object.entries(files)) {
        for (let up = folderOf(path); up; up = folderOf(up)) this.folders.add(up);
        this.files.set(path, new Bytes(bytes));
      }
    }

    // Opens a path; the number of the stream goes to `at`.
    openPath(view, path, how, rights, at) {
      const there = this.files.get(path), writes = (rights & WRITES) !== 0n;
      if (this.folders.has(path) && writes) return IS_FOLDER;
      if (!this.folders.has(path)) {
        if (how & ONLY_FOLDER) return there ? NO_FOLDER : NO_ENTRY;
        if (!this.folders.has(folderOf(path))) return NO_ENTRY;
        if (!there && !(how & CREATE)) return NO_ENTRY;
        if (there && how & ONLY_NEW) return EXISTS;
        if (!there || how & TRUNCATE) this.files.set(path, new Bytes());
      }
      let number = ROOT + 1;
      while (this.open.has(number)) number++;
      this.open.set(number, { path, file: this.files.get(path), at: 0, writes });
      view.setUint32(at, number, true);
      return GOOD;
    }

    about(view, path, at) {
      const file = this.files.get(path), folder = this.folders.has(path);
      if (!file && !folder) return NO_ENTRY;
      for (let i = 0; i < 64; i += 8) view.setBigUint64(at + i, 0n, true);
      view.setUint8(at + 16, folder ? FOLDER : REGULAR);
      view.setBigUint64(at + 24, 1n, true);
      view.setBigUint64(at + 32, BigInt(folder ? 0 : file.length), true);
      return GOOD;
    }

    makeFolder(path) {
      if (this.files.has(path) || this.folders.has(path)) return EXISTS;
      if (!this.folders.has(folderOf(path))) return NO_ENTRY;
      this.folders.add(path);
      return GOOD;
    }

    // Calls `use` with each of the pieces of memory that a read or a write names; it returns the
    // bytes that it has taken.
    each(memory, vectors, count, done, use) {
      const view = new DataView(memory().buffer);
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const at = view.getUint32(vectors + 8 * i, true);
        sum += use(new Uint8Array(memory().buffer, at, view.getUint32(vectors + 8 * i + 4, true)));
      }
      view.setUint32(done, sum, true);
      return GOOD;
    }

    close(number) {
      const stream = this.open.get(number);
      if (!stream) return BAD_FILE;
      this.open.delete(number);
      if (stream.writes) this.written(stream.path, stream.file.all.slice());
      return GOOD;
    }

    calls(memory) {
      const view = () => new DataView(memory().buffer);
      const path = (at, length) => plain(new TextDecoder().decode(
        new Uint8Array(memory().buffer, at, length)));
      const of = (number, use) => {
        const stream = this.open.get(number);
        return stream && stream.file ? use(stream) : BAD_FILE;
      };
      return {
        fd_prestat_get(number, at) {
          if (number !== ROOT) return BAD_FILE;
          view().setUint8(at, 0);
          view().setUint32(at + 4, 1, true);
          return GOOD;
        },
        fd_prestat_dir_name(number, at) {
          view().setUint8(at, "/".charCodeAt(0));
          return GOOD;
        },
        fd_fdstat_get(number, at) {
          const everything = 2n ** 64n - 1n;
          view().setBigUint64(at, BigInt(number === ROOT ? FOLDER : REGULAR), true);
          view().setBigUint64(at + 8, everything, true);
          view().setBigUint64(at + 16, everything, true);
          return GOOD;
        },
        fd_fdstat_set_flags: () => GOOD,
        path_open: (number, links, at, length, how, rights, inherited, flags, out) =>
          this.openPath(view(), path(at, length), how, rights, out),
        path_filestat_get: (number, links, at, length, out) =>
          this.about(view(), path(at, length), out),
        path_create_directory: (number, at, length) => this.makeFolder(path(at, length)),
        path_remove_directory: () => INVALID,
        path_unlink_file: (number, at, length) =>
          (this.files.delete(path(at, length)) ? GOOD : NO_ENTRY),
        fd_filestat_get: (number, at) => (number === ROOT ? this.about(view(), "", at) :
          of(number, (stream) => this.about(view(), stream.path, at))),
        fd_close: (number) => this.close(number),
        fd_read: (number, vectors, count, done) => of(number, (stream) =>
          this.each(memory, vectors, count, done, (room) => {
            const bytes = stream.file.all.subarray(stream.at, stream.at + room.length);
            room.set(bytes);
            stream.at += bytes.length;
            return bytes.length;
          })),
        fd_write: (number, vectors, count, done) => of(number, (stream) =>
          this.each(memory, vectors, count, done, (bytes) => {
            stream.file.put(stream.at, bytes);
            stream.at += bytes.length;
            return bytes.length;
          })),
        fd_seek: (number, offset, from, out) => of(number, (stream) => {
          const begin = [0, stream.at, stream.file.length][from] + Number(offset);
          if (!(begin >= 0)) return INVALID;
          stream.at = begin;
          view().setBigUint64(out, BigInt(begin), true);
          return GOOD;
        }),
      };
    }
  }

  return Files;
})();
if (typeof module !== "undefined") module.exports = Files;
