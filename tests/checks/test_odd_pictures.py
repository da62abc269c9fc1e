"""The checks that look at pixels and texts, on samples where there is nothing, or too little, to look at."""

import dataclasses
import json
import math

import numpy as np
import pytest
import toy_runs

from spotdiff10k import registry
from spotdiff10k.measures import Check, Measures

NAMES = ("plate", "pixel_lock", "quality", "caption")
SIDE = toy_runs.SIZE
GREY = np.full((SIDE, SIDE, 3), 90, np.uint8)


@pytest.fixture(params=NAMES)
def check(request: pytest.FixtureRequest) -> Check:
    made: Check = registry.find("checks", request.param)()
    return made


def measured(check: Check, samples: int = 4, **members: np.ndarray) -> Measures:
    """What is measured on the first samples of a toy group whose members are all other ones."""

    def spoil(key: str, found: dict[str, bytes]) -> dict[str, bytes]:
        other = {name.replace("_", "."): toy_runs.png(pixels) for name, pixels in members.items()}
        record = toy_runs.as_json({**json.loads(found["json"]), "pixel_lock": "exact"})
        return {**found, **other, "json": record}

    group = toy_runs.some_group()
    view = toy_runs.view(group, toy_runs.finished(group, spoil))
    return check.measure(dataclasses.replace(view, samples=view.samples[:samples]))


def values_of(check: Check, found: Measures) -> list[float]:
    """All numbers, which must be inside their ranges or no number at all, and in every sample the same ones."""
    for values in found.samples.values():
        assert set(values) == set(check.ranges) - set(found.unchecked)
        for name, value in values.items():
            low, high = check.ranges[name]
            assert math.isnan(value) or low <= value <= high, name
    return [value for values in found.samples.values() for value in values.values()]


@pytest.mark.parametrize("alpha", [0, 255, 127])
def test_masks_without_an_outline_are_no_accident(check: Check, alpha: int) -> None:
    mask = np.full((SIDE, SIDE), alpha, np.uint8)
    values_of(check, measured(check, mask_png=mask))


@pytest.mark.parametrize("level", [0, 255])
def test_pictures_that_are_black_or_white_like_their_plates_are_no_accident(check: Check, level: int) -> None:
    even = np.full((SIDE, SIDE, 3), level, np.uint8)
    values = values_of(check, measured(check, png=even, plate_png=even))
    assert all(math.isfinite(value) for value in values)


def test_where_everything_is_subject_no_block_can_be_compared_and_that_is_refused() -> None:
    check = registry.find("checks", "plate")()
    found = measured(check, mask_png=np.full((SIDE, SIDE), 255, np.uint8))
    assert all(math.isnan(values["mismatch"]) for values in found.samples.values())


@pytest.mark.parametrize("samples", [0, 1, 2, 3])
def test_groups_with_few_samples_are_measured(check: Check, samples: int) -> None:
    found = measured(check, samples)
    assert len(found.samples) == samples
    assert all(math.isfinite(value) for value in values_of(check, found))


def test_what_could_not_be_seen_is_told() -> None:
    found = measured(registry.find("checks", "quality")(), png=GREY, plate_png=GREY)
    assert all("outline can hardly be told" in words for words in found.evidence.values())
    assert len(found.evidence) == 4
    hidden = measured(registry.find("checks", "plate")(), png=GREY, plate_png=GREY)
    assert all("nothing left of the subject could be seen" in words for words in hidden.evidence.values())


def test_the_same_is_measured_at_other_sizes_than_multiples_of_the_blocks() -> None:
    from spotdiff10k.checks._layers import layer_difference
    from spotdiff10k.checks._tones import tones

    rng = np.random.default_rng(1)
    picture = rng.integers(0, 200, (72, 72, 3), np.uint8)
    mask = np.zeros((72, 72), np.uint8)
    found = layer_difference(picture, picture + np.uint8(3), None, mask, 2.0)
    assert (found.worst, found.worst_block, found.median_block) == (3.0, 3.0, 3.0)
    assert found.beyond == 72 * 72
    assert tones(picture[..., 0].copy(), picture[..., 0].copy(), mask).exposure == 0.0
