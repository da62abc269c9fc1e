"""The body of a subject in the identity check: rendered twins with depth, cameras and the turns of their bones."""

import functools
import json

import pytest
from scene_groups import settings, viewed
from twin_groups import BACKGROUNDS, SIZE, Members, key, planned

from spotdiff10k import registry
from spotdiff10k.checks.identity import Identity
from spotdiff10k.committed import GroupView
from spotdiff10k.measures import Measures
from spotdiff10k.types import FinishedSample

CHECK = Identity()
SETTINGS = settings(SIZE, outputs=("depth",))


@functools.cache
def members(family: str, twin: int) -> dict[str, Members]:
    """The members of every sample, by key; twins have the same keys."""
    engine = registry.find("engines", "rendered")(SETTINGS)
    return {sample.key: sample.members for sample in next(iter(engine.generate([planned(family, twin)]))).samples}


def view(family: str, changes: dict[str, Members]) -> GroupView:
    samples = [FinishedSample(name, {**found, **changes.get(name, {})}) for name, found in members(family, 0).items()]
    return viewed(planned(family), samples, SETTINGS)


def untold(sample: Members) -> dict[str, bytes]:
    """The sample without the turns of its bones."""
    record = json.loads(sample["json"])
    annotations = json.loads(record["annotations"])
    del annotations["joint_rotations"]
    return {**sample, "json": json.dumps({**record, "annotations": json.dumps(annotations)}).encode()}


def errors(found: Measures) -> dict[str, float]:
    return {name: values["shape_error"] for name, values in found.samples.items()}


@pytest.mark.parametrize("family", ["quadruped", "vessel"])
def test_a_twin_in_every_cell_of_a_pose_has_another_body(family: str) -> None:
    wrong = {key(family, 2, background): members(family, 1)[key(family, 2, background)] for background in range(BACKGROUNDS)}
    found = errors(CHECK.measure(view(family, wrong)))
    assert min(found[name] for name in wrong) > Identity.limits["shape_error"].high
    assert max(error for name, error in found.items() if name not in wrong) < 0.01


def test_one_picture_of_a_twin_is_accused_alone() -> None:
    wrong = key("quadruped", 1, 1)
    found = errors(CHECK.measure(view("quadruped", {wrong: members("quadruped", 1)[wrong]})))
    assert {name for name, error in found.items() if not Identity.limits["shape_error"].holds(error)} == {wrong}


def test_without_the_turns_of_bones_a_body_is_unchecked() -> None:
    one = key("vessel", 0, 0)
    found = CHECK.measure(view("vessel", {one: untold(members("vessel", 0)[one])}))
    assert found.unchecked["shape_error"] == "the annotations tell no rotations of joints"
    assert "shape_error" not in found.samples[one]
