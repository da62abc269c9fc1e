"""verify: picture, plate and shadow add up outside the mask."""

import numpy as np
import pytest

from spotdiff10k.verification.layers import layer_difference


def test_layers_add_up_to_half_a_grey_level_when_they_are_rounded() -> None:
    rng = np.random.default_rng(0)
    plate, shade = (rng.integers(0, 256, (40, 40, 3)).astype(np.uint8) for _ in range(2))
    made = np.rint(plate.astype(float) * shade / 255).astype(np.uint8)
    mask = np.zeros((40, 40), np.uint8)
    assert layer_difference(made, plate, shade, mask) <= 0.5
    made[3, 4, 1] = plate[3, 4, 1] ^ 0x80
    assert layer_difference(made, plate, shade, mask) > 2
    mask[3, 4] = 1
    assert layer_difference(made, plate, shade, mask) <= 0.5


@pytest.mark.parametrize("grey_shadow", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (33, 64)])
def test_the_difference_is_the_largest_of_all_pixels_outside_the_mask(size: tuple[int, int], grey_shadow: bool) -> None:
    rng = np.random.default_rng(size[0])
    picture, plate, shadow = (rng.integers(0, 256, (*size, 3)).astype(np.uint8) for _ in range(3))
    shadow = shadow[..., 0] if grey_shadow else shadow
    mask = (rng.integers(0, 3, size) // 2).astype(np.uint8)
    shade = shadow[..., None] if grey_shadow else shadow
    each = np.abs(picture.astype(float) - plate.astype(float) * shade / 255).max(axis=2)
    expected = each[mask == 0].max(initial=0)
    assert layer_difference(picture, plate, shadow, mask) == pytest.approx(expected, abs=1e-9)


def test_a_mask_that_covers_all_leaves_nothing_to_differ() -> None:
    white, black = np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)
    assert layer_difference(white, black, black, np.ones((4, 4), np.uint8)) == 0
