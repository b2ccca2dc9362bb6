"use strict";

let report;
const theme = JSON.parse(document.getElementById("theme").textContent);
const FILTERS = ["space", "environment", "content_type"];
const NAMES = { space: "space", environment: "environment", content_type: "content type" };
/** The value of the environment filter that means the main environment of each space. */
const MAIN = "";
const ALL = "*";
const STEP = 50;
const chosen = { space: "", environment: MAIN, content_type: "", q: "" };
const opened = new Set();
let shows = 0;
let drawn = Promise.resolve();

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const heading = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

function shown(value, kind) {
  if (value === null || value === undefined) return "–";
  if (kind === "share") return percent.format(value);
  if (kind === "flag") return value ? "yes" : "no";
  if (kind === "number") return fraction.format(value);
  return String(value);
}

/** The value of a packed column in a row: see `packed` and `packed_urls` in findings.py. */
function unpacked(column, row) {
  if (column.length === 1) return column[0][row];
  if (column.length === 2) return column[0][column[1][row]];
  const end = column[2][row];
  return end ? column[0][column[1][row]] + end : null;
}

/** A name of an object's own property would be taken for that property by the chart library. */
const safe = (value) => (typeof value === "string" && value in {} ? value + "\u200b" : value);

/** Whether the filters keep a record in a place; a value that it does not have is not compared. */
function isChosen(space, environment, type, has = FILTERS) {
  if (has.includes("space") && chosen.space && space !== chosen.space) return false;
  if (has.includes("content_type") && chosen.content_type && type !== chosen.content_type) return false;
  if (!has.includes("environment") || chosen.environment === ALL) return true;
  if (chosen.environment !== MAIN) return environment === chosen.environment;
  return (report.mains[space] ?? environment) === environment;
}

const hasColumns = (part) => FILTERS.filter((name) => part.columns.some(([one]) => one === name));
/** The chosen filters that do not apply to a finding or chart. */
const unfiltered = (part) => FILTERS.filter((name) => chosen[name] && chosen[name] !== ALL && !hasColumns(part).includes(name));

function note(part) {
  const names = unfiltered(part).map((name) => NAMES[name]);
  return names.length ? `Not filtered by ${names.join(" or ")}.` : "";
}

/** The number of records of a finding, the sum of their amounts, and the records of each owner. */
function counted(finding) {
  const has = hasColumns(finding);
  const [spaces, environments, types, owners, numbers, amounts] = finding.totals;
  const sum = { number: 0, amount: 0, owners: new Map() };
  const length = numbers ? (numbers[1] ?? numbers[0]).length : 0;
  for (let row = 0; row < length; row += 1) {
    if (!isChosen(unpacked(spaces, row), unpacked(environments, row), unpacked(types, row), has)) continue;
    const number = unpacked(numbers, row);
    const owner = unpacked(owners, row);
    sum.number += number;
    sum.amount += unpacked(amounts, row);
    if (owner !== null) sum.owners.set(owner, (sum.owners.get(owner) ?? 0) + number);
  }
  return sum;
}

/** Nothing in the part that was read says nothing about the rest. */
const isUnknownNumber = (finding, number) => finding.isUnknown || (finding.isMinimum && !number);

function effort(minutes) {
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 16 * 60) return `${Math.round(minutes / 60)} h`;
  return `${whole.format(Math.round(minutes / 480))} days`;
}

function ownerOf(owners) {
  if (!owners.size) return "–";
  const [[name, number]] = [...owners].sort(([, one], [, other]) => other - one);
  return `${name} (${whole.format(number)})${owners.size > 1 ? `, ${whole.format(owners.size - 1)} more` : ""}`;
}

const isDefault = () => !chosen.space && chosen.environment === MAIN && !chosen.content_type;

/** Adjust the list of findings to the filters; without filters it is the one of the file. */
function showFirst() {
  const nothing = [];
  const unknown = [];
  for (const finding of report.findings) {
    if (finding.harm === "none") continue;
    const { number, owners } = counted(finding);
    const isUnknown = isUnknownNumber(finding, number);
    if (isUnknown) unknown.push(finding.title);
    else if (!number) nothing.push(finding.title);
    const row = document.querySelector(`tr[data-id="${finding.id}"]`) ?? firstRow(finding);
    row.hidden = isUnknown || !number;
    row.minutes = number * finding.minutes;
    const filtered = note(finding);
    const text = {
      count: (finding.isMinimum ? "≥ " : "") + whole.format(number),
      change: (isDefault() && finding.change) || "–",
      effort: effort(row.minutes),
      owner: ownerOf(owners),
    };
    for (const [name, value] of Object.entries(text)) row.querySelector(`.${name}`).textContent = value;
    if (filtered) row.querySelector(".count").append(make("small", { textContent: filtered }));
  }
  for (const body of document.querySelectorAll("tbody[data-harm]")) {
    const rows = [...body.querySelectorAll("tr[data-id]")].sort((one, other) => one.minutes - other.minutes);
    body.append(...rows);
    body.hidden = rows.every((row) => row.hidden);
  }
  const listed = (words, titles) => (titles.length ? `${words}: ${titles.join("; ")}.` : "");
  document.getElementById("nothing").textContent = listed("No problems found", nothing);
  document.getElementById("unknown").textContent = listed("Not known, because data is missing", unknown);
  // The sentences are about all spaces and their main environments.
  document.getElementById("said").hidden = !isDefault();
}

/** A row for a finding that has no records in the main environments. */
function firstRow(finding) {
  const link = make("a", { href: `#list=${finding.id}`, textContent: finding.title });
  const cells = [["number count"], ["number change"], ["next", finding.next], ["number effort"], ["owner"]]
    .map(([className, textContent = ""]) => make("td", { className, textContent }));
  const row = make("tr", {}, make("th", { scope: "row" }, link), ...cells);
  row.dataset.id = finding.id;
  document.querySelector(`tbody[data-harm="${finding.harm}"]`).append(row);
  return row;
}

const columnsOf = (part) => part.columns.map(([name, kind]) => ({ name, kind, title: heading(name) }));

/** The columns of a finding's list; its amount, filters and owner have their own places. */
function listColumns(finding) {
  const columns = columnsOf(finding).filter(({ name }) => name !== "url");
  const named = (...names) => columns.filter(({ name }) => names.includes(name));
  const [first, ...others] = columns.filter(({ name }) => ![...FILTERS, "amount", "owner"].includes(name));
  const title = finding.amount ? heading(finding.amount) : "Amount";
  return [first, ...named("amount").map((one) => ({ ...one, title })), ...others, ...named(...FILTERS), ...named("owner")];
}

/** The positions of the rows that the filters and the search keep, in their order. */
function keptRows(part, table, search = "") {
  const has = hasColumns(part);
  const data = part.data;
  const names = Object.keys(data);
  if (!names.length) return [];
  const [first] = Object.values(data);
  const length = (first.length === 3 ? first[2] : (first[1] ?? first[0])).length;
  const value = (name, row) => (name in data ? unpacked(data[name], row) : null);
  const wanted = search.trim().toLowerCase();
  const rows = [];
  for (let row = 0; row < length; row += 1) {
    if (!isChosen(value("space", row), value("environment", row), value("content_type", row), has)) continue;
    if (wanted && !table.some(({ name, kind }) => shown(value(name, row), kind).toLowerCase().includes(wanted))) continue;
    rows.push(row);
  }
  if (part.order) {
    const { name, isDown } = part.order;
    const down = isDown ? -1 : 1;
    rows.sort((one, other) => {
      const [left, right] = [value(name, one), value(name, other)];
      if (left === null || right === null) return (left === null) - (right === null);
      return down * (typeof left === "number" ? left - right : String(left).localeCompare(String(right)));
    });
  }
  return rows;
}

function tableNode(part, table, rows, onSort) {
  const head = table.map(({ name, kind, title }) => {
    const button = make("button", { type: "button", textContent: title });
    button.onclick = () => onSort(name);
    const cell = make("th", { scope: "col", className: kind === "number" || kind === "share" ? "number" : "" }, button);
    if (part.order?.name === name) cell.ariaSort = part.order.isDown ? "descending" : "ascending";
    return cell;
  });
  const body = rows.map((row) => make("tr", {}, ...table.map(({ name, kind }, column) => {
    const text = shown(unpacked(part.data[name], row), kind);
    const url = column === 0 && part.hasLinks && unpacked(part.data.url, row);
    const content = url ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: text }) : text;
    const className = kind === "number" || kind === "share" ? "number" : kind === "date" ? "date" : "";
    return make(column === 0 ? "th" : "td", column === 0 ? { scope: "row" } : { className }, content);
  })));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body));
}

function csvOf(part, table, rows) {
  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const harmless = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const names = [...table.map(({ name }) => name), ...(part.hasLinks ? ["url"] : [])];
  const titles = [...table.map(({ title }) => title), ...(part.hasLinks ? ["Link"] : [])];
  const lines = rows.map((row) => names.map((name) => quoted(unpacked(part.data[name], row))).join(","));
  return [titles.map(quoted).join(","), ...lines].join("\n") + "\n";
}

function save(name, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Show the rows of a list or chart in a node, some at first, and all on request. */
function showTable(part, node, table, total, search = "") {
  const rows = keptRows(part, table, search);
  const again = () => showTable(part, node, table, total, search);
  const visible = part.isWhole ? rows : rows.slice(0, STEP);
  const sort = (name) => {
    part.order = { name, isDown: part.order?.name === name && !part.order.isDown };
    again();
    node.querySelector(`thead th:nth-child(${table.findIndex((one) => one.name === name) + 1}) button`).focus();
  };
  const words = [visible.length < rows.length || rows.length < total ? `Showing ${whole.format(visible.length)} of ${whole.format(Math.max(rows.length, search ? 0 : total))}.` : `${whole.format(rows.length)} rows.`];
  if (search) words.push(`Found by “${search.trim()}”${rows.length < total && part.file ? " in the rows of this file" : ""}.`);
  const tools = make("div", { className: "tools" }, make("span", { className: "rows muted", textContent: words.join(" ") }));
  if (visible.length < rows.length) {
    const more = make("button", { type: "button", textContent: `Show all ${whole.format(rows.length)}` });
    more.onclick = () => { part.isWhole = true; again(); };
    tools.append(more);
  }
  const csv = make("button", { type: "button", textContent: "CSV", ariaLabel: `Save as CSV: ${part.title}` });
  csv.onclick = () => save(`${part.id}.csv`, csvOf(part, table, rows));
  tools.append(csv);
  if (part.file) tools.append(make("a", { href: part.file, textContent: `All ${whole.format(part.number)} rows (CSV)` }));
  const scroll = make("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: `Table: ${part.title}` }, tableNode(part, table, visible, sort));
  node.replaceChildren(tools, scroll);
}

function listNode(finding) {
  const summary = make("summary", {}, make("span", { className: "title", textContent: finding.title }), " ", make("span", { className: "count" }));
  const node = make("details", { id: `list-${finding.id}`, className: "list" }, summary,
    make("p", { textContent: `${finding.says} ${finding.next}` }), make("p", { className: "note muted", hidden: true }), make("div", { className: "rows" }));
  node.addEventListener("toggle", () => {
    opened[node.open ? "add" : "delete"](finding.id);
    if (node.open) showList(finding);
  });
  return node;
}

function showList(finding) {
  const node = document.getElementById(`list-${finding.id}`);
  const { number, amount } = counted(finding);
  const sign = finding.isMinimum ? "≥ " : "";
  const isUnknown = isUnknownNumber(finding, number);
  const amounts = finding.amount && number ? ` (${fraction.format(amount)} ${finding.amount})` : "";
  node.querySelector(".count").textContent = isUnknown ? "not known" : sign + whole.format(number) + amounts;
  const text = node.querySelector(".note");
  text.textContent = note(finding);
  text.hidden = !text.textContent;
  const table = listColumns(finding);
  if (node.open) showTable(finding, node.querySelector(".rows"), table, number, chosen.q);
  node.hidden = !number && !isUnknown;
  if (chosen.q) node.hidden = !keptRows(finding, table, chosen.q).length;
}

function chartNode(chart) {
  const parts = [make("figcaption", {}, make("h3", { textContent: chart.title }), make("p", { textContent: chart.says })), make("p", { className: "note muted", hidden: true })];
  if (chart.spec) parts.push(make("div", { className: "chart", role: "img" }));
  const details = make("details", { open: !chart.spec }, make("summary", { textContent: chart.spec ? "Data of the chart" : "Table" }), make("div", { className: "rows" }));
  details.addEventListener("toggle", () => { if (details.open) showData(chart); });
  return make("figure", { id: chart.id, className: chart.spec && !chart.isWide ? "" : "wide" }, ...parts, details);
}

function showData(chart) {
  const node = document.getElementById(chart.id);
  const table = columnsOf(chart);
  if (node.querySelector("details").open) showTable(chart, node.querySelector(".rows"), table, keptRows(chart, table).length);
}

/** Words about a chart for people who cannot see it: its title and text, and its first rows. */
function spoken(chart, rows) {
  const table = columnsOf(chart);
  const first = rows.slice(0, 3).map((row) => table.map(({ name, kind, title }) => `${title} ${shown(unpacked(chart.data[name], row), kind)}`).join(", "));
  return [`Chart: ${chart.title}.`, chart.says, ...(first.length ? [`The first of ${rows.length} rows: ${first.join("; ")}.`] : [])].join(" ");
}

/** The rows that `at most` has left out of a chart's data, in the places that the filters keep. */
function omittedRows(chart) {
  const by = hasColumns(chart);
  const fitting = chart.cut.filter((one) => isChosen(one.space, one.environment, one.content_type, by.filter((name) => name in one)));
  return fitting.reduce((sum, { rows }) => sum + rows, 0);
}

async function showChart(chart) {
  const node = document.getElementById(chart.id);
  const text = node.querySelector(".note");
  const rows = keptRows(chart, columnsOf(chart));
  const notes = [note(chart)];
  if (chart.isUnknown && !rows.length) notes.push("Not known, because data is missing: see the end of the page.");
  else if (!rows.length) notes.push("No data for these filters.");
  const omitted = omittedRows(chart);
  if (chart.most) {
    const different = new Set(rows.map((row) => unpacked(chart.data[chart.most.field], row))).size + omitted;
    if (different > chart.most.number) notes.push(`The ${chart.most.number} ${chart.most.of}, of ${whole.format(different)}.`);
  } else if (omitted) notes.push(`${whole.format(omitted)} more rows are not in this page.`);
  showData(chart);
  if (chart.spec) {
    const box = node.querySelector(".chart");
    box.hidden = !rows.length;
    try {
      if (rows.length) await draw(chart, box, rows);
    } catch (problem) {
      box.hidden = true;
      box.replaceChildren();
      notes.push(`This chart could not be drawn: ${problem.message ?? problem}`);
      node.classList.add("failed");
    }
  }
  text.textContent = notes.filter(Boolean).join(" ");
  text.hidden = !text.textContent;
}

async function draw(chart, box, rows) {
  const names = Object.keys(chart.data);
  const values = rows.map((row) => Object.fromEntries(names.map((name) => [name, safe(unpacked(chart.data[name], row))])));
  const { title, description, usermeta, $schema, ...rest } = chart.spec;
  const spec = { ...structuredClone(rest), data: { values } };
  const unit = spec.spec ?? spec;
  const isJoined = spec.hconcat || spec.vconcat || spec.concat || spec.repeat;
  // Vega-Lite cannot fit a facet, or bars of a fixed height; the labels at the left take this much.
  const isStepped = unit.height?.step || (unit.height === undefined && ["nominal", "ordinal"].includes(unit.encoding?.y?.type));
  const isPadded = Boolean(spec.spec || isStepped);
  const margin = isPadded ? (unit.encoding?.y?.type === "nominal" ? 190 : 60) : 0;
  if (!isJoined && !("width" in unit)) unit.width = Math.max(box.clientWidth - margin, 120);
  const config = { ...theme, ...(spec.config ?? {}) };
  await window.vegaEmbed(box, { ...spec, autosize: isPadded || isJoined ? "pad" : { type: "fit-x", contains: "padding" } }, { renderer: "svg", actions: false, config, ast: true, logLevel: 1, tooltip: { theme: "custom" } });
  // The box has the text for screen readers; Vega would replace it by its own name.
  for (const svg of box.querySelectorAll("svg")) svg.ariaHidden = "true";
  Object.assign(box, { role: "img", ariaLabel: spoken(chart, rows) });
}

/** Offer the values that match the filters before, and keep a choice that still matches. */
function offerChoices() {
  const names = { space: "All spaces", environment: "Main environments", content_type: "All content types" };
  for (const name of FILTERS) {
    const before = FILTERS.slice(0, FILTERS.indexOf(name));
    const fitting = report.places.filter(([space, environment]) => (!before.includes("space") || !chosen.space || space === chosen.space)
      && (!before.includes("environment") || isChosen(space, environment, null, ["space", "environment"])));
    const values = [...new Set(fitting.map((place) => place[FILTERS.indexOf(name)]))].filter(Boolean).sort((one, other) => one.localeCompare(other));
    if (!values.includes(chosen[name]) && chosen[name] !== ALL) chosen[name] = "";
    const options = [make("option", { value: "", textContent: names[name] })];
    if (name === "environment") options.push(make("option", { value: ALL, textContent: "All environments (clones count again)" }));
    options.push(...values.map((value) => make("option", { value, textContent: value })));
    const select = document.getElementById(name);
    select.replaceChildren(...options);
    select.value = chosen[name];
    select.closest("label").hidden = ![...report.findings, ...report.charts].some((part) => hasColumns(part).includes(name));
  }
}

/** Keep the choices in the address, after its #, which also works for a file. */
function keep() {
  const entries = Object.entries(chosen).filter(([, value]) => value);
  const lists = [...opened].map((id) => ["list", id]);
  const text = new URLSearchParams([...entries, ...lists]).toString();
  history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function take() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(chosen)) chosen[name] = given.get(name) ?? "";
  return given.getAll("list");
}

function openList(id) {
  const node = document.getElementById(`list-${id}`);
  if (!node) return;
  node.hidden = false;
  node.open = true;
  node.scrollIntoView();
  node.querySelector("summary").focus();
}

/** Show the filters and the lists; the charts do not depend on the search. */
function showLists() {
  const named = FILTERS.filter((name) => chosen[name]).map((name) => `${heading(NAMES[name])}: ${chosen[name] === ALL ? "all" : chosen[name]}`);
  const scope = [named.join(" · ") || "All spaces, in their main environments", ...(chosen.q ? [`lists with “${chosen.q}”`] : [])].join(" · ");
  document.getElementById("scope").textContent = scope;
  for (const finding of report.findings) showList(finding);
}

/** Draw the charts, unless a newer choice has replaced this turn. */
async function showCharts(turn) {
  for (const chart of report.charts) {
    if (turn !== shows) return;
    await showChart(chart);
  }
  if (turn === shows) document.documentElement.dataset.shown = turn;
}

/** Show everything; charts of one turn are drawn after those of the one before. */
function show() {
  const turn = (shows += 1);
  delete document.documentElement.dataset.shown;
  offerChoices();
  document.getElementById("search").value = chosen.q;
  showLists();
  showFirst();
  drawn = drawn.then(() => showCharts(turn));
  return drawn;
}

function unreadNode() {
  const items = report.unread.map(({ table, places }) => {
    const reasons = places.map(({ space, environment, reason }) => {
      const place = [space, environment].filter(Boolean).join(" / ");
      return reason ? `${place || "account"}: ${reason}` : "not synced: add it to the setting tables";
    });
    const more = reasons.length > 5 ? [`and ${reasons.length - 5} more places`] : [];
    return make("li", {}, make("strong", { textContent: table }), ` ${[...reasons.slice(0, 5), ...more].join("; ")}`);
  });
  return make("section", { id: "data" }, make("h2", { textContent: "Missing data" }),
    make("p", { textContent: items.length ? "Affected numbers are minimums (≥) or unknown." : "Nothing is missing." }), make("ul", {}, ...items));
}

/** The data of the page: JSON, compressed, in Base64. */
async function load() {
  const packed = Uint8Array.from(atob(document.getElementById("report").textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function start() {
  report = await load();
  for (const finding of report.findings) finding.hasLinks = true;
  const charts = report.charts.filter((chart) => !chart.isOwn);
  const own = report.charts.filter((chart) => chart.isOwn);
  const main = document.getElementById("main");
  const findings = report.findings.filter(({ harm }) => harm !== "none");
  const others = report.findings.filter(({ harm }) => harm === "none");
  main.append(make("section", { id: "lists" }, make("h2", { textContent: "Lists" }),
    ...findings.sort((one, other) => Object.keys(report.harms).indexOf(one.harm) - Object.keys(report.harms).indexOf(other.harm)).map(listNode), ...others.map(listNode)));
  if (charts.length) main.append(make("section", { id: "charts" }, make("h2", { textContent: "Charts" }), make("div", { className: "figures" }, ...charts.map(chartNode))));
  if (own.length) main.append(make("section", { id: "own" }, make("h2", { textContent: "Your own charts" }), make("div", { className: "figures" }, ...own.map(chartNode))));
  main.append(unreadNode());
  for (const name of FILTERS) {
    document.getElementById(name).onchange = (event) => { chosen[name] = event.target.value; keep(); show(); };
  }
  document.getElementById("search").oninput = (event) => { chosen.q = event.target.value; keep(); showLists(); };
  document.getElementById("filters").onsubmit = (event) => event.preventDefault();
  document.getElementById("filters").onreset = (event) => {
    event.preventDefault();
    Object.assign(chosen, { space: "", environment: MAIN, content_type: "", q: "" });
    for (const part of [...report.findings, ...report.charts]) Object.assign(part, { order: null, isWhole: false });
    keep();
    show();
  };
  main.addEventListener("toggle", keep, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#list="]');
    if (!link) return;
    event.preventDefault();
    openList(link.getAttribute("href").slice("#list=".length));
  });
  window.addEventListener("hashchange", () => { const lists = take(); show(); lists.forEach(openList); });
  const lists = take();
  await show();
  lists.forEach(openList);
}

start().catch((problem) => {
  const text = `The lists and charts cannot be shown: ${problem.message ?? problem}. Open the file in a newer browser.`;
  document.getElementById("main").append(make("p", { className: "old", textContent: text }));
});
