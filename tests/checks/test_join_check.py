"""The check join on records of toy groups: what was measured is judged, and what was not is never passed."""

import json

import pytest
import scene_groups as scenes
import toy_runs

from spotdiff10k.checks.join import Join
from spotdiff10k.committed import GroupView
from spotdiff10k.types import FinishedSample

GOOD = {"object_expansion": 0.02, "seam": 4.0, "mask_agreement": 0.95}


def told(**of_the_second: float | None) -> GroupView:
    group = toy_runs.some_group()
    samples = []
    for place, made in enumerate(toy_runs.finished(group).samples):
        said = {**GOOD, **(of_the_second if place == 1 else {})}
        record = {**json.loads(made.members["json"]), **{name: value for name, value in said.items() if value is not None}}
        samples.append(FinishedSample(made.key, {**made.members, "json": json.dumps(record).encode()}))
    return scenes.viewed(group, samples, toy_runs.settings())


@pytest.mark.parametrize(
    ("field", "value", "measure"),
    [("object_expansion", 0.6, "growth"), ("seam", 60.0, "seam"), ("mask_agreement", 0.4, "agreement")],
)
def test_a_limb_beyond_the_mask_a_hard_edge_and_masks_of_different_things_are_refused(
    field: str, value: float, measure: str
) -> None:
    found = Join().measure(told(**{field: value}))
    second = toy_runs.some_group().cells[1].key
    assert found.samples[second][measure] == value
    assert scenes.refused("join", found) == {second: {measure}}


@pytest.mark.parametrize("value", [-1.0, None, "high"])
def test_what_was_not_measured_on_one_sample_is_unchecked_and_not_passed(value: object) -> None:
    found = Join().measure(told(seam=value))  # type: ignore[arg-type]
    assert set(found.unchecked) == {"seam"}
    assert all(set(values) == {"growth", "agreement"} for values in found.samples.values())
