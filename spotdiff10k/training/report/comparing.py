"""Two certificates side by side: a table for the terminal, values for --json, and a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.run import write_atomically
from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.head import WORDS
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.page import document
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.tables import meaning_of
from spotdiff10k.training.report.words import NO_NUMBER, figure_words, interval, number
from spotdiff10k.training.results import Arm, Certificate, Figure, Meaning

COLUMNS = ("figure", "arm", "chance")
SAME_ROLES = ("model", "baseline")
FEWER = 0.8
"""Share of the larger set's held-out subjects below which finding a subject is said to be easier on the smaller one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one arm on both sets; None where a set does not have it."""

    meaning: Meaning
    arm: str  # its title
    role: str
    left: Figure | None
    right: Figure | None
    chances: tuple[float | None, float | None]

    @property
    def better(self) -> str:
        """Which set does better, clear of both intervals: "left", "right", or "" where that cannot be said."""
        if self.left is None or self.right is None or self.meaning.better == "neither":
            return ""
        if self.left.low > self.right.high:
            return "left" if self.meaning.better == "higher" else "right"
        if self.right.low > self.left.high:
            return "right" if self.meaning.better == "higher" else "left"
        return ""


def compared(left: Certificate, right: Certificate) -> list[Compared]:
    """The figures of the models and of the raw encoders that either certificate has."""
    return list(_compared(left, right))


def _compared(left: Certificate, right: Certificate) -> Iterator[Compared]:
    arms = _both(left, right)
    for meaning in _meanings(left, right):
        chances = (_chance(left, meaning.name), _chance(right, meaning.name))
        for one, other in arms:
            figures = [arm.figures.get(meaning.name) if arm is not None else None for arm in (one, other)]
            shown = one or other
            if shown is not None and any(figure is not None for figure in figures):
                yield Compared(meaning, shown.title, shown.role, figures[0], figures[1], chances)


def cautions(left: Certificate, right: Certificate) -> list[str]:
    """What makes the two hard to compare, as sentences."""
    found = []
    held = sorted((left.dataset.held_out_subjects, right.dataset.held_out_subjects))
    if held[0] < FEWER * held[1]:
        found.append(
            f"One set holds out {held[0]} subjects and the other {held[1]}: among fewer, a subject is easier to find. "
            "Take as many of both with --subjects."
        )
    if left.encoder != right.encoder:
        found.append(f"The pictures were looked at with different encoders: {left.encoder}, and {right.encoder}.")
    for certificate in (left, right):
        if certificate.dataset.poses < 2 or certificate.dataset.backgrounds < 2:
            found.append(
                f"{certificate.dataset.name} does not tell poses or backgrounds, so that figures which need them are missing."
            )
    return found


def table_rows(left: Certificate, right: Certificate) -> list[tuple[str, ...]]:
    """Figure, arm, both values with intervals, and which is better."""
    names = {"left": left.dataset.name, "right": right.dataset.name, "": ""}
    rows = [_counts_row(what, one, other) for what, one, other in _counts(left, right)]
    for one in compared(left, right):
        told = [NO_NUMBER if figure is None else figure_words(figure) for figure in (one.left, one.right)]
        rows.append((one.meaning.title, one.arm, *told, names[one.better]))
    return rows


def as_values(left: Certificate, right: Certificate) -> list[dict[str, Any]]:
    """The rows for --json."""
    return [
        {
            "figure": one.meaning.name,
            "arm": one.arm,
            "left": None if one.left is None else _plain(one.left),
            "right": None if one.right is None else _plain(one.right),
            "better": one.better or None,
        }
        for one in compared(left, right)
    ]


def write_comparison(path: Path, left: Certificate, right: Certificate) -> Path:
    """Write the page. Raises RunError when that fails."""
    names = left.dataset.name, right.dataset.name
    heads = tag("div", {"class_": "versus"}, [_side(found, kind) for found, kind in ((left, "peer"), (right, "other"))])
    notes = [tag("p", {"class_": "caution"}, text) for text in cautions(left, right)]
    body = tag(
        "div",
        {"id": "page"},
        tag(
            "header",
            {"class_": "head"},
            tag("p", {"class_": "brand"}, "spotdiff10k", tag("span", None, " two certificates side by side")),
            tag("h1", None, f"{names[0]} and {names[1]}"),
            heads,
            notes,
        ),
        tag("main", None, _figures(left, right)),
        tag("footer", None, "Made by spotdiff10k."),
    )
    write_atomically(path, document(f"{names[0]} and {names[1]}", body).encode())
    return path


def _side(found: Certificate, kind: str) -> Markup:
    dataset = found.dataset
    badge = tag("span", {"class_": f"verdict {found.verdict.level}"}, WORDS[found.verdict.level])
    held_out = f"{dataset.held_out_subjects:,} held out"
    counts = f"{dataset.training_subjects:,} subjects to train on, {held_out}, {dataset.pictures:,} pictures"
    name = tag("h2", {"class_": f"of-{kind}"}, dataset.name)
    return tag(
        "div",
        None,
        name,
        badge,
        tag("p", None, found.verdict.sentence),
        tag("p", {"class_": "note"}, counts),
        tag("p", {"class_": "key"}, dataset.digest),
    )


def _figures(left: Certificate, right: Certificate) -> Markup:
    rows: list[Markup] = []
    shown = compared(left, right)
    for name in dict.fromkeys(one.meaning.name for one in shown):
        same = [one for one in shown if one.meaning.name == name]
        rows.append(_card(same, left.dataset.name, right.dataset.name))
    note = (
        "The same model, trained and asked in the same way on each set; lines are 95 % intervals over each set's own held-out "
        "subjects. The sets differ in subjects, so that these are two measurements and no paired test."
    )
    return section("figures", "Figures", note, tag("div", {"class_": "charts compared"}, rows))


def _card(same: Sequence[Compared], left: str, right: str) -> Markup:
    meaning = same[0].meaning
    names = {"left": f"{left} is better", "right": f"{right} is better", "": ""}
    known = [figure for one in same for figure in (one.left, one.right) if figure is not None]
    scale = drawing.axis_of(meaning, known)
    rows = []
    for one in same:
        marks = [(figure, kind) for figure, kind in ((one.left, "peer"), (one.right, "other")) if figure is not None]
        told = [
            tag("b", {"class_": f"of-{kind}"}, NO_NUMBER if figure is None else number(figure.value))
            for figure, kind in ((one.left, "peer"), (one.right, "other"))
        ]
        chance = one.chances[0] if one.chances[0] == one.chances[1] else None
        title = "; ".join(interval(figure) for figure, _ in marks)
        rows.append(
            tag(
                "li",
                {"class_": f"figure-row of-{one.role}"},
                tag("span", {"class_": "bar-name", "title": one.arm}, one.arm),
                drawing.track(marks, scale, chance),
                tag("span", {"class_": "bar-number", "title": title}, told),
            )
        )
    first = next((names[one.better] for one in same if one.role == "model" and one.better), "")
    hint = tag("p", {"class_": "hint"}, first)
    return tag(
        "section",
        {"class_": "chart"},
        tag("h3", None, meaning.title),
        tag("p", {"class_": "note"}, meaning.sentence),
        tag("ul", {"class_": "figure-rows"}, rows),
        hint,
    )


def _both(left: Certificate, right: Certificate) -> list[tuple[Arm | None, Arm | None]]:
    mine, other = ({arm.name: arm for arm in found.arms if arm.role in SAME_ROLES} for found in (left, right))
    return [(mine.get(name), other.get(name)) for name in dict.fromkeys([*mine, *other])]


def _meanings(left: Certificate, right: Certificate) -> list[Meaning]:
    found = {meaning.name: meaning for meaning in (*right.meanings, *left.meanings)}
    return [found[name] for name in dict.fromkeys(meaning.name for meaning in (*left.meanings, *right.meanings))]


def _chance(found: Certificate, name: str) -> float | None:
    return meaning_of(found, name).chance


def _counts(left: Certificate, right: Certificate) -> list[tuple[str, int, int]]:
    return [
        ("Subjects trained on", left.dataset.training_subjects, right.dataset.training_subjects),
        ("Subjects held out", left.dataset.held_out_subjects, right.dataset.held_out_subjects),
    ]


def _counts_row(what: str, left: int, right: int) -> tuple[str, ...]:
    return what, "", f"{left:,}", f"{right:,}", ""


def _plain(figure: Figure) -> dict[str, float]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}
