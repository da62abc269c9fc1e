"""Places found again by depth and cameras, on balls whose every point, colour and light is known."""

import numpy as np
import pytest
from balls import AWAY, Shot, Texture, eye, shot

from spotdiff10k.identity.carrying import carried
from spotdiff10k.identity.colour_faults import MOST_CHANGE, PALE, _faults
from spotdiff10k.identity.mates import faults_of_colour
from spotdiff10k.identity.sights import CELLS, SPOTS, Sight
from spotdiff10k.identity.small import SmallLook, small_look

POSES, BACKGROUNDS = np.arange(9) // 3, np.arange(9) % 3
ANGLES = (-0.2, 0.0, 0.2)
LIGHTS = np.array([(0.7, 0.7, 0.7), (0.75, 0.6, 0.4), (0.4, 0.55, 0.75)])
SUNS = np.array([(0.6, 0.7, 0.4), (0.6, -0.8, 0.0), (0.9, 0.1, -0.4)])
RED, BLUE = np.array([0.8, 0.2, 0.1]), np.array([0.1, 0.25, 0.8])
STRIPE = 0.08
"""Radians of latitude: about two pixels of a small crop."""
PAINTED = 4
"""The member that is painted: the second pose on the second background."""
EVEN = np.full(3, 0.8)


def smooth(places: np.ndarray) -> np.ndarray:
    return np.asarray(0.4 + 0.3 * np.sin(3 * places + np.array([0.0, 1.0, 2.0])))


def striped(places: np.ndarray) -> np.ndarray:
    bands = np.floor(np.arcsin(np.clip(places[:, 2], -1, 1)) / STRIPE) % 2 == 0
    return np.where(bands[:, None], RED, BLUE)


def turned(texture: Texture, pose: int) -> Texture:
    """The same ball turned about its upright axis."""
    cosine, sine = np.cos(0.5 * pose), np.sin(0.5 * pose)
    turn = np.array([(cosine, sine, 0.0), (-sine, cosine, 0.0), (0.0, 0.0, 1.0)])
    return lambda places: texture(places @ turn.T)


def painted(texture: Texture, middle: float, colour: np.ndarray) -> Texture:
    """With a round patch on the equator, at an angle in the world."""
    at = np.array([np.cos(middle), np.sin(middle), 0.0])
    return lambda places: np.where((places @ at > 0.94)[:, None], colour, texture(places))


def group(
    texture: Texture, colour: np.ndarray | None = None, middle: float = 0.0, angles: tuple[float, ...] = ANGLES
) -> list[Shot]:
    """Three poses on three backgrounds, each with a light and a camera of its own; one of the nine painted."""
    shots = []
    for at, (pose, background) in enumerate(zip(POSES, BACKGROUNDS, strict=True)):
        own = turned(texture, int(pose))
        if colour is not None and at == PAINTED:
            own = painted(own, middle, colour)
        shots.append(shot(angles[background], own, LIGHTS[background], SUNS[background]))
    return shots


def novelty(shots: list[Shot], metres: float | None = None) -> np.ndarray:
    """By search, or with depth of so many metres a step."""
    sights = None if metres is None else [one.sight(metres) for one in shots]
    return np.array(faults_of_colour([one.look for one in shots], POSES, BACKGROUNDS, sights)[0])


def small(one: Shot) -> SmallLook:
    return small_look(one.look.crop)


def middles_of(found: Sight) -> np.ndarray:
    """(S, S, 3) of the cells that are all on the ball, NaN for others."""
    sums = np.zeros((CELLS**2, 3))
    np.add.at(sums, found.cells, found.points.T)
    return np.where(found.spots == SPOTS**2, sums.T / SPOTS**2, np.nan).T.reshape(CELLS, CELLS, 3)


def test_spots_lie_on_the_ball_and_face_outward() -> None:
    found = shot(0.3, smooth, EVEN).sight()
    assert np.linalg.norm(found.points, axis=0) == pytest.approx(1.0, abs=0.03)
    middles = middles_of(found)
    told = np.isfinite(middles[..., 0]) & (found.normals != 0).any(axis=-1)
    facing = (middles * (eye(0.3).position - middles)).sum(axis=-1) > 0.3 * AWAY
    likeness = (found.normals * middles).sum(axis=-1)[told & facing]
    assert likeness.size > 500
    assert likeness.min() > np.cos(0.15)


def test_a_mate_shows_the_same_points_in_the_same_colours_from_elsewhere() -> None:
    own, mate = shot(0.0, smooth, EVEN), shot(0.4, smooth, EVEN)
    there = carried(own.sight(), small(own).sure, mate.sight())
    both = there.sure & small(own).sure
    assert np.count_nonzero(both) > 500
    assert np.abs(there.channels - small(own).channels)[:, both].mean() < 0.02
    assert np.abs(small(mate).channels - small(own).channels)[:, both].mean() > 0.2


def test_what_a_mate_cannot_see_is_not_carried() -> None:
    own, mate = shot(0.0, smooth, EVEN), shot(1.2, smooth, EVEN)
    there = carried(own.sight(), small(own).sure, mate.sight())
    middles = middles_of(own.sight())
    facing = (middles * (eye(1.2).position - middles)).sum(axis=-1)
    sure = small(own).sure
    assert there.known[sure & (facing > 0.6)].all()
    assert not there.known[sure & (facing < -0.3)].any()


def test_carried_colours_are_freed_by_the_map_that_the_mate_recorded() -> None:
    own, mate = shot(0.0, smooth, EVEN), shot(0.2, smooth, EVEN)
    gains = np.array([0.6, 0.8, 0.9])
    mapped = Shot(np.rint(mate.picture * gains).astype(np.uint8), mate.mask, mate.depth, mate.eye)
    back = np.column_stack([np.diag(1 / gains), np.zeros(3)])
    sure = small(own).sure
    plain, freed = (carried(own.sight(), sure, other) for other in (mate.sight(), mapped.sight(colour_map=back)))
    assert np.abs(freed.channels - plain.channels)[:, plain.sure].max() < 0.1


def test_paint_among_fine_stripes_is_seen_where_a_search_finds_another_stripe() -> None:
    shots = group(striped, RED)
    exact, searched = novelty(shots, 0.001), novelty(shots)
    assert searched[PAINTED] < 0.2
    assert exact.argmax() == PAINTED
    assert exact[PAINTED] > 0.4 + np.delete(exact, PAINTED).max()


@pytest.mark.parametrize("texture", [smooth, striped])
def test_light_from_another_side_is_not_paint(texture: Texture) -> None:
    assert np.abs(novelty(group(texture), 0.001)).max() < 0.15


@pytest.mark.parametrize("metres", [0.002, 0.0005])
def test_depth_that_does_not_fit_the_cameras_is_left_alone_and_hides_no_paint(metres: float) -> None:
    shots = group(smooth, np.array([0.1, 0.8, 0.1]))
    searched = novelty(shots)
    assert searched.argmax() == PAINTED
    assert novelty(shots, metres).tolist() == searched.tolist()


def test_depth_that_lacks_where_a_part_was_painted_hides_no_paint() -> None:
    shots = group(smooth, np.array([0.1, 0.8, 0.1]))
    whole, own = novelty(shots, 0.001), shots[PAINTED]
    green = (own.picture[..., 1] > 150) & (own.picture[..., 0] < 120)
    shots[PAINTED] = Shot(own.picture, own.mask, np.where(green, 0, own.depth).astype(np.uint16), own.eye)
    assert np.count_nonzero(green) > 0.05 * np.count_nonzero(own.mask)
    assert novelty(shots, 0.001)[PAINTED] > 0.8 * whole[PAINTED]


def test_paint_that_no_mate_can_see_is_not_asked_about() -> None:
    hidden, open_to_all = (group(smooth, np.array([0.1, 0.8, 0.1]), at, (-0.3, 0.4, -0.2)) for at in (1.5, 0.2))
    assert novelty(hidden)[PAINTED] > 0.4
    assert novelty(hidden, 0.001)[PAINTED] < 0.15
    assert novelty(open_to_all, 0.001)[PAINTED] > 0.5


def test_a_pixel_is_judged_by_the_mates_that_see_it() -> None:
    changes = np.zeros((3, 3, 1, 1), np.float32)
    changes[:, 1, 0, 0] = (0.8, 0.8, -5.0)
    channels, new, out = np.zeros((3, 1, 1), np.float32), np.ones((1, 1), np.float32), np.empty((1, 1), np.float32)
    channels[1] = 0.8
    asked = np.array([True, True, False]).reshape(3, 1, 1)
    _faults(channels, changes, asked, new, MOST_CHANGE, PALE, out)
    assert out[0, 0] == pytest.approx(np.sqrt(0.8))
    _faults(channels, changes, np.ones_like(asked), new, MOST_CHANGE, PALE, out)
    assert out[0, 0] == 0.0
