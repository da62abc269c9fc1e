"""Training curves made short: the mean of each stretch of steps."""

import json
from collections.abc import Mapping, Sequence
from typing import Protocol

from spotdiff10k.training.results import Curve

POINTS = 40
"""Of a curve, at most."""
DIGITS = 6
"""Significant ones of a value."""


class Step(Protocol):
    """What a trainer tells of a step."""

    @property
    def stage(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def loss(self) -> float: ...
    @property
    def terms(self) -> Mapping[str, float]: ...


def shortened(history: Sequence[Step]) -> str:
    """A curve in JSON, for `read_curve`; stages follow each other on one axis."""
    told = [{f"{step.stage}/{name}": value for name, value in {"loss": step.loss, **step.terms}.items()} for step in history]
    size = max(1, -(-len(told) // POINTS))
    stretches = [told[start : start + size] for start in range(0, len(told), size)]
    names = sorted({name for step in told for name in step})
    values = {name: [_mean([step[name] for step in stretch if name in step]) for stretch in stretches] for name in names}
    ends = [min((number + 1) * size, len(told)) for number in range(len(stretches))]
    return json.dumps({"steps": ends, "values": values}, sort_keys=True)


def read_curve(arm: str, seed: int, text: str) -> Curve:
    """A curve of one arm and seed."""
    told = json.loads(text)
    return Curve(arm, seed, tuple(told["steps"]), {name: tuple(values) for name, values in told["values"].items()})


def _mean(values: list[float]) -> float | None:
    return float(f"{sum(values) / len(values):.{DIGITS}g}") if values else None
