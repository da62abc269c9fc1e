"""Flat outlines: counter-clockwise polygons (N, 2), how to fill them and how to shrink them."""

import numpy as np

from spotdiff10k.engines.rendered.families._shapes import F64
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32


def rectangle(width: float, height: float) -> F64:
    """A rectangle about the origin."""
    x, y = width / 2, height / 2
    return np.array(((-x, -y), (x, -y), (x, y), (-x, y)))


def rounded(outline: F64, radius: float, steps: int = 4) -> F64:
    """The outline with its corners replaced by arcs (quadratic curves) that begin `radius` before the corner."""
    before, after = np.roll(outline, 1, axis=0), np.roll(outline, -1, axis=0)
    points = []
    for corner, last, following in zip(outline, before, after, strict=True):
        start = corner + (last - corner) * min(0.48, radius / float(np.hypot(*(last - corner))))
        end = corner + (following - corner) * min(0.48, radius / float(np.hypot(*(following - corner))))
        for share in np.linspace(0, 1, steps + 1):
            points.append((1 - share) ** 2 * start + 2 * share * (1 - share) * corner + share**2 * end)
    return np.array(points)


def circle(radius: float, segments: int = 28) -> F64:
    """A regular polygon that passes for a circle."""
    angles = np.arange(segments) * (2 * np.pi / segments)
    return radius * np.stack((np.cos(angles), np.sin(angles)), axis=1)


def star(radius: float, points: int = 5, waist: float = 0.45) -> F64:
    """A star with its first point along +y; `waist` is the inner radius as a share of the outer."""
    angles = np.pi / 2 + np.arange(2 * points) * (np.pi / points)
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * waist)
    return np.stack((reach * np.cos(angles), reach * np.sin(angles)), axis=1)


def heart(size: float, segments: int = 32) -> F64:
    """A heart about the origin, `size` high, its tip along -y."""
    turn = np.arange(segments) * (2 * np.pi / segments)
    x = 16 * np.sin(turn) ** 3
    y = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
    clockwise = np.stack((x, y + 2.5), axis=1)
    return np.asarray(clockwise[::-1] * (size / 29))


def bolt(size: float) -> F64:
    """A flash of lightning about the origin, `size` high."""
    return size * np.array(((0.02, 0.5), (-0.28, -0.08), (-0.04, -0.08), (-0.14, -0.5), (0.28, 0.12), (0.04, 0.12), (0.22, 0.5)))


def diamond(size: float) -> F64:
    """A rhombus standing on its tip."""
    return size * np.array(((0.0, -0.5), (0.36, 0.0), (0.0, 0.5), (-0.36, 0.0)))


def cross(size: float, arm: float = 0.3) -> F64:
    """A plus sign; `arm` is the width of a bar as a share of the size."""
    a, b = arm / 2, 0.5
    corners = ((a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a), (-a, -b))
    return size * np.array(corners)


def gear(radius: float, teeth: int = 8, depth: float = 0.25) -> F64:
    """A cog wheel."""
    steps = np.arange(4 * teeth)
    angles = (steps + np.where(steps % 4 < 2, 0.15, -0.15) * np.where(steps % 2 == 0, 1, -1)) * (2 * np.pi / (4 * teeth))
    reach = np.where(steps % 4 < 2, radius, radius * (1 - depth))
    return np.stack((reach * np.cos(angles), reach * np.sin(angles)), axis=1)


def inset(outline: F64, distance: float) -> F64:
    """The outline moved inward by `distance` along its corners' bisectors; for distances small beside its edges."""
    ahead = np.roll(outline, -1, axis=0) - outline
    ahead = ahead / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    inward = np.stack((-ahead[:, 1], ahead[:, 0]), axis=1) * np.sign(area(outline))
    both = inward + np.roll(inward, 1, axis=0)
    square = np.maximum((both * both).sum(axis=1, keepdims=True), 0.8)  # keeps sharp corners from running away
    return np.asarray(outline + both * (2 * distance / square))


def area(outline: F64) -> float:
    """Signed area: positive when counter-clockwise."""
    following = np.roll(outline, -1, axis=0)
    return float((outline[:, 0] * following[:, 1] - following[:, 0] * outline[:, 1]).sum() / 2)


def triangulate(outline: F64) -> I32:
    """Fill a simple polygon by clipping ears (Meisters 1975); triangles are wound as the outline is."""
    points = np.ascontiguousarray(outline, np.float64)
    return _ears(points, 1.0 if area(points) > 0 else -1.0)


@kernel
def _turn(a: F64, b: F64, c: F64) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


@kernel
def _is_ear(points: F64, left: I32, count: int, place: int, sign: float) -> bool:
    a, b, c = points[left[(place - 1) % count]], points[left[place]], points[left[(place + 1) % count]]
    if sign * _turn(a, b, c) <= 0:
        return False
    for other in range(count):
        if other in (place, (place - 1) % count, (place + 1) % count):
            continue
        p = points[left[other]]
        if sign * _turn(a, b, p) >= 0 and sign * _turn(b, c, p) >= 0 and sign * _turn(c, a, p) >= 0:
            return False
    return True


@kernel
def _ears(points: F64, sign: float) -> I32:
    count = len(points)
    left = np.arange(count).astype(np.int32)
    triangles = np.empty((count - 2, 3), np.int32)
    made, place, tried = 0, 0, 0
    while count > 3:
        place %= count
        if tried > count or _is_ear(points, left, count, place, sign):  # after a full round without an ear, take any
            triangles[made, 0] = left[(place - 1) % count]
            triangles[made, 1] = left[place]
            triangles[made, 2] = left[(place + 1) % count]
            made += 1
            for i in range(place, count - 1):
                left[i] = left[i + 1]
            count -= 1
            tried = 0
        else:
            place += 1
            tried += 1
    triangles[made] = left[:3]
    return triangles
