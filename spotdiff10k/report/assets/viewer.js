"use strict";
/* One sample, large: its picture under the layers that are switched on, what is known of it, and ways to its neighbours. */

/* The layers that can be laid over a picture, lowest first, and what people see of them. */
const LAYERS = [
  ["plate", "Plate", "the background level without the subject"],
  ["normal", "Normals", "camera-space normals"],
  ["depth", "Depth", "near is light and warm, far is dark"],
  ["shadow", "Shadow", "where the subject takes light from the plate"],
  ["mask", "Mask", "soft alpha of the subject"],
  ["canny", "Edges", "canny edges"],
  ["skeleton", "Skeleton", "the control map of the joints"],
  ["points", "Keypoints", "from the record, with the bones; hollow where hidden"],
  ["box", "Box", "the subject's box"],
];
const Layers = { shown: new Set(), blend: 0.8, listeners: new Set() };

Layers.change = function () { for (const listener of Layers.listeners) listener(); };

/** How strongly layers cover the picture: one number for the whole page, so that nothing has to be drawn again. */
Layers.strength = function (share) {
  Layers.blend = share;
  document.documentElement.style.setProperty("--blend", String(share));
};

/** What of LAYERS a group has. */
Layers.of = function (page) {
  return LAYERS.filter(([name]) => {
    if (name === "points") return page.cells.some((cell) => cell.points.length);
    if (name === "box") return page.cells.some((cell) => cell.box);
    return name in page.layers;
  });
};

/** The switches for a group's layers and how strongly they cover the picture. */
Layers.bar = function (page, group) {
  const available = Layers.of(page);
  if (!available.length) return h("p.note.layers-none", {}, group.layers ? "This group is kept without its layers, to keep the report small." : "");
  const buttons = available.map(([name, label, hint]) =>
    h("button.toggle", { type: "button", "data-layer": name, title: hint, "aria-pressed": String(Layers.shown.has(name)),
      onclick: () => { if (!Layers.shown.delete(name)) Layers.shown.add(name); Layers.change(); } }, label));
  const blend = h("input", { type: "range", min: 10, max: 100, value: 100 * Layers.blend, "aria-label": "How strongly layers cover the picture",
    oninput: (event) => Layers.strength(event.target.value / 100) });
  const bar = h("div.layers", { role: "group", "aria-label": "Layers over the pictures" }, h("span.layers-label", {}, "Layers"), buttons, h("label.blend", {}, h("span", {}, "Strength"), blend));
  return bar;
};

/** Draw a cell's picture and its switched-on layers into `frame`; a picture that is there already stays, so nothing flickers. */
Layers.paint = function (frame, page, place, alt) {
  const cell = page.cells[place];
  if (frame.shows !== cell) {
    frame.shows = cell;
    frame.replaceChildren(cell.picture ? Spot.image(cell.picture, alt, { class: "picture" }) : h("span.absent", {}, "not made"));
  }
  while (frame.children.length > 1) frame.lastChild.remove();
  if (cell.picture) frame.append(...LAYERS.filter(([name]) => Layers.shown.has(name)).map(([name]) => Layers.drawn(name, page, place)).filter(Boolean));
};

Layers.drawn = function (name, page, place) {
  if (name === "points") return Layers.points(page.cells[place]);
  if (name === "box") return Layers.box(page.cells[place]);
  const layer = page.layers[name];
  const image = layer && layer.places[place] >= 0 ? layer.images[layer.places[place]] : null;
  return image ? Spot.image(image, "", { class: `layer layer-${name}`, "data-layer": name }) : null;
};

/* Visibility of a keypoint in a record. */
const OUTSIDE = 0, VISIBLE = 2;

Layers.points = function (cell) {
  if (!cell.points.length) return null;
  const bones = cell.bones.map(([x1, y1, x2, y2]) => h("line", { x1, y1, x2, y2 }));
  const dots = cell.points.filter(([, , seen]) => seen !== OUTSIDE).map(([x, y, seen, name]) =>
    h("circle", { cx: x, cy: y, r: 0.0085, class: seen === VISIBLE ? "seen" : "unseen" }, h("title", {}, name)));
  return h("svg.layer.vector.layer-points", { viewBox: "0 0 1 1", "data-layer": "points", "aria-hidden": "true" }, bones, dots);
};

Layers.box = function (cell) {
  if (!cell.box) return null;
  const [x, y, width, height] = cell.box;
  return h("svg.layer.vector.layer-box", { viewBox: "0 0 1 1", "data-layer": "box", "aria-hidden": "true" }, h("rect", { x, y, width, height }));
};

const Viewer = { dialog: null, group: null, page: null, place: 0 };

Viewer.open = function (group, page, place) {
  Object.assign(Viewer, { group, page, place });
  if (!Viewer.dialog) Viewer.build();
  Viewer.show();
  if (!Viewer.dialog.open) Viewer.dialog.showModal();
  Viewer.dialog.focus();
};

Viewer.leave = function () { Viewer.dialog.close(); Viewer.left(); };

/** Back to the address of the group; the Escape key comes here, too. */
Viewer.left = function () { if (location.hash.startsWith(`#${Viewer.group.id}-p`) && !Viewer.dialog.open) Spot.go(Viewer.group.id); };

Viewer.build = function () {
  Viewer.frame = h("div.viewer-frame", {});
  Viewer.facts = h("div.viewer-facts", {});
  Viewer.tools = h("div.viewer-tools", {});
  const arrow = (label, sign, key) => h("button.arrow", { type: "button", "aria-label": label, title: label, onclick: () => Viewer.key(key) }, sign);
  Viewer.dialog = h("dialog.viewer", { tabindex: "-1", "aria-label": "Sample", onclose: Viewer.left,
      onclick: (event) => { if (event.target === Viewer.dialog) Viewer.leave(); },
      onkeydown: (event) => { if (event.target.tagName !== "INPUT" && Viewer.key(event.key)) event.preventDefault(); } },
    h("div.viewer-sheet", {},
      h("div.viewer-stage", {}, Viewer.frame),
      h("div.viewer-side", {},
        h("div.viewer-head", {}, h("div.arrows", {}, arrow("Previous background", "←", "ArrowLeft"), arrow("Next background", "→", "ArrowRight"), arrow("Previous pose", "↑", "ArrowUp"), arrow("Next pose", "↓", "ArrowDown")),
          h("button.close", { type: "button", onclick: Viewer.leave }, "Close")),
        Viewer.tools, Viewer.facts)));
  Viewer.swipes(Viewer.frame);
  Layers.listeners.add(() => { if (Viewer.dialog.open) Viewer.show(); });
  document.body.append(Viewer.dialog);
};

Viewer.swipes = function (frame) {
  let start = null;
  frame.addEventListener("touchstart", (event) => { start = [event.touches[0].clientX, event.touches[0].clientY]; }, { passive: true });
  frame.addEventListener("touchend", (event) => {
    if (!start) return;
    const [x, y] = [event.changedTouches[0].clientX - start[0], event.changedTouches[0].clientY - start[1]];
    if (Math.abs(x) > 40 && Math.abs(x) > Math.abs(y)) Viewer.key(x < 0 ? "ArrowRight" : "ArrowLeft");
    start = null;
  });
};

/** Move with an arrow key; true when the key meant something. */
Viewer.key = function (key) {
  const columns = Viewer.group.backgrounds.length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (!step) return false;
  const next = Viewer.place + step;
  if (next >= 0 && next < Viewer.page.cells.length) Spot.go(Viewer.page.cells[next].key);
  return true;
};

Viewer.show = function () {
  const { group, page, place } = Viewer;
  const cell = page.cells[place];
  const columns = group.backgrounds.length;
  const pose = Spot.summary.poses[group.poses[Math.floor(place / columns)]];
  const background = Spot.summary.backgrounds[group.backgrounds[place % columns]];
  Layers.paint(Viewer.frame, page, place, cell.caption);
  const rows = [["Subject", group.subject], ["Pose", `${pose[0]}: ${pose[1]}`], ["Background", `${background[0]}: ${background[2]}`],
    ["Without the subject", cell.without], ["Split", group.split], ["Seed", String(cell.seed)],
    cell.area === null ? null : ["Mask covers", `${Spot.percent(cell.area, 1)} of the picture`],
    cell.box === null ? null : ["Box", `${Spot.percent(cell.box[2])} wide, ${Spot.percent(cell.box[3])} high`]].filter(Boolean);
  Viewer.facts.replaceChildren(h("p.key", {}, cell.key), h("h2", {}, cell.caption),
    ...(cell.refused ? [h("p.refused-note", {}, `Refused: ${cell.refused}`)] : []),
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
  Viewer.tools.replaceChildren(Layers.bar(page, group));
};
