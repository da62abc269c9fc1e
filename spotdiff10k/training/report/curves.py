"""Would more subjects help? The figures of the rule by how many of the training subjects were used."""

import math
from collections.abc import Sequence

from spotdiff10k.training.report import lines
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.scales import Scale
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import headline_figures, meaning_of
from spotdiff10k.training.report.words import figure_words, interval, number, plural
from spotdiff10k.training.results import Arm, Certificate, Figure

INSET = 8.0
"""Of the first and the last point from the ends of their axis."""
FRACTIONS = {0.125: "1/8", 0.25: "1/4", 0.5: "1/2", 1.0: "all"}
NOTE = (
    "The same training on fewer subjects, with every seed; bands are 95 % intervals over held-out subjects. A curve that still "
    "rises at the right says that more subjects would help. Shown without a verdict."
)
Point = tuple[float, Arm, Figure]
"""Share of the training subjects, what was trained on it, and what it reaches."""


def efficiency(found: Certificate) -> Markup | None:
    """A curve for each of the first figures of the rule; None where there is none."""
    if len(found.efficiency) < 2:
        return None
    arms = {arm.name: arm for arm in found.arms}
    points = [(point.fraction, arms[point.arm]) for point in sorted(found.efficiency, key=lambda one: one.fraction)]
    cards = [_card(found, name, points) for name in headline_figures(found)]
    return section("efficiency", "Would more subjects help?", NOTE, tag("div", {"class_": "charts"}, cards))


def _card(found: Certificate, name: str, points: Sequence[tuple[float, Arm]]) -> Markup:
    meaning = meaning_of(found, name)
    known = [(fraction, arm, arm.figures[name]) for fraction, arm in points if name in arm.figures]
    title = tag("h3", None, meaning.title)
    if not known:
        return tag("section", {"class_": "chart"}, title, tag("p", {"class_": "note"}, "not measured"))
    y = lines.upright(*meaning.bounds)
    chance = []
    if meaning.chance is not None:
        level = y(meaning.chance)
        ends = {"x1": lines.LEFT, "x2": lines.WIDTH - lines.RIGHT}
        chance = [tag("line", {"class_": "chance-line", **ends, "y1": level, "y2": level})]
    label = f"{meaning.title} by share of the training subjects: " + ", ".join(number(one.value) for _, _, one in known)
    drawn = lines.frame(label, [*lines.levels(y), *chance, *_curve(known, y)])
    return tag("section", {"class_": "chart"}, title, drawn, _told(known))


def _curve(known: Sequence[Point], y: Scale) -> list[Markup]:
    """Band, line, points, and the shares below."""
    x = Scale(math.log2(known[0][0]), math.log2(known[-1][0]), lines.LEFT + INSET, lines.WIDTH - lines.RIGHT - INSET)
    places = [(x(math.log2(fraction)), fraction, figure) for fraction, _, figure in known]
    upper = [(place, y(figure.high)) for place, _, figure in places]
    lower = [(place, y(figure.low)) for place, _, figure in reversed(places)]
    return [
        tag("polygon", {"class_": "band", "points": lines.joined_points([*upper, *lower])}),
        tag("polyline", {"class_": "curve-line", "points": lines.joined_points([(at, y(one.value)) for at, _, one in places])}),
        *(_dot(place, y(figure.value), figure) for place, _, figure in places),
        *(lines.below(place, _share(fraction)) for place, fraction, _ in places),
    ]


def _dot(x: float, y: float, figure: Figure) -> Markup:
    return tag("circle", {"class_": "curve-dot", "cx": x, "cy": y, "r": 4.0}, tag("title", None, figure_words(figure)))


def _told(known: Sequence[Point]) -> Markup:
    """Every point in numbers, with its interval."""
    rows = [
        tag(
            "tr",
            None,
            tag("th", {"scope": "row"}, f"{_share(fraction)}, {plural(arm.subjects, 'subject')}"),
            tag("td", {"class_": "numeric"}, number(figure.value)),
            tag("td", {"class_": "note"}, interval(figure)),
        )
        for fraction, arm, figure in known
    ]
    return tag("table", {"class_": "curve-values"}, tag("tbody", None, rows))


def _share(fraction: float) -> str:
    return FRACTIONS.get(fraction, f"{fraction:.2g}")
