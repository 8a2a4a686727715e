// Before the page is shown: light or dark as chosen last, and the language for the next visit.
(function () {
  var root = document.documentElement, theme = null;
  root.classList.add("js");
  try {
    theme = localStorage.getItem("theme");
    localStorage.setItem("language", /^zh/.test(root.lang) ? "zh" : "en");
  } catch (e) {}
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
})();
