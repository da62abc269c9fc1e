"""The embedded engine: real 3D subjects and scenes in a software renderer; no download, any CPU, exact truth.

Importing this package is light: the kernels and their compiler are imported when an engine makes its first group.
"""

from typing import ClassVar

from spotdiff10k.engines._lazy import LazyEngine


class Rendered(LazyEngine):
    """Makes samples of procedural or imported 3D subjects in procedural scenes, photos or panoramas."""

    version: ClassVar[int] = 1
