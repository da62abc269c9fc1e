"""verify: picture, plate and shadow add up outside the mask."""

import numpy as np

from spotdiff10k.verification.members import layer_difference


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
