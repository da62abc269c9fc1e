"""Which triangle is nearest at each sample: exact integer edge functions, so meshes have neither cracks nor double hits.

Vertices are snapped to a fine grid; a sample on a shared edge belongs to exactly one of its triangles (top-left rule).
A picture is sampled on a lattice of `samples` rows a pixel, one sample a row and pixel. With an odd number of samples
and a shift that has no common divisor with it, each sample has its own column as well as its own row, so near-vertical
and near-horizontal edges get as many grey levels as there are samples; the middle sample is the pixel's centre.
"""

import math

import numpy as np

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32

HALF_STEPS = 128
"""Half the snapping steps in one sample row: one sample a pixel snaps to 1/256 pixel, nine to 1/2304."""
GUARD_BAND = 100_000.0
"""Triangles that reach further outside (pixels) are dropped, which keeps edge functions inside 64 bits."""


@kernel
def sample_column(row: int, samples: int, shift: int) -> int:
    """The column, in 1/samples of a pixel, of the sample in row 0..samples-1 of a pixel."""
    middle = samples // 2
    return ((row - middle) * shift + middle) % samples


@kernel
def _edge_bias(dx: int, dy: int) -> int:
    """0 for top and left edges (clockwise, y down), -1 for the others."""
    return 0 if dy < 0 or (dy == 0 and dx > 0) else -1


@kernel
def rasterise_lattice(
    screen: F32, faces: I32, depth: F32, ids: I32, first_id: int, two_sided: bool, samples: int, shift: int
) -> None:
    """Draw faces into depth and ids on a lattice of samples.

    screen: (V, 3) pixel x, pixel y, nearness (1/z, or anything linear on the screen; bigger is nearer, <= 0 drops the
    face). depth: (H * samples, W) nearness in and out, 0 = empty. ids: the same shape, gets first_id + face; (0, 0) when
    only depth is wanted.
    Faces wound counter-clockwise (y up) face the viewer; the others are culled unless two_sided.
    """
    steps = 2 * HALF_STEPS * samples
    rows, columns = depth.shape
    wants_ids = ids.shape[0] > 0
    for face in range(faces.shape[0]):
        a = faces[face, 0]
        b = faces[face, 1]
        c = faces[face, 2]
        near_a = float(screen[a, 2])
        near_b = float(screen[b, 2])
        near_c = float(screen[c, 2])
        if near_a <= 0.0 or near_b <= 0.0 or near_c <= 0.0:
            continue
        low_x = min(screen[a, 0], screen[b, 0], screen[c, 0])
        high_x = max(screen[a, 0], screen[b, 0], screen[c, 0])
        low_y = min(screen[a, 1], screen[b, 1], screen[c, 1])
        high_y = max(screen[a, 1], screen[b, 1], screen[c, 1])
        if low_x < -GUARD_BAND or low_y < -GUARD_BAND or high_x > GUARD_BAND or high_y > GUARD_BAND:
            continue
        first_row = max(0, math.floor(low_y * samples) - 1)
        last_row = min(rows - 1, math.floor(high_y * samples) + 1)
        first_column = max(0, math.floor(low_x) - 1)
        last_column = min(columns - 1, math.floor(high_x) + 1)
        if first_row > last_row or first_column > last_column:
            continue
        ax = math.floor(screen[a, 0] * steps + 0.5)
        ay = math.floor(screen[a, 1] * steps + 0.5)
        bx = math.floor(screen[b, 0] * steps + 0.5)
        by = math.floor(screen[b, 1] * steps + 0.5)
        cx = math.floor(screen[c, 0] * steps + 0.5)
        cy = math.floor(screen[c, 1] * steps + 0.5)
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area == 0 or (area > 0 and not two_sided):
            continue
        if area < 0:  # facing the viewer: counter-clockwise with y up; make it clockwise with y down
            area = -area
            bx, cx = cx, bx
            by, cy = cy, by
            near_b, near_c = near_c, near_b
        per_area = 1.0 / area
        slope_x = ((near_b - near_a) * (cy - ay) - (near_c - near_a) * (by - ay)) * per_area
        slope_y = ((near_c - near_a) * (bx - ax) - (near_b - near_a) * (cx - ax)) * per_area
        bias_ab = _edge_bias(bx - ax, by - ay)
        bias_bc = _edge_bias(cx - bx, cy - by)
        bias_ca = _edge_bias(ax - cx, ay - cy)
        step_ab = -(by - ay) * steps
        step_bc = -(cy - by) * steps
        step_ca = -(ay - cy) * steps
        for row in range(first_row, last_row + 1):
            py = row * 2 * HALF_STEPS + HALF_STEPS
            column_steps = sample_column(row % samples, samples, shift) * 2 * HALF_STEPS + HALF_STEPS
            px = first_column * steps + column_steps
            edge_ab = (bx - ax) * (py - ay) - (by - ay) * (px - ax) + bias_ab
            edge_bc = (cx - bx) * (py - by) - (cy - by) * (px - bx) + bias_bc
            edge_ca = (ax - cx) * (py - cy) - (ay - cy) * (px - cx) + bias_ca
            row_near = near_a + slope_x * (px - ax) + slope_y * (py - ay)
            column_near = slope_x * steps
            entered = False
            for column in range(last_column - first_column + 1):
                if (edge_ab | edge_bc | edge_ca) >= 0:
                    entered = True
                    near = np.float32(row_near + column_near * column)
                    x = first_column + column
                    if near > depth[row, x]:
                        depth[row, x] = near
                        if wants_ids:
                            ids[row, x] = first_id + face
                elif entered:
                    break
                edge_ab += step_ab
                edge_bc += step_bc
                edge_ca += step_ca


@kernel
def rasterise(screen: F32, faces: I32, depth: F32, ids: I32, first_id: int, two_sided: bool) -> None:
    """Draw faces into depth (H, W) and ids (H, W), sampled at pixel centres; see rasterise_lattice."""
    rasterise_lattice(screen, faces, depth, ids, first_id, two_sided, 1, 0)
