// What the pages have in common: their words, and the button for light or dark.
"use strict";
var Page = (function () {
  const words = PLAY.words;
  const by = (id) => document.getElementById(id);
  const fill = (text, said) => text.replace(/\{(\w+)\}/g, (all, name) => String(said[name]));

  document.querySelector("button.theme").onclick = () => {
    const root = document.documentElement, now = root.dataset.theme ||
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* from disk */ }
  };

  // The text of an alert, or nothing.
  function complain(text) {
    by("trouble").textContent = text || "";
    by("trouble").hidden = !text;
  }

  // The settings in the address, which the page in the other language gets, too.
  function setAddress(hash) {
    history.replaceState(null, "", hash);
    by("language").href = by("language").href.split("#")[0] + hash;
  }

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  // The bytes that gzip has packed, in base64.
  async function unpacked(base64) {
    const packed = new Blob([bytesOf(base64)]).stream();
    const stream = packed.pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function copy(text) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      done = false;
    }
    by("copied").textContent = done ? words.copied : words.not_copied;
    setTimeout(() => { by("copied").textContent = ""; }, 3000);
  }

  // What a canvas shows, as a file.
  function save(canvas) {
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "painting.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }, "image/png");
  }

  return { words, by, fill, complain, setAddress, bytesOf, unpacked, copy, save };
})();
