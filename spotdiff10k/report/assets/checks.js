"use strict";
/* What the checks measured: the yield as a waterfall, then every check with its distributions, error rates and pictures at the edge. */

const Checks = {};
/* Viewbox of a distribution and of a curve, in its own units. */
const WIDE = 100;
const HIGH = 34;
/* Characters of a unit that a chip has room for. */
const LONG_UNIT = 22;

Checks.section = function (summary) {
  const told = summary.judged;
  if (!told || !told.checks) return null;
  const calibration = told.calibration ? Checks.calibration(told.calibration) : "No calibration: the limits are the checks' own, and their error rates are not known.";
  return Sections.block("checks", "Checks", calibration,
    Checks.waterfall(told.yield),
    told.set_refusals && told.set_refusals.length ? h("ul.setfaults", {}, told.set_refusals.map((text) => h("li.warning", {}, text))) : null,
    Checks.list(told));
};

/** Every check as a block; those that refused something are open. */
Checks.list = function (told) {
  const filters = new Map(told.yield.filters.map((one) => [one.check, one]));
  const blocks = told.checks.map((check) => Checks.check(check, filters.get(check.name)));
  const all = h("button.quiet", { type: "button", onclick: () => { const open = blocks.some((block) => !block.open); for (const block of blocks) block.open = open; } }, "Open or close all");
  return h("div.checks", {}, h("p.checks-tools", {}, all), blocks);
};

Checks.calibration = function (found) {
  const on = `${Spot.count(found.threshold_subjects)} subjects`;
  const others = `${Spot.count(found.held_out_subjects)} others`;
  const lead = `Limits from the calibration ${found.name}: chosen on ${on}, error rates measured on ${others}. `;
  if (!found.holds) return h("span", {}, lead, h("strong", {}, Checks.unheld(found)));
  const more = found.left_out.length ? `, with ${Spot.joined(found.left_out)} that this run leaves out` : "";
  return h("span", {}, lead, `All checks together${more} refuse `,
    h("strong", {}, Checks.rate(found.samples)), " of good samples, ", h("strong", {}, Checks.rate(found.groups)), " of good groups.");
};

/** Why the rates of all checks together are not those of this run. */
Checks.unheld = function (found) {
  const sentences = [];
  const [names, others] = [found.differing, Object.entries(found.others)];
  if (names.length) sentences.push(`${Spot.plural(names.length, "limit is", "limits are")} not the calibration's (${Spot.joined(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names)}), so its rates for all checks together do not hold.`);
  for (const [check, why] of others) sentences.push(`It is of ${why} for ${check}, whose rates are not known.`);
  if (found.elsewhere) sentences.push(found.elsewhere.replace(/ Make one.*$/, ""));
  return sentences.join(" ");
};

/** How a limit stands to the calibration, in words; nothing of the check's own, whose rates were measured. */
Checks.standing = { calibrated: " · calibrated", measured: "", elsewhere: " · calibrated on other pictures, rates unknown", unknown: " · own limit, rates unknown" };

Checks.rate = (rate) => rate.of ? `${Spot.percent(rate.count / rate.of, 1)} (${Spot.percent(rate.low, 1)} to ${Spot.percent(rate.high, 1)})` : "an unknown share";

/** Made, what each check takes away, and what is left: each bar begins where the one above ends. */
Checks.waterfall = function (found) {
  const most = Math.max(1, found.made, found.planned);
  const rows = [{ name: "planned", from: 0, to: found.planned, kind: "plan" }, { name: "made, every attempt", from: 0, to: found.made, kind: "plan" }];
  let left = found.made;
  const lost = found.filters.filter((one) => one.refused > 0);
  const first = new Map(Checks.firsts(found));
  for (const one of lost) {
    const number = first.get(one.check) || 0;
    if (number) rows.push({ name: `− ${one.check}`, from: left - number, to: left, kind: "loss", hint: `${Spot.plural(one.refused, "sample")} refused, ${Spot.count(one.alone)} by this check alone; ${Spot.count(one.made_again)} made again; ${Spot.plural(one.groups, "group")} lost` });
    left -= number;
  }
  const orphans = found.accepted_first + found.repaired - found.released;
  if (orphans > 0) rows.push({ name: "− in groups that are not released", from: left - orphans, to: left, kind: "loss", hint: "accepted samples of groups that are refused or not needed" });
  rows.push({ name: "released", from: 0, to: found.released, kind: "gain" });
  const text = `${Spot.count(found.released)} of ${Spot.plural(found.made, "picture")} made are released, ${Spot.percent(found.share, 1)}. ${Spot.count(found.repaired)} were repaired; ${Spot.plural(found.reserves, "reserve")} stand in.`;
  return h("section.chart.waterfall", {}, h("h3", {}, "Yield"), h("p.note", {}, text),
    h("ul.bars", {}, rows.map((row) => h("li.bar", { title: row.hint || `${row.name}: ${Spot.count(row.to - row.from)}` },
      h("span.bar-name", {}, row.name),
      h("svg.bar-line", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        h("rect.track", { x: 0, y: 0, width: 100, height: 8 }),
        h("rect", { class: `fall ${row.kind}`, x: (100 * row.from) / most, y: 0, width: Math.max(0.4, (100 * (row.to - row.from)) / most), height: 8 })),
      h("span.bar-number", {}, `${row.kind === "loss" ? "−" : ""}${Spot.count(row.to - row.from)}`)))));
};

/** How many samples each check was the first to refuse, so that the falls add up. */
Checks.firsts = (found) => found.filters.map((one) => [one.check, one.first]);

Checks.check = function (check, filter) {
  const drawn = check.measures.filter((one) => one.histogram);
  const unchecked = check.measures.filter((one) => Object.keys(one.unchecked).length);
  const outside = drawn.reduce((sum, one) => sum + one.histogram.failed.reduce((a, b) => a + b, 0), 0);
  const aside = check.false_refusals ? `refuses ${Checks.rate(check.false_refusals.samples)} of good samples` : check.rates || "not calibrated";
  return h("details.check-block", { open: outside > 0 || filter ? true : null, id: `check-${check.name}` },
    h("summary", {}, h("span.check-name", {}, check.name), Checks.tally(outside, filter), h("span.note", {}, aside)),
    drawn.length ? h("div.measures", {}, drawn.map((one) => Checks.measure(one))) : h("p.calm", {}, check.name === "structure" ? "Counts faults of files and records; none is allowed." : "Nothing measured."),
    unchecked.length ? Checks.unchecked(unchecked) : null,
    Checks.edges(check),
    check.defects.length ? Checks.defects(check) : null);
};

/** What a check refused, attempts that were made again too. */
Checks.tally = function (outside, filter) {
  const texts = [];
  if (filter && filter.refused) texts.push(`${Spot.plural(filter.refused, "sample")} refused`);
  if (filter && filter.groups) texts.push(`${Spot.plural(filter.groups, "group")} lost`);
  if (!texts.length && outside) texts.push(`${Spot.count(outside)} outside`);
  return texts.map((text) => h("span.tally", {}, text));
};

/** Measures that were not taken, by reason. */
Checks.unchecked = function (measures) {
  const reasons = new Map();
  for (const one of measures) for (const reason of Object.keys(one.unchecked)) reasons.set(reason, [...(reasons.get(reason) || []), one.name.replaceAll("_", " ")]);
  return h("ul.unchecked", {}, [...reasons].map(([reason, names]) => h("li.note", {}, h("b", {}, `${Spot.joined(names)} unchecked`), `: ${reason}.`)));
};

/** A distribution: what passes in the accent, what does not in the alarm colour, limits as lines. */
Checks.measure = function (one) {
  const { from, to, passed, failed, total, median, least, most } = one.histogram;
  if (least === most && !failed.some(Boolean)) return h("section.chart.measure", {}, h("h3", {}, one.name.replaceAll("_", " ")), h("p.note", {}, `${Checks.bounds(one)}${Checks.standing[one.standing] || ""}`),
    h("p.constant", {}, Checks.number(least)), h("p.ends", {}, `all ${Spot.count(total)} alike`));
  const top = Math.max(1, ...passed.map((count, place) => count + failed[place]));
  const width = WIDE / passed.length;
  const bars = passed.flatMap((count, place) => {
    const scaled = (number) => (number ? Math.max(0.8, (HIGH * number) / top) : 0);
    const [up, over] = [scaled(count), scaled(failed[place])];
    const title = `${Checks.number(from + ((to - from) * place) / passed.length)} to ${Checks.number(from + ((to - from) * (place + 1)) / passed.length)}: ${Spot.count(count)} pass${failed[place] ? `, ${Spot.count(failed[place])} do not` : ""}`;
    return count || failed[place] ? [h("g.column", {}, h("rect.catch", { x: place * width, y: 0, width, height: HIGH }),
      up ? h("rect.fill", { x: place * width + width * 0.06, y: HIGH - up, width: width * 0.88, height: up }) : null,
      over ? h("rect.fill.bad", { x: place * width + width * 0.06, y: HIGH - up - over, width: width * 0.88, height: over }) : null, h("title", {}, title))] : [];
  });
  const lines = [["low", one.low], ["high", one.high]].filter(([, bound]) => bound !== null && bound >= from && bound <= to)
    .map(([side, bound]) => { const x = (WIDE * (bound - from)) / (to - from); return [h("line.limit", { x1: x, x2: x, y1: 0, y2: HIGH }), h("rect.beyond", side === "low" ? { x: 0, y: 0, width: x, height: HIGH } : { x, y: 0, width: WIDE - x, height: HIGH })]; });
  const [bounds, far] = [Checks.bounds(one), Checks.far(one).filter(Boolean)];
  const rates = one.false_refusals && one.standing ? ` · refuses ${Checks.rate(one.false_refusals)} of good values` : "";
  return h("section.chart.measure", {}, h("h3", {}, one.name.replaceAll("_", " ")),
    h("p.note", { title: `${one.name}, of ${Spot.plural(total, one.scope.startsWith("sample") ? "sample" : one.scope)}${rates}` }, `${bounds}${Checks.standing[one.standing] || ""}`),
    h("div.plot", { class: far.length ? "plot roomy" : "plot" }, h("svg.columns", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": `${one.name}: median ${Checks.number(median)}, ${bounds}` }, lines.flat().filter((part) => part.getAttribute("class") === "beyond"), bars, lines.flat().filter((part) => part.getAttribute("class") === "limit")), far),
    h("p.ends", { "aria-hidden": "true" }, h("span", {}, Checks.number(from)), h("span", {}, `median ${Checks.number(median)}`), h("span", {}, Checks.number(to))),
    one.roc.length ? Checks.roc(one) : null);
};

/** Arrows to the limits that lie beyond what is drawn. */
Checks.far = function ({ low, high, histogram: { from, to } }) {
  return [
    low !== null && low < from ? h("span.far", { title: "The lower limit lies far to the left." }, `← ${Checks.number(low)}`) : null,
    low !== null && low > to ? h("span.far.right", { title: "The lower limit lies far to the right." }, `${Checks.number(low)} →`) : null,
    high !== null && high > to ? h("span.far.right", { title: "The upper limit lies far to the right." }, `${Checks.number(high)} →`) : null,
    high !== null && high < from ? h("span.far", { title: "The upper limit lies far to the left." }, `← ${Checks.number(high)}`) : null,
  ];
};

Checks.bounds = function ({ low, high }) {
  if (low !== null && high !== null) {
    const [one, other] = [Checks.number(low), Checks.number(high)];
    return low === high ? `exactly ${one}` : one === other ? `${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}` : `${one} to ${other}`;
  }
  if (low !== null) return `at least ${Checks.number(low)}`;
  return high !== null ? `at most ${Checks.number(high)}` : "no limit";
};

Checks.number = function (value) {
  if (value === null) return "–";
  const size = Math.abs(value);
  if (size >= 10000) return value.toExponential(1);
  if (size >= 100 || value === Math.round(value)) return String(Math.round(value));
  return size && size < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
};

/** ROC curves of the defects that a measure sees: false refusals to the right, caught upwards. */
Checks.roc = function (one) {
  const shown = one.roc.slice(0, 4);
  const line = (points) => points.map(([x, y]) => `${(WIDE * x).toFixed(2)},${(WIDE * (1 - y)).toFixed(2)}`).join(" ");
  return h("details.roc", {}, h("summary", {}, `ROC, ${Spot.plural(one.roc.length, "defect")}`),
    h("svg", { viewBox: "-2 -2 104 104", role: "img", "aria-label": `ROC of ${one.name}` }, h("rect.frame", { x: 0, y: 0, width: WIDE, height: WIDE }), h("line.chance", { x1: 0, y1: WIDE, x2: WIDE, y2: 0 }),
      shown.map((curve, place) => h("polyline", { class: `curve curve-${place}`, points: line(curve.points) }, h("title", {}, curve.defect)))),
    h("ul.legend", {}, shown.map((curve, place) => h("li", {}, h("span", { class: `swatch swatch-${place}` }), `${curve.defect.replaceAll("_", " ")}, ${curve.severity} ${curve.unit}: AUC ${curve.auc.toFixed(3)}`))));
};

/** Planted defects by grade, the darker the more of them are caught by this check. */
Checks.defects = function (check) {
  const rows = check.defects.map((defect) => h("tr", {}, h("th", { scope: "row", title: defect.what }, defect.name.replaceAll("_", " ")),
    h("td.grades", {}, defect.grades.map((grade) => h("span", { class: grade.severe ? "grade severe" : "grade", "--heat": `${Math.round(70 * (grade.of ? grade.count / grade.of : 0))}%`, title: `${defect.what}, ${grade.severity} ${defect.unit}: caught ${Checks.rate(grade)} of ${Spot.count(grade.of)}` },
      h("b", {}, grade.of ? Spot.percent(grade.count / grade.of) : "–"), h("i", {}, `${Checks.number(grade.severity)}${Checks.unit(defect.unit)}`))))));
  return h("details.defects", {}, h("summary", {}, `Planted defects it catches, ${Spot.plural(rows.length, "kind")}`), h("p.note", {}, "On subjects that had no part in choosing the limits; severe grades are outlined."), h("div.scroll", { tabindex: "0", role: "region", "aria-label": `Defects that ${check.name} catches` }, h("table", {}, h("tbody", {}, rows))));
};

/** A unit as it follows a number on a chip; one that is a key to the numbers is left to the tooltip. */
Checks.unit = function (unit) {
  if (unit === "degrees") return "°";
  const short = unit.split(":")[0];
  return /^\d/.test(short) || short.length > LONG_UNIT ? "" : ` ${short}`;
};

/** The pictures people want to see: those that passed by the least, and those that failed by the least. */
Checks.edges = function (check) {
  const side = (title, items) => items.length ? h("div.edge-side", {}, h("h3", {}, title), h("ul.edges", {}, items.map(Checks.edge))) : null;
  const both = [side("Accepted by the least", check.accepted), side("Refused by the least", check.refused)].filter(Boolean);
  return both.length ? h("div.edge-pair", {}, both) : null;
};

Checks.edge = function (edge) {
  const picture = h("div.thumb", {});
  Spot.whenNear(picture, () => Spot.load("edges").then((page) => { if (page[edge.picture]) picture.append(Spot.image(page[edge.picture], edge.key)); }).catch(() => {}));
  const refused = edge.margin === null || edge.margin < 0;
  return h("li", { class: [refused ? "bad" : "", edge.whole ? "whole" : ""].join(" ").trim(), title: edge.reason || edge.key }, h("a", { href: `#${edge.key}`, "aria-label": edge.key }, picture),
    h("p", {}, h("b", {}, Checks.number(edge.value)), ` ${edge.measure.replaceAll("_", " ")}${edge.whole ? " of the group" : ""}`));
};
