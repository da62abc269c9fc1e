"use strict";
/* Browsing: a filter, the factor grid of one group, and cards of all groups that pass the filter. */

const CARDS = 24;
/* Milliseconds after the last keystroke until the first group that was found is opened. */
const PAUSE = 250;
/* Small pictures are shown somewhat larger than they are, and no more. */
const LEAST_CELL = 240, ENLARGED = 1.25;
const Groups = { filter: { text: "", split: "", family: "", pose: "", background: "", refused: false }, page: 0, current: null, list: [] };

Groups.build = function (summary) {
  Groups.byId = new Map(summary.groups.map((group) => [group.id, group]));
  for (const group of summary.groups) {
    group.words = [group.id, group.noun, group.subject, group.family, group.split, group.state,
      ...group.poses.map((pose) => summary.poses[pose][0]), ...group.backgrounds.map((one) => summary.backgrounds[one][0])].join(" ").toLowerCase();
  }
  Groups.panel = h("article.panel", {});
  Groups.cards = h("div.cards", {});
  Groups.pager = h("div.pager", {});
  Groups.counter = h("p.counter", { role: "status" });
  Layers.listeners.add(() => Groups.repaint());
  return h("section", { id: "groups", "aria-label": "Groups" }, Groups.filters(summary), Groups.panel, h("div.cards-head", {}, Groups.counter, Groups.pager), Groups.cards);
};

Groups.filters = function (summary) {
  const set = (name) => (event) => {
    Groups.filter[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
    Groups.filtered();
  };
  const option = (value, text) => h("option", { value }, text);
  const choice = (name, label, options) => h("label.field", {}, h("span", {}, label), h("select", { onchange: set(name), "data-filter": name }, options));
  const unique = (key) => [...new Set(summary.groups.map((group) => group[key]))].sort();
  const kinds = [...new Set(summary.backgrounds.map((background) => background[1]))].sort();
  const backgrounds = kinds.map((kind) => h("optgroup", { label: kind }, option(`kind:${kind}`, `any ${kind}`),
    summary.backgrounds.filter((one) => one[1] === kind).map((one) => option(one[0], one[0]))));
  const any = (text) => option("", text);
  Groups.clear = h("button.quiet.clear", { type: "button", hidden: true, onclick: Groups.reset }, "Clear");
  Groups.form = h("form.filters", { role: "search", onsubmit: (event) => event.preventDefault() },
    h("label.field.search", {}, h("span", {}, "Search"), h("input", { type: "search", placeholder: "fox, blue collar, g000042 …", oninput: set("text"), "data-filter": "text" })),
    choice("split", "Split", [any("all splits"), unique("split").map((name) => option(name, name))]),
    choice("family", "Family", [any("all families"), unique("family").map((name) => option(name, name))]),
    choice("pose", "Pose", [any("all poses"), summary.poses.map((pose) => option(pose[0], pose[0]))]),
    choice("background", "Background", [any("all backgrounds"), backgrounds]),
    h("label.check", {}, h("input", { type: "checkbox", onchange: set("refused"), "data-filter": "refused" }), h("span", {}, "Refused only")), Groups.clear);
  return Groups.form;
};

Groups.filtered = function () {
  Groups.page = 0;
  Groups.clear.hidden = !Object.values(Groups.filter).some(Boolean);
  Groups.refresh();
  clearTimeout(Groups.later);
  Groups.later = setTimeout(() => { if (Groups.list.length && !Groups.list.includes(Groups.current)) Spot.go(Groups.list[0].id); }, PAUSE);
};

/** Show only the groups that have a level. */
Groups.only = function (filter, level) {
  Groups.filter[filter] = Groups.form.querySelector(`[data-filter="${filter}"]`).value = level;
  Groups.filtered();
};

Groups.reset = function () {
  Groups.form.reset();
  for (const name of Object.keys(Groups.filter)) Groups.filter[name] = name === "refused" ? false : "";
  Groups.filtered();
};

Groups.passes = function (group) {
  const { text, split, family, pose, background, refused } = Groups.filter;
  const { poses, backgrounds } = Spot.summary;
  const kind = background.startsWith("kind:") ? background.slice(5) : null;
  return (!split || group.split === split) && (!family || group.family === family) && (!refused || group.refused)
    && (!pose || group.poses.some((place) => poses[place][0] === pose))
    && (!background || group.backgrounds.some((place) => kind === null ? backgrounds[place][0] === background : backgrounds[place][1] === kind))
    && text.toLowerCase().split(/\s+/).every((word) => group.words.includes(word));
};

/** Filter anew, and show the cards of the present page. */
Groups.refresh = function () {
  Groups.list = Spot.summary.groups.filter(Groups.passes);
  const pages = Math.max(1, Math.ceil(Groups.list.length / CARDS));
  Groups.page = Math.min(Groups.page, pages - 1);
  const first = Groups.page * CARDS;
  const shown = Groups.list.slice(first, first + CARDS);
  Groups.counter.textContent = !Groups.list.length ? "No group passes the filter."
    : pages === 1 ? Spot.plural(Groups.list.length, "group")
    : `${Spot.count(first + 1)}–${Spot.count(first + shown.length)} of ${Spot.plural(Groups.list.length, "group")}`;
  const turn = (by) => () => { Groups.page += by; Groups.refresh(); };
  Groups.pager.replaceChildren(...(pages > 1 ? [
    h("button.quiet", { type: "button", disabled: Groups.page === 0, onclick: turn(-1) }, "← Earlier"),
    h("button.quiet", { type: "button", disabled: Groups.page === pages - 1, onclick: turn(1) }, "Later →")] : []));
  Groups.cards.replaceChildren(...shown.map(Groups.card));
  Groups.mark();
};

Groups.card = function (group) {
  const mosaic = h("div.mosaic", {});
  const card = h("a.card", { href: `#${group.id}`, "data-group": group.id, "aria-current": group === Groups.current ? "true" : null },
    mosaic, h("span.card-text", {}, h("strong", {}, group.noun), h("span", {}, group.id)),
    ["refused", "quarantined", "waiting"].includes(group.state) ? h("span.badge", {}, group.state) : null);
  if (!group.page) { mosaic.append(h("span.absent", {}, group.state)); return card; }
  Spot.load(`cards-${String(group.page[0]).padStart(4, "0")}`)
    .then((page) => mosaic.replaceChildren(...page[group.id].map((data) => Spot.image(data, "", { width: 128, height: 128 }))))
    .catch((error) => mosaic.replaceChildren(h("span.absent", {}, error.message)));
  return card;
};

/** Show a group's factor grid; resolves when it is drawn. */
Groups.open = function (group) {
  Groups.current = group;
  const page = Math.floor(Groups.list.indexOf(group) / CARDS);
  if (page >= 0 && page !== Groups.page) { Groups.page = page; Groups.refresh(); }
  for (const card of Groups.cards.children) {
    if (card.dataset.group === group.id) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
  if (!group.page) { Groups.draw(group, null); return Promise.resolve(null); }
  return Spot.load(group.id).then((data) => { if (Groups.current === group) Groups.draw(group, data); return data; })
    .catch((error) => { Groups.panel.replaceChildren(h("p.problem", {}, `${group.id} cannot be shown: ${error.message}.`)); return null; });
};

Groups.step = function (by) {
  const place = Groups.list.indexOf(Groups.current);
  const next = Groups.list[place < 0 ? 0 : place + by];
  if (next) Spot.go(next.id);
};

/** Which steps there are from the group that is shown, in the list as it is now. */
Groups.mark = function () {
  const place = Groups.list.indexOf(Groups.current);
  const [back, on] = Groups.steps || [];
  if (back) [back.disabled, on.disabled] = [place === 0, place === Groups.list.length - 1];
};

Groups.draw = function (group, page) {
  Groups.shown = Groups.frames = null;
  const head = Groups.head(group);
  if (!page) { Groups.panel.replaceChildren(head, h("p.note", {}, "This group has no pictures yet.")); return; }
  const grid = Groups.grid(group, page);
  Groups.shown = page;
  Groups.bar = h("div.bar-holder", {});
  Groups.panel.replaceChildren(head, Groups.bar, h("div.scroll", {}, grid));
  Groups.repaint();
};

Groups.head = function (group) {
  const step = (by, sign, label) => h("button.quiet", { type: "button", onclick: () => Groups.step(by), "aria-label": label }, sign);
  Groups.steps = [step(-1, "←", "Previous group"), step(1, "→", "Next group")];
  Groups.mark();
  const chips = [h("span.chip", {}, group.split), h("span.chip", {}, group.family), h("span", { class: `chip state-${group.state}` }, group.state)];
  return h("header.panel-head", {}, h("div", {}, h("p.eyebrow", {}, group.id, chips), h("h2", {}, group.subject)),
    h("nav.steps", { "aria-label": "Groups" }, Groups.steps));
};

/** The factor grid: pose rows, background columns; every level leads to the groups that share it. */
Groups.grid = function (group, page) {
  const { poses, backgrounds, facts } = Spot.summary;
  const columns = group.backgrounds.length;
  const label = (role, filter, name, text) => h("div", { class: `label ${role}`, role },
    h("button.level", { type: "button", title: `All groups with ${name}`, onclick: () => Groups.only(filter, name) }, name), h("span", {}, text));
  Groups.frames = page.cells.map((cell, number) => Groups.frame(cell, number, columns));
  const heads = group.backgrounds.map((one) => label("columnheader", "background", backgrounds[one][0], backgrounds[one][2]));
  const rows = group.poses.map((pose, row) => h("div.row", { role: "row" }, label("rowheader", "pose", poses[pose][0], poses[pose][1]),
    Groups.frames.slice(row * columns, (row + 1) * columns).map((frame) => h("div.slot", { role: "cell" }, frame))));
  return h("div.factors", { role: "table", "aria-label": "Pose rows, background columns", "--columns": columns,
    "--cell": `${Math.max(LEAST_CELL, ENLARGED * (facts.size || 0))}px` },
    h("div.row", { role: "row" }, h("div.corner", { role: "columnheader" }, h("span", {}, "pose ↓ background →")), heads), rows);
};

Groups.frame = function (cell, number, columns) {
  const name = `Enlarge: ${cell.caption}${cell.refused ? ` (refused: ${cell.refused})` : ""}`;
  return h("button", { type: "button", class: cell.refused ? "cell refused" : "cell", tabindex: number ? "-1" : "0", "data-key": cell.key, "aria-label": name,
    disabled: !cell.picture, onclick: () => Spot.go(cell.key), onkeydown: (event) => Groups.move(event, number, columns) });
};

Groups.repaint = function () {
  if (!Groups.shown || !Groups.frames) return;
  Groups.frames.forEach((frame, place) => Layers.paint(frame, Groups.shown, place, ""));
  const focused = Groups.bar.contains(document.activeElement) ? document.activeElement.dataset.layer : null;
  Groups.bar.replaceChildren(Layers.bar(Groups.shown, Groups.current));
  if (focused) Groups.bar.querySelector(`[data-layer="${focused}"]`).focus();
};

/** Arrow keys walk over the grid. */
Groups.move = function (event, place, columns) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const next = step && Groups.frames[place + step];
  if (!next) return;
  event.preventDefault();
  Groups.frames[place].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
};
