"""Maps of the held-out pictures as the raw encoder and as the model sees them, coloured by subject, pose or background."""

from collections.abc import Mapping, Sequence

import numpy as np

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.report.markup import Markup, joined, tag
from spotdiff10k.training.report.projection import Points, neighbourly, principal
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.thumbnails import Thumbnails
from spotdiff10k.training.views import Indices, View, labels_of, told_factors

MOST, FEWEST = 400, 8
"""Pictures on a map: whole subjects, in their order."""
SIDE = 400.0
DOT = 4.6
SHOWN, AWAY = 92.0, 10.0
"""Side of the picture that a dot stands for while one points at it, and its distance from the dot."""
COLOURS = ("subject", "background", "pose")
LAYOUTS = (("near", "neighbours", neighbourly), ("spread", "directions of most spread", principal))
GOLDEN = 137.50776405
"""Degrees between the hues of neighbours in a list of levels, so that they are far apart."""
NOTE = (
    "Every dot is a held-out picture; lines lead to the middle of its group. A code that knows the subject alone gathers "
    "pictures by subject and mixes poses and backgrounds. Point at a dot to see its picture and its group. Positions are for the "
    "eye; the figures above are measured in all dimensions."
)
Levels = Mapping[str, Indices]


def maps(exhibit: Exhibit, thumbnails: Thumbnails) -> tuple[Markup, str] | None:
    """Both maps with switches that need no script, and the colours as CSS; None for too few pictures."""
    chosen = _whole_subjects(exhibit.views)
    if len(chosen) < FEWEST:
        return None
    views = [exhibit.views[index] for index in chosen]
    told = told_factors(views)
    labels = labels_of(views)
    levels = {name: np.unique(getattr(labels, name), return_inverse=True)[1] for name in COLOURS if name in told}
    switches = tag(
        "div",
        {"class_": "switches"},
        _switch("colour", "Colour by", [(name, name) for name in levels]),
        _switch("layout", "Lay out by", [(name, title) for name, title, _ in LAYOUTS]),
    )
    sides = (("Before", exhibit.before_title, exhibit.before), ("After", exhibit.after_title, exhibit.after))
    figures = [_figure(title, words, codes[chosen], views, levels) for title, words, codes in sides]
    body = tag("div", {"class_": "maps"}, switches, tag("div", {"class_": "map-pair"}, figures), _pictures(chosen, thumbnails))
    return section("maps", "Who lies near whom", NOTE, body), _palette(levels)


def _whole_subjects(views: Sequence[View]) -> list[int]:
    subjects: dict[str, list[int]] = {}
    for index, view in enumerate(views):
        subjects.setdefault(view.subject, []).append(index)
    found: list[int] = []
    for members in subjects.values():
        if len(found) + len(members) <= MOST:
            found += members
    return found


def _pictures(chosen: Sequence[int], thumbnails: Thumbnails) -> Markup:
    """Every picture once, for all maps to show where one points at its dot."""
    images = [
        tag("image", {"id": f"picture-{place}", "width": SHOWN, "height": SHOWN, "href": f"data:image/webp;base64,{data}"})
        for place, index in enumerate(chosen)
        if (data := thumbnails.data(index))
    ]
    return tag("svg", {"class_": "hidden", "aria-hidden": "true"}, tag("defs", None, images))


def _switch(group: str, label: str, choices: Sequence[tuple[str, str]]) -> Markup:
    buttons = []
    for place, (name, title) in enumerate(choices):
        radio = tag("input", {"type": "radio", "name": group, "id": f"{group}-{name}", "checked": place == 0})
        buttons.append(tag("label", {"class_": "switch"}, radio, tag("span", None, title)))
    return tag("fieldset", None, tag("legend", None, label), buttons)


def _figure(title: str, words: str, codes: Float32, views: Sequence[View], levels: Levels) -> Markup:
    drawn = [_map(name, layout(codes), views, levels) for name, _, layout in LAYOUTS]
    caption = tag("figcaption", None, tag("strong", None, title), tag("span", None, words))
    return tag("figure", {"class_": "map"}, caption, drawn)


def _map(layout: str, points: Points, views: Sequence[View], levels: Levels) -> Markup:
    places = points * SIDE
    spokes = [_spokes(name, places, numbers) for name, numbers in levels.items()]
    dots = [_dot(index, view, x, y, levels) for index, (view, (x, y)) in enumerate(zip(views, places.tolist(), strict=True))]
    label = f"{len(views)} pictures as dots"
    box: dict[str, object] = {"class_": f"map-{layout}", "viewBox": f"0 0 {SIDE:g} {SIDE:g}", "role": "img", "aria-label": label}
    return tag("svg", box, spokes, tag("g", {"class_": "dots"}, dots))


def _dot(index: int, view: View, x: float, y: float, levels: Levels) -> Markup:
    """A dot, and its picture, which is shown while one points at the dot."""
    kinds = " ".join(f"{factor[0]}{numbers[index]}" for factor, numbers in levels.items())
    dot = tag("circle", {"class_": kinds, "cx": x, "cy": y, "r": DOT}, tag("title", None, _words(view)))
    left = x + AWAY if x + AWAY + SHOWN < SIDE else x - AWAY - SHOWN
    top = min(max(y - SHOWN / 2, 0.0), SIDE - SHOWN)
    return joined(dot, tag("use", {"href": f"#picture-{index}", "x": left, "y": top}))


def _spokes(factor: str, places: Points, numbers: Indices) -> Markup:
    """From each picture to the middle of its group."""
    paths = []
    for level in range(int(numbers.max()) + 1):
        members = places[numbers == level]
        x, y = members.mean(0).tolist()
        line = "".join(f"M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}" for a, b in members.tolist())
        paths.append(tag("path", {"class_": f"{factor[0]}{level}", "d": line}))
    return tag("g", {"class_": f"spokes spokes-{factor}"}, paths)


def _words(view: View) -> str:
    return " · ".join(filter(None, (view.subject, view.pose, view.background)))


def _palette(levels: Levels) -> str:
    """A colour for every level of the factor that is switched on."""
    rules = []
    for factor, numbers in levels.items():
        on = f".maps:has(#colour-{factor}:checked)"
        rules.append(f"{on} .spokes-{factor}{{display:block}}")
        for level in range(int(numbers.max()) + 1):
            hue = (level * GOLDEN) % 360
            chroma = (0.17, 0.11, 0.2)[level % 3]
            colour = f"oklch(calc(var(--map-light) + {(level % 4 - 1.5) * 0.05:.3f}) {chroma} {hue:.0f})"
            kind = f"{factor[0]}{level}"
            rules.append(f"{on} circle.{kind}{{fill:{colour}}}.spokes path.{kind}{{stroke:{colour}}}")
            pointed = f".maps:has(#colour-{factor}:checked):has(circle.{kind}:hover)"
            rules.append(
                f"{pointed} :is(circle,.spokes path):not(.{kind}){{opacity:.13}}{pointed} .spokes path.{kind}{{opacity:.8}}"
            )
    return "\n".join(rules)
