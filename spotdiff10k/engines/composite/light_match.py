"""One colour map a cell: it brings a photograph's colours nearer to the light of a background.

A photograph is taken to be well exposed under neutral light. Under the light of a background level, a grey thing on the stage
would look darker, brighter or tinted; part of that difference is given to the subject as a gain of each channel.
The map is affine in display values and is written into the record, so pixels stay explained to the last step.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import AMBIENT_DIRECTIONS, AMBIENT_WEIGHT
from spotdiff10k.engines.rendered.model import F32, U8, Lighting
from spotdiff10k.engines.rendered.tone import display_of

GREY = 0.32
"""Albedo of the thing that stands for a subject."""
EXPECTED = 126.0
"""Display value that a well-exposed photograph gives it."""
SUN_FACING = 0.45
"""Mean cosine between an upright thing and the sun above it, over what is seen of it."""
BRIGHTNESS, TINT = 0.45, 0.4
"""How much of the difference the subject takes on: all of it would be the light's, but a photograph brings light of its own."""
LEAST_GAIN, MOST_GAIN = 0.5, 1.04
"""More would clip what is white in a photograph, and clipped pixels cannot be traced back."""
DECIMALS = 6
"""Of the recorded numbers, which are the ones that are used."""


@dataclass(frozen=True, slots=True)
class ColourMap:
    """display = matrix @ (red, green, blue, 1), rounded and clipped."""

    numbers: tuple[float, ...]  # 12, the rows of a 3 x 4 matrix

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return self == IDENTITY

    def applied(self, colours: U8) -> U8:
        """(h, w, 3) colours under the map."""
        if self.is_identity:
            return colours
        out = np.empty_like(colours)
        _apply(np.asarray(self.numbers, np.float64).reshape(3, 4), colours, out)
        return out


IDENTITY = ColourMap((1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0))


@kernel
def _apply(matrix: npt.NDArray[np.float64], colours: U8, out: U8) -> None:
    for y in range(colours.shape[0]):
        for x in range(colours.shape[1]):
            for c in range(3):
                value = matrix[c, 3]
                for k in range(3):
                    value += matrix[c, k] * colours[y, x, k]
                out[y, x, c] = np.uint8(min(255.0, max(0.0, value)) + 0.5)


def matched(lighting: Lighting) -> ColourMap:
    """The map for subjects under this light: the same for all of them, so that what tells subjects apart is kept."""
    shown = np.asarray(display_of(GREY * _on_upright(lighting) * lighting.exposure), np.float64) * 255.0
    ratio = np.maximum(shown, 1.0) / EXPECTED
    middle = float(np.exp(np.log(ratio).mean()))
    gains = middle**BRIGHTNESS * (ratio / middle) ** TINT
    gains = np.maximum(gains * min(1.0, MOST_GAIN / float(gains.max())), LEAST_GAIN)
    red, green, blue = (round(float(gain), DECIMALS) for gain in gains)
    return ColourMap((red, 0.0, 0.0, 0.0, 0.0, green, 0.0, 0.0, 0.0, 0.0, blue, 0.0))


def _on_upright(lighting: Lighting) -> F32:
    """(3,) irradiance / pi on what is seen of an upright thing on the stage: half of it sky, half ground, and some sun."""
    toward_camera = np.maximum(0.0, AMBIENT_DIRECTIONS[:, :1].astype(np.float64))
    sky = (lighting.sky.astype(np.float64) * toward_camera).sum(axis=0) * AMBIENT_WEIGHT / np.pi
    ground = 0.5 * lighting.ground_radiance.astype(np.float64)
    front = 0.5 + 0.5 * float(lighting.sun_direction[0])
    sun = SUN_FACING * front * lighting.sun_radiance.astype(np.float64)
    return np.asarray(sky + ground + sun, np.float32)
