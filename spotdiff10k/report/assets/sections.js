"use strict";
/* The page around the pictures: title and totals, distributions, what was refused, and how it was made. */

const Sections = {};

Sections.head = function (summary) {
  const facts = summary.facts;
  const stages = h("ol.stages", { "aria-label": "Stages" }, summary.stages.map(({ name, done, progress }) =>
    h("li", { class: done ? "done" : "open" }, h("span.dot", { "aria-hidden": "true" }), name, progress ? h("span.note", {}, progress) : null, h("span.hidden", {}, done ? " done" : " not done"))));
  return h("header.head", {},
    h("p.brand", {}, "spotdiff10k", h("span", {}, " report")),
    h("h1", {}, summary.title),
    h("p.lead", {}, facts.lead),
    summary.purpose === "control" ? h("p.warning", {}, "A control: this set is confounded on purpose. Do not train on it.") : null,
    Sections.certificate(facts.certificate),
    stages, h("dl.totals", {}, Sections.totals(summary).map(([name, value, hint]) => h("div", {}, h("dt", {}, name), h("dd", {}, value), hint ? h("p", {}, hint) : null))),
    facts.digest ? h("p.digest", {}, h("span", {}, "Release digest"), h("code", {}, facts.digest)) : null);
};

/** What the certificate says, with the way to it. */
Sections.certificate = function (found) {
  if (!found) return null;
  const words = { certified: "Certified", refused: "Certificate refused", void: "Certificate void" };
  const badge = h(`span.seal.${found.level}`, {}, words[found.level]);
  return h("p.verdict-line", {}, found.page ? h("a", { href: found.page }, badge) : badge, h("span", {}, found.stale ? "It is of an earlier release: certify this one again." : found.sentence));
};

Sections.totals = function (summary) {
  const { facts, throughput, distributions } = summary;
  const splits = Object.entries(distributions.split_groups).map(([name, groups]) => `${Spot.count(groups)} ${name}`).join(" · ");
  return [
    ["Groups", Spot.count(distributions.groups), splits],
    ["Pictures", Spot.count(distributions.pictures), distributions.counted],
    facts.bytes ? ["On disk", Spot.bytes(facts.bytes), facts.bytes_of] : null,
    throughput ? ["Pictures a second", throughput.per_second.toFixed(1), `${Spot.count(throughput.pictures)} in ${Spot.seconds(throughput.seconds)}`] : null,
    ["Refused", Spot.count(facts.refused_samples), facts.refused_groups ? `and ${Spot.plural(facts.refused_groups, "whole group")}` : facts.judged ? "no whole group" : "not judged yet"],
    summary.quarantined_groups ? ["Quarantined", Spot.count(summary.quarantined_groups), "groups that could not be made"] : null,
  ].filter(Boolean);
};

Sections.block = (id, title, note, ...content) => h("section.block", { id, "aria-labelledby": `${id}-title` },
  h("h2", { id: `${id}-title` }, title), note ? h("p.note", {}, note) : null, ...content);

Sections.distributions = function (summary) {
  const { bars, histograms, balance, counted, pictures } = summary.distributions;
  const levels = new Map(summary.poses.map(([name, text]) => [name, text]));
  for (const [name, , text] of summary.backgrounds) levels.set(name, text);
  const named = (items) => items.map(([name, number]) => [name, number, levels.has(name) ? `${name}, ${levels.get(name)}: ${Spot.plural(number, "picture")}` : null]);
  return Sections.block("distributions", "Distributions", `Of the ${Spot.plural(pictures, "picture")} that are ${counted}.`,
    h("div.charts", {},
      Charts.bars("Split", bars.split, "picture"), Charts.bars("Family", bars.family, "picture"),
      Charts.bars("Pose level", named(bars.pose), "picture"), Charts.bars("Background level", named(bars.background), "picture"),
      Charts.histogram("Mask area", histograms.area), Charts.histogram("Width of the subject's box", histograms.width), Charts.histogram("Height of the subject's box", histograms.height)),
    balance.families.length ? Charts.heat("Balance of family and background kind", "Pictures of each pair. The more even each row, the less a background says about who is in front of it.", balance.families, balance.kinds, balance.counts) : null);
};

Sections.refused = function (summary) {
  const { refusals, quarantined, facts } = summary;
  const content = [];
  if (refusals.length) {
    content.push(h("div.charts.single", {}, Charts.bars("By check", summary.refusals_by_check, "refusal")));
    content.push(h("ul.refusals", {}, refusals.map(Sections.refusal)));
    if (summary.refusals_left_out) content.push(h("p.note.more", {}, `And ${Spot.count(summary.refusals_left_out)} more in verdicts.parquet.`));
  } else content.push(h("p.calm", {}, facts.judged ? "Nothing was refused." : "Nothing was judged yet."));
  if (quarantined.length) {
    const errors = new Map();
    for (const { group, error } of quarantined) errors.set(error, [...(errors.get(error) || []), group]);
    const left = summary.quarantined_groups - quarantined.length;
    content.push(h("h3", {}, "Quarantined"), h("p.note", {}, "These groups could not be made. The next run of generate or build tries them again."),
      h("ul.quarantine", {}, [...errors].map(([error, groups]) => h("li", {}, h("strong", {}, Spot.plural(groups.length, "group")), h("p.key", {}, groups.join(" ")), h("pre", {}, error)))),
      left ? h("p.note.more", {}, `And ${Spot.count(left)} more in the folder quarantine.`) : null);
  }
  return Sections.block("refused", "Refused", "", content);
};

Sections.refusal = function (refusal) {
  const picture = h("div.thumb", {});
  if (refusal.picture) Spot.whenNear(picture, () => Spot.load("refused").then((page) => { if (page[refusal.picture]) picture.append(Spot.image(page[refusal.picture], `The refused picture of ${refusal.key}`)); }).catch(() => {}));
  else picture.append(h("span.absent", {}, refusal.key ? "no picture" : "whole group"));
  return h("li", {}, picture, h("div", {},
    h("p.key", {}, Groups.byId.has(refusal.group) ? h("a", { href: `#${refusal.key && !refusal.superseded ? refusal.key : refusal.group}` }, refusal.key || refusal.group) : refusal.key || refusal.group,
      refusal.superseded ? h("span.chip", {}, "remade") : null),
    h("p", {}, refusal.reason), refusal.evidence ? h("p.note", {}, refusal.evidence) : null));
};

Sections.made = function (summary) {
  const { throughput } = summary;
  return Sections.block("made", "How it was made", "",
    h("div.made", {},
      h("section", {}, h("h3", {}, "Recipe"), h("pre.recipe", { tabindex: "0", "aria-label": "Recipe" }, Sections.yaml(summary.recipe))),
      h("section", {}, h("h3", {}, "Versions"), h("dl.facts", {}, summary.versions.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
        throughput ? [h("h3", {}, "Throughput"), h("p.note", {}, `${throughput.per_second.toFixed(1)} pictures a second: ${Spot.count(throughput.pictures)} in ${Spot.seconds(throughput.seconds)}.`),
          throughput.series.length > 2 ? Charts.line("Pictures a second over time", throughput.series) : null] : null)),
    summary.problems.length ? [h("h3", {}, "Could not be read"), h("ul.problems", {}, summary.problems.map((text) => h("li", {}, text)))] : null);
};

/** YAML with its keys and comments set apart; text stays text. */
Sections.yaml = function (text) {
  return text.split("\n").flatMap((line, number) => {
    const found = /^(\s*(?:- )?)([\w.-]+)(:)(.*)$/.exec(line);
    const parts = !found ? [/^\s*#/.test(line) ? h("i", {}, line) : line] : [found[1], h("b", {}, found[2]), found[3] + found[4]];
    return number ? ["\n", ...parts] : parts;
  });
};
