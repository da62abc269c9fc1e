"""against-B.html: two certificates side by side, as a table and figure by figure."""

from collections.abc import Sequence
from pathlib import Path

from spotdiff10k.run import write_atomically
from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.comparing import Compared, cautions, compared, names_of
from spotdiff10k.training.report.head import parted
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.page import document
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.side_by_side import side_by_side
from spotdiff10k.training.report.words import NO_NUMBER, interval, number, plural
from spotdiff10k.training.results import Certificate, Figure

LEFT, RIGHT = "peer", "other"
"""Classes that colour the two sets."""
NOTE = (
    "The same model, trained and asked in the same way on each set; lines are 95 % intervals over each set's own held-out "
    "subjects. The sets differ in subjects, so that these are two measurements and no paired test: a set is called better where "
    "the intervals do not overlap, as shares of the way from chance to certainty where chance differs."
)


def write_comparison(path: Path, left: Certificate, right: Certificate, told: Sequence[str] = ()) -> Path:
    """Write the page; `told` says how the two were made alike. Raises RunError when it cannot be written."""
    names = names_of(left, right)
    sides = zip((left, right), names, (LEFT, RIGHT), strict=True)
    heads = tag("div", {"class_": "versus"}, [_side(found, name, kind) for found, name, kind in sides])
    notes = [tag("p", {"class_": "alike"}, " ".join(told))] if told else []
    notes += [tag("p", {"class_": "caution"}, text) for text in cautions(left, right)]
    brand = tag("p", {"class_": "brand"}, "spotdiff10k", tag("span", None, " two certificates side by side"))
    title = f"{names[0]} and {names[1]}"
    body = tag(
        "div",
        {"id": "page"},
        tag("header", {"class_": "head"}, brand, tag("h1", None, title), heads, notes),
        tag("main", None, side_by_side(left, right), _figures(left, right)),
        tag("footer", None, "Made by spotdiff10k."),
    )
    write_atomically(path, document(title, body).encode())
    return path


def _side(found: Certificate, name: str, kind: str) -> Markup:
    level, lead = parted(found.verdict)
    return tag(
        "div",
        None,
        tag("h2", {"class_": f"of-{kind}"}, name),
        tag("span", {"class_": f"verdict {found.verdict.level}"}, level),
        tag("p", None, lead),
        tag("p", {"class_": "key"}, found.dataset.digest),
    )


def _figures(left: Certificate, right: Certificate) -> Markup:
    shown, names = compared(left, right), names_of(left, right)
    both: list[Markup] = []
    alone: list[Markup] = []
    for name in dict.fromkeys(one.meaning.name for one in shown):
        same = [one for one in shown if one.meaning.name == name]
        (both if any(one.left and one.right for one in same) else alone).append(_card(same, names))
    rest = tag("summary", None, f"{plural(len(alone), 'figure')} that one set alone has")
    folded = (
        tag("details", {"class_": "more-reasons alone"}, rest, tag("div", {"class_": "charts compared"}, alone))
        if alone
        else None
    )
    return section("figures", "Figure by figure", NOTE, tag("div", {"class_": "charts compared"}, both), folded)


def _card(same: Sequence[Compared], names: tuple[str, str]) -> Markup:
    meaning = same[0].meaning
    scale = drawing.axis_of(meaning, [figure for one in same for figure in (one.left, one.right) if figure is not None])
    rows = [
        tag(
            "li",
            {"class_": f"figure-row of-{one.role}"},
            tag("span", {"class_": "bar-name", "title": one.arm}, one.arm),
            drawing.track(one.marks(LEFT, RIGHT), scale, one.chance),
            tag("span", {"class_": "bar-number"}, [_number(one.left, LEFT), _number(one.right, RIGHT)]),
        )
        for one in same
    ]
    better = {"left": f"{names[0]} is better", "right": f"{names[1]} is better", "": ""}
    hint = next((better[one.better] for one in same if one.role == "model" and one.better), "")
    title, note = tag("h3", None, meaning.title), tag("p", {"class_": "note"}, meaning.sentence)
    return tag(
        "section",
        {"class_": "chart"},
        title,
        note,
        tag("ul", {"class_": "figure-rows"}, rows),
        tag("p", {"class_": "hint"}, hint),
    )


def _number(figure: Figure | None, kind: str) -> Markup:
    if figure is None:
        return tag("span", None, tag("b", {"class_": f"of-{kind}"}, NO_NUMBER))
    return tag("span", None, tag("b", {"class_": f"of-{kind}"}, number(figure.value)), tag("i", None, interval(figure)))
