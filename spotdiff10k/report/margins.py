"""How near every sample came to the limits: values by rule, and who passed or failed by the least."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from spotdiff10k import measures
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Limit
from spotdiff10k.run import Run
from spotdiff10k.set_measures import SetMeasures
from spotdiff10k.verdicts import Verdict

SHOWN = 8
"""Samples on each side of a check's edge."""
CLEAR = 0.9
"""Margin from which an accepted sample is not near any limit."""


@dataclass(slots=True)
class RuleValues:
    """The values of one rule over a run: of the samples as they count now, or of the groups."""

    rule: Rule
    keys: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    unchecked: dict[str, int] = field(default_factory=dict)  # reason to groups

    @property
    def median(self) -> float:
        """The middle value; NaN without a number."""
        found = sorted(value for value in self.values if math.isfinite(value))
        return found[len(found) // 2] if found else math.nan


@dataclass(frozen=True, slots=True)
class Edge:
    """A sample near a limit."""

    key: str
    attempt: int
    group: str
    measure: str
    value: float
    reason: str  # why it was refused, or how near it came
    margin: float  # 1 at the median, 0 at the limit, negative outside


def collect(run: Run, rules: Sequence[Rule], rows: Iterable[Verdict], found: dict[str, SetMeasures]) -> list[RuleValues]:
    """The values of every rule, from the last round of each judged group."""
    collected = [RuleValues(rule) for rule in rules]
    for group in dict.fromkeys(row.group for row in rows):
        known = measures.read(run.group_measures(group))
        if known is None or not known.rounds:
            continue
        last = known.rounds[-1].checks
        for item in collected:
            rule = item.rule
            if rule.check not in last or rule.scope in (Scope.ACROSS, Scope.SET):
                continue
            measured = last[rule.check].measures
            if reason := measured.unchecked.get(rule.measure):
                item.unchecked[reason] = item.unchecked.get(reason, 0) + 1
            elif rule.scope is Scope.GROUP:
                _add(item, group, measured.group.get(rule.measure))
            else:
                for key, values in measured.samples.items():
                    _add(item, key, values.get(rule.measure))
    for item in collected:
        if item.rule.check in found:
            _add_across(item, found[item.rule.check])
    return collected


def _add_across(item: RuleValues, measured: SetMeasures) -> None:
    if reason := measured.unchecked.get(item.rule.measure):
        item.unchecked[reason] = 1
    elif item.rule.scope is Scope.SET:
        _add(item, "", measured.whole.get(item.rule.measure))
    elif item.rule.scope is Scope.ACROSS:
        for key, values in measured.samples.items():
            _add(item, key, values.get(item.rule.measure))


def _add(item: RuleValues, key: str, value: float | None) -> None:
    if value is not None:
        item.keys.append(key)
        item.values.append(value)


def margin(limit: Limit, value: float, median: float) -> float:
    """How far a value is from its nearest limit: 1 at the median, 0 at the limit, negative outside.

    Infinite where the median lies on the limit and the value passes: then nothing tells near from far.
    """
    if math.isnan(value):
        return -math.inf
    nearest = math.inf
    for inside, reach in ((value - limit.low, median - limit.low), (limit.high - value, limit.high - median)):
        if math.isfinite(inside) and (reach > 0 or inside < 0):
            nearest = min(nearest, inside / reach if reach > 0 else -math.inf)
    return nearest


def edges(collected: Sequence[RuleValues], rows: Sequence[Verdict]) -> dict[str, tuple[list[Edge], list[Edge]]]:
    """For every check, the samples accepted by the least and those refused by the least, nearest to the limit first.

    Refused ones are those that no other check refuses: the check alone decided on them.
    """
    now = {row.sample: row for row in rows if row.sample and not row.superseded}
    nearest: dict[str, dict[str, Edge]] = {}
    for item in collected:
        if item.rule.scope not in (Scope.SAMPLE, Scope.ACROSS) or item.rule.limit == Limit():
            continue
        median = item.median
        by_key = nearest.setdefault(item.rule.check, {})
        for key, value in zip(item.keys, item.values, strict=True):
            if key in now:
                distance = margin(item.rule.limit, value, median)
                if key not in by_key or distance < by_key[key].margin:
                    row = now[key]
                    by_key[key] = Edge(key, row.attempt, row.group, item.rule.measure, value, row.reason, distance)
    found: dict[str, tuple[list[Edge], list[Edge]]] = {}
    for check, by_key in nearest.items():
        accepted = [edge for key, edge in by_key.items() if now[key].accepted and edge.margin < CLEAR]
        refused = [edge for key, edge in by_key.items() if now[key].refused_by == check and edge.margin < 0]
        found[check] = (
            sorted(accepted, key=lambda edge: (edge.margin, edge.key))[:SHOWN],
            sorted(refused, key=lambda edge: (-edge.margin, edge.key))[:SHOWN],
        )
    return found
