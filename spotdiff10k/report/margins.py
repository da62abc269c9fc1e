"""How near every sample came to the limits: values by rule, and who passed or failed by the least."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spotdiff10k import measures
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import GroupMeasures, Limit, Measures
from spotdiff10k.run import Run
from spotdiff10k.set_measures import SetMeasures, seen
from spotdiff10k.verdicts import Verdict

SHOWN = 8
"""Samples on each side of a check's edge."""
GROUPS_SHOWN = 4
"""And groups, where a check judges them."""
CLEAR = 0.9
"""Margin from which an accepted sample is not near any limit."""


@dataclass(slots=True)
class RuleValues:
    """The values of one rule over a run: of the samples as they count now, or of the groups."""

    rule: Rule
    keys: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    unchecked: dict[str, int] = field(default_factory=dict)  # reason to groups, or to samples of groups that were checked
    earlier: dict[tuple[str, int], float] = field(default_factory=dict)  # of attempts that were made again, by key and attempt

    @property
    def median(self) -> float:
        """The middle value; NaN without a number."""
        found = sorted(value for value in self.values if math.isfinite(value))
        return found[len(found) // 2] if found else math.nan


@dataclass(frozen=True, slots=True)
class Edge:
    """An attempt at a sample near a limit, or a group."""

    key: str  # of the sample, or the group's id
    attempt: int
    group: str
    measure: str
    value: float
    reason: str  # why it was refused, or how near it came
    margin: float  # 1 at the median, 0 at the limit, negative outside
    whole: bool = False  # whether it is a group


def collect(run: Run, rules: Sequence[Rule], rows: Sequence[Verdict], found: dict[str, SetMeasures]) -> list[RuleValues]:
    """The values of every rule, from the last round of each judged group; of attempts made again, from the round before that."""
    collected = [RuleValues(rule) for rule in rules]
    for group in dict.fromkeys(row.group for row in rows):
        known = measures.read(run.group_measures(group))
        if known is not None and known.rounds:
            for item in collected:
                if item.rule.scope in (Scope.SAMPLE, Scope.GROUP):
                    _add_last(item, group, known)
                    _add_earlier(item, known)
    for item in collected:
        if item.rule.check in found:
            _add_across(item, found[item.rule.check])
    return collected


def _add_last(item: RuleValues, group: str, known: GroupMeasures) -> None:
    """Add what counts now."""
    rule, last = item.rule, known.rounds[-1].checks
    if rule.check not in last:
        return
    measured = last[rule.check].measures
    if reason := measured.unchecked.get(rule.measure):
        item.unchecked[reason] = item.unchecked.get(reason, 0) + 1
    elif rule.scope is Scope.GROUP:
        _add(item, group, measured.group.get(rule.measure))
    else:
        _add_samples(item, measured)


def _add_samples(item: RuleValues, measured: Measures | SetMeasures) -> None:
    """Add what was measured of samples; a number that stands in for what could not be is none."""
    for key in measured.samples:
        value, reason = seen(measured, key, item.rule.measure)
        if reason:
            item.unchecked[reason] = item.unchecked.get(reason, 0) + 1
        else:
            _add(item, key, value)


def _add_earlier(item: RuleValues, known: GroupMeasures) -> None:
    """Add what refused attempts measured, in the round after which they were made again; what could not be seen is left out."""
    rule, attempts = item.rule, dict[str, int]()
    for number, remade in enumerate(known.rounds[1:], start=1):
        checks = known.rounds[number - 1].checks
        measured = checks[rule.check].measures if rule.check in checks else Measures({})
        for key in remade.tar.keys:
            value, _ = seen(measured, key, rule.measure)
            if rule.scope is Scope.SAMPLE and value is not None:
                item.earlier[key, attempts.get(key, 0)] = value
            attempts[key] = number


def _add_across(item: RuleValues, measured: SetMeasures) -> None:
    if reason := measured.unchecked.get(item.rule.measure):
        item.unchecked[reason] = 1
    elif item.rule.scope is Scope.SET:
        _add(item, "", measured.whole.get(item.rule.measure))
    elif item.rule.scope is Scope.ACROSS:
        _add_samples(item, measured)


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
    """For every check, what it accepted by the least and what it refused by the least, nearest to the limit first.

    Samples come first, then groups, where the check judges them as such. Refused are those that no other check refuses: the
    check alone decided on them; attempts that were made again are among them.
    """
    told = {(row.sample or row.group, row.attempt): row for row in rows}
    now = {row.sample or row.group: row.attempt for row in rows if not row.superseded}
    nearest: dict[str, dict[tuple[str, int], Edge]] = {}
    for item in collected:
        if item.rule.scope is not Scope.SET and item.rule.limit != Limit():
            by_attempt = nearest.setdefault(item.rule.check, {})
            for edge in _measured(item, now, told):
                at = (edge.key, edge.attempt)
                if at not in by_attempt or edge.margin < by_attempt[at].margin:
                    by_attempt[at] = edge
    found: dict[str, tuple[list[Edge], list[Edge]]] = {}
    for check, by_attempt in nearest.items():
        accepted = [edge for at, edge in by_attempt.items() if told[at].accepted and edge.margin < CLEAR]
        refused = [edge for at, edge in by_attempt.items() if told[at].refused_by == check and edge.margin < 0]
        found[check] = (
            _first(sorted(accepted, key=lambda edge: (edge.margin, edge.key))),
            _first(sorted(refused, key=lambda edge: (-edge.margin, edge.key, -edge.attempt))),
        )
    return found


def _measured(item: RuleValues, now: Mapping[str, int], told: Mapping[tuple[str, int], Verdict]) -> Iterator[Edge]:
    """Everything that a rule has a value of; `now` are the attempts that count."""
    last = [((key, now[key]), value) for key, value in zip(item.keys, item.values, strict=True) if key in now]
    median = item.median
    for at, value in [*last, *item.earlier.items()]:
        if at in told:
            row = told[at]
            distance = margin(item.rule.limit, value, median)
            yield Edge(*at, row.group, item.rule.measure, value, row.reason, distance, item.rule.scope is Scope.GROUP)


def _first(ordered: Sequence[Edge]) -> list[Edge]:
    """The first few, one of each sample: attempts at it are alike."""
    each: dict[str, Edge] = {}
    for edge in ordered:
        each.setdefault(edge.key, edge)
    groups = [edge for edge in each.values() if edge.whole]
    return [edge for edge in each.values() if not edge.whole][:SHOWN] + groups[:GROUPS_SHOWN]
