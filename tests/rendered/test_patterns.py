"""Pattern fields: what is marked, how much of it, and that noise moves with the seed."""

import numpy as np
import pytest

from spotdiff10k.engines.rendered import patterns

POINTS = np.random.default_rng(0).uniform(-1.0, 1.0, (4000, 3))


def marked(field: np.ndarray) -> float:
    return float((field > patterns.EDGE).mean())


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_stripes_cover_about_their_share(share: float) -> None:
    assert marked(patterns.stripes(POINTS, (1, 0, 0), 6.0, 3, 0.5, share)) == pytest.approx(share, abs=0.14)


def test_bands_repeat_along_their_direction_only() -> None:
    field = patterns.bands(POINTS, (0, 0, 2), 4.0)
    assert np.allclose(field, patterns.bands(POINTS + (0.3, -0.2, 0.25), (0, 0, 1), 4.0))
    assert marked(field) == pytest.approx(0.5, abs=0.05)


def test_more_patches_are_marked_where_more_are_asked_for() -> None:
    shares = [marked(patterns.patches(POINTS, 4.0, 1, share)) for share in (0.2, 0.5, 0.8)]
    assert shares == sorted(shares)
    assert shares[0] < 0.45 < shares[2]


@pytest.mark.parametrize("pattern", [patterns.spots, patterns.rosettes, patterns.mosaic])
def test_another_seed_is_another_pattern(pattern: object) -> None:
    first, again, other = (pattern(POINTS, 8.0, seed) for seed in (1, 1, 2))  # type: ignore[operator]
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert 0.02 < marked(first) < 0.98


def test_markings_have_no_seams_at_cell_borders() -> None:
    line = np.stack([np.linspace(-1, 1, 4001), np.full(4001, 0.123), np.full(4001, -0.4)], axis=1)
    for field in (patterns.mosaic(line, 8.0, 1), patterns.noise(line, 8.0, 1)):
        assert np.abs(np.diff(field)).max() < 0.05
    spots = patterns.spots(line, 8.0, 1)  # jumps between spots, but never at the edge of one
    jumps = np.abs(np.diff(spots)) > 0.05
    assert (np.maximum(spots[1:], spots[:-1])[jumps] < patterns.EDGE).all()


def test_beyond_starts_at_its_level() -> None:
    points = np.array([[0.0, 0, 0.29], [0, 0, 0.31]])
    assert (patterns.beyond(points, (0, 0, 1), 0.3) > patterns.EDGE).tolist() == [False, True]


def test_near_is_an_ellipsoid() -> None:
    points = np.array([[0.0, 0, 0.29], [0, 0, 0.31], [0.09, 0, 0], [0.11, 0, 0]])
    assert (patterns.near(points, (0, 0, 0), (0.1, 0.2, 0.3)) > patterns.EDGE).tolist() == [True, False, True, False]


def test_markings_are_joined_and_crossed() -> None:
    first, second = np.array([0.2, 0.8]), np.array([0.6, 0.4])
    assert patterns.both(first, second).tolist() == [0.2, 0.4]
    assert patterns.either(first, second).tolist() == [0.6, 0.8]
