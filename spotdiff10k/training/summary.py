"""A certificate in few words: for the terminal, the build's last lines, the run's report and the card."""

from typing import Any

from spotdiff10k.training.report.tables import arm_title, arms_of, headline_figures, meaning_of
from spotdiff10k.training.report.words import NO_NUMBER, bar_words, figure_words, number, signed
from spotdiff10k.training.results import Arm, Certificate, Control, Criterion, Figure

Row = tuple[str, ...]
FIGURE_COLUMNS = ("figure", "arm", "found (95 %)", "bar", "raw encoder", "")
CONTROL_COLUMNS = ("control", "figure", "proper → control", "difference (95 %)", "")
STATES = {True: "fails, as it must", False: "DID NOT FAIL", None: "not made"}
NOT_JUDGED = "not judged"


def figure_rows(found: Certificate) -> list[Row]:
    """Every bar of the rule with what was found, beside what the raw encoder reaches; without a rule, the model's figures."""
    if found.criteria:
        return [_criterion_row(found, one) for one in found.criteria]
    arms = arms_of(found, "model")
    return [
        (meaning_of(found, name).title, arm.title, figure_words(arm.figures[name]), "", _raw(found, name), "")
        for arm in arms
        for name in headline_figures(found)
        if name in arm.figures
    ]


def control_rows(found: Certificate) -> list[Row]:
    """Every control with the figures that show it."""
    return [row for control in found.controls for row in _control_rows(found, control)]


def last_line(found: Certificate) -> str:
    """The verdict with the figures that carry it, for the last lines of a build."""
    models = arms_of(found, "model")
    told = []
    if models:
        names = [name for name in headline_figures(found) if name in models[-1].figures]
        told = [f"{meaning_of(found, name).title.lower()} {number(models[-1].figures[name].value)}" for name in names]
    made = [control for control in found.controls if control.failed is not None]
    failed = sum(bool(control.failed) for control in made)
    controls = f"{failed} of {len(made)} controls fail, as they must" if made else "without controls"
    level = f"{found.verdict.level} by its own rule" if found.departures else found.verdict.level
    return "; ".join([level, *told, controls])


def as_values(found: Certificate) -> dict[str, Any]:
    """The summary for --json, for the run's report and for the card."""
    return {
        "verdict": found.verdict.level,
        "sentence": found.verdict.sentence,
        "reasons": list(found.verdict.reasons),
        "own_rule": list(found.departures),
        "dataset_digest": found.dataset.digest,
        "encoder": found.encoder,
        "seeds": list(found.seeds),
        "training_subjects": found.dataset.training_subjects,
        "held_out_subjects": found.dataset.held_out_subjects,
        "figures": {arm.name: {name: _plain(figure) for name, figure in arm.figures.items()} for arm in _told_arms(found)},
        "controls": [{"name": one.name, "title": one.title, "failed": one.failed, "note": one.note} for one in found.controls],
        "bars": [
            {"name": one.name, "found": one.found.value, one.kind: one.bound, "passed": one.passed} for one in found.criteria
        ],
    }


def _told_arms(found: Certificate) -> list[Arm]:
    return arms_of(found, "model", "baseline")


def _plain(figure: Figure) -> dict[str, float]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}


def _criterion_row(found: Certificate, one: Criterion) -> Row:
    what = one.name.replace("_", " ") if one.figure is None else meaning_of(found, one.figure).title
    arm = "" if one.arm is None else arm_title(found, one.arm)
    told = f"{one.found.value:,.0f}" if one.figure is None else figure_words(one.found)
    raw = "" if one.figure is None else _raw(found, one.figure)
    return what, arm, told, f"{one.kind} {bar_words(one.bound)}", raw, "met" if one.passed else "NOT MET"


def _raw(found: Certificate, name: str) -> str:
    """What the raw encoder reaches; a leak as the share of what lies between chance and certainty, as the rule judges it."""
    baselines = [arm for arm in found.arms if arm.role == "baseline" and name in arm.figures]
    if not baselines:
        return NO_NUMBER
    meaning, value = meaning_of(found, name), baselines[0].figures[name].value
    if meaning.better == "lower" and meaning.chance is not None:
        value = (value - meaning.chance) / (1.0 - meaning.chance)
    return number(value)


def _control_rows(found: Certificate, control: Control) -> list[Row]:
    arms = {arm.name: arm for arm in found.arms}
    if not control.evidence:
        return [(control.title, control.note, "", "", STATES[control.failed])]
    rows: list[Row] = []
    for place, one in enumerate(control.evidence):
        values = [number(arms[name].figures[one.figure].value) if name in arms else NO_NUMBER for name in (one.against, one.arm)]
        difference = f"{signed(one.difference.value)} ({number(one.difference.low)} to {number(one.difference.high)})"
        judged = NOT_JUDGED if control.failed is None else STATES[control.failed]
        state = judged if not place else "" if one.passed else "NOT CLEAR"
        title = "" if place else control.title
        rows.append((title, meaning_of(found, one.figure).title, " → ".join(values), difference, state))
    return rows
