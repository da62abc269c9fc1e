"""The body of a vehicle as one skin: a ring of points at each station along x, and panels cut from the same skin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import loft

Line = tuple[tuple[float, float], ...]
"""A polyline (x, value), x rising."""

HULL_CREASE = 24.0
ARCH_STEPS = 12
END_STEPS = 5
CROWN = 0.012
"""How much higher the middle of a top is than its edges, metres."""

# Places in the half ring, from the bottom's middle up the side to the top's middle.
SILL, FLANK, WAIST, SHOULDER, BELT, GUTTER, ROOF_EDGE, STRIPE, SPINE = 2, 3, 4, 5, 6, 7, 9, 10, 11


@dataclass(frozen=True, slots=True)
class Hull:
    """A car body: lower sides up to the belt, tumblehome above it. Lengths in metres."""

    top: Line
    width: Line  # half widths
    floor: float
    belt: float
    axles: tuple[float, ...]
    wheel_radius: float  # of the arches' wheels; 0 for none
    shoulder: float = 0.04  # radius where side meets belt or top
    tumblehome: float = 0.25  # metres inward for each metre above the belt
    end_radius: float = 0.05

    @property
    def rear(self) -> float:
        return self.top[0][0]

    @property
    def front(self) -> float:
        return self.top[-1][0]

    @property
    def arch_radius(self) -> float:
        return self.wheel_radius * 1.16

    def top_at(self, x: F64 | float) -> F64:
        return np.asarray(np.interp(x, [point[0] for point in self.top], [point[1] for point in self.top]))

    def half_width_at(self, x: F64 | float) -> F64:
        return np.asarray(np.interp(x, [point[0] for point in self.width], [point[1] for point in self.width]))

    def side_at(self, x: float, z: float) -> float:
        """The half width of the skin at a height: straight below the belt, leaning in above it."""
        full = float(self.half_width_at(x))
        return full if z <= self.belt else full - self.shoulder * 0.6 - self.tumblehome * (z - self.belt)

    def bottom_at(self, x: F64) -> F64:
        """The lower edge: the floor, raised over the wheels."""
        lower = np.full(len(x), self.floor)
        for axle in self.axles:
            square = self.arch_radius**2 - (x - axle) ** 2
            lower = np.maximum(lower, np.where(square > 0, self.wheel_radius + np.sqrt(np.maximum(square, 0)), self.floor))
        return lower

    def stations(self) -> F64:
        """Where rings are needed: at the line's corners, around the arches and through the rounded ends."""
        places = [point[0] for point in self.top] + [point[0] for point in self.width]
        for axle in self.axles if self.wheel_radius else ():
            drop = max(0.0, min(1.0, (self.floor - self.wheel_radius) / self.arch_radius))
            reach = np.arccos(drop) if drop else np.pi / 2
            reach = np.pi / 2 + np.arcsin(min(1.0, (self.wheel_radius - self.floor) / self.arch_radius)) if not drop else reach
            places += list(
                axle + self.arch_radius * np.sin(np.linspace(-min(reach, np.pi / 2), min(reach, np.pi / 2), ARCH_STEPS + 1))
            )
        share = 1 - np.cos(np.linspace(0, np.pi / 2, END_STEPS))
        places += list(self.rear + share * self.end_radius) + list(self.front - share * self.end_radius)
        inside = sorted(place for place in places if self.rear <= place <= self.front)
        return np.array([place for i, place in enumerate(inside) if i == 0 or place - inside[i - 1] > 1e-4])

    def rings(self, x: F64) -> F64:
        """The half ring (S, 12, 3) on the left side (y >= 0) at stations x."""
        distance = np.minimum(np.minimum(x - self.rear, self.front - x), self.end_radius)
        inset = self.end_radius - np.sqrt(np.maximum(self.end_radius**2 - (self.end_radius - distance) ** 2, 0))
        wide, top = self.half_width_at(x) - inset * 0.8, self.top_at(x) - inset * 0.8
        low = np.minimum(self.bottom_at(x) + inset * 0.8, top - 2.2 * self.shoulder)
        belt = np.minimum(self.belt, top)
        rise = top - belt
        corner = np.minimum(self.shoulder, rise * 0.5)
        upper = wide - self.shoulder * 0.6
        inner = upper - self.tumblehome * np.maximum(rise - corner, 0)
        crown = CROWN * np.minimum(1, distance / self.end_radius)
        zero, s = np.zeros(len(x)), self.shoulder
        across = [zero, wide - 0.02, wide, wide, wide, wide - 0.12 * s, upper, inner, inner - 0.3 * corner]
        across += [inner - corner - 0.3 * s, (inner - corner) * 0.5, zero]
        up = [low, low, low + 0.015, (low + belt - s) / 2, belt - s, belt - 0.45 * s, belt, top - corner, top - 0.3 * corner]
        up += [top, top + crown * 0.8, top + crown]
        return np.stack((np.broadcast_to(x[:, None], (len(x), len(up))), np.stack(across, 1), np.stack(up, 1)), axis=2)

    def skin(self) -> Shape:
        """The whole closed body."""
        half = self.rings(self.stations())
        mirrored = half[:, -2:0:-1] * np.array((1.0, -1.0, 1.0))
        return loft(np.concatenate((half, mirrored), axis=1), HULL_CREASE)

    def panel(self, start: float, end: float, lowest: int, highest: int, outer: float, inner: float = 0.004) -> Shape:
        """A closed sheet over part of the left side, from `inner` metres inside the skin to `outer` metres outside."""
        between = [place for place in self.stations() if start + 1e-3 < place < end - 1e-3]
        grid = self.rings(np.array([start, *between, end]))[:, lowest : highest + 1]
        return _sheet(grid, outer, inner)

    def lid(self, start: float, end: float, outer: float, inner: float = 0.004, edge: int = ROOF_EDGE) -> Shape:
        """A closed sheet over the top, from side to side."""
        between = [place for place in self.stations() if start + 1e-3 < place < end - 1e-3]
        half = self.rings(np.array([start, *between, end]))[:, edge:]
        return _sheet(np.concatenate((half, half[:, -2::-1] * np.array((1.0, -1.0, 1.0))), axis=1), outer, inner)


def _sheet(grid: F64, outer: float, inner: float) -> Shape:
    along, across = np.gradient(grid, axis=0), np.gradient(grid, axis=1)
    normal = np.cross(across, along)
    normal = normal / np.maximum(np.sqrt((normal * normal).sum(axis=2, keepdims=True)), 1e-9)
    return loft(np.concatenate((grid + normal * outer, (grid - normal * inner)[:, ::-1]), axis=1), HULL_CREASE)


def filleted(line: Sequence[tuple[float, float]], radius: float, steps: int = 3) -> Line:
    """The polyline with its inner corners rounded off, starting `radius` before each."""
    points = np.array(line, np.float64)
    made = [tuple(points[0])]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        into, out = before - corner, after - corner
        start = corner + into * min(0.45, radius / float(np.hypot(*into)))
        end = corner + out * min(0.45, radius / float(np.hypot(*out)))
        for share in np.linspace(0, 1, steps + 1):
            made.append(tuple((1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end))
    made.append(tuple(points[-1]))
    return tuple((float(x), float(z)) for x, z in made)
