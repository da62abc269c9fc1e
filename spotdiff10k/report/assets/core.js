"use strict";
/* The tools of the page: elements made from text only (never from markup), data pages loaded as scripts, numbers as words. */

const Spot = { pages: new Map(), waiting: new Map() };

/** Called by every pages/*.js. */
function spotdiff10kPut(name, data) {
  Spot.pages.set(name, data);
  const waiting = Spot.waiting.get(name);
  if (waiting) waiting.done(data);
  if (name === "summary") Spot.start(data);
}

/** The data of pages/<name>.js: a promise; a page is loaded once, when it is first wanted. */
Spot.load = function (name) {
  if (Spot.pages.has(name)) return Promise.resolve(Spot.pages.get(name));
  if (!/^[a-z0-9-]+$/.test(name)) return Promise.reject(new Error("no such page"));
  if (!Spot.waiting.has(name)) {
    const waiting = {};
    waiting.promise = new Promise((done, failed) => Object.assign(waiting, { done, failed }));
    Spot.waiting.set(name, waiting);
    const script = document.createElement("script");
    script.src = `pages/${name}.js`;
    script.onerror = () => { Spot.waiting.delete(name); waiting.failed(new Error(`pages/${name}.js is missing`)); };
    document.head.append(script);
  }
  return Spot.waiting.get(name).promise;
};

const SVG_TAGS = new Set(["svg", "rect", "line", "circle", "path", "polyline", "g", "title", "text"]);

/** An element: `h("a.card.wide", {href: "#x", onclick: f}, "text", child, ...)`. Text is always text. */
function h(selector, attributes, ...children) {
  const [tag, ...classes] = selector.split(".");
  const svg = SVG_TAGS.has(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) element.style.setProperty(name, value);
    else if (!svg && ["value", "checked", "hidden", "disabled", "htmlFor"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

Spot.image = (data, alt, extra) => h("img", { src: `data:image/webp;base64,${data}`, alt, draggable: "false", ...extra });

const integers = new Intl.NumberFormat("en");
Spot.count = (number) => integers.format(number);
Spot.plural = (number, one, many) => `${integers.format(number)} ${number === 1 ? one : many || `${one}s`}`;
Spot.percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

Spot.bytes = function (number) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (number >= 1000 && unit < units.length - 1) { number /= 1000; unit += 1; }
  return `${unit && number < 100 ? number.toPrecision(3) : Math.round(number)} ${units[unit]}`;
};

Spot.seconds = function (number) {
  if (number < 90) return `${number < 10 ? number.toFixed(1) : Math.round(number)} s`;
  if (number < 5400) return `${Math.round(number / 60)} min`;
  return `${(number / 3600).toFixed(1)} h`;
};

/** "walk-left" reads better as it is than wrapped in the middle. */
Spot.joined = (words) => words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
