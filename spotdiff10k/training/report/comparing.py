"""Two certificates side by side: what of one is to be set beside what of the other, for the terminal and for --json."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spotdiff10k.training.evidence.rule import above_chance
from spotdiff10k.training.report.tables import meaning_of
from spotdiff10k.training.report.words import figure_words
from spotdiff10k.training.results import Arm, Better, Certificate, Figure, Meaning

NAME_DIGITS = 8
"""Of a set's digest, where two sets have one name."""
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
        """Which set does better, clear of both intervals: "left", "right", or "" where that cannot be said.

        Where chance differs, as among other numbers of levels, by the share of the way from chance to certainty.
        """
        if self.left is None or self.right is None:
            return ""
        left, right = self.chances
        if left == right:
            return better_of(self.left, self.right, self.meaning.better)
        if left is None or right is None or max(left, right) >= 1.0:
            return ""
        return better_of(above_chance(self.left, left), above_chance(self.right, right), self.meaning.better)

    @property
    def chance(self) -> float | None:
        """Where it is the same on both sets."""
        return self.chances[0] if self.chances[0] == self.chances[1] else None

    def marks(self, left: str, right: str) -> list[tuple[Figure, str]]:
        """The figures that are known, with the class of their set."""
        return [(figure, kind) for figure, kind in ((self.left, left), (self.right, right)) if figure is not None]


def better_of(left: Figure, right: Figure, better: Better) -> str:
    """Which of the two is better where their intervals do not overlap: "left", "right" or ""."""
    if better == "neither" or (left.low <= right.high and right.low <= left.high):
        return ""
    return "left" if (left.value > right.value) is (better == "higher") else "right"


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
    for certificate, name in zip((left, right), names_of(left, right), strict=True):
        if certificate.dataset.poses < 2 or certificate.dataset.backgrounds < 2:
            found.append(f"{name} does not tell poses or backgrounds, so that figures which need them are missing.")
    return found


def names_of(left: Certificate, right: Certificate) -> tuple[str, str]:
    """What people call the two; of one name, by their digests as well."""
    one, other = left.dataset, right.dataset
    if one.name != other.name:
        return one.name, other.name
    return f"{one.name} {one.digest[:NAME_DIGITS]}", f"{other.name} {other.digest[:NAME_DIGITS]}"


def columns(left: Certificate, right: Certificate) -> tuple[str, ...]:
    """Heads of the table."""
    return "figure", "arm", *names_of(left, right), "better"


def table_rows(left: Certificate, right: Certificate) -> list[tuple[str, ...]]:
    """Figure, arm, both values with intervals, and which is better: of what both sets have."""
    names = dict(zip(("left", "right", ""), (*names_of(left, right), ""), strict=True))
    rows = [_counts_row(what, one, other) for what, one, other in _counts(left, right)]
    for one in compared(left, right):
        if one.left is None or one.right is None:
            continue
        rows.append((one.meaning.title, one.arm, figure_words(one.left), figure_words(one.right), names[one.better]))
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
