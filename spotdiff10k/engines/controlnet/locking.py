"""Which pixels of a joined picture come from where.

The subject's are those of its pose's picture and the rest are the plate's, bit by bit; between the two a band is painted anew.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.photos.matting import decontaminated
from spotdiff10k.types import Image, Mask

Flags = npt.NDArray[np.bool_]
Share = npt.NDArray[np.float32]

OPAQUE = 255
FAINT = 4
"""Alpha from which a pixel is part of the subject's edge."""
FOOT = 0.14
"""The lowest part of the subject, of its height: what stands there throws a shadow and touches the ground ..."""
SHADOW_WIDTH, SHADOW_HEIGHT = 3.0, 1.0
"""... as far as so many times the band's reach to the sides, and down."""
FADE = 0.5
"""Share of the band's reach over which what was painted goes over into the plate."""


@dataclass(frozen=True, slots=True)
class Regions:
    """A picture cut in three; every pixel is in exactly one."""

    core: Flags  # (H, W) the subject's own pixels
    band: Flags  # (H, W) painted anew
    fade: Share  # (H, W) of what was painted, towards the plate: 0 outside the band, 1 inside

    @property
    def repaint(self) -> Mask:
        """255 where it is painted anew."""
        return np.where(self.band, np.uint8(OPAQUE), np.uint8(0))


def regions_of(alpha: Mask, reach: int) -> Regions:
    """Cut a picture by its mask; an empty one has no band.

    The core is where the mask and the four pixels beside are opaque. The band reaches `reach` pixels beyond the mask, and further
    at its foot.
    """
    core = _core(alpha)
    there = alpha >= FAINT
    around = dilated(there, reach, reach) | _at_the_foot(there, reach)
    band = around & ~core
    return Regions(core, band, _fade(around, max(1, round(FADE * reach))))


def all_but(alpha: Mask) -> Regions:
    """Everything but the subject's own pixels is painted anew."""
    core = _core(alpha)
    return Regions(core, ~core, np.ones(alpha.shape, np.float32))


def _core(alpha: Mask) -> Flags:
    solid = alpha == OPAQUE
    core = solid.copy()
    for axis in (0, 1):
        for step in (1, -1):
            beside = np.roll(solid, step, axis)
            _edge(beside, axis, step)[:] = False
            core &= beside
    return core


def _edge(flags: Flags, axis: int, step: int) -> Any:
    """The line that came round from the other side."""
    place = 0 if step == 1 else -1
    return flags[place] if axis == 0 else flags[:, place]


def _at_the_foot(there: Flags, reach: int) -> Flags:
    """Ground around the lowest part."""
    rows = np.flatnonzero(there.any(axis=1))
    if not rows.size:
        return np.zeros_like(there)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    foot = there.copy()
    foot[: bottom - max(1, round(FOOT * (bottom - top)))] = False
    return dilated(foot, round(SHADOW_HEIGHT * reach), round(SHADOW_WIDTH * reach))


def dilated(flags: Flags, down: int, across: int) -> Flags:
    """Grown by a lens of so many pixels: a rectangle cut by a diamond, which is near an ellipse."""
    if not flags.any():
        return flags.copy()
    box = _grown(_grown(flags, down, 0), across, 1)
    steps = 3
    rounder = np.zeros_like(flags)
    for step in range(steps + 1):  # a stack of boxes whose corners lie on the ellipse
        share = step / steps
        height, width = round(down * share), round(across * float(np.sqrt(1.0 - share * share)))
        rounder |= _grown(_grown(flags, height, 0), width, 1)
    return box & rounder


def _grown(flags: Flags, radius: int, axis: int) -> Flags:
    """Whether any pixel within `radius` along an axis is set."""
    if radius <= 0:
        return flags.copy()
    counts = np.cumsum(np.moveaxis(flags, axis, 0), axis=0, dtype=np.int32)
    length = counts.shape[0]
    upper = counts[np.minimum(np.arange(length) + radius, length - 1)]
    lower_at = np.arange(length) - radius - 1
    lower = np.where((lower_at >= 0)[:, None], counts[np.maximum(lower_at, 0)], 0)
    return np.moveaxis(upper > lower, 0, axis)


def _fade(around: Flags, width: int) -> Share:
    """0 outside, rising to 1 over `width` pixels."""
    share = np.zeros(around.shape, np.float32)
    outside = ~around
    for step in range(1, width + 1):
        share[around & ~dilated(outside, step, step)] += 1.0 / width
    return np.minimum(share, np.float32(1.0))


def started(subject: Image, alpha: Mask, plate: Image) -> Image:
    """The subject set before the plate as it is, without contact: what painting the band starts from."""
    return _over(decontaminated(subject, alpha), alpha, plate.astype(np.float32))


def joined(subject: Image, alpha: Mask, painted: Image, plate: Image, regions: Regions) -> Image:
    """The finished picture: subject pixels in the core and plate pixels outside the band, both untouched.

    In the band, what was painted goes over into the plate, and the subject's soft edge lies over it.
    """
    share = regions.fade[..., None]
    behind = painted * share + plate * (np.float32(1.0) - share)
    mixed = _over(decontaminated(subject, alpha), alpha, behind)
    found = np.where(regions.band[..., None], mixed, plate)
    return np.ascontiguousarray(np.where(regions.core[..., None], subject, found))


def _over(colours: Image, alpha: Mask, behind: npt.NDArray[np.float32]) -> Image:
    share = (alpha.astype(np.float32) / np.float32(OPAQUE))[..., None]
    return np.rint(colours * share + behind * (np.float32(1.0) - share)).astype(np.uint8)
