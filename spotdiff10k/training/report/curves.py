"""Curves: how a training went, and whether more subjects would help."""

import math
from collections.abc import Sequence

from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.scales import Scale, ticks
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import arm_title, headline_figures, meaning_of
from spotdiff10k.training.report.words import figure_words, number
from spotdiff10k.training.results import Arm, Certificate, Curve

WIDTH, HEIGHT = 300.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 12.0, 10.0, 30.0
SMALL_WIDTH, SMALL_HEIGHT = 100.0, 40.0
MOST_CURVES = 24
"""Arms whose training is drawn."""
FRACTIONS = {0.125: "1/8", 0.25: "1/4", 0.5: "1/2", 1.0: "all"}


def efficiency(found: Certificate) -> Markup | None:
    """The figures of the rule by how many of the training subjects were used."""
    if len(found.efficiency) < 2:
        return None
    arms = {arm.name: arm for arm in found.arms}
    points = [(point.fraction, arms[point.arm]) for point in sorted(found.efficiency, key=lambda one: one.fraction)]
    cards = [_curve_card(found, name, points) for name in headline_figures(found)]
    note = "The same training on fewer subjects. A curve that still rises at the right says that more subjects would help."
    return section("efficiency", "Would more subjects help?", note, tag("div", {"class_": "charts"}, cards))


def _curve_card(found: Certificate, name: str, points: Sequence[tuple[float, Arm]]) -> Markup:
    meaning = meaning_of(found, name)
    known = [(fraction, arm, arm.figures[name]) for fraction, arm in points if name in arm.figures]
    if not known:
        return tag("section", {"class_": "chart"}, tag("h3", None, meaning.title), tag("p", {"class_": "note"}, "not measured"))
    x = Scale(math.log2(known[0][0]), math.log2(known[-1][0]), LEFT + 8, WIDTH - RIGHT - 8)
    y = Scale(meaning.bounds[0], meaning.bounds[1], HEIGHT - BOTTOM, TOP)
    places = [(x(math.log2(fraction)), fraction, figure) for fraction, _, figure in known]
    band = [f"{px:.1f},{y(f.high):.1f}" for px, _, f in places] + [f"{px:.1f},{y(f.low):.1f}" for px, _, f in reversed(places)]
    line = " ".join(f"{px:.1f},{y(f.value):.1f}" for px, _, f in places)
    dots = [
        tag("circle", {"class_": "curve-dot", "cx": px, "cy": y(f.value), "r": 4.0}, tag("title", None, figure_words(f)))
        for px, _, f in places
    ]
    names = [
        tag(
            "text",
            {"class_": "tick", "x": px, "y": HEIGHT - BOTTOM + 16, "text-anchor": "middle"},
            FRACTIONS.get(fraction, f"{fraction:.2g}"),
        )
        for px, fraction, _ in places
    ]
    chance = []
    if meaning.chance is not None:
        level = y(meaning.chance)
        chance = [tag("line", {"class_": "chance-line", "x1": LEFT, "x2": WIDTH - RIGHT, "y1": level, "y2": level})]
    drawn = [
        *_grid(y),
        *chance,
        tag("polygon", {"class_": "band", "points": " ".join(band)}),
        tag("polyline", {"class_": "curve-line", "points": line}),
        *dots,
        *names,
    ]
    label = f"{meaning.title} by share of the training subjects: " + ", ".join(number(f.value) for _, _, f in places)
    svg = tag("svg", {"class_": "curve-chart", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "img", "aria-label": label}, drawn)
    return tag("section", {"class_": "chart"}, tag("h3", None, meaning.title), svg)


def _grid(y: Scale) -> list[Markup]:
    found = []
    for value in ticks(y.low, y.high, 4):
        level = y(value)
        found.append(tag("line", {"class_": "grid-line", "x1": LEFT, "x2": WIDTH - RIGHT, "y1": level, "y2": level}))
        found.append(tag("text", {"class_": "tick", "x": LEFT - 6, "y": level + 3.5, "text-anchor": "end"}, f"{value:g}"))
    return found


def training(found: Certificate) -> Markup | None:
    """Every arm's losses over its steps, one line a seed."""
    arms = list(dict.fromkeys(curve.arm for curve in found.curves))[:MOST_CURVES]
    if not arms:
        return None
    cards = [_training_card(found, arm, [curve for curve in found.curves if curve.arm == arm]) for arm in arms]
    note = "Losses by step, one line for each seed; the number is the mean of the last values."
    return section("training", "How the trainings went", note, tag("div", {"class_": "training"}, cards))


def _training_card(found: Certificate, arm: str, curves: Sequence[Curve]) -> Markup:
    names = list(dict.fromkeys(name for curve in curves for name in curve.values))
    rows = [_losses(name, [curve for curve in curves if curve.values.get(name)]) for name in names]
    return tag("section", {"class_": "chart"}, tag("h3", None, arm_title(found, arm)), tag("ul", {"class_": "losses"}, rows))


def _losses(name: str, curves: Sequence[Curve]) -> Markup:
    drawn = [_known(curve, name) for curve in curves]
    values = [value for line in drawn for _, value in line]
    steps = [step for line in drawn for step, _ in line] or [0]
    x = Scale(min(steps), max(steps), 0.0, SMALL_WIDTH)
    y = Scale(min([0.0, *values]), max([0.0, *values]), SMALL_HEIGHT - 1, 1.0)
    points = [" ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in line) for line in drawn]
    last = [line[-1][1] for line in drawn if line]
    ends = number(sum(last) / len(last)) if last else ""
    box = {"class_": "loss", "viewBox": f"0 0 {SMALL_WIDTH:g} {SMALL_HEIGHT:g}", "preserveAspectRatio": "none"}
    lines = [tag("polyline", {"class_": "loss-line", "points": line}) for line in points]
    svg = tag("svg", {**box, "role": "img", "aria-label": f"{name}: ends at {ends}"}, lines)
    return tag(
        "li",
        None,
        tag("span", {"class_": "bar-name"}, name.replace("/", ": ").replace("_", " ")),
        svg,
        tag("span", {"class_": "bar-number"}, ends),
    )


def _known(curve: Curve, name: str) -> list[tuple[int, float]]:
    """Steps and values; a loss that a stage does not have is left out."""
    pairs = zip(curve.steps, curve.values[name], strict=False)
    return [(step, value) for step, value in pairs if value is not None and math.isfinite(value)]
