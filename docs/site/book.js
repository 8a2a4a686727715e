// What is around the text of a page: light and dark, the table of contents of a narrow window,
// and the search. Without this script all pages can be read.
(function () {
  var root = document.documentElement, top = document.body.dataset.top;
  var language = document.body.dataset.language;
  function one(selector) { return document.querySelector(selector); }

  // ---- Light and dark ----

  function isDark() {
    if (root.dataset.theme) return root.dataset.theme === "dark";
    return window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  one("button.theme").addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch (e) {}
  });

  // ---- The table of contents ----

  var menu = one("button.menu");

  function showMenu(open) {
    root.classList.toggle("menu-open", open);
    menu.setAttribute("aria-expanded", String(open));
  }

  menu.addEventListener("click", function () {
    showMenu(!root.classList.contains("menu-open"));
    if (root.classList.contains("menu-open")) showCurrent();
  });

  // The open page, in the middle of the table of contents.
  function showCurrent() {
    var contents = one("nav.contents"), current = one("nav.contents [aria-current]");
    if (!current) return;
    var place = current.getBoundingClientRect().top - contents.getBoundingClientRect().top;
    contents.scrollTop += place - contents.clientHeight / 2;
  }
  showCurrent();

  // ---- The section that is being read ----

  // In a narrow window the list is above the text, and folded.
  var sections = one("nav.sections details");
  if (sections && window.matchMedia("(max-width: 56rem)").matches) sections.open = false;

  var marks = [];
  document.querySelectorAll("nav.sections a").forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) marks.push({ link: link, heading: heading });
  });

  function markSection() {
    var current = null;
    marks.forEach(function (mark) {
      if (mark.heading.getBoundingClientRect().top < 120) current = mark;
    });
    marks.forEach(function (mark) {
      if (mark === current) mark.link.setAttribute("aria-current", "true");
      else mark.link.removeAttribute("aria-current");
    });
  }
  window.addEventListener("scroll", markSection, { passive: true });
  markSection();

  // ---- Search ----

  var dialog = one("dialog.search"), field = one("dialog.search input");
  var list = one(".results"), count = one(".count");
  var index = null, loading = false;
  var MOST = 40;

  // For search.en.js, which is loaded when it is first needed.
  window.bookIndex = function (pages) {
    index = [];
    pages.forEach(function (page) {
      page[2].forEach(function (part) {
        index.push({
          address: page[0], page: page[1], anchor: part[0], heading: part[1], words: part[2],
          inPage: plain(page[1]), inHeading: plain(part[1]), inWords: plain(part[2]) });
      });
    });
    search();
  };

  function plain(text) { return text.toLowerCase(); }

  function load() {
    if (index || loading) return;
    loading = true;
    var script = document.createElement("script");
    script.src = top + "/search." + language + ".js";
    script.onerror = function () { loading = false; };
    document.head.appendChild(script);
  }

  // How often a word is in a text, up to five times. Less for "gram" in "program".
  function times(text, word) {
    var sum = 0, at = text.indexOf(word);
    while (at >= 0 && sum < 5) {
      sum += /^[a-z]/.test(word) && at > 0 && /[a-z]/.test(text[at - 1]) ? 0.1 : 1;
      at = text.indexOf(word, at + word.length);
    }
    return sum;
  }

  // How well a section fits: 0 when a word is missing.
  function worth(part, words) {
    var sum = 0;
    for (var i = 0; i < words.length; i++) {
      var word = words[i];
      var here = Math.min(1, times(part.inPage, word)) * (part.heading ? 2 : 12) +
                 Math.min(1, times(part.inHeading, word)) * 8 + times(part.inWords, word);
      if (!here) return 0;
      sum += here;
    }
    return sum;
  }

  // Text with the words marked.
  function marked(text, words) {
    var box = document.createDocumentFragment(), low = plain(text), at = 0;
    while (at < text.length) {
      var next = -1, length = 0;
      words.forEach(function (word) {
        var found = low.indexOf(word, at);
        if (found >= 0 && (next < 0 || found < next)) { next = found; length = word.length; }
      });
      if (next < 0) break;
      box.append(text.slice(at, next));
      var mark = document.createElement("mark");
      mark.textContent = text.slice(next, next + length);
      box.append(mark);
      at = next + length;
    }
    box.append(text.slice(at));
    return box;
  }

  // Some words around the first that was found.
  function excerpt(part, words) {
    var at = part.words.length, wide = language === "zh" ? 30 : 60;
    words.forEach(function (word) {
      var found = part.inWords.indexOf(word);
      if (found >= 0 && found < at) at = found;
    });
    if (at === part.words.length) at = 0;
    var begin = Math.max(0, at - wide), end = Math.min(part.words.length, at + 2 * wide);
    if (begin > 0 && language !== "zh") begin = part.words.indexOf(" ", begin) + 1 || begin;
    return (begin > 0 ? "… " : "") + part.words.slice(begin, end) +
           (end < part.words.length ? " …" : "");
  }

  function result(part, words) {
    var item = document.createElement("li"), link = document.createElement("a");
    var head = document.createElement("b"), text = document.createElement("span");
    link.href = top + "/" + part.address + (part.anchor ? "#" + part.anchor : "");
    head.append(marked(part.heading ? part.page + " › " + part.heading : part.page, words));
    text.append(marked(excerpt(part, words), words));
    link.append(head, " ", text);
    link.addEventListener("click", function () { dialog.close(); });
    item.append(link);
    return item;
  }

  function search() {
    var words = plain(field.value).split(/\s+/).filter(Boolean);
    list.textContent = "";
    count.textContent = "";
    if (!words.length || !index) return;
    var found = [];
    index.forEach(function (part, at) {
      var value = worth(part, words);
      if (value) found.push({ part: part, value: value, at: at });
    });
    found.sort(function (a, b) { return b.value - a.value || a.at - b.at; });
    found.slice(0, MOST).forEach(function (one) { list.append(result(one.part, words)); });
    count.textContent = !found.length ? count.dataset.nothing + " “" + field.value + "”"
      : found.length + " " + (found.length === 1 ? count.dataset.one : count.dataset.many);
  }

  function openSearch() {
    load();
    if (!dialog.open) dialog.showModal();
    field.select();
    field.focus();
  }

  one("button.open-search").addEventListener("click", openSearch);
  field.addEventListener("input", search);
  dialog.addEventListener("click", function (event) {
    if (event.target === dialog) dialog.close();
  });

  // Return opens the first result; arrows move between them.
  field.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    var first = list.querySelector("a");
    if (first) first.click();
  });
  dialog.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    var places = [field].concat(Array.prototype.slice.call(list.querySelectorAll("a")));
    var at = places.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (at < 0 || at >= places.length) return;
    event.preventDefault();
    places[at].focus();
  });

  // ---- Keys ----

  document.addEventListener("keydown", function (event) {
    var writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) ||
        (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey)) {
      event.preventDefault();
      openSearch();
    } else if (event.key === "Escape" && root.classList.contains("menu-open") && !dialog.open) {
      showMenu(false);
      menu.focus();
    }
  });
})();
