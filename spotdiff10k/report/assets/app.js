"use strict";
/* Puts the page together and follows the address: #g000042 shows a group, #g000042-p02-b01 one of its samples, large. */

/** Go to a group, a sample or a section. */
Spot.go = (target) => { if (location.hash.slice(1) === target) Spot.route(); else location.hash = target; };

Spot.near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { Spot.near.unobserve(entry.target); entry.target.whenNear(); }
}, { rootMargin: "600px" });

/** Run `action` once, when the element is about to be seen. */
Spot.whenNear = (element, action) => { element.whenNear = action; Spot.near.observe(element); };

Spot.start = function (summary) {
  Spot.summary = summary;
  const checks = Checks.section(summary);
  const links = [["groups", "Groups"], ["checks", "Checks"], ["distributions", "Distributions"], ["refused", "Refused"], ["made", "How it was made"]].filter(([id]) => id !== "checks" || checks);
  document.getElementById("page").replaceChildren(
    Sections.head(summary),
    h("nav.tabs", { "aria-label": "Sections" }, links.map(([id, text]) => h("a", { href: `#${id}` }, text, id === "refused" && summary.facts.refused_samples ? h("span.tally", {}, Spot.count(summary.facts.refused_samples)) : null))),
    h("main", {}, Groups.build(summary), checks || [], Sections.distributions(summary), Sections.refused(summary), Sections.made(summary)),
    h("footer", {}, `Made by spotdiff10k. ${summary.facts.licence ? `Licence of the pictures: ${summary.facts.licence}.` : ""}`));
  Groups.refresh();
  window.addEventListener("hashchange", () => Spot.route(true));
  Spot.route();
};

/** Show what the address asks for; a group that does not exist is no reason to show nothing. */
Spot.route = function (moved) {
  const target = location.hash.slice(1);
  const [id] = /^.+(?=-p\d+-b\d+$)/.exec(target) || [target];
  const group = Groups.byId.get(id) || Groups.current || Groups.list.find((one) => one.page) || Groups.list[0];
  if (!Groups.byId.has(id)) {
    const section = moved || !target ? null : document.getElementById(target);
    if (section) section.scrollIntoView();
  }
  if (!group) { Groups.panel.replaceChildren(h("p.calm", {}, "No group was planned yet.")); return Promise.resolve(); }
  const fresh = group !== Groups.current || !Groups.shown;
  const drawn = fresh ? Groups.open(group) : Promise.resolve(Groups.shown);
  return drawn.then((page) => {
    const place = page ? page.cells.findIndex((cell) => cell.key === target) : -1;
    if (place >= 0) Viewer.open(group, page, place);
    else if (Viewer.dialog && Viewer.dialog.open) Viewer.dialog.close();
    if (fresh && place < 0 && Groups.byId.has(id)) Groups.panel.scrollIntoView({ block: "start", behavior: moved ? "smooth" : "auto" });
    document.documentElement.dataset.ready = "true";
  });
};
