"""From the results of jobs to arms and comparisons: every figure under the same draws of subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from spotdiff10k.training.evidence.arms import Planned
from spotdiff10k.training.evidence.bootstrap import figure
from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.controls import Direction
from spotdiff10k.training.evidence.figures import values_of
from spotdiff10k.training.evidence.jobs import Training
from spotdiff10k.training.evidence.storing import Result
from spotdiff10k.training.results import Arm, Comparison, Figure

Values = Mapping[str, Float64]
"""(1 + R,) of every figure, the first without resampling."""


class Reckoning:
    """All arms' figures over the same draws."""

    def __init__(self, weights: Float64) -> None:
        """`weights` is (1 + R, S), the first row all ones."""
        self._weights = weights
        self._values: dict[str, list[Values]] = {}

    def arm(self, planned: Planned, results: Sequence[Result]) -> Arm:
        """An arm's figures, from its jobs' results in the order of the seeds."""
        values: list[Values] = [values_of(result.arrays, self._weights) for result in results]
        self._values[planned.name] = values
        figures = {name: figure([of_seed[name] for of_seed in values]) for name in values[0]}
        known = {name: found for name, found in figures.items() if found is not None}
        first = planned.jobs[0]
        if not isinstance(first, Training):
            return Arm(planned.name, planned.role, planned.title, 0, 0, 0, {}, known)
        made = first.made
        settings = asdict(first.settings)
        return Arm(planned.name, planned.role, planned.title, len(made), made.subjects, len(planned.jobs), settings, known)

    def knows(self, arm: str, name: str) -> bool:
        """Whether an arm has a figure, in every seed."""
        return arm in self._values and all(name in known and not np.isnan(known[name][0]) for known in self._values[arm])

    def compare(self, name: str, arm: str, against: str, direction: Direction, margin: float, *, every_seed: bool) -> Comparison:
        """A figure of one arm less that of another, seed by seed; an arm of one seed stands against every seed of the other."""
        mine, other = self._values[arm], self._values[against]
        seeds = len(mine) if len(other) == 1 else len(other) if len(mine) == 1 else min(len(mine), len(other))
        pairs = zip(_repeated(mine, seeds), _repeated(other, seeds), strict=True)
        differences = [one[name] - two[name] for one, two in pairs]
        difference = _known(differences)
        by_seed = tuple(_known([one]) for one in differences)
        judged = (*by_seed, difference) if every_seed else (difference,)
        passed = all(clear(one, direction, margin) for one in judged)
        return Comparison(name, arm, against, difference, by_seed, direction, margin, passed)


def clear(difference: Figure, direction: Direction, margin: float) -> bool:
    """Whether the whole interval lies beyond the margin."""
    return difference.low > margin if direction == "rises" else difference.high < -margin


def _known(by_seed: Sequence[Float64]) -> Figure:
    found = figure(by_seed)
    if found is None:
        raise ValueError("a figure that is not known cannot be compared")
    return found


def _repeated(values: Sequence[Values], seeds: int) -> list[Values]:
    return list(values) * seeds if len(values) == 1 else list(values[:seeds])
