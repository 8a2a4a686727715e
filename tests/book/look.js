"use strict";
// What is wrong with a page as it is shown now. These functions run in the page.

// The page must not scroll sideways.
function scrollsSideways() {
  const wide = document.scrollingElement.scrollWidth;
  const room = document.documentElement.clientWidth;
  return wide > room ? [`the page is ${wide} px wide in a window of ${room}`] : [];
}

// What is wider than its box can be scrolled to, by key too, and shows that there is more.
function cutBoxes() {
  const faults = [];
  for (const box of document.querySelectorAll("article *")) {
    if (box.closest("math, svg") || box.scrollWidth <= box.clientWidth + 2) continue;
    const style = getComputedStyle(box);
    if (style.display === "inline" || box.clientWidth === 0) continue;
    const words = box.textContent.trim().slice(0, 40);
    const name = `${box.tagName.toLowerCase()}.${box.className}: ${words}`;
    if (style.overflowX === "visible") {
      // What sticks out is within a box that scrolls.
      if (!box.closest(".more-left, .more-right")) faults.push(`sticks out: ${name}`);
    } else if (!/auto|scroll/.test(style.overflowX)) {
      faults.push(`is cut: ${name}`);
    } else if (!/more-(left|right)/.test(box.className)) {
      faults.push(`no sign that it scrolls: ${name}`);
    } else if (box.tabIndex !== 0) {
      faults.push(`cannot be scrolled by key: ${name}`);
    }
  }
  return faults;
}

function missingImages() {
  const faults = [];
  for (const image of document.images)
    if (!image.complete || image.naturalWidth === 0) faults.push(`not loaded: ${image.currentSrc}`);
  return faults;
}

// Sheets of many pictures have words in them.
function smallSheets() {
  return [...document.images].filter((image) => image.naturalWidth > 1200 &&
    !image.currentSrc.endsWith(".jpg") &&
    image.getBoundingClientRect().width < image.naturalWidth / 2 - 1).map(
    (image) => `too small to be read: ${image.currentSrc}`);
}

// Address, width as drawn, and width as shown of each drawing.
function drawings() {
  return [...document.images].filter((image) => image.currentSrc.endsWith(".svg")).map(
    (image) => ({ address: image.currentSrc, natural: image.naturalWidth,
                  shown: image.getBoundingClientRect().width }));
}

module.exports = { scrollsSideways, cutBoxes, missingImages, smallSheets, drawings };
