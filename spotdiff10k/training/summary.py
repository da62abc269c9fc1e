"""A certificate in few words: for the terminal, the build's last lines, the run's report and the card."""

from typing import Any

from spotdiff10k.training.report.tables import arm_title, arms_of, headline_figures, meaning_of
from spotdiff10k.training.report.words import NO_NUMBER, figure_words, number, signed
from spotdiff10k.training.results import Arm, Certificate, Control, Criterion, Figure

Row = tuple[str, ...]
FIGURE_COLUMNS = ("figure", "arm", "found (95 %)", "bar", "chance", "")
CONTROL_COLUMNS = ("control", "figure", "control", "proper labels", "difference (95 %)", "")
STATES = {True: "fails, as it must", False: "DID NOT FAIL", None: "not made"}


def figure_rows(found: Certificate) -> list[Row]:
    """Every bar of the rule with what was found; without a rule, the model's figures."""
    rows = [_criterion_row(found, one) for one in found.criteria]
    baselines = [arm for arm in found.arms if arm.role == "baseline"]
    for name in headline_figures(found):
        rows += [_plain_row(found, arm, name) for arm in baselines if name in arm.figures]
    return rows


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
    return "; ".join([found.verdict.level, *told, controls])


def as_values(found: Certificate) -> dict[str, Any]:
    """The summary for --json, for the run's report and for the card."""
    return {
        "verdict": found.verdict.level,
        "sentence": found.verdict.sentence,
        "reasons": list(found.verdict.reasons),
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
    bound = f"{one.bound:,.0f}" if one.figure is None else number(one.bound)
    return what, arm, told, f"{one.kind} {bound}", _chance(found, one), "met" if one.passed else "NOT MET"


def _chance(found: Certificate, one: Criterion) -> str:
    """A leak is told as the share of what lies between chance and certainty, so that its chance is 0."""
    if one.figure is None:
        return ""
    meaning = meaning_of(found, one.figure)
    if meaning.chance is None:
        return NO_NUMBER
    return number(0.0) if meaning.better == "lower" else number(meaning.chance)


def _plain_row(found: Certificate, arm: Arm, name: str) -> Row:
    meaning = meaning_of(found, name)
    chance = NO_NUMBER if meaning.chance is None else number(meaning.chance)
    return meaning.title, arm.title, figure_words(arm.figures[name]), "", chance, ""


def _control_rows(found: Certificate, control: Control) -> list[Row]:
    arms = {arm.name: arm for arm in found.arms}
    if not control.evidence:
        return [(control.title, "", "", "", control.note, STATES[control.failed])]
    rows = []
    for place, one in enumerate(control.evidence):
        values = [number(arms[name].figures[one.figure].value) if name in arms else NO_NUMBER for name in (one.arm, one.against)]
        difference = f"{signed(one.difference.value)} ({number(one.difference.low)} to {number(one.difference.high)})"
        title = "" if place else control.title
        state = STATES[control.failed] if len(control.evidence) == 1 else "clear" if one.passed else "NOT CLEAR"
        rows.append((title, meaning_of(found, one.figure).title, *values, difference, state))
    return rows
