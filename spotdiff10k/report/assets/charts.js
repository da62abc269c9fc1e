"use strict";
/* Small charts: bars, columns, a histogram, a heat map and a line. Each says its numbers in words, too. */

const Charts = {};
const MANY = 20;
/* Per cent of the accent in the fullest cell of a heat map: numbers stay readable on it, by day and by night. */
const DARKEST = 45;

/** Horizontal bars of [name, count, hint]; many of them become columns. */
Charts.bars = function (title, items, unit) {
  if (items.length > MANY) return Charts.columns(title, items, unit);
  const most = Math.max(1, ...items.map((item) => item[1]));
  const rows = items.map(([name, number, hint]) =>
    h("li.bar", { title: hint || `${name}: ${Spot.plural(number, unit)}` },
      h("span.bar-name", {}, name),
      h("svg.bar-line", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        h("rect.track", { x: 0, y: 0, width: 100, height: 8 }),
        h("rect.fill", { x: 0, y: 0, width: (100 * number) / most, height: 8 })),
      h("span.bar-number", {}, Spot.count(number))));
  return Charts.card(title, spread(items, unit), h("ul.bars", {}, rows));
};

/** Vertical bars for many names, each with its own tooltip; the first and last names below. */
Charts.columns = function (title, items, unit) {
  const most = Math.max(1, ...items.map((item) => item[1]));
  const width = 100 / items.length;
  const chart = h("svg.columns", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": `${title}: ${spread(items, unit)}` },
    items.map(([name, number], place) =>
      h("g.column", {},
        h("rect.catch", { x: place * width, y: 0, width, height: 40 }),
        h("rect.fill", { x: place * width + width * 0.12, y: 40 - (40 * number) / most, width: width * 0.76, height: (40 * number) / most }),
        h("title", {}, `${name}: ${Spot.plural(number, unit)}`))));
  const ends = h("p.ends", { "aria-hidden": "true" }, h("span", {}, items[0][0]), h("span", {}, items[items.length - 1][0]));
  return Charts.card(title, spread(items, unit), chart, ends);
};

function spread(items, unit) {
  if (!items.length) return "none yet";
  const numbers = items.map((item) => item[1]);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const each = least === most ? `${Spot.plural(least, unit)} each` : `${Spot.count(least)} to ${Spot.plural(most, unit)}`;
  return items.length === 1 ? Spot.plural(most, unit) : `${Spot.count(items.length)} levels, ${each}`;
}

/** A histogram of shares 0..1; empty ends are cut off. */
Charts.histogram = function (title, data) {
  const { counts, total, mean, least, most } = data;
  if (!total) return Charts.card(title, "not measured yet");
  const last = counts.length - 1 - [...counts].reverse().findIndex((count) => count > 0);
  const shown = counts.slice(0, Math.min(counts.length, last + 2));
  const top = Math.max(...shown);
  const width = 100 / shown.length;
  const text = `mean ${Spot.percent(mean)}, from ${Spot.percent(least)} to ${Spot.percent(most)}`;
  const chart = h("svg.columns", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": `${title}: ${text}` },
    shown.map((count, place) =>
      h("g.column", {},
        h("rect.catch", { x: place * width, y: 0, width, height: 40 }),
        h("rect.fill", { x: place * width + width * 0.06, y: 40 - (40 * count) / top, width: width * 0.88, height: (40 * count) / top }),
        h("title", {}, `${Spot.percent(place / counts.length)} to ${Spot.percent((place + 1) / counts.length)}: ${Spot.plural(count, "picture")}`))));
  const ends = h("p.ends", { "aria-hidden": "true" }, h("span", {}, "0 %"), h("span", {}, Spot.percent(shown.length / counts.length)));
  return Charts.card(title, text, chart, ends);
};

/** Rows × columns of counts as a table whose cells are the darker the larger the count. */
Charts.heat = function (title, note, rows, columns, counts) {
  const most = Math.max(1, ...counts.flat());
  const head = h("tr", {}, h("td", {}), columns.map((name) => h("th", { scope: "col" }, h("span", {}, name))));
  const body = rows.map((name, row) =>
    h("tr", {}, h("th", { scope: "row" }, name), counts[row].map((count, column) =>
      h("td.heat", { "--heat": `${Math.round((DARKEST * count) / most)}%`, title: `${name} × ${columns[column]}: ${Spot.plural(count, "picture")}` }, Spot.count(count)))));
  return Charts.card(title, note, h("div.scroll", { tabindex: "0", role: "region", "aria-label": title }, h("table.heatmap", {}, h("thead", {}, head), h("tbody", {}, body))));
};

/** A line over time. */
Charts.line = function (label, values) {
  const most = Math.max(1e-9, ...values);
  const points = values.map((value, place) => `${((100 * place) / Math.max(1, values.length - 1)).toFixed(2)},${(38 - (36 * value) / most).toFixed(2)}`);
  return h("svg.spark", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
    h("path.area", { d: `M0,40 L${points.join(" L")} L100,40 Z` }), h("polyline.stroke", { points: points.join(" ") }));
};

Charts.card = (title, note, ...content) =>
  h("section.chart", {}, h("h3", {}, title), note ? h("p.note", {}, note) : null, ...content);
