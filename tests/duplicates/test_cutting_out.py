"""Subjects cut out and shrunk: what lies behind them and where they stand changes nothing."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.duplicates import look
from spotdiff10k.duplicates.appearance import NUMBERS, features_of
from spotdiff10k.duplicates.cutting import CELLS, GREY, MARGIN, cells_of, on_grey
from spotdiff10k.duplicates.shrink import STEPS

Picture = npt.NDArray[np.uint8]


def subject(seed: int, tall: int, wide: int) -> tuple[Picture, Picture]:
    """Colours and soft alpha of something, opaque at its corners so that its box is known."""
    rng = np.random.default_rng(seed)
    alpha = rng.choice(np.array([0, 90, 255], np.uint8), (tall, wide))
    alpha[0, 0] = alpha[-1, -1] = 255
    return rng.integers(0, 256, (tall, wide, 3), dtype=np.uint8), alpha


def placed(colours: Picture, alpha: Picture, top: int, left: int, size: int, behind: int) -> tuple[Picture, Picture]:
    """The subject in a picture with noise where it is not."""
    picture = np.random.default_rng(behind).integers(0, 256, (size, size, 3), dtype=np.uint8)
    mask = np.zeros((size, size), np.uint8)
    rows, columns = slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])
    picture[rows, columns][alpha > 0] = colours[alpha > 0]
    mask[rows, columns] = alpha
    return picture, mask


def cut(picture: Picture, mask: Picture) -> npt.NDArray[np.int64]:
    return cells_of(picture, mask, mask >= 128)


def plainly_cut(picture: Picture, mask: Picture) -> npt.NDArray[np.float64]:
    """The same by repeating every pixel, so that each cell covers whole ones."""
    rows, columns = np.flatnonzero((mask >= 128).any(1)), np.flatnonzero((mask >= 128).any(0))
    tall, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    longest = max(tall, wide)
    side = longest + 2 * (longest // MARGIN + 1)
    top, left = (rows[0] + rows[-1] + 1 - side) // 2, (columns[0] + columns[-1] + 1 - side) // 2
    wider = np.pad(np.dstack([picture, mask]).astype(float), ((side, side), (side, side), (0, 0)))
    square = wider[top + side : top + 2 * side, left + side : left + 2 * side]
    values = np.dstack([square[..., :3] * square[..., 3:] / 255, square[..., 3]])
    large = np.repeat(np.repeat(values, CELLS, axis=0), CELLS, axis=1)
    return large.reshape(CELLS, side, CELLS, side, 4).mean(axis=(1, 3)) * STEPS


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 999), tall=st.integers(1, 40), wide=st.integers(1, 40))
def test_cells_are_means_over_their_areas(seed: int, tall: int, wide: int) -> None:
    picture, mask = placed(*subject(seed, tall, wide), 3, 5, 48, 0)
    assert np.abs(cut(picture, mask) - plainly_cut(picture, mask)).max() <= 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), top=st.integers(0, 20), left=st.integers(0, 20), behind=st.integers(0, 999))
def test_place_and_background_change_nothing(seed: int, top: int, left: int, behind: int) -> None:
    thing = subject(seed, 30, 21)
    first, second = cut(*placed(*thing, 9, 9, 64, 0)), cut(*placed(*thing, top, left, 64, behind))
    assert (first == second).all()


def test_behind_the_subject_is_grey() -> None:
    picture, mask = placed(*subject(1, 30, 10), 9, 9, 64, 0)
    bright = on_grey(cut(picture, mask))
    assert (bright[:, :4] == GREY * STEPS).all()
    assert (bright != GREY * STEPS).any()


def test_without_a_subject_there_are_no_features() -> None:
    cells = cut(np.full((20, 20, 3), 200, np.uint8), np.zeros((20, 20), np.uint8))
    assert not cells.any()
    assert not features_of(cells).any()
    assert not look.look_of(cells).any()


def test_features_of_every_cell_are_finite_even_in_the_dark() -> None:
    for level in (0, 1, 255):
        picture, mask = np.full((32, 32, 3), level, np.uint8), np.full((32, 32), 255, np.uint8)
        found = features_of(cut(picture, mask))
        assert found.shape == (NUMBERS,)
        assert np.isfinite(found).all()


def test_the_projection_fits_the_features() -> None:
    by = look.projection()
    assert by.mean.shape == (NUMBERS,)
    assert by.axes.shape[0] == NUMBERS
    assert np.isfinite(by.axes).all()


def test_a_look_survives_as_text_and_what_is_none_is_refused() -> None:
    found = look.look_of(cut(*placed(*subject(4, 30, 30), 9, 9, 64, 0)))
    assert (look.from_text(look.to_text(found)) == found).all()
    with pytest.raises(ValueError, match="a look is base64"):
        look.from_text("no look!")
