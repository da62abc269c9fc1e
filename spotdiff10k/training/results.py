"""certificate.json as values: what was trained, what every figure was with its interval, which control failed, and the verdict.

Held-out subjects are those of every split but `train`. An *arm* is one thing that was measured on them: the reference model,
a raw encoder, a control, its peer, an ablation. Figures are means over held-out subjects and seeds; their intervals are
percentiles of a bootstrap over subjects. Nothing here tells a time, a host or a path: the same release and the same seeds give
the same file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FORMAT = 1
"""Of certificate.json; raised whenever a reader of the old one would misread the new one."""

Level = Literal["certified", "refused", "void"]
"""Refused: the release did not reach a bar. Void: a control did not fail, so that the figures prove nothing."""
Role = Literal["model", "baseline", "control", "peer", "ablation", "efficiency", "filter"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float
    seeds: tuple[float, ...]
    """The value of each training, in the order of the certificate's seeds; one where nothing was trained."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure is."""

    name: str  # "paired"
    title: str  # "Own view before twin"
    sentence: str  # for people who did not read the documentation
    better: Better
    chance: float | None  # what knowing nothing gives; None where there is no such number
    bounds: tuple[float, float]  # of an axis


@dataclass(frozen=True, slots=True)
class Arm:
    """One thing that was measured on the held-out subjects."""

    name: str  # "model", "model-with-masks", "raw-pooled", "control-twin-swap", "peer-spread", "ablation-no-orthogonality"
    role: Role
    title: str  # "Labels swapped between twins"
    pictures: int  # it was trained on; 0 for a baseline
    subjects: int  # it was trained on
    seeds: int  # how often it was trained
    settings: Mapping[str, bool | int | float | str]  # of its training; empty for a baseline
    figures: Mapping[str, Figure]  # by the name of their meaning; one that could not be measured is left out


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of two arms over the same subjects, paired."""

    figure: str  # the name of its meaning
    arm: str
    against: str
    difference: Figure  # of `arm` less `against`
    by_seed: tuple[Figure, ...]  # the same of each seed alone
    direction: Literal["rises", "falls"]  # what the difference has to do
    margin: float  # by more than this, with the whole interval; 0 or more
    passed: bool
    """A gain by the interval over all seeds, a control by that of every single seed; in an ablation it says nothing."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One bar of the rule, and what was found."""

    name: str  # of a threshold: "masked_paired"
    arm: str | None  # None where it is the size of the set
    figure: str | None  # None where it is the size of the set
    found: Figure  # a leak as the share of what lies between chance and certainty
    bound: float
    kind: Literal["at least", "at most"]
    passed: bool
    reason: str  # why the bar is where it is


@dataclass(frozen=True, slots=True)
class Control:
    """A training that must not succeed, and whether it did not."""

    name: str  # "twin-swap"
    title: str
    sentence: str  # what was done to the training set, with how much of it could be changed
    arm: str | None  # None where the set does not allow it
    peer: str | None  # the proper training on as many pictures
    changed: float  # share of the pictures that the control changed
    evidence: tuple[Comparison, ...]  # every one has to pass
    failed: bool | None  # as it must; None where it could not be made
    note: str  # what to know of it, or why it could not be made; "" where there is nothing to say


@dataclass(frozen=True, slots=True)
class Efficiency:
    """A point of the curve that tells whether more subjects would help."""

    fraction: float  # of the training subjects
    arm: str


@dataclass(frozen=True, slots=True)
class FilterReturn:
    """What one check's refusals are worth: the same training with what it refused put back."""

    check: str
    refused: int  # samples that this check refused
    used: int  # of those, how many could be put back
    arm: str | None
    differences: tuple[Comparison, ...]  # with the refusals less without; shown without a verdict
    note: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A short training curve of one arm and seed."""

    arm: str
    seed: int
    steps: tuple[int, ...]
    values: Mapping[str, tuple[float | None, ...]]  # "subject/loss", "experts/pose", ... by the step; None in another stage


@dataclass(frozen=True, slots=True)
class Dataset:
    """What was certified."""

    name: str
    digest: str
    pictures: int
    training_pictures: int
    training_subjects: int
    held_out_pictures: int
    held_out_subjects: int
    poses: int  # levels
    backgrounds: int  # levels
    families: int
    masks: bool
    plates: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says."""

    level: Level
    sentence: str  # one, for people
    reasons: tuple[str, ...]  # why it is not certified; empty where it is


@dataclass(frozen=True, slots=True)
class WeightFile:
    """Weights of an arm beside the certificate."""

    arm: str
    seed: int
    file: str  # relative to the certificate's folder
    sha256: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that was shown of a dataset."""

    verdict: Verdict
    dataset: Dataset
    encoder: str
    seeds: tuple[int, ...]
    thresholds: Mapping[str, float]
    environment: Mapping[str, str]  # spotdiff10k, python, torch, numpy, processor
    meanings: tuple[Meaning, ...]
    arms: tuple[Arm, ...]
    criteria: tuple[Criterion, ...]
    gains: tuple[Comparison, ...]  # of the model over raw encoders and a random projection
    controls: tuple[Control, ...]
    ablations: tuple[Comparison, ...]  # of each ablation less the model; shown without a verdict
    efficiency: tuple[Efficiency, ...]
    filters: tuple[FilterReturn, ...]
    filters_note: str  # why there are none; "" where there are
    curves: tuple[Curve, ...]
    weights: tuple[WeightFile, ...]
    disclosures: tuple[str, ...] = field(default=())
    """What a reader must know to judge the rest: sentences."""
    departures: tuple[str, ...] = field(default=())
    """Where bars ask for less than the project's own rule, or the training is another: sentences; empty for the project's own."""
    format: int = FORMAT

    def arm(self, name: str) -> Arm:
        """The arm of this name. Raises KeyError."""
        found = {arm.name: arm for arm in self.arms}
        return found[name]
