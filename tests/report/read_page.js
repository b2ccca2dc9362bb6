// Returns the page's content and the sizes of its charts; browse.py runs it in the page.
() => {
  const text = (node) => (node ? node.textContent.trim() : null);
  const all = (node, selector) => [...node.querySelectorAll(selector)];
  const isShown = (node) => Boolean(node) && node.getClientRects().length > 0;
  const MARKS = ".chart svg [class*=mark-] path, .chart svg .mark-text text";
  const table = (node) => all(node, "tr").map((row) => all(row, "th, td").map(text));

  function figure(node) {
    const [chart, note] = [".chart", ".note"].map((one) => node.querySelector(one));
    const svg = isShown(chart) ? chart.querySelector("svg") : null;
    const box = svg ? svg.getBoundingClientRect() : null;
    return [node.id, {
      title: text(node.querySelector("h3")),
      says: text(node.querySelector("figcaption p")),
      note: isShown(note) ? text(note) : "",
      marks: box ? all(node, MARKS).length : null,
      dotted: all(node, ".chart svg path[stroke-dasharray]").length,
      spoken: svg ? chart.ariaLabel : null,
      inner: svg ? [svg.ariaHidden, svg.getAttribute("aria-label")] : null,
      chart: box ? {left: box.left, width: box.width, height: box.height, inside: getComputedStyle(chart).breakInside} : null,
      table: table(node.querySelector("details")),
    }];
  }

  function list(node) {
    const note = node.querySelector(".note");
    return [node.id.replace("list-", ""), {
      title: text(node.querySelector(".title")),
      count: text(node.querySelector(".count")),
      note: note.hidden ? "" : text(note),
      shown: isShown(node),
      table: table(node.querySelector(".rows")),
      links: all(node, "tbody a").map((one) => one.href),
    }];
  }

  function line(node) {
    const cells = Object.fromEntries(["count", "change", "next", "effort", "owner"].map((name) => [name, text(node.querySelector(`.${name}`))]));
    return [node.dataset.id, {...cells, harm: node.closest("tbody").dataset.harm}];
  }

  return {
    about: text(document.querySelector("#about")),
    said: isShown(document.querySelector("#said")) ? text(document.querySelector("#said")) : "",
    scope: text(document.querySelector("#scope")),
    address: location.hash,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    first: Object.fromEntries(all(document, "tr[data-id]").filter((row) => !row.hidden).map(line)),
    nothing: text(document.querySelector("#nothing")),
    unknown: text(document.querySelector("#unknown")),
    lists: Object.fromEntries(all(document, ".list").map(list)),
    figures: Object.fromEntries(all(document, "figure").map(figure)),
    missing: all(document, "#data li").map(text),
  };
}
