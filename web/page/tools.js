// Small tools of pages and their workers.
"use strict";
var Tools = (function () {
  // The text with what is said in the places of {names}.
  const fill = (text, said) => text.replace(/\{(\w+)\}/g, (all, name) => String(said[name]));

  // A sentence of a module, which is English, by the list of [pattern, translation]: what C has put
  // into it is translated, too, when it is in the list.
  function translated(text, sentences) {
    for (const [pattern, translation] of sentences) {
      const found = text.match(pattern);
      if (found)
        return translation.replace(/\{(\d+)\}/g, (all, i) => translated(found[i], sentences));
    }
    return text;
  }

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  // The bytes that gzip has packed.
  async function unpacked(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // A worker of this source: a page that is opened from disk may load none from a file.
  function workerOf(source) {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(address);
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    return worker;
  }

  // Puts bytes into a file of the reader's.
  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // Loads a script that sets a value in PLAY, once.
  const loading = {};
  function load(address) {
    if (!loading[address])
      loading[address] = new Promise((good, bad) => {
        const script = Object.assign(document.createElement("script"), { src: address });
        script.onload = good;
        script.onerror = () => {
          delete loading[address];
          bad(new Error(address.split("/").pop()));
        };
        document.head.append(script);
      });
    return loading[address];
  }

  const canCompute = () => Boolean(self.WebAssembly && self.Worker && self.DecompressionStream);

  // "12 s", "3 min 5 s" in the words `seconds` and `minutes`.
  function timeOf(value, words) {
    const all = Math.ceil(value), said = { minutes: Math.floor(all / 60), seconds: all % 60 };
    return fill(all < 60 ? words.seconds : words.minutes, said);
  }

  return { fill, translated, bytesOf, unpacked, workerOf, save, load, canCompute, timeOf };
})();
if (typeof module !== "undefined") module.exports = Tools;
