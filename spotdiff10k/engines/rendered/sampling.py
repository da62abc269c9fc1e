"""What is seen at a pixel's samples: which surfaces, in what shares, and their attributes."""

import numpy as np

from spotdiff10k.engines.rendered.attributes import COLUMNS, FIELDS, NORMAL
from spotdiff10k.engines.rendered.jit import inlined
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.raster import sample_column

SAMPLES = 9
"""Samples a pixel; odd, so that the middle one is the pixel's centre."""
SHIFT = 2
"""Columns from one sample row to the next, in ninths of a pixel."""
MOST_SURFACES = 4
"""Surfaces told apart in one pixel; more are counted with the last."""
SAME_FACING = 0.7
"""Cosine between two faces' normals above which samples in one pixel share a shade."""
SAME_NEARNESS = 0.01
"""Relative difference in nearness up to which they do."""
SMALLEST_AREA = 0.05
"""Square pixels (doubled): smaller faces change faster than a slope can say."""


def sample_order() -> I32:
    """Sample rows by distance from the pixel's centre, the centre first."""
    middle = SAMPLES // 2
    distance = [(row - middle) ** 2 + (sample_column(row, SAMPLES, SHIFT) - middle) ** 2 for row in range(SAMPLES)]
    return np.argsort(np.array(distance), kind="stable").astype(np.int32)


@inlined
def interpolate(screen: F32, faces: I32, attributes: F32, face: int, x: float, y: float, row: F32) -> tuple[float, float, float]:
    """Perspective-correct attributes at a screen point of a face, into row; returns the three weights.

    The normal of a face that is seen from behind is turned round.
    """
    a = faces[face, 0]
    b = faces[face, 1]
    c = faces[face, 2]
    ax = float(screen[a, 0])
    ay = float(screen[a, 1])
    bx = float(screen[b, 0])
    by = float(screen[b, 1])
    cx = float(screen[c, 0])
    cy = float(screen[c, 1])
    u = (bx - x) * (cy - y) - (cx - x) * (by - y)
    v = (cx - x) * (ay - y) - (ax - x) * (cy - y)
    w = (ax - x) * (by - y) - (bx - x) * (ay - y)
    from_behind = u + v + w > 0.0  # faces are counter-clockwise with y up, so clockwise sums are negative
    if not from_behind:
        u = -u
        v = -v
        w = -w
    # snapping may put a sample just outside the unsnapped face
    u = max(0.0, u) * screen[a, 2]
    v = max(0.0, v) * screen[b, 2]
    w = max(0.0, w) * screen[c, 2]
    total = u + v + w
    if total <= 0.0:
        u = 1.0
        total = 1.0
    u /= total
    v /= total
    w /= total
    u32 = np.float32(u)
    v32 = np.float32(v)
    w32 = np.float32(w)
    for k in range(COLUMNS):
        row[k] = u32 * attributes[a, k] + v32 * attributes[b, k] + w32 * attributes[c, k]
    if from_behind:
        for k in range(NORMAL, NORMAL + 3):
            row[k] = -row[k]
    return u, v, w


@inlined
def field_change(screen: F32, faces: I32, attributes: F32, face: int, field: int) -> float:
    """How much a pattern field changes from one pixel to the next on a face."""
    a = faces[face, 0]
    b = faces[face, 1]
    c = faces[face, 2]
    to_b = float(attributes[b, FIELDS + field] - attributes[a, FIELDS + field])
    to_c = float(attributes[c, FIELDS + field] - attributes[a, FIELDS + field])
    if to_b == 0.0 and to_c == 0.0:
        return 0.0
    bx = float(screen[b, 0] - screen[a, 0])
    by = float(screen[b, 1] - screen[a, 1])
    cx = float(screen[c, 0] - screen[a, 0])
    cy = float(screen[c, 1] - screen[a, 1])
    area = max(SMALLEST_AREA, abs(bx * cy - cx * by))
    across = (to_b * cy - to_c * by) / area
    down = (to_c * bx - to_b * cx) / area
    return float(np.sqrt(across * across + down * down))


@inlined
def group_samples(
    depth: F32, ids: I32, y: int, x: int, order: I32, face_material: I32, face_normal: F32, found: I32, counts: I32
) -> int:
    """Sort a pixel's samples into surfaces: found gets each one's most central sample row, counts how many it has.

    Returns how many surfaces there are.
    """
    surfaces = 0
    for k in range(SAMPLES):
        row = y * SAMPLES + order[k]
        face = ids[row, x]
        if face < 0:
            continue
        placed = False
        for s in range(surfaces):
            known_row = y * SAMPLES + found[s]
            known = ids[known_row, x]
            if known == face:
                placed = True
            elif face_material[known] == face_material[face]:
                facing = (
                    face_normal[known, 0] * face_normal[face, 0]
                    + face_normal[known, 1] * face_normal[face, 1]
                    + face_normal[known, 2] * face_normal[face, 2]
                )
                apart = abs(depth[known_row, x] - depth[row, x])
                placed = facing > SAME_FACING and apart < SAME_NEARNESS * depth[row, x]
            if placed:
                counts[s] += 1
                break
        if not placed:
            if surfaces < MOST_SURFACES:
                found[surfaces] = order[k]
                counts[surfaces] = 1
                surfaces += 1
            else:
                counts[MOST_SURFACES - 1] += 1
    return surfaces
