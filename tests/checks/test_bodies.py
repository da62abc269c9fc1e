"""Two poses of one body, seen by cameras of ray-traced spheres: truth in closed form."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from spotdiff10k.checks._bodies import Body, misfit, read_rotations, shape_errors
from spotdiff10k.checks._joints import Joints
from spotdiff10k.checks._surface import back_project
from spotdiff10k.eyes import Eye

SIDE, FOCAL, STEP = 128, 160.0, 0.0005
SHOULDER = np.array([0.0, 0.0, 2.0])
TRUNK = ((0.0, 0.0, 0.0, 0.2),)
ARM = ((0.3, 0.0, 0.0, 0.1), (0.42, 0.08, 0.0, 0.06))
"""Spheres (x, y, z, radius) about a bone's joint at rest: an arm with a hand that is bent to one side."""

F64 = npt.NDArray[np.float64]


def about_view(degrees: float) -> F64:
    """A turn in the plane of the picture."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def seen(spheres: F64, position: F64) -> npt.NDArray[np.uint16]:
    """The depth map (steps of STEP metres) of spheres (N, 4) from a camera that looks along z; 0 where there are none."""
    middles = (np.arange(SIDE) + 0.5 - SIDE / 2) / FOCAL
    rays = np.stack([*np.meshgrid(middles, middles), np.ones((SIDE, SIDE))], axis=-1)
    nearest = np.full((SIDE, SIDE), np.inf)
    for *middle, radius in spheres:
        towards = np.array(middle) - position
        along, square = rays @ towards, (rays**2).sum(axis=-1)
        inside = along**2 - square * (towards @ towards - radius**2)
        hit = inside > 0
        nearest[hit] = np.minimum(nearest[hit], ((along - np.sqrt(np.maximum(inside, 0))) / square)[hit])
    return np.where(np.isfinite(nearest), np.rint(np.where(np.isfinite(nearest), nearest, 0) / STEP), 0).astype(np.uint16)


def body(
    arm_degrees: float,
    arm: tuple[tuple[float, ...], ...] = ARM,
    camera: tuple[float, float, float] = (0, 0, 0),
    told: float | None = None,
) -> Body:
    """A trunk and an arm turned about the shoulder; `told` is the arm's turn that the record tells, where it is another one."""
    turn, position = about_view(arm_degrees), np.array(camera, np.float64)
    parts = [(*(SHOULDER + np.array(middle)), radius) for *middle, radius in TRUNK]
    parts += [(*(SHOULDER + turn @ np.array(middle)), radius) for *middle, radius in arm]
    depth = seen(np.array(parts), position)
    surface = back_project(depth, np.where(depth > 0, 255, 0).astype(np.uint8), STEP, Eye(position, np.eye(3), FOCAL, SIDE))
    rotations = np.stack([np.eye(3), about_view(arm_degrees if told is None else told)])
    return Body(surface, surface.points, Joints(("trunk", "arm"), np.stack([SHOULDER, SHOULDER])), rotations)


def test_two_poses_of_one_body_fit_whatever_the_cameras() -> None:
    one, other = body(0.0), body(70.0, camera=(0.1, -0.08, 0.05))
    assert misfit(one, other) < 0.01
    assert misfit(other, one) < 0.01


def test_a_body_with_a_longer_arm_does_not_fit() -> None:
    longer = ((0.3, 0.0, 0.0, 0.1), (0.5, 0.08, 0.0, 0.06))
    assert misfit(body(70.0, longer), body(0.0)) > 0.03


def test_a_body_with_a_thinner_arm_is_found_out_from_the_other_side() -> None:
    thinner = ((0.3, 0.0, 0.0, 0.06), (0.42, 0.08, 0.0, 0.04))
    one, other = body(0.0), body(70.0, thinner)
    assert misfit(other, one) < 0.02
    assert misfit(one, other) > 0.05


def test_a_body_whose_record_tells_another_turn_does_not_fit() -> None:
    assert misfit(body(0.0), body(70.0, told=20.0)) > 0.05


def test_bodies_with_other_bones_do_not_fit_at_all() -> None:
    one = body(0.0)
    named = replace(one, joints=Joints(("trunk", "tail"), one.joints.places))
    assert misfit(one, named) == 1.0


def test_of_three_poses_only_the_one_with_another_body_is_accused() -> None:
    longer = ((0.3, 0.0, 0.0, 0.1), (0.5, 0.08, 0.0, 0.06))
    found = shape_errors([body(0.0), body(50.0, longer), body(-60.0)], np.arange(3))
    assert found[1] > 0.03
    assert max(found[0], found[2]) < 0.01


def test_one_wrong_picture_of_three_does_not_speak_for_its_pose() -> None:
    longer = ((0.3, 0.0, 0.0, 0.1), (0.5, 0.08, 0.0, 0.06))
    cameras = ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0), (0.0, -0.1, 0.0))
    bodies = [body(0.0, camera=camera) for camera in cameras] + [body(60.0, camera=camera) for camera in cameras[:2]]
    bodies.append(body(60.0, longer))
    found = shape_errors(bodies, np.array([0, 0, 0, 1, 1, 1]))
    assert found[-1] > 0.03
    assert found[:-1].max() < 0.01


def test_one_pose_alone_has_no_error() -> None:
    assert np.isnan(shape_errors([body(0.0), body(0.0)], np.zeros(2, np.int64))).all()


def test_a_quaternion_turns_as_its_axis_and_angle_say() -> None:
    half = np.radians(70.0) / 2
    found = read_rotations([[np.cos(half), 0.0, 0.0, np.sin(half)]], 1)
    assert found is not None
    assert np.allclose(found[0], about_view(70.0), atol=1e-12)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "turned",
        [[1.0, 0.0, 0.0]],
        [[0.5, 0.0, 0.0, 0.0]],
        [[float("nan"), 0.0, 0.0, 1.0]],
        [{"w": 1.0}],
        [[1, 0, 0, 0]] * 2,
    ],
)
def test_what_is_not_a_unit_quaternion_for_each_joint_is_not_read(told: object) -> None:
    assert read_rotations(told, 1) is None
