"""What checks measure on the set as a whole, from the measures and facts of its groups: the protocol and its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

from spotdiff10k.measures import Measures
from spotdiff10k.types import PlannedGroup


@dataclass(frozen=True, slots=True)
class SetGroup:
    """A group that its own measures let pass, with what every check measured on it in its last round."""

    planned: PlannedGroup
    measured: Mapping[str, Measures]

    def fact(self, check: str, key: str, name: str) -> str:
        """A fact that a check noted on a sample. Raises KeyError when it noted none."""
        return self.measured[check].facts[key][name]


@dataclass(frozen=True, slots=True)
class SetMeasures:
    """What one check measured across groups: by sample key, and for the set as a whole."""

    samples: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    whole: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)  # by sample key; "" for the set
    unchecked: Mapping[str, str] = field(default_factory=dict)  # measure to reason, as in Measures
    unseen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by sample key, as in Measures


def seen(measured: Measures | SetMeasures, key: str, measure: str) -> tuple[float | None, str]:
    """The number that decides on a sample, or None; and why it was not measured, where it was not.

    A number that stands in for what could not be seen on the sample decides nothing.
    """
    if why := measured.unseen.get(key, {}).get(measure):
        return None, why
    return measured.samples.get(key, {}).get(measure), measured.unchecked.get(measure, "")


@runtime_checkable
class SetCheck(Protocol):
    """A check that also looks across groups. It opens no picture: what it needs, `measure` noted as facts.

    It sees the groups that their own measures let pass, in plan order, reserves that stand in among them. As an attribute of
    its instances it may have `set_setup`, a text: what else decides its numbers across groups alone, such as the digest of a
    list it looks things up in. Where that changes, only the set is looked at again.
    """

    version: ClassVar[int]
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]]
    """Measures of a sample that need other groups ("nearest picture of another split"); a refusal replaces the group."""
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]]
    """Measures of the whole set; a refusal refuses the set: `validate --strict` and `shard` say so."""

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """Measure; depends on these groups alone, and all of `across_ranges` for every one of their samples."""
        ...
