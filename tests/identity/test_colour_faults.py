"""Paint, tint and light on toy groups whose every colour is known: two patterned discs in three lights."""

import numpy as np
import pytest

from spotdiff10k.identity.appearance import Appearance, appearance
from spotdiff10k.identity.colour_faults import MOST_CHANGE, PALE, _faults
from spotdiff10k.identity.mates import faults_of_colour

SIDE = 128
POSES, BACKGROUNDS = np.arange(9) // 3, np.arange(9) % 3
LIGHTS = np.array([(1.0, 1.0, 1.0), (0.95, 0.8, 0.6), (0.6, 0.75, 1.0)])
PAINTS = np.array([(200, 60, 40), (40, 90, 190), (220, 210, 190)])
PAINTED = 4
"""The member that defects are planted in."""
Scene = tuple[np.ndarray, np.ndarray]


def scene(pose: int, background: int) -> Scene:
    """A disc with three sectors that the pose turns, lit evenly from one side."""
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2 + 0.5
    angle = (np.arctan2(y, x) + 0.7 * pose) % (2 * np.pi)
    picture = PAINTS[(angle / (2 * np.pi / 3)).astype(int) % 3] * (0.75 + 0.2 * x / SIDE)[..., None] * LIGHTS[background]
    mask = np.where(x**2 + y**2 < (0.4 * SIDE) ** 2, 255, 0)
    return np.rint(picture).astype(np.uint8), mask.astype(np.uint8)


def group() -> list[Scene]:
    return [scene(pose, background) for pose, background in zip(POSES, BACKGROUNDS, strict=True)]


def faults(scenes: list[Scene]) -> tuple[np.ndarray, np.ndarray]:
    looks: list[Appearance] = [appearance(*one) for one in scenes]
    novelty, tint = faults_of_colour(looks, POSES[: len(looks)], BACKGROUNDS[: len(looks)])
    return np.array(novelty), np.array(tint)


def painted(at: int, colour: tuple[int, int, int]) -> list[Scene]:
    """The group with a patch of a twelfth of the disc in another colour."""
    scenes = group()
    scenes[at][0][52:80, 30:48] = colour
    return scenes


def test_other_light_is_neither_paint_nor_tint() -> None:
    novelty, tint = faults(group())
    assert np.abs(novelty).max() < 0.1
    assert np.abs(tint).max() < 0.1


@pytest.mark.parametrize("colour", [(30, 220, 30), tuple(PAINTS[0]), tuple(PAINTS[1])])
def test_paint_is_a_fault_of_its_picture_even_in_a_colour_that_the_subject_has_elsewhere(colour: tuple[int, int, int]) -> None:
    scenes = painted(PAINTED, colour)
    if (np.abs(group()[PAINTED][0][66, 40].astype(int) - colour) < 60).all():
        pytest.skip("it has that colour there already")
    novelty, tint = faults(scenes)
    assert novelty.argmax() == PAINTED
    assert novelty[PAINTED] > 0.3 + np.delete(novelty, PAINTED).max()
    assert tint[PAINTED] < novelty[PAINTED]


def test_the_same_paint_in_every_picture_of_a_pose_is_how_the_subject_looks() -> None:
    scenes = group()
    for background in range(3):
        scenes[3 + background][0][52:80, 30:48] = np.array([30, 220, 30]) * LIGHTS[background]
    novelty, _ = faults(scenes)
    assert novelty.max() < 0.2


def test_a_tint_is_a_fault_of_the_whole_and_no_paint() -> None:
    scenes = group()
    picture, mask = scenes[PAINTED]
    scenes[PAINTED] = (np.clip(picture * np.array([0.75, 1.0, 1.2]), 0, 255).astype(np.uint8), mask)
    novelty, tint = faults(scenes)
    assert tint.argmax() == PAINTED
    assert tint[PAINTED] > 0.2 + np.delete(tint, PAINTED).max()
    assert novelty[PAINTED] < tint[PAINTED]


def test_a_recorded_colour_map_is_undone_and_an_unrecorded_one_is_a_tint() -> None:
    scenes = group()
    picture, mask = scenes[PAINTED]
    gains = np.array([0.7, 0.9, 1.0])
    mapped = np.rint(picture * gains).astype(np.uint8)
    looks = [appearance(*one) for one in scenes]
    back = np.column_stack([np.diag(1 / gains), np.zeros(3)])
    told, untold = list(looks), list(looks)
    told[PAINTED], untold[PAINTED] = appearance(mapped, mask, back), appearance(mapped, mask)
    same, other = (faults_of_colour(found, POSES, BACKGROUNDS)[1] for found in (told, untold))
    assert same[PAINTED] < 0.1 < other[PAINTED] - 0.1


def test_a_picture_without_its_square_of_neighbours_has_no_answer() -> None:
    novelty, tint = faults(group()[:3])
    assert np.isnan(novelty).all()
    assert np.isnan(tint).all()


def test_a_change_counts_for_less_where_colours_are_strong() -> None:
    """A strong colour has a channel near black, which little light moves far: the same change there says less."""
    mates = np.zeros((2, 3, 1, 2), np.float32)
    mates[:, 1] = 0.8
    channels = np.zeros((3, 1, 2), np.float32)
    channels[1] = (0.8, 3.8)  # matched to 0 and to 3: grey, and a strong red
    new, out = np.ones((1, 2), np.float32), np.empty((1, 2), np.float32)
    _faults(channels, mates, np.ones((2, 1, 2), np.bool_), new, MOST_CHANGE, PALE, out)
    assert out[0, 0] == pytest.approx(np.sqrt(0.8))
    assert out[0, 1] == pytest.approx(np.sqrt(0.8) / (1 + 3 / PALE))
