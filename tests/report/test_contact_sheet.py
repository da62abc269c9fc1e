"""Contact sheets: pictures lie where their labels say, and odd groups are drawn rather than refused."""

import numpy as np
import pytest
from PIL import ImageFont

from spotdiff10k import contact_sheet
from spotdiff10k.contact_sheet import Labels, compose

SIDE = 40


def flat(*colour):
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def extent(sheet, colour):
    """Left, top, right, bottom of all pixels of one colour."""
    rows, columns = np.nonzero((sheet == np.array(colour)).all(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def two_by_three():
    tiles = [[flat(200, 50 * column, 90 * row) for column in range(3)] for row in range(2)]
    return tiles, Labels("a fox", ["sitting", "walking"], ["meadow", "street", "studio"])


def test_poses_are_rows_and_backgrounds_are_columns():
    sheet = compose(*two_by_three())
    places = {(row, column): extent(sheet, (200, 50 * column, 90 * row)) for row in range(2) for column in range(3)}
    for (row, column), (left, top, right, bottom) in places.items():
        assert (right - left, bottom - top) == (SIDE, SIDE)
        assert top == places[row, 0][1]
        assert left == places[0, column][0]
    assert places[0, 0][0] < places[0, 1][0] < places[0, 2][0]
    assert places[0, 0][3] < places[1, 0][1]


def test_strips_are_columns_on_the_right_with_one_tile_a_pose():
    tiles, labels = two_by_three()
    sheet = compose(tiles, labels, {"mask": [flat(1, 2, 3), flat(4, 5, 6)]})
    last = extent(sheet, (200, 100, 0))
    first, second = extent(sheet, (1, 2, 3)), extent(sheet, (4, 5, 6))
    assert first[0] > last[2]
    assert first[0] == second[0]
    assert first[1] == last[1]
    assert second[1] > first[3]


def test_a_missing_picture_leaves_its_place_empty():
    tiles, labels = two_by_three()
    whole = compose(tiles, labels)
    tiles[1][1] = None
    sheet = compose(tiles, labels)
    assert sheet.shape == whole.shape
    left, top, right, bottom = extent(whole, (200, 50, 90))
    assert (sheet[top:bottom, left:right] == contact_sheet.MISSING).all()


def test_pictures_of_another_size_are_fitted_to_the_first():
    tiles, labels = two_by_three()
    tiles[0][1] = np.full((80, 80, 3), (9, 9, 250), np.uint8)
    left, top, right, bottom = extent(compose(tiles, labels), (9, 9, 250))
    assert (right - left, bottom - top) == (SIDE, SIDE)


def test_labels_that_do_not_match_the_pictures_are_refused():
    tiles, labels = two_by_three()
    with pytest.raises(ValueError, match="should have 2 tiles"):
        compose(tiles, Labels("a fox", ["sitting", "walking"], ["meadow", "street"]))
    with pytest.raises(ValueError, match="each strip"):
        compose(tiles, labels, {"mask": [flat(1, 2, 3)]})


def test_long_labels_stay_inside_their_width_and_number_of_lines():
    font = ImageFont.load_default(14)
    lines = contact_sheet.wrapped("in a long meadow of flowers under Donaudampfschifffahrtsgesellschaft clouds", font, 90, 3)
    assert len(lines) == 3
    assert all(font.getlength(line) <= 90 for line in lines)
    assert lines[-1].endswith(contact_sheet.ELLIPSIS)


def test_nothing_is_written_over_the_pictures():
    tiles, _ = two_by_three()
    long = Labels("word " * 200, ["pose " * 80] * 2, ["background " * 80] * 3, "subtitle " * 80)
    sheet = compose(tiles, long)
    assert sum((sheet == np.array((200, 50 * c, 90 * r))).all(axis=2).sum() for r in range(2) for c in range(3)) == 6 * SIDE**2
