"""Pictures that hold two views side by side."""

from pathlib import Path

import pytest
from foreign_pictures import SIDE, picture
from PIL import Image

from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.training.foreign.opening import ForeignOptions, open_foreign
from spotdiff10k.training.foreign.pair_pictures import parse_pairs
from spotdiff10k.training.foreign.pictures import SIDE as WORKING_SIDE


def test_pair_pictures_are_two_views_of_one_subject(tmp_path: Path) -> None:
    for number in range(5):
        sheet = Image.new("RGB", (2 * (SIDE + 8), SIDE + 8), (255, 255, 255))  # 8 above, left and between, as in Subjects200K
        sheet.paste(Image.new("RGB", (SIDE, SIDE), (10 * number, 1, 2)), (8, 8))
        sheet.paste(Image.new("RGB", (SIDE, SIDE), (10 * number, 99, 98)), (SIDE + 16, 8))
        sheet.save(tmp_path / f"pair-{number}.png")
    found = open_foreign(tmp_path, ForeignOptions(pairs=parse_pairs(f"width={SIDE},pad=8")))
    assert len(found.views) == 10
    assert len({view.subject for view in found.views}) == 5
    left, right = found.picture(2), found.picture(3)
    assert left.reshape(-1, 3).tolist() == [[10, 1, 2]] * WORKING_SIDE**2
    assert right.reshape(-1, 3).tolist() == [[10, 99, 98]] * WORKING_SIDE**2
    assert found.pixels(2) != found.pixels(3)


def test_a_pair_picture_that_is_too_small_says_so(tmp_path: Path) -> None:
    for number in range(5):
        picture(number).save(tmp_path / f"{number}.png")
    with pytest.raises(DataError, match="64 x 64 pixels and has no part of 64 x 64 at 80, 8"):
        open_foreign(
            tmp_path,
            ForeignOptions(pairs=parse_pairs("width=64,pad=8")),
        )


@pytest.mark.parametrize("text", ["", "width=-1", "width=99999999999999999999", "pad=3", "width=١٢", "wide=3"])
def test_a_pair_layout_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="--pairs"):
        parse_pairs(text)
