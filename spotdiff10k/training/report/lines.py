"""What drawings of lines share: a frame with room for its ticks, level lines with their values, and named places below."""

from collections.abc import Iterable, Sequence

from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.scales import Scale, ticks

WIDTH, HEIGHT = 300.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 12.0, 10.0, 30.0
TICKS = 4
BELOW = 16.0
"""From the lowest line to the words below it."""
Point = tuple[float, float]


def frame(label: str, children: Iterable[Markup], height: float = HEIGHT) -> Markup:
    """The drawing, with what it shows in words."""
    box: dict[str, object] = {"class_": "curve-chart", "viewBox": f"0 0 {WIDTH:g} {height:g}", "role": "img", "aria-label": label}
    return tag("svg", box, list(children))


def upright(low: float, high: float, height: float = HEIGHT) -> Scale:
    """The axis of values."""
    return Scale(low, high, height - BOTTOM, TOP)


def levels(y: Scale) -> list[Markup]:
    """A line at each round value, and the value beside it."""
    found = []
    for value in ticks(y.low, y.high, TICKS):
        level = y(value)
        found.append(tag("line", {"class_": "grid-line", "x1": LEFT, "x2": WIDTH - RIGHT, "y1": level, "y2": level}))
        found.append(tag("text", {"class_": "tick", "x": LEFT - 6, "y": level + 3.5, "text-anchor": "end"}, f"{value:g}"))
    return found


def below(x: float, words: str, height: float = HEIGHT, anchor: str = "middle") -> Markup:
    """Words under a place of the horizontal axis."""
    return tag("text", {"class_": "tick", "x": x, "y": height - BOTTOM + BELOW, "text-anchor": anchor}, words)


def joined_points(points: Sequence[Point]) -> str:
    """For a polyline."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
