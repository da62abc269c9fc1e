"""What checks measured: the protocol of a check, its numbers, and the file they are kept in.

A check returns numbers and never decides; the recipe's limits decide (see verdicts.py). Measures are kept per group and
per round of its making, with the digests of the tars they were taken from and the version of each check, so that
only what is new or changed is ever measured.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from spotdiff10k.committed import GroupView, StoredMember, StoredTar
from spotdiff10k.run import write_atomically
from spotdiff10k.types import PlannedGroup

FORMAT = 2
DIGEST = "sha256"
"""Of all else in the file: a damaged file is no measures."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The values of a measure that pass: low ≤ value ≤ high."""

    low: float = -math.inf
    high: float = math.inf

    def holds(self, value: float) -> bool:
        """Whether the value passes; NaN never does."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if self.low == self.high:
            return f"exactly {self.low:g}"
        if self.high == math.inf:
            return f"at least {self.low:g}"
        return f"at most {self.high:g}" if self.low == -math.inf else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Measures:
    """What one check measured on one group: numbers by sample key and for the group, and words on what to look at."""

    samples: Mapping[str, Mapping[str, float]]
    group: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)  # by sample key, or by the group's id
    unchecked: Mapping[str, str] = field(default_factory=dict)
    """Measures that could not be taken on this group at all, with the reason: "the release has no depth layer". They are
    left out of `samples` and `group`, and are reported as unchecked, never as passed."""
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By sample key: short texts that a check of the whole set reads later, such as a perceptual hash."""
    unseen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By sample key: measures that could not be taken on that sample alone, with the reason. A number that stands in for one in
    `samples` decides nothing; it is unchecked."""


@runtime_checkable
class Check(Protocol):
    """Measures a group; the file it lies in is its name. It sees sound samples only, except for `structure` itself.

    It may also have, as class attributes, `options` (name to the values that a recipe may choose from, the first is the
    default, none means any text; given to the constructor by keyword), and as an attribute of its instances `setup` (a
    text: what else decides its numbers, such as the digest of an encoder's weights). A class method `limits_with(options)` says
    which of its `limits` hold under options that make its numbers mean something else. A check that also measures the set as a
    whole is a `SetCheck`.
    """

    version: ClassVar[int]
    ranges: ClassVar[Mapping[str, tuple[float, float]]]
    """Every measure of a sample with the values that are possible at all; a value outside is a refusal, never a pass."""
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]]
    """The same for every measure of a whole group; no name is in both."""
    limits: ClassVar[Mapping[str, Limit]]
    """The thresholds that hold where the recipe sets none."""

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample of `group.samples`, all of `ranges` each; depends on the group alone."""
        ...


def setup_of(check: Check) -> str:
    """What decides a check's numbers besides its version."""
    return str(getattr(check, "setup", ""))


def set_setup_of(check: Check) -> str:
    """What decides a check's numbers across groups besides its version and its setup."""
    return str(getattr(check, "set_setup", ""))


@dataclass(frozen=True, slots=True)
class CheckMeasures:
    """A check's measures together with the version and the setup that took them."""

    version: int
    measures: Measures
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured after one round of making: 0 is the first tar, 1 the first repair, ..."""

    tar: StoredTar
    checks: Mapping[str, CheckMeasures]


@dataclass(frozen=True, slots=True)
class GroupMeasures:
    """The content of `measures/ab/<group>.json`."""

    group: str
    planned: str  # digest of the planned group
    rounds: tuple[Round, ...]


def as_dict(value: Any) -> dict[str, Any]:
    """A dataclass, or a mapping that is no dict, as what JSON knows; what lies in it is asked for by itself."""
    if is_dataclass(value):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return dict(value)


def planned_digest(planned: PlannedGroup) -> str:
    """A digest of all that the plan says about a group: measures taken against another plan are worth nothing."""
    text = json.dumps(planned, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=as_dict)
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: Path, measured: GroupMeasures) -> None:
    """Write a group's measures; the same measures are the same bytes."""
    document = {
        "format": FORMAT,
        "group": measured.group,
        "planned": measured.planned,
        "rounds": [_round_document(item) for item in measured.rounds],
    }
    write_atomically(path, _text({**document, DIGEST: _digest(document)}) + b"\n")


def read(path: Path) -> GroupMeasures | None:
    """A group's measures; None when there are none, or none that can be used: they are then simply taken again."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT or document.pop(DIGEST) != _digest(document):
            return None
        rounds = tuple(_read_round(item) for item in document["rounds"])
        return GroupMeasures(str(document["group"]), str(document["planned"]), rounds)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(document)).hexdigest()


def _round_document(item: Round) -> dict[str, Any]:
    members = [[member.name, member.offset, member.size, member.sha256] for member in item.tar.members]
    return {
        "tar": {"name": item.tar.name, "bytes": item.tar.size, "sha256": item.tar.sha256, "members": members},
        "checks": {
            name: {
                "version": check.version,
                "samples": {key: to_json(values) for key, values in check.measures.samples.items()},
                "group": to_json(check.measures.group),
                "evidence": dict(check.measures.evidence),
                **_where_any("setup", check.setup),
                **_where_any("unchecked", dict(check.measures.unchecked)),
                **_where_any("facts", {key: dict(texts) for key, texts in check.measures.facts.items()}),
                **_where_any("unseen", {key: dict(texts) for key, texts in check.measures.unseen.items()}),
            }
            for name, check in item.checks.items()
        },
    }


def _read_round(item: Mapping[str, Any]) -> Round:
    tar = item["tar"]
    members = tuple(StoredMember(str(name), int(offset), int(size), str(sha)) for name, offset, size, sha in tar["members"])
    checks = {
        str(name): CheckMeasures(
            version=int(check["version"]),
            measures=Measures(
                samples={str(key): from_json(values) for key, values in check["samples"].items()},
                group=from_json(check["group"]),
                evidence=_texts(check["evidence"]),
                unchecked=_texts(check.get("unchecked", {})),
                facts={str(key): _texts(texts) for key, texts in check.get("facts", {}).items()},
                unseen={str(key): _texts(texts) for key, texts in check.get("unseen", {}).items()},
            ),
            setup=str(check.get("setup", "")),
        )
        for name, check in item["checks"].items()
    }
    return Round(StoredTar(str(tar["name"]), int(tar["bytes"]), str(tar["sha256"]), members), checks)


def _where_any(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(text) for key, text in values.items()}


def to_json(values: Mapping[str, float]) -> dict[str, float | str]:
    """JSON has no NaN and no infinity, and a refusal needs them: they are kept as words."""
    return {name: float(value) if math.isfinite(value) else str(float(value)) for name, value in values.items()}


def from_json(values: Mapping[str, float | str]) -> dict[str, float]:
    """The numbers that `to_json` made presentable."""
    return {str(name): float(value) for name, value in values.items()}
