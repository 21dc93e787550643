// What tests measure on a page that is open in a browser (tests/browser.py). Formulas of contrast: WCAG 2.2, 1.4.3.
"use strict";

const probes = {};
{
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = text => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front, back) => [...[0, 1, 2].map(at => front[at] * front[3] + back[at] * (1 - front[3])), 1];
  const canvasOf = document.documentElement;
  const behind = element => {
    if (!element) return colour(getComputedStyle(canvasOf).colorScheme === "dark" ? "#000" : "#fff");
    return over(colour(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  };
  const linear = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) => 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const ratio = (front, back) => {
    const [dark, light] = [luminance(over(front, back)), luminance(back)].sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  };
  const name = element => element.tagName.toLowerCase() + [...element.classList].map(one => `.${one}`).join("");
  const texts = function* (within) {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.trim()) yield walker.currentNode;
  };
  const shown = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  // Each text as it is drawn: its contrast, its size in pixels, whether it is the leaflet's own, where it stands.
  probes.texts = () => [...texts(document.body)].filter(text => !text.parentElement.closest("svg, style") && shown(text.parentElement)).map(text => {
    const element = text.parentElement, style = getComputedStyle(element);
    return {
      contrast: ratio(colour(style.color), behind(element)), pixels: parseFloat(style.fontSize), own: !!element.closest("main"),
      where: name(element), running: !element.closest(".small, .draft-notice, .sources, .facts-of-leaflet"), text: text.data.trim().slice(0, 40),
    };
  });

  // Each paint of a drawing that differs from what it stands on, and each sign of a key: its contrast and where it is.
  probes.drawn = () => {
    const found = [];
    for (const shape of document.querySelectorAll("main svg:not(.qr) :is(path, circle, rect, line, polyline, polygon, ellipse)")) {
      const style = getComputedStyle(shape), drawing = shape.closest("svg"), back = behind(drawing.parentElement);
      for (const paint of [style.fill, style.stroke].filter(one => one !== "none").map(colour)) {
        const contrast = ratio(paint, back);
        if (paint[3] && contrast > 1.2) found.push({ contrast, where: name(drawing.parentElement), text: drawing.textContent.slice(0, 40) });
      }
    }
    for (const sign of document.querySelectorAll(".sign")) {
      found.push({ contrast: ratio(colour(getComputedStyle(sign).borderTopColor), behind(sign.parentElement)), where: name(sign), text: "" });
    }
    return found;
  };

  // The fullest lines of running text: how many characters, as a reader counts them; how many in the width of a Chinese character, of
  // which a Latin letter is half; and of which text.
  probes.lines = () => {
    const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" }), range = document.createRange(), found = [];
    for (const block of document.querySelectorAll("main p, main li, main td")) {
      if (!block.textContent.trim() || block.querySelector("p, li, div") || !shown(block)) continue;
      const lines = new Map();
      for (const text of texts(block)) for (const { segment, index } of letters.segment(text.data)) {
        range.setStart(text, index);
        range.setEnd(text, index + segment.length);
        const box = range.getClientRects()[0];
        if (!box || !box.width) continue;
        const line = Math.round((box.top + box.bottom) / 28);
        const [count, wide] = lines.get(line) ?? [0, 0];
        lines.set(line, [count + 1, wide + (/[\u2e80-\uffef]/.test(segment) ? 1 : 0.5)]);
      }
      const most = at => Math.max(...[...lines.values()].map(counts => counts[at]));
      found.push({ letters: most(0), wide: most(1), text: block.textContent.trim().slice(0, 60) });
    }
    return found;
  };

  // Text that reaches out of the window, on either side: what stands beyond the edge where lines begin is not even scrolled to.
  probes.outside = () => {
    const range = document.createRange();
    return [...texts(document.body)].filter(text => !text.parentElement.closest("style, svg, .skip, .to-contents, thead") && shown(text.parentElement)).filter(text => {
      range.selectNodeContents(text);
      return [...range.getClientRects()].some(({ left, right }) => left < -1 || right > innerWidth + 1);
    }).map(text => text.data.trim().slice(0, 40));
  };

  // Each link that can be reached with the keyboard, in order.
  probes.links = () => [...document.querySelectorAll("a[href]")].filter(shown).map(link => link.getAttribute("href"));

  // What has the focus: whether the ring around it is drawn, how thick, and whether nothing covers it.
  probes.focus = () => {
    const at = document.activeElement, style = getComputedStyle(at);
    const { left, top, right, bottom } = [...at.getClientRects()].find(box => box.width);
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const ring = at.matches(":focus-visible") && style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0;
    const inside = left >= -1 && right <= innerWidth + 1 && top >= -1 && bottom <= innerHeight + 1; // pixels are rounded
    return { link: at.getAttribute("href"), ring, seen: inside && (middle === at || at.contains(middle)), box: [left, top, right, bottom] };
  };

  // Links that no finger of 24 pixels meets (WCAG 2.2, 2.5.8).
  probes.small = () => [...document.querySelectorAll("a[href]:not(.skip)")].filter(shown)
    .filter(link => ![...link.getClientRects()].some(box => box.width >= 24 && box.height >= 24)).map(link => link.outerHTML.slice(0, 90));

  // Links whose target is not right below the bar when they are followed.
  probes.astray = () => {
    const bar = document.querySelector(".page-head"), found = [];
    for (const link of document.querySelectorAll("a[href^='#']:not(.skip)")) {
      link.click();
      const { top } = document.querySelector(link.hash).getBoundingClientRect(), { bottom } = bar.getBoundingClientRect();
      const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
      if (!end && (top < bottom - 1 || top > bottom + 60)) found.push([link.hash, top, bottom]);
    }
    return found;
  };

  // Elements that move by themselves or slide.
  probes.moving = () => [...document.querySelectorAll("*")].filter(one => {
    const style = getComputedStyle(one);
    return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0 || style.scrollBehavior !== "auto";
  }).map(name);

  // Each cell of a table that is laid out in rows below one another: what names its column for the eye, and the header it has.
  probes.columns = () => [...document.querySelectorAll(".fact-box.columns-3 td")].map(cell =>
    [getComputedStyle(cell, "::before").content, cell.closest("table").querySelectorAll("thead th")[cell.cellIndex].textContent]);

  // More space, as a reader may set it (WCAG 2.2, 1.4.12).
  probes.spaced = () => {
    const sheet = document.createElement("style");
    sheet.textContent = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
      + "p { margin-bottom: 2em !important }";
    document.head.append(sheet);
  };
}
