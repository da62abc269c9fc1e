"""What the checks measured, for the report: distributions with their limits, error rates, the pictures at the edge, the yield."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from spotdiff10k import calibration, measures
from spotdiff10k.calibration import Calibration
from spotdiff10k.deciding import CONTROL, set_faults
from spotdiff10k.errors import DataError, SpotdiffError
from spotdiff10k.limits import read_rules
from spotdiff10k.report import edge_pictures
from spotdiff10k.report.margins import Edge, RuleValues, collect, edges
from spotdiff10k.report.standing import ELSEWHERE, UNKNOWN, Standing, stand
from spotdiff10k.report.values import NOT_JUDGED, CheckStory, Library
from spotdiff10k.set_measuring import latest
from spotdiff10k.stage import Stage
from spotdiff10k.verdicts import Verdict
from spotdiff10k.yields import account

BINS = 40
OUTLIERS = 0.002
"""Share of values, at each end, that may lie beyond the drawn range; they are counted in the last bin."""
NO_MEASURES = (
    "The measures that the verdicts came from are missing, damaged or of an earlier version, so this report lacks what they say. "
    "Run: spotdiff10k validate"
)
NEAR_LIMIT = 2.0
"""Limits are drawn that are not further from the values than so many times their range."""
LEAST_RANGE = 1e-9
"""Of values that are all alike, so that a limit at them is near."""
ALWAYS_ZERO = "structure"
"""Its limits are all zero: a histogram of zeros says nothing."""


def tell(stage: Stage, rows: Sequence[Verdict], library: Library) -> CheckStory:
    """The story of a judged run; of nothing where no verdicts are."""
    if not rows:
        return NOT_JUDGED
    problems: list[str] = []
    if measures.read(stage.run.group_measures(rows[0].group)) is None:  # a newer version of them makes all of a run old at once
        problems.append(NO_MEASURES)
    calibrated = _calibration(stage, problems)
    try:
        rules, of_the_set = read_rules(stage.recipe.checks), latest(stage)
        collected = collect(stage.run, rules, rows, of_the_set)
        standing = None if calibrated is None else stand(stage.recipe, rules, calibrated)
    except SpotdiffError as error:
        return CheckStory(problems=(*problems, str(error)))
    near = edges(collected, rows)
    found = account(stage.groups(), rows)
    checks = list(dict.fromkeys(item.rule.check for item in collected))
    summary = {
        "yield": {**asdict(found), "share": found.share},
        "set_refusals": [] if stage.recipe.purpose == CONTROL else set_faults(of_the_set, rules),
        "checks": [_check(name, collected, near.get(name, ([], [])), standing) for name in checks],
        "calibration": None if standing is None else _overall(standing),
    }
    shown = [edge for sides in near.values() for side in sides for edge in side]
    return CheckStory(summary, edge_pictures.pictures(shown, library), tuple(problems))


def _calibration(stage: Stage, problems: list[str]) -> Calibration | None:
    path = stage.run.root / "calibration.json"
    if not path.is_file():
        return None
    try:
        return calibration.read(path)
    except DataError as error:
        problems.append(str(error))
        return None


def _check(
    name: str, collected: Sequence[RuleValues], near: tuple[list[Edge], list[Edge]], standing: Standing | None
) -> dict[str, Any]:
    held = standing if standing and standing.holds_for(name) else None
    return {
        "name": name,
        "measures": [_measure(item, standing) for item in collected if item.rule.check == name],
        "accepted": [_edge(edge) for edge in near[0]],
        "refused": [_edge(edge) for edge in near[1]],
        "false_refusals": None if held is None else _plain(held.calibration.checks[name].refused),
        "rates": "" if standing is None else _unknown_rates(name, standing),
        "defects": _defects(name, held.calibration if held else None),
    }


def _unknown_rates(check: str, standing: Standing) -> str:
    """Why there are no rates of a check, in a few words; empty where there are."""
    if check in standing.others:
        return f"rates unknown: the calibration is of {standing.others[check]}"
    if check not in standing.calibration.checks:
        return "not calibrated"
    own = sum(name.startswith(f"{check}.") for name in standing.differing)
    if own:
        return f"rates unknown: {own} {'limits are' if own > 1 else 'limit is'} not the calibration's"
    return "rates unknown: the calibration is of other pictures" if standing.elsewhere else ""


def _measure(item: RuleValues, standing: Standing | None) -> dict[str, Any]:
    rule = item.rule
    word = standing.of(rule) if standing else ""
    values = standing.values(rule) if standing and not standing.elsewhere else None
    return {
        "name": rule.measure,
        "scope": rule.scope.value,
        "low": _finite(rule.limit.low),
        "high": _finite(rule.limit.high),
        "histogram": None if rule.check == ALWAYS_ZERO else histogram(item),
        "unchecked": item.unchecked,
        "standing": word,
        "false_refusals": None if values is None or word in (UNKNOWN, ELSEWHERE) else _plain(values.refused),
        "roc": [] if standing is None or values is None else _curves(f"{rule.check}.{rule.measure}", standing.calibration),
    }


def histogram(item: RuleValues) -> dict[str, Any] | None:
    """Counts of values that pass and of values that do not, over a range without the rare outliers; None without a number."""
    found = sorted(value for value in item.values if math.isfinite(value))
    if not found:
        return None
    cut = int(len(found) * OUTLIERS)
    low, high = found[cut], found[len(found) - 1 - cut]
    limits = [bound for bound in (item.rule.limit.low, item.rule.limit.high) if math.isfinite(bound)]
    reach = NEAR_LIMIT * max(high - low, LEAST_RANGE)
    shown = [bound for bound in limits if low - reach <= bound <= high + reach]  # a far limit would squeeze the values
    low, high = min([low, *shown]), max([high, *shown])
    width = (high - low) or 1.0
    passed, failed = [0] * BINS, [0] * BINS
    for value in found:
        place = int(min(BINS - 1, max(0.0, (value - low) / width * BINS)))
        (failed if item.rule.fault(value) else passed)[place] += 1
    ends = {"from": low, "to": low + width, "median": item.median, "least": found[0], "most": found[-1]}
    not_numbers = len(item.values) - len(found)
    return {**ends, "passed": passed, "failed": failed, "total": len(item.values), "not_numbers": not_numbers}


def _defects(check: str, calibrated: Calibration | None) -> list[dict[str, Any]]:
    """The planted defects that a check sees, with how many of each grade it catches."""
    if calibrated is None:
        return []
    found = []
    for name, defect in calibrated.defects.items():
        grades = [grade for grade in defect.grades if grade.planted]
        rates = [(grade, grade.checks[check]) for grade in grades if check in grade.checks]
        if not any(rate.count for _, rate in rates):
            continue
        told = [{"severity": grade.severity, "severe": grade.severe, "planted": grade.planted, **_plain(r)} for grade, r in rates]
        found.append({"name": name, "what": defect.what, "unit": defect.unit, "grades": told})
    return found


def _curves(measure: str, calibrated: Calibration) -> list[dict[str, Any]]:
    """The ROC of a measure for the severest grade of each defect that it sees."""
    found = []
    for name, defect in calibrated.defects.items():
        grades = [grade for grade in defect.grades if measure in grade.measures and grade.measures[measure].roc]
        if grades:
            grade = max(grades, key=lambda one: (one.severe, one.severity))
            curve = grade.measures[measure]
            points = [list(point) for point in curve.roc]
            told = {"auc": curve.auc, "severity": grade.severity, "unit": defect.unit, "severe": grade.severe}
            found.append({"defect": name, "points": points, **told})
    return sorted(found, key=lambda one: -float(str(one["auc"])))


def _overall(standing: Standing) -> dict[str, Any]:
    calibrated = standing.calibration
    made = calibrated.made_on
    return {
        "name": calibrated.name,
        "target": calibrated.target,
        "samples": _plain(calibrated.refused.samples),
        "groups": _plain(calibrated.refused.groups),
        "threshold_subjects": len(made.threshold_subjects),
        "held_out_subjects": len(made.held_out_subjects),
        "sizes": list(made.sizes),
        "engine": f"{made.engine} {made.engine_version}".strip(),
        "skipped": dict(calibrated.skipped),
        "holds": standing.holds,
        "differing": list(standing.differing),
        "others": dict(standing.others),
        "left_out": list(standing.left_out),
        "elsewhere": standing.elsewhere,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {**_plain(edge), "margin": _finite(edge.margin), "value": _finite(edge.value), "picture": edge_pictures.name(edge)}


def _plain(value: Any) -> dict[str, Any]:
    return asdict(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
