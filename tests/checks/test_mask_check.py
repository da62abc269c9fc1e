"""The mask check against independent truth."""

import cv2
import numpy as np
import pytest
import toy_runs
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spotdiff10k.checks._extent import extent_of
from spotdiff10k.checks._shapes import component_areas
from spotdiff10k.checks.mask import Mask, measure_mask
from spotdiff10k.committed import SampleView
from spotdiff10k.limits import read_rules
from spotdiff10k.samples import read_record

KEY = "g000003-p00-b00"


@settings(deadline=None, max_examples=150)
@given(arrays(np.bool_, st.tuples(st.integers(1, 24), st.integers(1, 24))))
def test_components_are_those_that_opencv_finds(inside: np.ndarray) -> None:
    _, _, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    theirs = sorted(stats[1:, cv2.CC_STAT_AREA].tolist(), reverse=True)
    assert component_areas(inside).tolist() == theirs


def test_components_of_nested_spirals_are_told_apart() -> None:
    picture = np.zeros((41, 41), np.uint8)
    for radius in range(2, 20, 4):
        cv2.circle(picture, (20, 20), radius, 1, 1)
    assert len(component_areas(picture > 0)) == 5


@settings(deadline=None)
@given(arrays(np.bool_, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_the_box_is_that_of_opencv(inside: np.ndarray) -> None:
    left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
    assert extent_of(np.where(inside, np.uint8(255), np.uint8(0))).box == (
        (left, top, left + width, top + height) if inside.any() else (0, 0, 0, 0)
    )


def sample_with(mask: np.ndarray, **fields: object) -> SampleView:
    """The first sample of a toy group with another mask, and other fields in its record."""

    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        record = {**read_record(members["json"]), **fields}
        return {**members, "mask.png": toy_runs.png(mask), "json": toy_runs.as_json(record)}

    group = toy_runs.some_group()
    return toy_runs.view(group, toy_runs.finished(group, spoil)).samples[0]


def disc(radius: float, soft: float = 1.0) -> np.ndarray:
    y, x = np.mgrid[0:64, 0:64] + 0.5
    return np.rint(255 * np.clip((radius - np.hypot(x - 32, y - 32)) / soft + 0.5, 0, 1)).astype(np.uint8)


def test_the_area_of_a_disc_is_that_of_geometry() -> None:
    measured = measure_mask(sample_with(disc(16), mask_area=float(np.pi * 16**2 / 64**2)))
    assert measured["area"] == pytest.approx(np.pi * 16**2 / 64**2, rel=0.002)
    assert measured["area_error"] < 0.001
    assert (measured["components"], measured["largest_component"], measured["border"]) == (1.0, 1.0, 0.0)


def test_a_softer_edge_measures_wider() -> None:
    widths = [measure_mask(sample_with(disc(16, soft)))["soft_edge"] for soft in (0.01, 1.0, 4.0)]
    assert widths[0] < 0.2 < widths[1] < 2 < widths[2]


def test_an_empty_mask_measures_zero_everywhere_and_no_nan() -> None:
    measured = measure_mask(sample_with(np.zeros((64, 64), np.uint8)))
    assert np.isfinite(list(measured.values())).all()
    assert measured["area"] == measured["components"] == measured["box_agreement"] == 0.0


def test_a_subject_that_is_cut_off_touches_the_border() -> None:
    assert measure_mask(sample_with(np.roll(disc(16), 24, axis=1)))["border"] > 0.05


def test_specks_are_no_pieces_and_halves_are() -> None:
    speckled = disc(16)
    speckled[2, 2] = 255
    assert measure_mask(sample_with(speckled))["components"] == 1.0
    halved = disc(16)
    halved[:, 30:34] = 0
    measured = measure_mask(sample_with(halved))
    assert measured["components"] == 2.0
    assert measured["largest_component"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("box", "agreement"),
    [
        ([16, 16, 48, 48], 1.0),
        ([16, 16, 48, 32], 0.5),
        ([0, 0, 8, 8], 0.0),
        ([16, 16, 48], float("nan")),
        ([0, 0, 8, 10**400], float("nan")),
    ],
)
def test_a_recorded_box_is_compared_with_the_mask_s_own(box: list[int], agreement: float) -> None:
    measured = measure_mask(sample_with(disc(16), box=box))
    assert measured["box_agreement"] == pytest.approx(agreement, nan_ok=True)


@pytest.mark.parametrize(
    ("spoilt", "measure"),
    [
        (np.zeros((64, 64), np.uint8), "area"),
        (np.full((64, 64), 255, np.uint8), "area"),
        (np.roll(disc(16), 24, axis=1), "border"),
        (np.where(disc(16) >= 128, 255, 0).astype(np.uint8), "soft_edge"),
    ],
)
def test_planted_defects_are_refused_by_the_default_thresholds(spoilt: np.ndarray, measure: str) -> None:
    measured = measure_mask(sample_with(spoilt))
    rules = {rule.measure: rule for rule in read_rules({"mask": {}}) if rule.check == "mask"}
    assert rules[measure].fault(measured[measure])


def test_the_check_measures_every_sample() -> None:
    group = toy_runs.some_group()
    measures = Mask().measure(toy_runs.view(group, toy_runs.finished(group)))
    assert list(measures.samples) == [cell.key for cell in group.cells]
