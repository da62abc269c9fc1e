"""Which pixels of a joined picture come from where.

The subject's are those of its pose's picture and the rest are the plate's, bit by bit; between the two a band is painted anew.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.controlnet.growing import Distances, Flags, dilated, faded
from spotdiff10k.photos.matting import decontaminated
from spotdiff10k.types import Image, Mask

OPAQUE = 255
FAINT = 4
"""Alpha from which a pixel is part of the subject's edge."""
FOOT = 0.14
"""The lowest part of the subject, of its height: what stands there throws a shadow and touches the ground ..."""
SHADOW_WIDTH, SHADOW_HEIGHT = 4.0, 1.2
"""... as far as so many times the band's reach to the sides, and down."""
FADE = 0.5
"""Share of the band's reach over which what was painted goes over into the plate."""


@dataclass(frozen=True, slots=True)
class Regions:
    """A picture cut in three; every pixel is in exactly one."""

    core: Flags  # (H, W) the subject's own pixels
    band: Flags  # (H, W) painted anew
    fade: Distances  # (H, W) share of what was painted, towards the plate: 0 outside the band, 1 inside

    @property
    def repaint(self) -> Mask:
        """255 where it is painted anew."""
        return np.where(self.band, np.uint8(OPAQUE), np.uint8(0))


@dataclass(frozen=True, slots=True)
class Held:
    """A subject that several pictures show, pixel by pixel."""

    picture: Image
    colours: Image  # the same without the backdrop's colour in its soft edge
    alpha: Mask
    regions: Regions


def held_before_plates(picture: Image, alpha: Mask, reach: int) -> Held:
    """A subject for plates; the band reaches `reach` pixels beyond its mask, and further at its foot."""
    return Held(picture, decontaminated(picture, alpha), alpha, regions_of(alpha, reach))


def held_alone(picture: Image, alpha: Mask) -> Held:
    """A subject whose surroundings are all painted anew."""
    core = _core(alpha)
    regions = Regions(core, ~core, np.ones(alpha.shape, np.float32))
    return Held(picture, decontaminated(picture, alpha), alpha, regions)


def regions_of(alpha: Mask, reach: int) -> Regions:
    """Cut a picture by its mask; an empty one has no band.

    The core is where the mask and the four pixels beside are opaque. The band reaches `reach` pixels beyond the mask, and further
    at its foot.
    """
    core = _core(alpha)
    there = alpha >= FAINT
    around = dilated(there, reach, reach) | _at_the_foot(there, reach)
    return Regions(core, around & ~core, faded(around, max(1, round(FADE * reach))))


def _core(alpha: Mask) -> Flags:
    solid: Flags = np.asarray(alpha == OPAQUE)
    core: Flags = solid.copy()
    for axis in (0, 1):
        for step in (1, -1):
            beside = np.roll(solid, step, axis)
            _edge(beside, axis, step)[:] = False
            np.logical_and(core, beside, out=core)
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


def started(held: Held, plate: Image) -> Image:
    """The subject set before the plate as it is, without contact: what painting the band starts from."""
    return _over(held, plate.astype(np.float32))


def joined(held: Held, painted: Image, plate: Image) -> Image:
    """The finished picture: subject pixels in the core and plate pixels outside the band, both untouched.

    In the band, what was painted goes over into the plate, and the subject's soft edge lies over it.
    """
    share = held.regions.fade[..., None]
    behind = painted * share + plate * (np.float32(1.0) - share)
    found = np.where(held.regions.band[..., None], _over(held, behind), plate)
    return np.ascontiguousarray(np.where(held.regions.core[..., None], held.picture, found))


def _over(held: Held, behind: npt.NDArray[np.float32]) -> Image:
    share = (held.alpha.astype(np.float32) / np.float32(OPAQUE))[..., None]
    mixed: Image = np.rint(held.colours * share + behind * (np.float32(1.0) - share)).astype(np.uint8)
    return mixed
