"""A plant while it grows: stems, fronds and heads with their bones."""

from dataclasses import dataclass, field

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._foliage import (
    bloom,
    leaf_material,
)
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import tube
from spotdiff10k.engines.rendered.model import Material

STEM_BONES = 4
BROWN: Linear = (0.13, 0.07, 0.03)
YELLOW: Linear = (0.72, 0.42, 0.02)


@dataclass(frozen=True, slots=True)
class Frond:
    """A leaf with bones of its own, growing towards an azimuth in degrees."""

    base: str
    tip: str  # "" where it has one bone
    azimuth: float
    freedom: float = 1.0


@dataclass(slots=True)
class Garden:
    """A plant while it grows."""

    assembly: Assembly
    ground: F64
    radius: float
    leaf: Linear
    petal: Linear
    marking: str
    bloom: float
    count: float
    tall: float
    broad: float
    noise: np.random.Generator
    supple: float = 1.0
    stems: list[list[str]] = field(default_factory=list)
    fronds: list[Frond] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    perch: tuple[str, F64] = ("pot", np.zeros(3))

    @property
    def green(self) -> Material:
        return leaf_material(self.leaf, self.marking)

    @property
    def stalk(self) -> Material:
        return finish.leaf(finish.shade(self.leaf, 0.85))

    def jitter(self, size: float) -> float:
        return float(self.noise.uniform(-size, size))

    def stem(self, name: str, path: F64, radius: float, end_radius: float, material: Material) -> list[str]:
        """A stem along a path (N, 3) with four bones; returns their names."""
        joints = path[np.linspace(0, len(path) - 1, STEM_BONES + 1).astype(int)]
        chain: list[str] = []
        for i, joint in enumerate(joints[:-1]):
            chain.append(self.assembly.bone(f"{name}{i + 1}", chain[-1] if chain else "pot", joint))
        shape = tube(path, list(np.linspace(radius, end_radius, len(path))), 12)
        self.assembly.add_bent(chain, joints[-1], shape, material)
        self.stems.append(chain)
        return chain

    def frond(
        self, name: str, parent: str, root: F64, azimuth: float, shape: Shape, material: Material, freedom: float = 1.0
    ) -> None:
        """A leaf made towards +x at the origin, planted at `root` towards an azimuth, on two bones."""
        placed = shape.turned(z=azimuth).at(root)
        sections = placed.vertices[: len(placed.vertices) - 2].reshape(-1, 8, 3).mean(axis=1)
        base = self.assembly.bone(f"{name}_base", parent, root)
        tip = self.assembly.bone(f"{name}_tip", base, sections[len(sections) // 2])
        self.assembly.add_bent((base, tip), sections[-1], placed, material)
        self.fronds.append(Frond(base, tip, azimuth, freedom))

    def flower(self, bone: str, place: F64, kind: str, size: float, lean: float, azimuth: float, heart: Linear) -> None:
        """A flower on a bone, tipped from up by `lean` degrees towards an azimuth."""
        for shape, material in bloom(kind, size, self.petal, heart):
            self.assembly.add(bone, shape.turned(y=lean, z=azimuth).at(place), material)


def curve(start: F64, height: float, azimuth: float, bow: float, steps: int = 17) -> F64:
    """A stem path that rises and bows towards an azimuth by `bow` metres."""
    shares = np.linspace(0, 1, steps)
    away = np.array((np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0.0))
    rise = np.stack((0 * shares, 0 * shares, shares * height), axis=1)
    return np.asarray(start + shares[:, None] ** 2 * bow * away + rise)
