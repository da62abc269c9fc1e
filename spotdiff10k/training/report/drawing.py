"""Small drawings that fit any width: marks keep their size, since every stroke is told not to scale."""

import math
from collections.abc import Iterable, Sequence
from typing import Protocol

from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.scales import Scale, around
from spotdiff10k.training.report.words import figure_words
from spotdiff10k.training.results import Figure, Meaning

WIDTH, HEIGHT = 100.0, 20.0
"""Of a track, in its own units; the page stretches it."""
MIDDLE = HEIGHT / 2
SPAN, PARTED = 3.4, 4.2
"""Height of a bar above and below the middle; distance of two marks from it on one track."""
LIMIT = 1.0
"""Of an axis whose figures have no chance and no bounds."""


def axis_of(meaning: Meaning, figures: Iterable[Figure]) -> Scale:
    """The axis of a figure, wide enough for what was found."""
    found = [value for figure in figures for value in (figure.value, figure.low, figure.high)]
    low, high = around(found, meaning.bounds)
    return Scale(low, high, 0.0, WIDTH)


def dot_track(figure: Figure, scale: Scale, kind: str, chance: float | None = None, bound: float | None = None) -> Markup:
    """One figure as a dot with its interval."""
    return track([(figure, kind)], scale, chance, bound)


def track(marks: Sequence[tuple[Figure, str]], scale: Scale, chance: float | None = None, bound: float | None = None) -> Markup:
    """One or two figures on an axis, with chance dashed and a bound as a line. `kind` is the class that colours a mark."""
    places = [MIDDLE] if len(marks) == 1 else [MIDDLE - PARTED, MIDDLE + PARTED]
    drawn = [_dot(figure, scale, kind, y) for (figure, kind), y in zip(marks, places, strict=True)]
    return _frame([_line("rail", 0.0, MIDDLE, WIDTH, MIDDLE), *_marks(scale, chance, bound), *drawn], marks)


def bar_track(figure: Figure, scale: Scale, kind: str, chance: float | None = None) -> Markup:
    """One figure as a bar from the least value, with its interval."""
    end = scale(figure.value)
    bar = tag("rect", {"class_": f"bar-fill of-{kind}", "x": 0.0, "y": MIDDLE - SPAN, "width": end, "height": 2 * SPAN})
    ground = tag("rect", {"class_": "bar-ground", "x": 0.0, "y": MIDDLE - SPAN, "width": WIDTH, "height": 2 * SPAN})
    whisker = _line("whisker over", scale(figure.low), MIDDLE, scale(figure.high), MIDDLE)
    return _frame([ground, bar, *_marks(scale, chance, None), whisker], [(figure, kind)])


def difference_track(figure: Figure, scale: Scale, kind: str, least: float) -> Markup:
    """A difference as a dot with its interval, with the line that it has to clear."""
    zero = _line("zero", scale(0.0), 0.0, scale(0.0), HEIGHT)
    clear = [] if math.isclose(least, 0.0, abs_tol=1e-9) else [_line("bound", scale(least), 2.0, scale(least), HEIGHT - 2)]
    rail = _line("rail", 0.0, MIDDLE, WIDTH, MIDDLE)
    return _frame([rail, zero, *clear, _dot(figure, scale, kind, MIDDLE)], [(figure, kind)])


def _frame(children: Iterable[Markup], marks: Sequence[tuple[Figure, str]]) -> Markup:
    said = "; ".join(figure_words(figure) for figure, _ in marks)
    box = {"class_": "track-line", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "preserveAspectRatio": "none", "role": "img"}
    return tag("svg", {**box, "aria-label": said}, tag("title", None, said), *children)


def _dot(figure: Figure, scale: Scale, kind: str, y: float) -> Markup:
    x = scale(figure.value)
    spread = _line("whisker", scale(figure.low), y, scale(figure.high), y)
    return tag("g", {"class_": f"mark of-{kind}"}, spread, _line("dot-back", x, y, x, y), _line("dot-mark", x, y, x, y))


def _marks(scale: Scale, chance: float | None, bound: float | None) -> list[Markup]:
    found = []
    if chance is not None and scale.low <= chance <= scale.high:
        found.append(_line("chance-line", scale(chance), 0.0, scale(chance), HEIGHT))
    if bound is not None:
        found.append(_line("bound", scale(bound), 1.0, scale(bound), HEIGHT - 1))
    return found


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return tag("line", {"class_": kind, "x1": x1, "y1": y1, "x2": x2, "y2": y2})


class Draw(Protocol):
    """How one figure is drawn on an axis."""

    def __call__(self, figure: Figure, scale: Scale, kind: str, chance: float | None = None) -> Markup:
        """The drawing."""
        ...
