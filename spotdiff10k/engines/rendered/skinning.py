"""Skin that follows bones: weights from the flesh around each bone, and dual-quaternion blending.

Dual quaternions keep the volume of shoulders and elbows that linear blending would collapse
(Kavan et al., "Geometric skinning with approximate dual quaternion blending", 2008).
"""

import numpy as np

from spotdiff10k.engines.rendered.flesh import CUT, distance_to
from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32

BONES_PER_VERTEX = 4
SMOOTHING_ROUNDS = 3
SMOOTHING_SHARE = 0.5


@kernel
def _nearest_flesh(rows: F64, row_bones: I32, bones: int, points: F64) -> F64:
    """Distance from every point to the nearest flesh of every bone (V, B); 1e3 where a bone has none."""
    found = np.full((len(points), bones), 1e3)
    for v in range(len(points)):
        for i in range(len(rows)):
            if rows[i, 17] == 0.0:
                d = distance_to(rows[i], points[v, 0], points[v, 1], points[v, 2])
                if d < found[v, row_bones[i]]:
                    found[v, row_bones[i]] = d
    return found


@kernel
def _raw_weights(distances: F64, parents: I32, falloff: float) -> tuple[F64, I32]:
    """Weights that fall off with distance, for the nearest bone, its parent and its children only; and the nearest bone."""
    count, bones = distances.shape
    weights = np.zeros((count, bones))
    nearest = np.zeros(count, np.int32)
    for v in range(count):
        best = 0
        for b in range(bones):
            if distances[v, b] < distances[v, best]:
                best = b
        nearest[v] = best
        total = 0.0
        for b in range(bones):
            if (b == best or parents[b] == best or parents[best] == b) and distances[v, b] < 500.0:
                weights[v, b] = np.exp(-(distances[v, b] - distances[v, best]) / falloff)
                total += weights[v, b]
        weights[v] /= total
    return weights, nearest


@kernel
def _smoothed(weights: F64, faces: I32, rounds: int, share: float) -> F64:
    """Average weights with their neighbours' along the faces."""
    current = weights.copy()
    for _ in range(rounds):
        total = np.zeros_like(current)
        count = np.zeros(len(current))
        for f in range(len(faces)):
            for corner in range(3):
                a, b = faces[f, corner], faces[f, (corner + 1) % 3]
                count[a] += 1.0
                for bone in range(current.shape[1]):
                    total[a, bone] += current[b, bone]
        for v in range(len(current)):
            if count[v] > 0.0:
                for bone in range(current.shape[1]):
                    current[v, bone] += share * (total[v, bone] / count[v] - current[v, bone])
    return current


@kernel
def _strongest(weights: F64) -> tuple[I32, F32]:
    """The four strongest bones of every vertex and their weights, summing to 1."""
    bones = np.zeros((len(weights), 4), np.int32)
    kept = np.zeros((len(weights), 4), np.float32)
    for v in range(len(weights)):
        total = 0.0
        for slot in range(4):
            best = -1
            for b in range(weights.shape[1]):
                if weights[v, b] <= 1e-4:
                    continue
                taken = False
                for earlier in range(slot):
                    taken = taken or (bones[v, earlier] == b and kept[v, earlier] > 0.0)
                if not taken and (best < 0 or weights[v, b] > weights[v, best]):
                    best = b
            if best < 0:
                break
            bones[v, slot] = best
            kept[v, slot] = weights[v, best]
            total += weights[v, best]
        for slot in range(4):
            kept[v, slot] /= total
    return bones, kept


def flesh_weights(
    rows: F64, row_bones: I32, parents: tuple[int, ...], points: F64, faces: I32, falloff: float
) -> tuple[I32, F32, I32]:
    """Bones (V, 4), weights (V, 4) and the nearest bone (V,) of a mesh in the flesh `rows` (P, columns) of `row_bones` (P,)."""
    solid = rows[:, CUT] == 0
    distances = _nearest_flesh(rows[solid], row_bones[solid], len(parents), points)
    weights, nearest = _raw_weights(distances, np.asarray(parents, np.int32), falloff)
    bones, kept = _strongest(_smoothed(weights, faces, SMOOTHING_ROUNDS, SMOOTHING_SHARE))
    return bones, kept, nearest


@kernel
def dual_quaternions(rotations: F64, offsets: F64) -> F64:
    """Rotations (B, 3, 3) and offsets (B, 3) as unit dual quaternions (B, 8): real w x y z, dual w x y z."""
    out = np.empty((len(rotations), 8))
    q = np.empty(4)
    for b in range(len(rotations)):
        m = rotations[b]
        trace = m[0, 0] + m[1, 1] + m[2, 2]
        if trace > 0.0:
            s = 2.0 * np.sqrt(trace + 1.0)
            q[0], q[1], q[2], q[3] = 0.25 * s, (m[2, 1] - m[1, 2]) / s, (m[0, 2] - m[2, 0]) / s, (m[1, 0] - m[0, 1]) / s
        elif m[0, 0] >= m[1, 1] and m[0, 0] >= m[2, 2]:
            s = 2.0 * np.sqrt(1.0 + m[0, 0] - m[1, 1] - m[2, 2])
            q[0], q[1], q[2], q[3] = (m[2, 1] - m[1, 2]) / s, 0.25 * s, (m[0, 1] + m[1, 0]) / s, (m[0, 2] + m[2, 0]) / s
        elif m[1, 1] >= m[2, 2]:
            s = 2.0 * np.sqrt(1.0 + m[1, 1] - m[0, 0] - m[2, 2])
            q[0], q[1], q[2], q[3] = (m[0, 2] - m[2, 0]) / s, (m[0, 1] + m[1, 0]) / s, 0.25 * s, (m[1, 2] + m[2, 1]) / s
        else:
            s = 2.0 * np.sqrt(1.0 + m[2, 2] - m[0, 0] - m[1, 1])
            q[0], q[1], q[2], q[3] = (m[1, 0] - m[0, 1]) / s, (m[0, 2] + m[2, 0]) / s, (m[1, 2] + m[2, 1]) / s, 0.25 * s
        q /= np.sqrt((q * q).sum())
        tx, ty, tz = offsets[b, 0], offsets[b, 1], offsets[b, 2]
        out[b, :4] = q
        out[b, 4] = -0.5 * (tx * q[1] + ty * q[2] + tz * q[3])
        out[b, 5] = 0.5 * (tx * q[0] + ty * q[3] - tz * q[2])
        out[b, 6] = 0.5 * (-tx * q[3] + ty * q[0] + tz * q[1])
        out[b, 7] = 0.5 * (tx * q[2] - ty * q[1] + tz * q[0])
    return out


@kernel
def skin(duals: F64, bones: I32, weights: F32, vertices: F32, normals: F32, points: F64, directions: F64) -> None:
    """Move vertices (V, 3) and normals with their bones' dual quaternions (B, 8) into `points` and `directions`."""
    d = np.empty(8)
    for v in range(len(vertices)):
        first = duals[bones[v, 0]]
        d[:] = 0.0
        for slot in range(4):
            w = float(weights[v, slot])
            if w == 0.0:
                continue
            other = duals[bones[v, slot]]
            facing = first[0] * other[0] + first[1] * other[1] + first[2] * other[2] + first[3] * other[3]
            if facing < 0.0:  # the same turn the short way round
                w = -w
            for i in range(8):
                d[i] += w * other[i]
        size = 1.0 / np.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + d[3] * d[3])
        for i in range(8):
            d[i] *= size
        a, bx, by, bz = d[0], d[1], d[2], d[3]
        tx = 2.0 * (-d[4] * bx + d[5] * a - d[6] * bz + d[7] * by)
        ty = 2.0 * (-d[4] * by + d[5] * bz + d[6] * a - d[7] * bx)
        tz = 2.0 * (-d[4] * bz - d[5] * by + d[6] * bx + d[7] * a)
        for pass_ in range(2):
            source = vertices[v] if pass_ == 0 else normals[v]
            x, y, z = float(source[0]), float(source[1]), float(source[2])
            cx = by * z - bz * y + a * x
            cy = bz * x - bx * z + a * y
            cz = bx * y - by * x + a * z
            rx, ry, rz = x + 2.0 * (by * cz - bz * cy), y + 2.0 * (bz * cx - bx * cz), z + 2.0 * (bx * cy - by * cx)
            if pass_ == 0:
                points[v, 0], points[v, 1], points[v, 2] = rx + tx, ry + ty, rz + tz
            else:
                directions[v, 0], directions[v, 1], directions[v, 2] = rx, ry, rz
