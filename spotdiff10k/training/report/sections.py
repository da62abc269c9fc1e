"""The sections of the page that are figures: the rule, the evidence, what leaks, the controls, the ablations."""

from collections.abc import Sequence
from dataclasses import replace

from spotdiff10k.training.evidence.arms import MODEL
from spotdiff10k.training.evidence.kinds import FINDING, READING
from spotdiff10k.training.report import drawing
from spotdiff10k.training.report.differences import differences
from spotdiff10k.training.report.markup import Content, Markup, tag
from spotdiff10k.training.report.tables import arm_title, arms_of, asked_of, figures_of, leaks, meaning_of, others
from spotdiff10k.training.report.words import bar_words, interval, number
from spotdiff10k.training.results import Arm, Certificate, Criterion, Figure, Meaning

BETTER = {"higher": "more is better", "lower": "less is better", "neither": ""}
GROUPS: tuple[tuple[str, frozenset[str] | None], ...] = (
    ("Finding the subject", frozenset(kind.name for kind in FINDING)),
    ("Reading what a code should know", frozenset(kind.name for kind in READING)),
    ("How well the codes are parted", None),
)
"""Figures under their headings; None takes all that are left."""


def section(anchor: str, title: str, note: str, *content: Content) -> Markup:
    """A titled part of the page."""
    heading = tag("h2", {"id": f"{anchor}-title"}, title)
    lead = tag("p", {"class_": "note"}, note) if note else None
    return tag("section", {"class_": "block", "id": anchor, "aria-labelledby": f"{anchor}-title"}, heading, lead, *content)


def rule(found: Certificate) -> Markup | None:
    """Every bar of the written rule, with what was found."""
    if not found.criteria:
        return None
    rows = [_criterion(found, one) for one in found.criteria]
    note = "The bars are those of the rule that this certificate quotes. The mark is what was found, the line the bar."
    return section("rule", "The rule", note, tag("div", {"class_": "rows rule-rows"}, rows), _gains(found))


def _criterion(found: Certificate, one: Criterion) -> Markup:
    kind = "good" if one.passed else "bad"
    mark = tag("span", {"class_": f"tick-mark {kind}", "title": "met" if one.passed else "not met"}, "✓" if one.passed else "✗")
    asked = tag("div", {"class_": "row-asked"}, f"{one.kind} {bar_words(one.bound)}", _asked_note(found, one))
    return tag(
        "div",
        {"class_": "row"},
        mark,
        _criterion_name(found, one),
        _criterion_bar(found, one, kind),
        _criterion_number(one),
        asked,
    )


def _asked_note(found: Certificate, one: Criterion) -> Markup | None:
    told = asked_of(found, one)
    return tag("span", None, told) if told else None


def _criterion_name(found: Certificate, one: Criterion) -> Markup:
    what = one.name.replace("_", " ") if one.figure is None else meaning_of(found, one.figure).title
    arm = tag("span", {"class_": "chip"}, arm_title(found, one.arm)) if one.arm is not None else None
    return tag("div", {"class_": "row-name"}, tag("strong", None, what, " ", arm), tag("p", {"class_": "note"}, one.reason))


def _criterion_bar(found: Certificate, one: Criterion, kind: str) -> Markup:
    """On its axis; a leak is a share of what lies between chance and certainty, so that chance is at 0."""
    if one.figure is None:
        return tag("div", {"class_": "row-bar"})
    meaning = meaning_of(found, one.figure)
    leak = meaning.better == "lower"
    scale = drawing.axis_of(replace(meaning, bounds=(0.0, 1.0)) if leak else meaning, [one.found])
    return tag(
        "div", {"class_": "row-bar"}, drawing.dot_track(one.found, scale, kind, 0.0 if leak else meaning.chance, one.bound)
    )


def _criterion_number(one: Criterion) -> Markup:
    spread = tag("span", None, interval(one.found)) if one.figure is not None else None
    return tag("div", {"class_": "row-number"}, tag("b", None, _of(one, one.found.value)), spread)


def _of(one: Criterion, value: float) -> str:
    """A count of the set as a count, anything else as a share."""
    return number(value) if one.figure is not None else f"{value:,.0f}"


def _gains(found: Certificate) -> Content:
    if not found.gains:
        return None
    return [tag("h3", {"class_": "under"}, "Gains over what was not trained"), differences(found, found.gains, judged=True)]


def evidence(found: Certificate) -> Markup:
    """Every figure that is no leak, of the model and of what it is compared with."""
    arms = arms_of(found, "model", "baseline")
    shown = [meaning for meaning in others(found) if figures_of(arms, meaning.name)]
    parts = []
    for title, names in GROUPS:
        cards = [_card(meaning, arms, drawing.dot_track) for meaning in shown if (names is None) or meaning.name in names]
        shown = [meaning for meaning in shown if names is not None and meaning.name not in names]
        if cards:
            parts += [tag("h3", {"class_": "under"}, title), tag("div", {"class_": "charts"}, cards)]
    note = "On subjects never seen in training. Lines are 95 % intervals of a bootstrap over subjects; dashed is chance."
    return section("evidence", "The evidence", note, parts)


def leakage(found: Certificate) -> Markup | None:
    """What can be read out of a code that should not be in it, of the model, of the raw encoder and of the controls."""
    arms = arms_of(found, "model", "baseline", "control")
    cards = [_card(meaning, arms, drawing.bar_track) for meaning in leaks(found) if figures_of(arms, meaning.name)]
    if not cards:
        return None
    note = "How often a probe names what the code should not know. Dashed is chance: nothing leaks there."
    return section("leakage", "What leaks", note, tag("div", {"class_": "charts"}, cards))


def _card(meaning: Meaning, arms: Sequence[Arm], draw: "drawing.Draw") -> Markup:
    shown = [arm for arm in arms if meaning.name in arm.figures]
    scale = drawing.axis_of(meaning, figures_of(list(shown), meaning.name))
    rows = [
        tag(
            "li",
            {"class_": f"figure-row of-{arm.role}"},
            tag("span", {"class_": "bar-name", "title": arm.title}, arm.title),
            draw(arm.figures[meaning.name], scale, arm.role, meaning.chance),
            _number(arm.figures[meaning.name]),
        )
        for arm in shown
    ]
    better = BETTER[meaning.better]
    chance = f"chance {number(meaning.chance)}" if meaning.chance is not None else ""
    hint = tag("p", {"class_": "hint"}, " · ".join(filter(None, (better, chance))))
    return tag(
        "section",
        {"class_": "chart"},
        tag("h3", None, meaning.title),
        tag("p", {"class_": "note"}, meaning.sentence),
        tag("ul", {"class_": "figure-rows"}, rows),
        hint,
    )


def _number(figure: Figure) -> Markup:
    """Value and interval."""
    return tag("span", {"class_": "bar-number"}, tag("b", None, number(figure.value)), tag("span", None, interval(figure)))


def ablations(found: Certificate) -> Markup | None:
    """What the model does without one of its parts: shown, without a verdict."""
    if not found.ablations:
        return None
    note = (
        "The reference model with one of its parts changed, less the model as it is: differences over every seed with their "
        "95 % intervals. Shown without a verdict."
    )
    against = {one.arm: f"less {arm_title(found, one.against).lower()}" for one in found.ablations if one.against != MODEL}
    return section("ablations", "Ablations", note, differences(found, found.ablations, judged=False, told=against))
