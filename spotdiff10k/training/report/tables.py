"""Looking things up in a certificate, for the sections of the page."""

from spotdiff10k.training.report.words import bar_words
from spotdiff10k.training.results import Arm, Certificate, Criterion, Figure, Meaning, Role

HEADLINES = 3
UNKNOWN_BOUNDS = (0.0, 1.0)
OF_RAW = frozenset({"recall_times_raw", "background_leak_of_raw"})
"""Bars that are multiples of what the raw encoder reaches."""


def arms_of(found: Certificate, *roles: Role) -> list[Arm]:
    """The arms in these roles, in the certificate's order."""
    return [arm for role in roles for arm in found.arms if arm.role == role]


def arm_title(found: Certificate, name: str) -> str:
    """What people call an arm."""
    return next((arm.title for arm in found.arms if arm.name == name), name)


def meaning_of(found: Certificate, name: str) -> Meaning:
    """What a figure is; one that the certificate does not explain is called by its name."""
    known = next((meaning for meaning in found.meanings if meaning.name == name), None)
    return known or Meaning(name, name.replace("_", " "), "", "neither", None, UNKNOWN_BOUNDS)


def headline_figures(found: Certificate) -> list[str]:
    """The figures that the rule asks about first, each once."""
    names = list(dict.fromkeys(criterion.figure for criterion in found.criteria if criterion.figure is not None))
    return names[:HEADLINES] or [meaning.name for meaning in found.meanings[:HEADLINES]]


def leaks(found: Certificate) -> list[Meaning]:
    """Figures of what should not be there: the lower the better, down to chance."""
    return [meaning for meaning in found.meanings if meaning.better == "lower" and meaning.chance is not None]


def others(found: Certificate) -> list[Meaning]:
    """All other figures."""
    leaking = {meaning.name for meaning in leaks(found)}
    return [meaning for meaning in found.meanings if meaning.name not in leaking]


def figures_of(arms: list[Arm], name: str) -> list[Figure]:
    """One figure of several arms, where they have it."""
    return [arm.figures[name] for arm in arms if name in arm.figures]


def asked_of(found: Certificate, one: Criterion) -> str:
    """What a bar is made of that is no number of its own: a multiple of the raw encoder's, a share of a leak's way; else ""."""
    told = []
    if one.name in OF_RAW and one.name in found.thresholds:
        told.append(f"{bar_words(found.thresholds[one.name])} × the raw encoder's")
    if one.figure is not None and meaning_of(found, one.figure).better == "lower":
        told.append("of the way from chance to certainty")
    return ", ".join(told)
