"""What the mask check counts, against OpenCV, SciPy and geometry."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from spotdiff10k.checks._agreement import TOLERANCE, boundary_f, intersection_over_union
from spotdiff10k.checks._edges import alignment
from spotdiff10k.checks._extent import extent_of

MASKS = arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20)), elements=st.sampled_from([0, 3, 127, 128, 200, 255]))


def disc(radius: float, at: tuple[float, float] = (64.0, 64.0), size: int = 128) -> np.ndarray:
    """Alpha of a disc with a soft edge one pixel wide."""
    y, x = np.mgrid[0:size, 0:size] + 0.5
    return np.rint(255 * np.clip(radius - np.hypot(x - at[0], y - at[1]) + 0.5, 0, 1)).astype(np.uint8)


@settings(deadline=None, max_examples=100)
@given(MASKS)
def test_counts_are_those_of_other_libraries(alpha: np.ndarray) -> None:
    extent = extent_of(alpha)
    inside = alpha >= 128
    padded = np.pad(inside, 1, constant_values=True)
    surrounded = ndimage.binary_erosion(padded)[1:-1, 1:-1]
    assert (extent.alpha, extent.inside) == (int(alpha.sum()), int(inside.sum()))
    assert extent.soft == int(((alpha > 0) & (alpha < 255)).sum())
    left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
    assert extent.box == ((left, top, left + width, top + height) if inside.any() else (0, 0, 0, 0))
    assert extent.border == int(inside.sum() - inside[1:-1, 1:-1].sum())
    assert extent.outline == int((inside & ~surrounded).sum())
    assert extent.holes == int(ndimage.binary_fill_holes(inside).sum() - inside.sum())


@settings(deadline=None)
@given(MASKS)
def test_haze_is_what_has_no_step_around_it(alpha: np.ndarray) -> None:
    wide = alpha.astype(np.int16)
    footprint = np.ones((3, 3), bool)
    highest = ndimage.maximum_filter(wide, footprint=footprint, mode="nearest")
    lowest = ndimage.minimum_filter(wide, footprint=footprint, mode="nearest")
    flat = np.maximum(highest - wide, wide - lowest) < 48
    assert extent_of(alpha).haze == int((flat & (alpha > 0) & (alpha < 255)).sum())


def test_a_soft_disc_has_no_haze_and_one_that_went_through_jpeg_is_full_of_it() -> None:
    alpha = disc(40)
    ringed = cv2.imdecode(cv2.imencode(".jpg", alpha, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_GRAYSCALE)
    assert extent_of(alpha).haze == 0
    assert extent_of(ringed).haze > 0.05 * extent_of(ringed).inside


@pytest.mark.parametrize("distance", [0.0, 4.0, 20.0, 50.0, 80.0])
def test_the_overlap_of_two_discs_is_that_of_geometry(distance: float) -> None:
    radius = 30.0
    near = min(distance, 2 * radius)
    shared = 2 * radius**2 * math.acos(near / (2 * radius)) - near / 2 * math.sqrt(4 * radius**2 - near**2)
    expected = shared / (2 * math.pi * radius**2 - shared)
    one, other = (disc(radius, (40 + offset, 64), 160) >= 128 for offset in (0.0, distance))
    assert intersection_over_union(one, other) == pytest.approx(expected, abs=0.01)


def test_two_empty_masks_agree_and_an_empty_one_agrees_with_nothing_else() -> None:
    empty, full = np.zeros((40, 40), np.bool_), disc(10, (20, 20), 40) >= 128
    assert (intersection_over_union(empty, empty), boundary_f(empty, empty)) == (1.0, 1.0)
    assert (intersection_over_union(empty, full), boundary_f(empty, full), boundary_f(full, empty)) == (0.0, 0.0, 0.0)


def f_by_opencv(one: np.ndarray, other: np.ndarray, reach: float) -> float:
    """The same by other means: distances to boundary pixels by OpenCV instead of painted discs."""
    edges, near = [], []
    for inside in (one, other):
        wide = np.pad(inside, ((0, 1), (0, 1)), mode="edge")
        edge = (wide[1:, :-1] != inside) | (wide[:-1, 1:] != inside) | (wide[1:, 1:] != inside)
        edge[-1] = wide[-2, 1:] != inside[-1]
        edge[:-1, -1] = wide[1:-1, -2] != inside[:-1, -1]
        edges.append(edge)
        near.append(cv2.distanceTransform((~edge).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= reach + 1e-4)
    precision, recall = (float(near[1 - i][edges[i]].mean()) for i in range(2))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.5, 4.0, 9.0])
@pytest.mark.parametrize("size", [128, 512])
def test_boundary_f_is_what_distances_to_boundaries_say(shift: float, size: int) -> None:
    one, other = (disc(size / 5, (size / 2 + by, size / 2), size) >= 128 for by in (0.0, shift))
    reach = max(1.0, TOLERANCE * math.hypot(size, size))
    assert boundary_f(one, other) == pytest.approx(f_by_opencv(one, other, reach), abs=1e-9)
    assert boundary_f(one, other) == boundary_f(other, one)


def test_a_shift_within_the_tolerance_costs_nothing_and_one_beyond_it_does() -> None:
    still, near, far = (disc(100, (256 + by, 256), 512) >= 128 for by in (0, 4, 30))
    assert boundary_f(still, near) == 1.0
    assert boundary_f(still, far) < 0.5


def test_an_outline_on_an_edge_is_aligned_and_one_beside_it_is_not() -> None:
    noise = np.random.default_rng(0).integers(-6, 7, (128, 128, 3))
    alpha = disc(40)
    picture = np.clip(60 + 130 * (alpha[..., None] / 255) + noise, 0, 255).astype(np.uint8)
    assert alignment(alpha, picture, extent_of(alpha).box) > 0.8
    for wrong in (disc(48), disc(32), disc(40, (76, 64))):
        assert alignment(wrong, picture, extent_of(wrong).box) < 0.45


def test_a_flat_picture_and_an_empty_mask_are_aligned_with_nothing() -> None:
    flat = np.full((128, 128, 3), 90, np.uint8)
    empty = np.zeros((128, 128), np.uint8)
    assert alignment(disc(40), flat, extent_of(disc(40)).box) == 0.0
    assert alignment(empty, flat, extent_of(empty).box) == 0.0
