"""Measures of the field against values worked out by hand."""

import numpy as np
import numpy.typing as npt
import pytest

from spotdiff10k.checks._held_pose import (
    OKS_FALLOFF,
    depth_correlation,
    depth_likeness,
    extent,
    joint_likeness,
    oks,
    pck,
    rank_correlation,
    seen_by,
)
from spotdiff10k.checks._joints import Joints
from spotdiff10k.checks._surface import Surface, back_project
from spotdiff10k.eyes import Eye

SIDE, FOCAL, STEP = 128, 128.0, 0.001

F64 = npt.NDArray[np.float64]


def slope(rise: float, position: tuple[float, float, float] = (0.0, 0.0, 0.0), rows: slice = slice(32, 96)) -> Surface:
    """A square 64 pixels wide of the plane z = 2 + rise * x + 0.1 * y, seen along z."""
    middles = (np.arange(SIDE) + 0.5 - SIDE / 2) / FOCAL
    across, along = np.meshgrid(middles, middles)
    eye = Eye(np.array(position), np.eye(3), FOCAL, SIDE)
    depth = (2.0 + rise * position[0] + 0.1 * position[1] - position[2]) / (1.0 - rise * across - 0.1 * along)
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    alpha[rows, 32:96] = 255
    return back_project(np.rint(depth / STEP).astype(np.uint16), alpha, STEP, eye)


def joints(shift: float = 0.0, names: tuple[str, ...] = ("first", "second")) -> Joints:
    return Joints(names, np.array([[-0.2, 0.0, 2.0], [0.2 + shift, 0.1, 2.0]]))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3, 4, 5], [10, 20, 30, 40, 50], 1.0),
        ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], -1.0),
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8),  # 1 - 6 * 4 / (5 * 24)
        ([1, 1, 2, 2], [1, 2, 3, 4], 4 / np.sqrt(20)),  # ranks 1.5 1.5 3.5 3.5 against 1 2 3 4
        ([1, 2, 3], [7, 7, 7], 0.0),
    ],
)
def test_rank_correlation_is_spearmans(first: list[int], second: list[int], expected: float) -> None:
    assert rank_correlation(np.array(first, np.float64), np.array(second, np.float64)) == pytest.approx(expected)


def test_pck_counts_joints_within_a_tenth_of_the_longer_side() -> None:
    assert pck(np.array([0.0, 6.3, 6.5, 30.0]), 64.0) == 0.5


def test_oks_of_a_joint_that_moved_by_the_falloff_is_that_of_a_bell_at_one_deviation() -> None:
    assert oks(np.array([64.0 * OKS_FALLOFF, 0.0]), 64.0) == pytest.approx((np.exp(-0.5) + 1) / 2)


def test_a_subjects_extent_is_that_of_its_mask() -> None:
    side, scale = extent(slope(0.3, rows=slice(32, 64)))
    assert side == pytest.approx(64.0, abs=3)  # the surface is sampled with a margin of a cell
    assert scale**2 == pytest.approx(64.0 * 32.0, rel=0.1)


def test_joints_that_stay_in_the_world_are_found_whatever_the_camera() -> None:
    surfaces = [slope(0.3), slope(0.3, (0.1, -0.05, 0.2))]
    found, similar = joint_likeness([joints(), joints()], surfaces, np.zeros(2, np.int64))
    assert found.tolist() == [1.0, 1.0]
    assert similar == pytest.approx([1.0, 1.0])


def test_a_joint_that_moved_is_missed() -> None:
    surfaces = [slope(0.3)] * 2
    found, similar = joint_likeness([joints(), joints(0.15)], surfaces, np.zeros(2, np.int64))
    assert found.tolist() == [0.5, 0.5]  # 0.15 m at 2 m are 9.6 pixels of 64
    assert similar.max() < 0.8


def test_one_of_three_that_moved_is_blamed_alone() -> None:
    found, _ = joint_likeness([joints(), joints(), joints(0.3)], [slope(0.3)] * 3, np.zeros(3, np.int64))
    assert found[2] == 0.5
    assert found[:2].tolist() == [1.0, 1.0]


def test_other_joints_are_not_alike_and_one_that_is_alone_has_no_mate() -> None:
    named = joints(names=("first", "third"))
    found, similar = joint_likeness([joints(), named, joints()], [slope(0.3)] * 3, np.array([0, 0, 1]))
    assert found[:2].tolist() == [0.0, 0.0]
    assert similar[:2].tolist() == [0.0, 0.0]
    assert np.isnan(found[2])


def test_depth_of_one_thing_ranks_alike_from_two_cameras() -> None:
    found = depth_likeness([slope(0.5), slope(0.5, (0.1, 0.0, 0.1))], np.zeros(2, np.int64))
    assert found.min() > 0.98


def test_depth_that_rises_the_other_way_ranks_the_other_way() -> None:
    assert depth_correlation(slope(0.5), slope(-0.5)) < -0.8


def test_pictures_with_nothing_in_common_have_no_correlation() -> None:
    assert depth_correlation(slope(0.5, rows=slice(0, 30)), slope(0.5, rows=slice(90, 128))) == 0.0


def test_places_are_seen_where_a_pinhole_shows_them() -> None:
    eye = Eye(np.array([0.0, 0.0, -1.0]), np.eye(3), FOCAL, SIDE)
    assert seen_by(eye, np.array([[0.25, -0.5, 1.0]])).tolist() == [[64.0 + 16.0, 64.0 - 32.0]]


def test_a_wall_that_faces_a_camera_has_no_order_of_depth() -> None:
    alpha, depth = np.full((SIDE, SIDE), 255, np.uint8), np.full((SIDE, SIDE), 2000, np.uint16)
    wall = back_project(depth, alpha, STEP, Eye(np.zeros(3), np.eye(3), FOCAL, SIDE))
    assert np.isnan(depth_correlation(wall, wall))


def test_a_picture_that_shows_nothing_is_no_measure_of_others() -> None:
    nothing = slope(0.3, rows=slice(0, 0))
    found, similar = joint_likeness([joints()] * 3, [slope(0.3), slope(0.3), nothing], np.zeros(3, np.int64))
    assert found.tolist() == [1.0, 1.0, 0.0]
    assert similar == pytest.approx([1.0, 1.0, 0.0])


def test_joints_behind_a_camera_are_not_found() -> None:
    behind = Joints(("first", "second"), np.array([[-0.2, 0.0, 2.0], [0.2, 0.1, -2.0]]))
    found, similar = joint_likeness([joints(), behind], [slope(0.3)] * 2, np.zeros(2, np.int64))
    assert found.tolist() == [0.5, 0.5]
    assert similar == pytest.approx([0.5, 0.5])
