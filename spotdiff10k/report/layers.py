"""Small pictures of a sample's members: the picture itself, and its layers as something to look at.

`overlay` gives a layer the transparency it needs to lie on the picture; `plain` shows it on its own.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from spotdiff10k import samples
from spotdiff10k.errors import DataError
from spotdiff10k.types import Image

F32 = npt.NDArray[np.float32]

MASK_COLOUR = (255, 61, 113)
SHADOW_COLOUR = (98, 54, 255)
WHITE = (255, 255, 255)

DEPTH_STOPS = ((255, 246, 214), (255, 190, 104), (238, 96, 92), (140, 46, 132), (58, 30, 110), (16, 16, 52))
"""Display colours from the nearest to the farthest depth of a picture."""

DEPTH_PERCENTILES = (1.0, 99.0)
"""Depths outside are clamped, so that a far horizon does not flatten the subject."""

NO_NORMAL, NORMAL_TOLERANCE = 128, 2
"""Levels of 8-bit normals: the zero vector, and what rounding or a lossy format may add to it."""

AS_THEY_ARE = ("plate", "shadow", "mask", "canny", "skeleton")
"""Layers that can be looked at without being coloured first."""

BACKDROP = (18, 19, 24)
"""What lies behind a layer that is shown on its own."""


def decoded(member: bytes, name: str) -> Pictures.Image:
    """Decode a picture of a sample. Raises DataError when it is no PNG, JPEG or WebP, is too large or is damaged."""
    try:
        return Pictures.fromarray(samples.decode(member))
    except samples.UnreadableMemberError as error:
        raise DataError(f"{name} cannot be shown: {error}.") from error


def picture(member: bytes, name: str, side: int) -> Pictures.Image:
    """A picture (or plate) as RGB of at most `side` pixels."""
    return smaller(decoded(member, name).convert("RGB"), side)


def overlay(layer: str, member: bytes, name: str, side: int) -> Pictures.Image:
    """A layer as RGBA of at most `side` pixels, to be laid over the picture. Raises DataError, KeyError for an unknown layer."""
    return OVERLAYS[layer](decoded(member, name), side)


def plain(layer: str, member: bytes, name: str, side: int) -> Image:
    """A layer as RGB (side, side, 3) by itself, for contact sheets. Raises DataError, KeyError for an unknown layer."""
    if layer in AS_THEY_ARE:
        return np.asarray(smaller(decoded(member, name).convert("RGB"), side))
    over = overlay(layer, member, name, side)
    base = Pictures.new("RGBA", over.size, (*BACKDROP, 255))
    return np.asarray(Pictures.alpha_composite(base, over).convert("RGB"))


def smaller(image: Pictures.Image, side: int) -> Pictures.Image:
    """Shrink so that the longer side is `side` pixels at most; never enlarge."""
    longest = max(image.size)
    if longest <= side:
        return image
    size = (max(1, round(image.width * side / longest)), max(1, round(image.height * side / longest)))
    return image.resize(size, Pictures.Resampling.BOX if longest % side == 0 else Pictures.Resampling.HAMMING)


def _tinted(alpha: Pictures.Image, colour: tuple[int, int, int]) -> Pictures.Image:
    tinted = Pictures.new("RGBA", alpha.size, (*colour, 0))
    tinted.putalpha(alpha)
    return tinted


def _mask(image: Pictures.Image, side: int) -> Pictures.Image:
    return _tinted(smaller(image.convert("L"), side), MASK_COLOUR)


def _shadow(image: Pictures.Image, side: int) -> Pictures.Image:
    """The darker the shadow layer, the stronger the tint."""
    return _tinted(smaller(image.convert("L"), side).point(lambda level: 255 - level), SHADOW_COLOUR)


def _lines(image: Pictures.Image, side: int) -> Pictures.Image:
    """Lines drawn on black become lines drawn on nothing."""
    colours = smaller(image.convert("RGB"), side)
    strength = np.asarray(colours).max(axis=2)
    lifted = np.asarray(colours, np.float32) * (255.0 / np.maximum(strength, 1))[:, :, None]
    return Pictures.fromarray(np.dstack([np.clip(lifted, 0, 255).astype(np.uint8), strength]), "RGBA")


def _edges(image: Pictures.Image, side: int) -> Pictures.Image:
    return _tinted(smaller(image.convert("L"), side), WHITE)


def _opaque(image: Pictures.Image, side: int) -> Pictures.Image:
    return smaller(image.convert("RGB"), side).convert("RGBA")


def _normal(image: Pictures.Image, side: int) -> Pictures.Image:
    """Where there is no normal (the zero vector, mid grey) there is nothing."""
    encoded = np.asarray(image.convert("RGB"))
    known = (np.abs(encoded.astype(np.int16) - NO_NORMAL) > NORMAL_TOLERANCE).any(axis=2)
    return smaller(Pictures.fromarray(np.dstack([encoded, np.where(known, 255, 0).astype(np.uint8)])), side)


def _depth(image: Pictures.Image, side: int) -> Pictures.Image:
    """Near is light and warm, far is dark and blue; where there is no depth there is nothing."""
    depth = np.asarray(image).astype(np.float32)
    if depth.ndim == 3:
        depth = depth[:, :, 0]
    known = depth > 0
    low, high = np.percentile(depth[known], DEPTH_PERCENTILES) if known.any() else (0.0, 1.0)
    share = np.clip((depth - low) / max(float(high - low), 1.0), 0.0, 1.0).astype(np.float32)
    colours = Pictures.fromarray(np.dstack([_ramp(share), np.where(known, 255, 0).astype(np.uint8)]), "RGBA")
    return smaller(colours, side)


def _ramp(share: F32) -> Image:
    """Colours of DEPTH_STOPS for 0..1, shape (H, W, 3)."""
    table = np.empty((256, 3), np.uint8)
    places = np.linspace(0.0, 255.0, len(DEPTH_STOPS))
    for channel in range(3):
        table[:, channel] = np.interp(np.arange(256), places, [stop[channel] for stop in DEPTH_STOPS]).round()
    return table[(share * 255).astype(np.uint8)]


OVERLAYS: dict[str, Callable[[Pictures.Image, int], Pictures.Image]] = {
    "plate": _opaque,
    "normal": _normal,
    "depth": _depth,
    "shadow": _shadow,
    "mask": _mask,
    "canny": _edges,
    "skeleton": _lines,
}
"""In the order in which overlays lie on the picture, lowest first."""
