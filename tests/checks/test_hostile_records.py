"""Records and annotations that anybody may have written: identity and pose measure what they can, and never crash."""

import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from posed_groups import key, members, planned, view

from spotdiff10k.checks.identity import Identity
from spotdiff10k.checks.pose import Pose
from spotdiff10k.committed import GroupView

HUGE, ENDLESS = 10**400, "1e999"
"""The second is how JSON, which knows no infinity, is made to say one."""
SPOILT = key(1, 1)

Change = Callable[[dict[str, Any]], None]


def group_with(change: Change, everywhere: bool = False) -> GroupView:
    """A vessel's group, 2 x 2, with a changed record (its annotations as an object) in one cell or in all of them."""
    group = planned("vessel", poses=(("stand", 8.0), ("lean", 68.0)), backgrounds=2)
    samples = dict(members(group))
    for name in samples if everywhere else (SPOILT,):
        record = json.loads(samples[name]["json"])
        record["annotations"] = json.loads(record["annotations"])
        change(record)
        record["annotations"] = json.dumps(record["annotations"]).replace("Infinity", ENDLESS)
        samples[name] = {**samples[name], "json": json.dumps(record).replace("Infinity", ENDLESS).encode()}
    return view(group, samples)


def field(name: str, value: object) -> Change:
    return lambda record: record.update({name: value})


def told(name: str, value: object) -> Change:
    return lambda record: record["annotations"].update({name: value})


def joint(at: int, value: object) -> Change:
    return lambda record: record["annotations"]["joints"][0].__setitem__(at, value)


def first_rotation(value: object) -> Change:
    return lambda record: record["annotations"]["joint_rotations"].__setitem__(0, value)


CHANGES = {
    "focal of 400 digits": field("focal", HUGE),
    "focal infinite": field("focal", float("inf")),
    "focal next to nothing": field("focal", 1e-300),
    "scale of 400 digits": field("depth_scale", HUGE),
    "scale negative": field("depth_scale", -0.001),
    "scale true": field("depth_scale", True),
    "camera of 400 digits": field("camera_rotation", [HUGE] * 9),
    "camera of zeros": field("camera_rotation", [0.0] * 9),
    "camera far away": field("camera_position", [1e300, 0.0, 0.0]),
    "joint as text": joint(1, "nan"),
    "joint of 400 digits": joint(3, HUGE),
    "joint in the camera": joint(3, 0.0),
    "joint infinite": joint(1, float("inf")),
    "no joints": told("joints", []),
    "rotation of 400 digits": first_rotation([HUGE, 0, 0, 0]),
    "rotation as text": first_rotation(["1", "0", "0", "0"]),
    "rotation of truth values": first_rotation([True, False, False, False]),
    "rotation long": first_rotation([1e300, 0.0, 0.0, 0.0]),
    "rotations cut short": told("joint_rotations", [[1.0, 0.0, 0.0, 0.0]]),
    "rotations in lists": told("joint_rotations", [[[[]]]]),
}


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("name", CHANGES)
def test_checks_measure_numbers_in_range_or_say_why_not(name: str, everywhere: bool) -> None:
    group = group_with(CHANGES[name], everywhere)
    for check in (Identity(), Pose()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = check.measure(group)
        for values in found.samples.values():
            for measure, value in values.items():
                low, high = check.ranges[measure]
                assert low <= value <= high, measure
        missing = set(check.ranges) - set(found.unchecked)
        assert all(missing == set(values) for values in found.samples.values())


def test_joints_that_are_no_numbers_are_untold_and_not_alone() -> None:
    found = Pose().measure(group_with(CHANGES["joint as text"], everywhere=True))
    assert found.unchecked["joints_oks"] == "the annotations tell no joints"


def test_an_empty_mask_does_not_accuse_the_only_other_pose() -> None:
    group = planned("vessel", poses=(("stand", 8.0), ("lean", 68.0)), backgrounds=1)
    samples = dict(members(group))
    from toy_runs import png

    samples[key(1, 0)] = {**samples[key(1, 0)], "mask.png": png(np.zeros((128, 128), np.uint8))}
    found = Identity().measure(view(group, samples)).samples
    assert found[key(0, 0)]["shape_error"] == 0.0
    assert found[key(1, 0)]["shape_error"] == 1.0
