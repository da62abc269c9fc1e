"""Verdicts: what is accepted and what is refused with which reason, derived from measures and rules alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from spotdiff10k.errors import DataError, RunError
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import CheckMeasures, GroupMeasures, Round
from spotdiff10k.set_measures import seen
from spotdiff10k.tables import from_rows, read_table, table_bytes
from spotdiff10k.types import PlannedGroup

EARLIER = "earlier thresholds"
"""Stands, in counts, for the check that refused what today's thresholds would let pass."""
EVIDENCE_CHARACTERS = 500
"""Evidence is a pointer, not a log; longer texts are cut."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of verdicts.parquet: about a sample, or about its whole group where `sample` is empty."""

    group: str
    sample: str
    split: str
    attempt: int
    superseded: bool  # a later attempt replaced this refused one
    accepted: bool
    check: str = ""  # the first check whose rule was not kept
    measure: str = ""
    reason: str = ""
    evidence: str = ""
    refused_by: str = ""
    """All checks that have a rule which was not kept, in order, with commas: what one filter costs beyond the others."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    check: str
    measure: str
    reason: str
    evidence: str = ""
    refused_by: str = ""


def decide(planned: PlannedGroup, measured: GroupMeasures, rules: Sequence[Rule]) -> list[Verdict]:
    """The verdicts of one group: refused attempts that were made again, then every sample, then the group.

    Depends on the measures of the group and on nothing else, so it can be done again at any time without a picture.
    """
    attempts = {cell.key: cell.attempt for cell in planned.cells}
    history: list[Verdict] = []
    for number, item in enumerate(measured.rounds):
        if number:
            remade = [key for key in item.tar.keys if key in attempts]
            history += [_history(planned, key, attempts[key], measured.rounds[number - 1], rules) for key in remade]
            attempts.update(dict.fromkeys(remade, number))
    last = measured.rounds[-1]
    samples = [_sample(planned, cell.key, attempts[cell.key], last, rules) for cell in planned.cells]
    return [*history, *samples, _group(planned, samples, last, rules)]


def _history(planned: PlannedGroup, key: str, attempt: int, item: Round, rules: Sequence[Rule]) -> Verdict:
    refusal = _sample_refusal(key, item, rules) or _Refusal("", "", "It was refused, and made again, under earlier thresholds.")
    return _row(planned, key, attempt, refusal, superseded=True)


def _sample(planned: PlannedGroup, key: str, attempt: int, item: Round, rules: Sequence[Rule]) -> Verdict:
    return _row(planned, key, attempt, _sample_refusal(key, item, rules))


def _group(planned: PlannedGroup, samples: Sequence[Verdict], item: Round, rules: Sequence[Rule]) -> Verdict:
    lost = [row for row in samples if not row.accepted]
    refusal = _group_refusal(planned.id, item, rules)
    if lost:
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        reason = f"{len(lost)} of its {len(samples)} samples are refused: {lost[0].sample}{others}."
        refusal = _Refusal(lost[0].check, lost[0].measure, reason, refused_by=lost[0].refused_by)
    return _row(planned, "", max(row.attempt for row in samples), refusal)


def refused(row: Verdict, rule: Rule, reason: str, evidence: str) -> Verdict:
    """An accepted row, refused after all by this rule."""
    return replace(
        row,
        accepted=False,
        check=rule.check,
        measure=rule.measure,
        reason=reason,
        evidence=evidence[:EVIDENCE_CHARACTERS],
        refused_by=rule.check,
    )


def _row(planned: PlannedGroup, key: str, attempt: int, refusal: _Refusal | None, superseded: bool = False) -> Verdict:
    if refusal is None:
        return Verdict(planned.id, key, planned.split, attempt, superseded, accepted=True)
    evidence = refusal.evidence[:EVIDENCE_CHARACTERS]
    why = (refusal.check, refusal.measure, refusal.reason, evidence, refusal.refused_by or refusal.check)
    return Verdict(planned.id, key, planned.split, attempt, superseded, False, *why)


def _sample_refusal(key: str, item: Round, rules: Sequence[Rule]) -> _Refusal | None:
    """The first rule that a sample does not keep; `structure` comes first, and no other check sees what it refuses."""
    return _first_fault(Scope.SAMPLE, key, item, rules)


def _group_refusal(group: str, item: Round, rules: Sequence[Rule]) -> _Refusal | None:
    return _first_fault(Scope.GROUP, group, item, rules)


def _first_fault(scope: Scope, name: str, item: Round, rules: Sequence[Rule]) -> _Refusal | None:
    """The first rule of a scope that is not kept by a sample, or a group, with the checks of all that are not."""
    first: _Refusal | None = None
    refused_by: dict[str, None] = {}
    for rule in (rule for rule in rules if rule.scope is scope):
        check = item.checks.get(rule.check)
        values = _values(check, scope, name)
        if fault := rule.fault(*_told(check, rule, name)):
            if first is None:
                first = _Refusal(rule.check, rule.measure, fault, check.measures.evidence.get(name, "") if check else "")
            if rule.check in item.checks and values:
                refused_by[rule.check] = None
    return first and replace(first, refused_by=",".join(refused_by) or first.check)


def _values(check: CheckMeasures | None, scope: Scope, name: str) -> Mapping[str, float]:
    if check is None:
        return {}
    return check.measures.samples.get(name, {}) if scope is Scope.SAMPLE else check.measures.group


def _told(check: CheckMeasures | None, rule: Rule, name: str) -> tuple[float | None, str]:
    """The number that decides, or None and why there is none."""
    if check is None:
        return None, ""
    if rule.scope is Scope.SAMPLE:
        return seen(check.measures, name, rule.measure)
    return check.measures.group.get(rule.measure), check.measures.unchecked.get(rule.measure, "")


def verdict_bytes(rows: Iterable[Verdict]) -> bytes:
    """The file verdicts.parquet; the same verdicts are the same bytes."""
    return table_bytes(from_rows(({name: getattr(row, name) for name in _NAMES} for row in rows), _schema()))


def read(path: Path) -> list[Verdict]:
    """The rows of verdicts.parquet. Raises RunError when there is none yet, DataError when it is damaged."""
    if not path.is_file():
        raise RunError(f"{path.parent} has no verdicts yet. Run: spotdiff10k validate {path.parent}")
    try:
        return [Verdict(**row) for row in read_table(path, _schema()).to_pylist()]
    except DataError as error:
        raise DataError(f"{error} To write it again: spotdiff10k validate {path.parent}") from error


_NAMES = tuple(item.name for item in fields(Verdict))


def _schema() -> Any:
    import pyarrow as pa

    kinds = {str: pa.string(), int: pa.int32(), bool: pa.bool_()}
    return pa.schema([pa.field(item.name, kinds[item.type], nullable=False) for item in fields(Verdict)])  # type: ignore[index]
