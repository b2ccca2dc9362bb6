"use strict";
// Draws the report: filters and aggregates the rows of each answer, and shows numbers, charts and tables.

const report = JSON.parse(document.getElementById("report").textContent);
const FILTERS = ["space", "environment", "content_type"];
const MOST_BARS = 25;
const MOST_ROWS = 100;
const chosen = { space: "", environment: report.environment, content_type: "" };
const drawn = new Map();
let shows = 0;

for (const answer of Object.values(report.answers)) {
  answer.kinds = Object.fromEntries(answer.columns);
  const value = (row, kind, i) => (["text", "date"].includes(kind) && row[i] !== null ? answer.texts[i][row[i]] : row[i]);
  answer.records = answer.rows.map((row) => Object.fromEntries(answer.columns.map(([name, kind], i) => [name, value(row, kind, i)])));
}

// --- Texts

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });
const heading = (name) => (name === "api" ? "API" : (name[0].toUpperCase() + name.slice(1)).replaceAll("_", " "));
const words = (list) => list.join(", ").replace(/, ([^,]*)$/, " and $1");
const number = (value) => (Math.abs(value) < 10 && value % 1 ? fine : whole).format(value);

const brief = (value) => (value < 1e6 ? number(value) : short.format(value));

function shown(value, kind) {
  if (value === null || value === undefined) return "–";
  if (kind === "share") return percent.format(value);
  if (kind === "number") return number(value);
  if (kind === "flag") return value ? "yes" : "no";
  return String(value);
}

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// --- Rows

/** Whether a row matches the filters. A missing column matches; NULL matches unless *strict*. */
function inView(row, strict = true) {
  return FILTERS.every((name) => !chosen[name] || !(name in row) || row[name] === chosen[name] || (!strict && row[name] === null));
}

const rowsOf = (answer) => answer.records.filter((row) => inView(row));
const unreadOf = (answer) => answer.unread.filter((place) => inView(place, false));
const isPartly = (answer) => unreadOf(answer).some((place) => place.is_needed);
const cutOf = (answer) => answer.cut.filter((one) => inView(one)).reduce((sum, one) => sum + one.rows, 0);
// The initial environment is not a choice of the user.
const isChosen = (name) => chosen[name] && !(name === "environment" && chosen[name] === report.environment);
const unfiltered = (answer) => FILTERS.filter((name) => isChosen(name) && !(name in answer.kinds));

function sum(rows, column) {
  const known = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
  return known.length ? known.reduce((one, other) => one + other, 0) : null;
}

/** The sum of a column, null if unknown, and whether it is only a lower bound. */
function total(name, column) {
  const answer = report.answers[name];
  const rows = rowsOf(answer);
  const isPartial = isPartly(answer) || cutOf(answer) > 0 || rows.some((row) => row[column] === null);
  const value = rows.length || isPartial ? sum(rows, column) : 0;
  return isPartial && !value ? { value: null } : { value, isPartial };
}

/** Rows grouped by the texts in *columns*, with sums of the numbers. */
function grouped(rows, columns, kinds) {
  const texts = columns.filter((name) => kinds[name] !== "number");
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify(texts.map((name) => row[name]));
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()].map((members) =>
    Object.fromEntries(columns.map((name) => [name, kinds[name] === "number" ? sum(members, name) : members[0][name]])));
}

// --- Numbers

function numberTile(one) {
  const { value, isPartial } = total(one.data, one.sum);
  const isAlarm = Boolean(one.attention && value);
  const text = value === null ? "unknown" : (isPartial ? "≥ " : "") + brief(value);
  const hints = [];
  if (one.of && value !== null) {
    const all = total(one.data, one.of).value;
    if (all) hints.push(`${percent.format(value / all)} of ${number(all)}`);
  }
  if (one.before && value !== null) {
    const change = value - (total(one.data, one.before).value ?? 0);
    hints.push(change ? `${number(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than in the previous 30 days` : "same as in the previous 30 days");
  }
  if (one.hint) hints.push(one.hint);
  const kind = value === null ? " unknown" : isAlarm ? " alarm" : "";
  return make("div", {}, make("dt", { textContent: one.label }), make("dd", { className: "value" + kind, textContent: text }),
    ...hints.map((hint) => make("dd", { className: "muted", textContent: hint })));
}

function showAttention(place) {
  const items = [];
  for (const section of report.sections) {
    for (const one of section.numbers.filter((each) => each.attention)) {
      const { value } = total(one.data, one.sum);
      if (value) items.push(make("li", {}, make("strong", { textContent: number(value) }), " ", make("a", { href: `#${section.id}`, textContent: one.label })));
    }
  }
  const nothing = make("p", { textContent: "No known problems." });
  place.replaceChildren(make("h3", { textContent: "Needs attention" }), items.length ? make("ul", {}, ...items) : nothing);
}

/** The tables of a section that were not read completely, and the reasons. */
function showUnread(place, names) {
  const seen = new Map();
  for (const { table, is_needed, space, environment, reason } of names.flatMap((name) => unreadOf(report.answers[name]))) {
    const key = table + reason;
    if (!seen.has(key)) seen.set(key, { table, is_needed, reason, places: new Set() });
    seen.get(key).is_needed ||= is_needed;
    seen.get(key).places.add([space, environment].filter(Boolean).join(" / ") || "the organization");
  }
  const lines = [...seen.values()].map(({ table, is_needed, reason, places }) => {
    if (!reason) return `${table}: not synced. Add it to the setting “tables” ${is_needed ? "to see the numbers that need it" : "to see more details"}.`;
    const all = [...places];
    return `${table} in ${all.length > 3 ? `${all.length} places (spaces or environments), such as ${all[0]}` : words(all)}: ${reason}`;
  });
  place.hidden = !lines.length;
  const list = make("ul", {}, ...lines.map((text) => make("li", { textContent: text })));
  place.replaceChildren(make("summary", { textContent: "Some data was not read; numbers that need it are unknown, or minimums (≥)" }), list);
}

// --- Charts and tables

const isAmount = (kind) => kind === "number" || kind === "share";

/** The columns that a chart draws, with amounts last. */
function drawnColumns(figure, answer) {
  const found = JSON.stringify(figure.spec).matchAll(/"field":"([^"]+)"/g);
  const names = [...new Set([...found].map(([, name]) => name))].filter((name) => name in answer.kinds);
  return [false, true].flatMap((amounts) => names.filter((name) => isAmount(answer.kinds[name]) === amounts));
}

/** The columns of the table: those of the specification, else those of the chart, else all. */
function columnsOf(figure, answer) {
  if (figure.table) return figure.table;
  return figure.spec ? drawnColumns(figure, answer) : answer.columns.map(([name]) => name);
}

/** Whether any amount that a chart draws is known. */
function isKnownIn(figure, answer, rows) {
  const amounts = figure.spec ? drawnColumns(figure, answer).filter((name) => isAmount(answer.kinds[name])) : [];
  return !amounts.length || rows.some((row) => amounts.some((name) => row[name] !== null));
}

/** The rows of the largest bars, if there are too many to read. */
function largest(figure, rows) {
  const { y, x } = figure.spec.encoding ?? {};
  if (y?.type !== "nominal" || !rows.length || !(y.field in rows[0])) return { rows, bars: 0 };
  const measure = x?.aggregate ? x.field : report.answers[figure.data].columns.find(([, kind]) => kind === "number")?.[0];
  const bars = grouped(rows, [y.field, measure], { [measure]: "number" });
  if (bars.length <= MOST_BARS) return { rows, bars: 0 };
  const kept = new Set(bars.sort((one, other) => other[measure] - one[measure]).slice(0, MOST_BARS).map((bar) => bar[y.field]));
  return { rows: rows.filter((row) => kept.has(row[y.field])), bars: bars.length };
}

async function draw(figure, place, rows) {
  drawn.get(figure.id)?.finalize();
  // In pixels, because Vega-Lite warns about steps in charts that fit their container.
  const y = figure.spec.encoding?.y;
  const bars = y?.field in rows[0] ? new Set(rows.map((row) => row[y.field])).size : rows.length;
  const isStepped = figure.spec.height?.step || (["nominal", "ordinal"].includes(y?.type) && !figure.spec.height);
  const height = isStepped ? { height: (figure.spec.height?.step ?? 22) * Math.min(bars, MOST_BARS) } : {};
  const isSingle = !["facet", "concat", "hconcat", "vconcat", "repeat"].some((name) => name in figure.spec);
  const room = isSingle ? { width: "container", autosize: { type: "fit-x", contains: "padding" } } : {};
  const { title, description, usermeta, ...rest } = figure.spec;
  const spec = { ...room, ...rest, ...height, data: { name: figure.data }, datasets: { [figure.data]: rows } };
  const legend = { ...report.theme.legend, columns: place.clientWidth < 420 ? 2 : 4 };
  const config = { ...report.theme, legend };
  drawn.set(figure.id, await vegaEmbed(place, spec, { actions: false, renderer: "svg", ast: true, config }));
}

function sorted(rows, { column, isDescending }) {
  if (!column) return rows;
  const order = (one, other) => (typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other);
  const known = rows.filter((row) => row[column] !== null).sort((one, other) => order(one[column], other[column]));
  return [...(isDescending ? known.reverse() : known), ...rows.filter((row) => row[column] === null)];
}

function showTable(place, figure, columns, kinds, rows) {
  const order = figure.order ?? {};
  const again = (column) => {
    figure.order = { column, isDescending: order.column === column ? !order.isDescending : kinds[column] === "number" };
    showTable(place, figure, columns, kinds, rows);
    place.querySelector("th[aria-sort] button").focus();
  };
  const head = columns.map((name) => {
    const cell = make("th", { scope: "col", className: kinds[name] === "share" ? "number" : kinds[name] }, make("button", { type: "button", textContent: heading(name), onclick: () => again(name) }));
    if (order.column === name) cell.ariaSort = order.isDescending ? "descending" : "ascending";
    return cell;
  });
  const body = sorted(rows, order).slice(0, MOST_ROWS).map((row) =>
    make("tr", {}, ...columns.map((name) => make("td", { className: kinds[name] === "share" ? "number" : kinds[name], textContent: shown(row[name], kinds[name]) }))));
  place.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body)));
}

async function copy(figure, columns, rows, button) {
  const plain = (value) => (value === null || value === undefined ? "" : String(value).replace(/[\t\r\n]+/g, " "));
  const text = [columns.map(heading), ...sorted(rows, figure.order ?? {}).map((row) => columns.map((name) => plain(row[name])))]
    .map((cells) => cells.join("\t")).join("\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(make("textarea", { value: text }));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function describeRows(answer, rows, bars) {
  const cut = cutOf(answer);
  return [
    bars ? `The chart shows the ${MOST_BARS} largest of ${whole.format(bars)}.` : "",
    rows.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${whole.format(rows.length)} rows are shown; Copy includes all.` : `${whole.format(rows.length)} ${rows.length === 1 ? "row" : "rows"}.`,
    cut ? `${whole.format(cut)} more ${cut === 1 ? "row is" : "rows are"} in the warehouse, but not in this file.` : "",
  ].filter(Boolean).join(" ");
}

async function showFigure(figure) {
  const answer = report.answers[figure.data];
  const node = document.getElementById(figure.id);
  const [chart, note, details] = [".chart", ".note", "details"].map((one) => node.querySelector(one));
  const found = rowsOf(answer);
  let columns = columnsOf(figure, answer);
  const rows = figure.spec ? grouped(found, columns, answer.kinds) : found;
  // A filter column with the same value in all rows is omitted.
  columns = columns.filter((name) => !FILTERS.includes(name) || new Set(rows.map((row) => row[name])).size > 1);
  const isKnown = isKnownIn(figure, answer, found);
  const isShown = rows.length > 0 && isKnown;
  const notes = [];
  if (!rows.length) notes.push(isPartly(answer) ? "Unknown: the data was not read." : "Nothing found.");
  else if (!isKnown) notes.push("Unknown: the warehouse has no values.");
  if (isShown && unfiltered(answer).length) notes.push(`Not filtered by ${words(unfiltered(answer).map((name) => heading(name).toLowerCase()))}.`);
  note.textContent = notes.join(" ");
  note.hidden = !notes.length;
  details.hidden = !isShown;
  if (chart) chart.hidden = !isShown;
  if (!isShown) return;
  const most = figure.spec ? largest(figure, found) : { bars: 0 };
  details.querySelector(".rows").textContent = describeRows(answer, rows, most.bars);
  showTable(details.querySelector(".scroll"), figure, columns, answer.kinds, rows);
  const button = details.querySelector(".tools button");
  button.onclick = () => copy(figure, columns, rows, button);
  if (chart) await draw(figure, chart, most.rows);
}

// --- The page

function figureNode(figure) {
  const title = make("h3", { textContent: figure.title });
  const tools = make("div", { className: "tools" }, make("span", { className: "rows muted" }), make("button", { type: "button", textContent: "Copy", ariaLabel: `Copy the table: ${figure.title}` }));
  const scroll = make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: `Table: ${figure.title}` });
  const details = make("details", { open: !figure.spec }, make("summary", { textContent: figure.spec ? "Data of the chart" : "Table" }), tools, scroll);
  const chart = figure.spec ? [make("div", { className: "chart", role: "img", ariaLabel: `Chart: ${figure.title}. The table below has its numbers.` })] : [];
  return make("figure", { id: figure.id, className: figure.spec && !figure.isWide ? "" : "wide" },
    make("figcaption", {}, title, make("p", { textContent: figure.says })), make("p", { className: "note muted", hidden: true }), ...chart, details);
}

function sectionNode(section, figures) {
  const parts = [make("h2", { textContent: section.title }), make("p", { textContent: section.says }), make("details", { className: "unread", open: true, hidden: true })];
  if (section.numbers.length) parts.push(make("dl", { className: "numbers" }), make("p", { className: "note muted", hidden: true }));
  if (section.id === report.sections[0].id) parts.push(make("div", { className: "attention" }));
  // A chart that is alone in its row is as wide as the row.
  const charts = figures.filter((figure) => figure.spec);
  if (charts.length % 2) charts[charts.length - 1].isWide = true;
  return make("section", { id: section.id }, ...parts, make("div", { className: "figures" }, ...figures.map(figureNode)));
}

function showSection(section, figures) {
  const node = document.getElementById(section.id);
  showUnread(node.querySelector(".unread"), [...section.numbers, ...figures].map((one) => one.data));
  if (!section.numbers.length) return;
  node.querySelector(".numbers").replaceChildren(...section.numbers.map(numberTile));
  const note = node.querySelector(".note");
  const notes = FILTERS.map((name) => [name, section.numbers.filter((one) => unfiltered(report.answers[one.data]).includes(name))]).filter(([, ones]) => ones.length)
    .map(([name, ones]) => `Not filtered by ${heading(name).toLowerCase()}: ${ones.length === section.numbers.length ? "these numbers" : words(ones.map((one) => one.label.toLowerCase()))}.`);
  note.textContent = notes.join(" ");
  note.hidden = !notes.length;
}

/** Offer the values that match the filters before, and keep a choice that still matches. */
function offerChoices() {
  for (const name of FILTERS) {
    const before = FILTERS.slice(0, FILTERS.indexOf(name));
    const fitting = report.places.filter((place) => before.every((one) => !chosen[one] || place[one] === chosen[one]));
    const values = [...new Set(fitting.map((place) => place[name]))].filter(Boolean).sort((one, other) => one.localeCompare(other));
    if (!values.includes(chosen[name])) chosen[name] = "";
    const all = make("option", { value: "", textContent: `All ${heading(name).toLowerCase()}s` });
    document.getElementById(name).replaceChildren(all, ...values.map((value) => make("option", { value, textContent: value, selected: value === chosen[name] })));
  }
}

async function show() {
  const turn = (shows += 1);
  offerChoices();
  const scope = FILTERS.map((name) => `${heading(name)}: ${chosen[name] || "all"}`).join(" · ");
  document.getElementById("scope").textContent = scope;
  for (const [section, figures] of sections) showSection(section, figures);
  showAttention(document.querySelector(".attention"));
  for (const figure of sections.flatMap(([, figures]) => figures)) {
    // A newer choice has started its own turn.
    if (turn !== shows) return;
    await showFigure(figure);
  }
  document.documentElement.dataset.shown = scope;
}

const sections = report.sections
  .map((section) => [section, report.figures.filter((figure) => figure.section === section.id)])
  .filter(([section, figures]) => section.numbers.length || figures.length);
document.getElementById("about").textContent = report.about;
document.getElementById("sections").replaceChildren(...sections.map(([{ id, title }]) => make("li", {}, make("a", { href: `#${id}`, textContent: title }))));
document.getElementById("main").append(...sections.map(([section, figures]) => sectionNode(section, figures)));
for (const name of FILTERS) {
  document.getElementById(name).onchange = (event) => { chosen[name] = event.target.value; show(); };
}
document.getElementById("filters").onreset = (event) => {
  event.preventDefault();
  Object.assign(chosen, { space: "", environment: report.environment, content_type: "" });
  for (const figure of report.figures) delete figure.order;
  show();
};
show();
