// For the text of a page: a button that copies each piece of code, and a sign at the edge of
// each box that shows only a part of what is in it. Such a box can be scrolled by key.
(function () {
  var WIDE = "pre, .formula, .table, .scroll";
  function chinese(element) { return !!element.closest("[lang^='zh']"); }

  // At which edges there is more than the box shows.
  function showMore(box) {
    var rest = box.scrollWidth - box.clientWidth;
    box.classList.toggle("more-left", box.scrollLeft > 2);
    box.classList.toggle("more-right", rest - box.scrollLeft > 2);
    if (rest <= 2) { box.removeAttribute("tabindex"); box.removeAttribute("role"); return; }
    box.tabIndex = 0;
    if (box.matches(".scroll, .table, .formula")) {
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", chinese(box) ? "可左右滚动" : "scrolls sideways");
    }
  }

  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text);
      return;
    }
    var area = document.createElement("textarea");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  function addCopy(pre) {
    var box = document.createElement("div"), button = document.createElement("button");
    var words = chinese(pre) ? ["复制", "已复制"] : ["copy", "copied"];
    box.className = "code";
    button.type = "button";
    button.textContent = words[0];
    button.onclick = function () {
      copyText(pre.textContent);
      button.textContent = words[1];
      button.focus();
      setTimeout(function () { button.textContent = words[0]; }, 1500);
    };
    pre.parentNode.insertBefore(box, pre);
    box.appendChild(pre);
    box.appendChild(button);
  }

  window.lookAgain = function () {};
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("pre").forEach(addCopy);
    var wide = document.querySelectorAll(WIDE);
    window.lookAgain = function () { wide.forEach(showMore); };
    wide.forEach(function (box) {
      box.addEventListener("scroll", function () { showMore(box); }, { passive: true });
    });
    window.addEventListener("resize", window.lookAgain);
    window.addEventListener("load", window.lookAgain);
    document.addEventListener("toggle", window.lookAgain, true);
    window.lookAgain();
  });
})();
