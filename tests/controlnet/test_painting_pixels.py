"""Which pixels come from where, checked one by one against plain loops; and what joining is measured by."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.engines.controlnet.growing import dilated
from spotdiff10k.engines.controlnet.locking import held_alone, held_before_plates, joined, started
from spotdiff10k.engines.controlnet.seams import Cut
from spotdiff10k.engines.controlnet.seams_seen import UNMEASURED, grown_around, joint_of
from spotdiff10k.engines.controlnet.segmenting import REGION

SIDE = 48
GREY = np.full((SIDE, SIDE, 3), 120, np.uint8)


def blob(rng: np.random.Generator) -> np.ndarray:
    """A soft disc somewhere, sometimes cut off by the border."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    distance = np.hypot(x - rng.uniform(0, SIDE), y - rng.uniform(0, SIDE)) - rng.uniform(3, 16)
    return np.rint(np.clip(0.5 - distance / rng.uniform(1, 5), 0, 1) * 255).astype(np.uint8)


def pictures(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    return [rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8) for _ in range(count)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_core_band_and_outside_share_no_pixel_and_each_shows_what_it_should(seed: int, reach: int) -> None:
    rng = np.random.default_rng(seed)
    alpha, (subject, painted, plate) = blob(rng), pictures(rng, 3)
    held = held_before_plates(subject, alpha, reach)
    regions, picture = held.regions, joined(held, painted, plate)
    assert not (regions.core & regions.band).any()
    for y, x in rng.integers(0, SIDE, (60, 2)):
        near = alpha[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        beside = [alpha[v, u] for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)) if 0 <= v < SIDE and 0 <= u < SIDE]
        is_core = alpha[y, x] == 255 and len(beside) == 4 and min(beside) == 255
        assert regions.core[y, x] == is_core
        if is_core:
            assert (picture[y, x] == subject[y, x]).all()
        elif not regions.band[y, x]:
            assert (picture[y, x] == plate[y, x]).all()
            assert alpha[y, x] < 4
        if near.max() < 4 and not regions.band[y, x]:
            assert (picture[y, x] == plate[y, x]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 5), st.integers(0, 7))
def test_growing_reaches_as_far_as_asked_and_no_further(seed: int, down: int, across: int) -> None:
    rng = np.random.default_rng(seed)
    flags = rng.random((SIDE, SIDE)) > 0.995
    found = dilated(flags, down, across)
    assert (found >= flags).all()
    for y, x in zip(*np.nonzero(found & ~flags), strict=True):
        box = flags[max(0, y - down) : y + down + 1, max(0, x - across) : x + across + 1]
        assert box.any()
    for y, x in zip(*np.nonzero(flags), strict=True):
        assert found[max(0, y - down), x]
        assert found[y, min(SIDE - 1, x + across)]


def test_an_empty_mask_leaves_the_plate_alone() -> None:
    rng = np.random.default_rng(0)
    subject, painted, plate = pictures(rng, 3)
    nothing = np.zeros((SIDE, SIDE), np.uint8)
    held = held_before_plates(subject, nothing, 4)
    assert np.array_equal(joined(held, painted, plate), plate)
    assert np.array_equal(started(held, plate), plate)


def test_a_subject_that_is_held_alone_keeps_its_pixels_and_all_else_is_painted() -> None:
    rng = np.random.default_rng(3)
    alpha, (subject, painted) = blob(rng), pictures(rng, 2)
    held = held_alone(subject, alpha)
    picture = joined(held, painted, painted)
    assert np.array_equal(picture[held.regions.core], subject[held.regions.core])
    assert np.array_equal(picture[alpha == 0], painted[alpha == 0])


@pytest.fixture
def disc() -> np.ndarray:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return np.where(np.hypot(x - 24, y - 20) < 10, 255, 0).astype(np.uint8)


def test_a_shadow_is_no_expansion_and_a_new_limb_is(disc: np.ndarray) -> None:
    held = held_before_plates(GREY, disc, 4)
    band = held.regions.band & (disc == 0)
    darker, limb = GREY.copy(), GREY.copy()
    darker[band] = 60
    limb[band] = (200, 40, 40)
    calm, shadow, grown = (joint_of(painted, GREY, held) for painted in (GREY, darker, limb))
    share = band.sum() / (disc >= 128).sum()
    assert (calm.seam, calm.expansion, calm.shadowed) == (0.0, 0.0, 0.0)
    assert (shadow.expansion, shadow.shadowed) == (0.0, pytest.approx(share))
    assert (grown.expansion, grown.shadowed) == (pytest.approx(share), 0.0)
    assert shadow.seam == pytest.approx(60.0)
    black = GREY.copy()
    black[band] = 10
    assert joint_of(black, GREY, held).expansion == pytest.approx(share)


def test_without_a_plate_growth_is_what_a_second_look_finds_and_never_zero_where_nobody_looked(disc: np.ndarray) -> None:
    larger = np.maximum(disc, np.roll(disc, 6, axis=1))
    looked = grown_around(disc, Cut(larger, 1.0, ("one", "another")))
    assert looked.expansion == pytest.approx(((larger >= 128) & (disc == 0)).sum() / (disc >= 128).sum())
    assert looked.seam == UNMEASURED
    assert grown_around(disc, Cut(disc, 1.0, (REGION,))).expansion == UNMEASURED
