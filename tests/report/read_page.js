// Returns the page's content and the sizes of its charts; browse.py runs it in the page.
() => {
  const text = (node) => (node ? node.textContent.trim() : null);
  const all = (node, selector) => [...node.querySelectorAll(selector)];
  const isShown = (node) => Boolean(node) && node.getClientRects().length > 0;
  const MARKS = ".chart svg [class*=mark-] path, .chart svg .mark-text text";

  function figure(node) {
    const [chart, note, details] = [".chart", ".note", "details"].map((one) => node.querySelector(one));
    const box = isShown(chart) ? chart.querySelector("svg").getBoundingClientRect() : null;
    return [node.id, {
      title: text(node.querySelector("h3")),
      says: text(node.querySelector("figcaption p")),
      note: isShown(note) ? text(note) : "",
      marks: box ? all(node, MARKS).length : null,
      chart: box ? {left: box.left, width: box.width, height: box.height, inside: getComputedStyle(chart).breakInside} : null,
      rows: details.hidden ? "" : text(node.querySelector(".rows")),
      table: details.hidden ? [] : all(node, "table tr").map((row) => all(row, "th, td").map(text)),
    }];
  }

  function section(node) {
    return [node.id, {
      title: text(node.querySelector("h2")),
      unread: all(node, ".unread:not([hidden]) li").map(text),
      notes: all(node, ":scope > .note:not([hidden])").map(text),
      numbers: Object.fromEntries(all(node, ".numbers > div").map((one) => [text(one.querySelector("dt")), all(one, "dd").map(text)])),
      figures: Object.fromEntries(all(node, "figure").map(figure)),
    }];
  }

  return {
    about: text(document.querySelector("#about")),
    scope: text(document.querySelector("#scope")),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    attention: all(document, ".attention li").map(text),
    sections: Object.fromEntries(all(document, "main section").map(section)),
  };
}
