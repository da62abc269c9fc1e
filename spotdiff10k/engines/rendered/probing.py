"""Feeling for the flesh before it is meshed: where a ray leaves it, and the loop where a plane cuts it.

Eyes, collars, belts and hats are placed by these, so that they sit on the skin of every identity.
"""

import numpy as np

from spotdiff10k.engines.rendered.flesh import blended
from spotdiff10k.engines.rendered.geometry import F64, Mesh, Point, align, outward, unit
from spotdiff10k.engines.rendered.jit import kernel

FARTHEST = 1.5
MARCH_STEPS = 160
SHORTEST_MARCH = 5e-4
BISECTIONS = 18


@kernel
def _leave(rows: F64, origin: F64, direction: F64, farthest: float, steps: int, shortest: float, bisections: int) -> float:
    """How far along a ray from inside the flesh its surface is; 0 where the ray starts outside."""
    everything = np.arange(len(rows)).astype(np.int32)
    near, far = 0.0, 0.0
    for _ in range(steps):
        d = blended(
            rows,
            everything,
            len(rows),
            origin[0] + far * direction[0],
            origin[1] + far * direction[1],
            origin[2] + far * direction[2],
        )
        if d >= 0.0:
            break
        near = far
        far += max(shortest, -0.7 * d)
        if far > farthest:
            return near
    for _ in range(bisections):
        middle = 0.5 * (near + far)
        d = blended(
            rows,
            everything,
            len(rows),
            origin[0] + middle * direction[0],
            origin[1] + middle * direction[1],
            origin[2] + middle * direction[2],
        )
        if d < 0.0:
            near = middle
        else:
            far = middle
    return 0.5 * (near + far)


def surface_point(rows: F64, origin: Point, direction: Point) -> F64:
    """Where a ray from inside the flesh leaves it (3,); the origin itself where that is outside."""
    start, heading = np.asarray(origin, np.float64), unit(direction)
    return start + heading * _leave(rows, start, heading, FARTHEST, MARCH_STEPS, SHORTEST_MARCH, BISECTIONS)


def girdle(rows: F64, center: Point, axis: Point, count: int = 40) -> tuple[F64, F64]:
    """The loop where the plane through `center` across `axis` leaves the flesh: points (count, 3) and outward directions."""
    frame = align(axis)
    middle = np.asarray(center, np.float64)
    angles = 2.0 * np.pi * np.arange(count) / count
    directions = np.cos(angles)[:, None] * frame[:, 0] + np.sin(angles)[:, None] * frame[:, 1]
    points = np.array([surface_point(rows, middle, direction) for direction in directions])
    return points, directions


def band(points: F64, directions: F64, axis: Point, width: float, thickness: float, sink: float = 0.004) -> Mesh:
    """A strap of `width` along `axis` and `thickness` outward around a loop, its back `sink` metres under the skin."""
    heading = unit(axis)
    count = len(points)
    half = width / 2.0
    bevel = min(half, thickness) * 0.45
    outline = [(-sink, -half), (thickness - bevel, -half), (thickness, bevel - half), (thickness, half - bevel),
               (thickness - bevel, half), (-sink, half)]  # fmt: skip
    sides = len(outline)
    vertices = np.concatenate([points + directions * out + heading * along for out, along in outline])
    here = np.arange(count)
    after = (here + 1) % count
    faces = []
    for side in range(sides):
        a, b = side * count + here, side * count + after
        c, d = ((side + 1) % sides) * count + after, ((side + 1) % sides) * count + here
        faces += [np.stack([a, b, c], 1), np.stack([a, c, d], 1)]
    return outward(Mesh(vertices, np.concatenate(faces).astype(np.int32)))
