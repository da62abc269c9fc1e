"""Photographs of subjects, cut out and set before shared backgrounds: no diffusion, any CPU, exact pixels and masks.

Importing this package is light: the kernels and their compiler are imported when an engine makes its first group.
"""

from collections.abc import Mapping
from typing import ClassVar

from spotdiff10k.engines._lazy import LazyEngine


class Composite(LazyEngine):
    """Sets imported photographs on the ground of procedural scenes, photos or panoramas, with shadow and light."""

    version: ClassVar[int] = 1
    layers: ClassVar[tuple[str, ...]] = ("plate", "shadow", "canny")
    """What it can put out besides picture, mask and record; a photograph tells no depth, normals or joints."""
    subject_sources: ClassVar[tuple[str, ...]] = ("photos",)
    rates: ClassVar[tuple[float, float]] = (0.01, 0.12)
    """Seconds a picture, and a megapixel, on one core, encoding included."""
    options: ClassVar[Mapping[str, bool]] = {"match_light": True}
