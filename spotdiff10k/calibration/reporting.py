"""What the thresholds do on the half that had no part in choosing them: every rate, curve and quantile of a calibration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spotdiff10k.calibration.curves import auc, quantiles, roc
from spotdiff10k.calibration.defects import DEFECTS, family_of
from spotdiff10k.calibration.defects.plans import PLAN_DEFECTS
from spotdiff10k.calibration.observed import GoodGroup, Observed, Planting, Values, rule_name
from spotdiff10k.calibration.rates import Rate, rate
from spotdiff10k.calibration.sides import Chosen
from spotdiff10k.calibration.values import (
    CheckCalibration,
    Curve,
    DefectCalibration,
    GradeCalibration,
    MeasureCalibration,
    Refusals,
)
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Check, setup_of

DRAWN = 0.6
"""Area under the curve from which a measure's curve is drawn for a defect."""
MOST_DRAWN = 4
"""Curves of one defect and grade: those of the measures that see it best."""


def refused(values: Values, rules: Iterable[Rule]) -> bool:
    """Whether any value does not pass; what was not measured at all is none."""
    return any(rule.fault(value) for rule in rules for value in values.get(rule_name(rule), ()))


def refusals(good: Sequence[GoodGroup], rules: Sequence[Rule]) -> Refusals:
    """What these rules refuse of good samples and good groups."""
    of_samples = [rule for rule in rules if rule.scope in (Scope.SAMPLE, Scope.ACROSS)]
    samples = sum(_refused_samples(one, of_samples) for one in good)
    groups = sum(refused(one.values, rules) for one in good)
    return Refusals(rate(samples, sum(one.samples for one in good)), rate(groups, len(good)))


def _refused_samples(one: GoodGroup, rules: Sequence[Rule]) -> int:
    """Values of a good group are in the order of its samples."""
    count = 0
    for place in range(one.samples):
        at = {name: values[place : place + 1] for name, values in one.values.items() if len(values) == one.samples}
        count += refused(at, rules)
    return count


def check_calibration(
    check: Check, options: Mapping[str, str], seen: Observed, rules: Sequence[Rule], chosen: Sequence[Chosen]
) -> CheckCalibration:
    """One check on the good groups; `rules` are its own, with the thresholds that were chosen."""
    measures = {rule.measure: _measure(rule, seen, chosen) for rule in rules}
    return CheckCalibration(check.version, setup_of(check), dict(options), refusals(seen.good, rules), measures)


def _measure(rule: Rule, seen: Observed, chosen: Sequence[Chosen]) -> MeasureCalibration:
    name = rule_name(rule)
    values = seen.good_values(name)
    return MeasureCalibration(
        scope=rule.scope.value,
        low=_finite(rule.limit.low),
        high=_finite(rule.limit.high),
        calibrated=tuple(sorted(one.side for one in chosen if rule_name(one.rule) == name)),
        refused=rate(sum(bool(rule.fault(value)) for value in values), len(values)),
        quantiles=quantiles(values),
        unchecked=dict(sorted(seen.unchecked.get(name, {}).items())),
    )


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


@dataclass(frozen=True, slots=True)
class Graded:
    """What a report says of a defect."""

    what: str
    family: str
    unit: str
    grades: tuple[float, ...]
    severe: float


def graded(name: str) -> Graded:
    """A defect of the table."""
    one = DEFECTS[name] if name in DEFECTS else PLAN_DEFECTS[name]
    return Graded(one.what, family_of(name), one.unit, one.grades, one.severe)


def defect_calibration(name: str, defect: Graded, seen: Observed, rules: Sequence[Rule]) -> DefectCalibration:
    """One defect over its grades."""
    grades = []
    for place, severity in enumerate(defect.grades):
        plantings = seen.planted.get((name, place), [])
        by_check = {check: [rule for rule in rules if rule.check == check] for check in dict.fromkeys(r.check for r in rules)}
        grades.append(
            GradeCalibration(
                severity=severity,
                severe=severity >= defect.severe,
                planted=len(plantings),
                invisible=seen.invisible[name, place],
                caught=_caught(plantings, rules),
                checks={check: _caught(plantings, own) for check, own in by_check.items()},
                measures=_curves(plantings, seen, rules),
            )
        )
    return DefectCalibration(defect.what, defect.family, defect.unit, tuple(grades))


def _caught(plantings: Sequence[Planting], rules: Sequence[Rule]) -> Rate:
    return rate(sum(refused(one.values, rules) for one in plantings), len(plantings))


def _curves(plantings: Sequence[Planting], seen: Observed, rules: Sequence[Rule]) -> dict[str, Curve]:
    """The curves of the measures that see the defect or catch any of it; points of them for those that see it best."""
    found: dict[str, Curve] = {}
    for rule in rules:
        name = rule_name(rule)
        planted = [value for one in plantings for value in one.values.get(name, ())]
        good = seen.good_values(name)
        if planted and good:
            high = auc(good, planted, "high")
            low = auc(good, planted, "low")
            side = "high" if high >= low else "low"
            curve = Curve(_caught(plantings, [rule]), max(high, low), side)
            if curve.auc >= DRAWN or curve.caught.count:
                found[name] = curve
    best = sorted((name for name, curve in found.items() if curve.auc >= DRAWN), key=lambda name: (-found[name].auc, name))
    for name in best[:MOST_DRAWN]:
        curve = found[name]
        planted = [value for one in plantings for value in one.values.get(name, ())]
        good = seen.good_values(name)
        found[name] = Curve(curve.caught, curve.auc, curve.side, roc(good, planted, curve.side), quantiles(planted))
    return dict(sorted(found.items()))
