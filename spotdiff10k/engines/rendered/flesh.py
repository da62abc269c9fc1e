"""Flesh as a signed distance: round cones and ellipsoids in a smooth union, with smooth cuts.

Distances are metres, negative inside. A primitive is one row of PRIMITIVE_COLUMNS numbers:
kind, then for a cone: a (3), b (3), radius at a, radius at b; for an ellipsoid: centre (3), radii (3),
rotation from world to local (9); then the blend distance and whether it cuts. Formulas after Inigo Quilez.
"""

import numpy as np

from spotdiff10k.engines.rendered.geometry import F64, Point, euler
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import I32

PRIMITIVE_COLUMNS = 18
CONE, ELLIPSOID = 0, 1
KIND, BLEND, CUT = 0, 16, 17
FAR = 1e9
SHORTEST_CONE = 1e-4


def cone_row(a: Point, b: Point, radius_a: float, radius_b: float, blend: float, cut: bool = False) -> F64:
    """A round cone: the hull of two spheres. One sphere inside the other is made a sphere."""
    start, end = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if float(np.sqrt(((end - start) ** 2).sum())) <= abs(radius_a - radius_b) + SHORTEST_CONE:
        center, radius = (start, radius_a) if radius_a >= radius_b else (end, radius_b)
        return ellipsoid_row(center, (radius, radius, radius), (0.0, 0.0, 0.0), blend, cut)
    row = np.zeros(PRIMITIVE_COLUMNS)
    row[KIND] = CONE
    row[1:4], row[4:7], row[7], row[8] = start, end, radius_a, radius_b
    row[BLEND], row[CUT] = blend, float(cut)
    return row


def ellipsoid_row(center: Point, radii: Point, rotation: Point, blend: float, cut: bool = False) -> F64:
    """An ellipsoid turned by Euler angles in degrees."""
    row = np.zeros(PRIMITIVE_COLUMNS)
    row[KIND] = ELLIPSOID
    row[1:4], row[4:7] = center, radii
    row[7:16] = euler(rotation).T.ravel()
    row[BLEND], row[CUT] = blend, float(cut)
    return row


@kernel
def distance_to(row: F64, x: float, y: float, z: float) -> float:
    """Signed distance to one primitive: exact for cones, a close bound for ellipsoids."""
    px, py, pz = x - row[1], y - row[2], z - row[3]
    if row[0] == 1.0:
        lx = row[7] * px + row[8] * py + row[9] * pz
        ly = row[10] * px + row[11] * py + row[12] * pz
        lz = row[13] * px + row[14] * py + row[15] * pz
        ax, ay, az = lx / row[4], ly / row[5], lz / row[6]
        k0 = np.sqrt(ax * ax + ay * ay + az * az)
        bx, by, bz = ax / row[4], ay / row[5], az / row[6]
        k1 = np.sqrt(bx * bx + by * by + bz * bz)
        if k1 < 1e-12:
            return float(-min(row[4], min(row[5], row[6])))
        return float(k0 * (k0 - 1.0) / k1)
    bx, by, bz = row[4] - row[1], row[5] - row[2], row[6] - row[3]
    length2 = bx * bx + by * by + bz * bz
    slope = row[7] - row[8]
    a2 = length2 - slope * slope
    inverse = 1.0 / length2
    along = px * bx + py * by + pz * bz
    beyond = along - length2
    qx, qy, qz = px * length2 - bx * along, py * length2 - by * along, pz * length2 - bz * along
    x2 = qx * qx + qy * qy + qz * qz
    y2, z2 = along * along * length2, beyond * beyond * length2
    k = np.sign(slope) * slope * slope * x2
    if np.sign(beyond) * a2 * z2 > k:
        return float(np.sqrt(x2 + z2) * inverse - row[8])
    if np.sign(along) * a2 * y2 < k:
        return float(np.sqrt(x2 + y2) * inverse - row[7])
    return float((np.sqrt(x2 * a2 * inverse) + along * slope) * inverse - row[7])


@kernel
def blended(rows: F64, chosen: I32, count: int, x: float, y: float, z: float) -> float:
    """Signed distance to the smooth union of the first `count` chosen rows, in order."""
    total = 1e9
    for i in range(count):
        row = rows[chosen[i]]
        d = distance_to(row, x, y, z)
        k = max(row[16], 1e-6)
        if row[17] == 0.0:
            h = max(k - abs(total - d), 0.0)
            total = min(total, d) - h * h * 0.25 / k
        else:
            h = max(k - abs(total + d), 0.0)
            total = max(total, -d) + h * h * 0.25 / k
    return total


@kernel
def _ellipsoid_slope(row: F64, x: float, y: float, z: float, out: F64) -> float:
    """Distance to an ellipsoid, and its gradient into `out`."""
    px, py, pz = x - row[1], y - row[2], z - row[3]
    lx = row[7] * px + row[8] * py + row[9] * pz
    ly = row[10] * px + row[11] * py + row[12] * pz
    lz = row[13] * px + row[14] * py + row[15] * pz
    ax, ay, az = lx / row[4], ly / row[5], lz / row[6]
    k0 = np.sqrt(ax * ax + ay * ay + az * az)
    bx, by, bz = ax / row[4], ay / row[5], az / row[6]
    k1 = np.sqrt(bx * bx + by * by + bz * bz)
    if k1 < 1e-12 or k0 < 1e-12:
        out[0], out[1], out[2] = 0.0, 0.0, 1.0
        return float(-min(row[4], min(row[5], row[6])))
    d = k0 * (k0 - 1.0) / k1
    first, second = (2.0 * k0 - 1.0) / (k0 * k1), d / (k1 * k1)
    gx = first * bx - second * bx / (row[4] * row[4])
    gy = first * by - second * by / (row[5] * row[5])
    gz = first * bz - second * bz / (row[6] * row[6])
    out[0] = row[7] * gx + row[10] * gy + row[13] * gz
    out[1] = row[8] * gx + row[11] * gy + row[14] * gz
    out[2] = row[9] * gx + row[12] * gy + row[15] * gz
    return float(d)


@kernel
def _cone_slope(row: F64, x: float, y: float, z: float, out: F64) -> float:
    """Distance to a round cone, and its gradient (unit) into `out`."""
    px, py, pz = x - row[1], y - row[2], z - row[3]
    bx, by, bz = row[4] - row[1], row[5] - row[2], row[6] - row[3]
    length = np.sqrt(bx * bx + by * by + bz * bz)
    ux, uy, uz = bx / length, by / length, bz / length
    along = px * ux + py * uy + pz * uz
    qx, qy, qz = px - ux * along, py - uy * along, pz - uz * along
    aside = np.sqrt(qx * qx + qy * qy + qz * qz)
    sine = (row[7] - row[8]) / length
    cosine = np.sqrt(1.0 - sine * sine)
    foot = along - aside * sine / cosine  # where the normal through the point meets the axis
    if 0.0 < foot < length and aside > 1e-12:
        out[0] = qx / aside * cosine + ux * sine
        out[1] = qy / aside * cosine + uy * sine
        out[2] = qz / aside * cosine + uz * sine
        return float(aside * cosine + along * sine - row[7])
    radius = row[7]
    if foot >= length:
        px, py, pz = px - bx, py - by, pz - bz
        radius = row[8]
    distance = np.sqrt(px * px + py * py + pz * pz)
    if distance < 1e-12:
        out[0], out[1], out[2] = ux, uy, uz
        return float(-radius)
    out[0], out[1], out[2] = px / distance, py / distance, pz / distance
    return float(distance - radius)


@kernel
def blended_slope(rows: F64, chosen: I32, count: int, x: float, y: float, z: float, slope: F64, own: F64) -> float:
    """As `blended`, with the gradient into `slope` (3,); `own` (3,) is scratch."""
    total = 1e9
    slope[0], slope[1], slope[2] = 0.0, 0.0, 1.0
    for i in range(count):
        row = rows[chosen[i]]
        d = _ellipsoid_slope(row, x, y, z, own) if row[0] == 1.0 else _cone_slope(row, x, y, z, own)
        k = max(row[16], 1e-6)
        cut = row[17] != 0.0
        if cut:
            d = -d
            own[0], own[1], own[2] = -own[0], -own[1], -own[2]
        h = max(k - abs(total - d), 0.0) / k
        nearer = d > total if cut else d < total
        share = 1.0 - 0.5 * h if nearer else 0.5 * h
        for axis in range(3):
            slope[axis] += share * (own[axis] - slope[axis])
        if cut:
            total = max(total, d) + h * h * 0.25 * k
        else:
            total = min(total, d) - h * h * 0.25 * k
    return total


def bounds(rows: F64) -> tuple[F64, F64]:
    """Lowest and highest corner (3,), (3,) of a box around all that is not cut away."""
    low, high = np.full(3, FAR), np.full(3, -FAR)
    for row in rows:
        if row[CUT]:
            continue
        if row[KIND] == CONE:
            low = np.minimum(low, np.minimum(row[1:4] - row[7], row[4:7] - row[8]))
            high = np.maximum(high, np.maximum(row[1:4] + row[7], row[4:7] + row[8]))
        else:
            reach = np.sqrt(((row[7:16].reshape(3, 3).T * row[4:7]) ** 2).sum(axis=1))
            low, high = np.minimum(low, row[1:4] - reach), np.maximum(high, row[1:4] + reach)
    return low, high
