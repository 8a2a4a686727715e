// What the pages have in common: their words, and the button for light or dark. tools.js stands
// before it.
"use strict";
var Page = (function () {
  const words = PLAY.words;
  const by = (id) => document.getElementById(id);
  const { fill, bytesOf } = Tools;

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

  // A sentence of a module, in the language of the page.
  const translated = (text) => Tools.translated(text, words.sentences);

  // The settings in the address, which the page in the other language gets, too.
  function setAddress(hash) {
    history.replaceState(null, "", hash);
    by("language").href = by("language").href.split("#")[0] + hash;
  }

  // The bytes that gzip has packed, in base64.
  const unpacked = (base64) => Tools.unpacked(bytesOf(base64));

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
  const save = (canvas) => canvas.toBlob((blob) => Tools.save(blob, "painting.png"), "image/png");

  return { words, by, fill, complain, translated, setAddress, bytesOf, unpacked, copy, save };
})();
