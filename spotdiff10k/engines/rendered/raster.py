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

ROW_STEPS = 256
"""Snapping steps in one sample row: one sample a pixel snaps to 1/256 pixel, nine to 1/2304."""
HALF_ROW = ROW_STEPS // 2
GUARD_BAND = 16_000.0
"""Triangles that reach further outside (pixels) are dropped, which keeps edge functions exact in double precision."""


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
def _first_inside(value: int, step: int, first: int) -> int:
    """The first column from `first` on where an edge function, `value` there and growing by `step`, is not negative."""
    if value >= 0:
        return first
    return first + math.ceil(-value / step)


@kernel
def _last_inside(value: int, step: int, first: int) -> int:
    """The last column from `first` on where an edge function that shrinks by `step` is not negative; first - 1 if none."""
    if value < 0:
        return first - 1
    return first + math.floor(value / step)


@kernel
def _span(value: int, step: int, first: int, low: int, high: int) -> tuple[int, int]:
    """Cut the columns low..high to where an edge function, `value` at column `first`, is not negative.

    Exact: integers below 2**52 divided in double precision round to the right side of every integer.
    """
    if step > 0:
        return max(low, _first_inside(value, step, first)), high
    if step < 0:
        return low, min(high, _last_inside(value, -step, first))
    return (low, high) if value >= 0 else (first, first - 1)


@kernel
def _fill(
    ax: int, ay: int, bx: int, by: int, cx: int, cy: int, area: int, near_a: float, near_b: float, near_c: float,
    offsets: I32, depth: F32, ids: I32, value: int,
) -> None:  # fmt: skip
    """Draw one triangle of snapped corners, clockwise with y down. offsets: the sample's place in each row of a pixel."""
    rows, columns = depth.shape
    samples = offsets.shape[0]
    steps = ROW_STEPS * samples
    first_row = max(0, (min(ay, by, cy) + HALF_ROW - 1) // ROW_STEPS)
    last_row = min(rows - 1, (max(ay, by, cy) - HALF_ROW) // ROW_STEPS)
    first = max(0, min(ax, bx, cx) // steps - 1)
    last = min(columns - 1, max(ax, bx, cx) // steps)
    if first_row > last_row or first > last:
        return
    per_area = 1.0 / area
    slope_x = ((near_b - near_a) * (cy - ay) - (near_c - near_a) * (by - ay)) * per_area
    slope_y = ((near_c - near_a) * (bx - ax) - (near_b - near_a) * (cx - ax)) * per_area
    bias_ab = _edge_bias(bx - ax, by - ay)
    bias_bc = _edge_bias(cx - bx, cy - by)
    bias_ca = _edge_bias(ax - cx, ay - cy)
    wants_ids = ids.shape[0] > 0
    phase = first_row % samples
    for row in range(first_row, last_row + 1):
        px = first * steps + offsets[phase]
        py = row * ROW_STEPS + HALF_ROW
        phase = phase + 1 if phase + 1 < samples else 0
        edge_ab = (bx - ax) * (py - ay) - (by - ay) * (px - ax) + bias_ab
        edge_bc = (cx - bx) * (py - by) - (cy - by) * (px - bx) + bias_bc
        edge_ca = (ax - cx) * (py - cy) - (ay - cy) * (px - cx) + bias_ca
        low, high = _span(edge_ab, (ay - by) * steps, first, first, last)
        low, high = _span(edge_bc, (by - cy) * steps, first, low, high)
        low, high = _span(edge_ca, (cy - ay) * steps, first, low, high)
        row_near = near_a + slope_x * (px - ax) + slope_y * (py - ay)
        for x in range(low, high + 1):
            near = np.float32(row_near + slope_x * ((x - first) * steps))
            if near > depth[row, x]:
                depth[row, x] = near
                if wants_ids:
                    ids[row, x] = value


@kernel
def rasterise_lattice(
    screen: F32, faces: I32, depth: F32, ids: I32, first_id: int, two_sided: bool, samples: int, shift: int
) -> None:
    """Draw faces into depth and ids on a lattice of samples.

    screen: (V, 3) pixel x, pixel y, nearness (1/z, or anything linear on the screen; bigger is nearer, <= 0 drops the
    face). depth: (H * samples, W) nearness in and out, 0 = empty. ids: the same shape, gets first_id + face; (0, 0) when
    only depth is wanted. Faces wound counter-clockwise (y up) face the viewer; the others are culled unless two_sided.
    """
    steps = ROW_STEPS * samples
    offsets = np.empty(samples, np.int32)
    for row in range(samples):
        offsets[row] = sample_column(row, samples, shift) * ROW_STEPS + HALF_ROW
    for face in range(faces.shape[0]):
        a = faces[face, 0]
        b = faces[face, 1]
        c = faces[face, 2]
        if screen[a, 2] <= 0.0 or screen[b, 2] <= 0.0 or screen[c, 2] <= 0.0:
            continue
        if max(abs(screen[a, 0]), abs(screen[b, 0]), abs(screen[c, 0])) > GUARD_BAND:
            continue
        if max(abs(screen[a, 1]), abs(screen[b, 1]), abs(screen[c, 1])) > GUARD_BAND:
            continue
        ax = math.floor(screen[a, 0] * steps + 0.5)
        ay = math.floor(screen[a, 1] * steps + 0.5)
        bx = math.floor(screen[b, 0] * steps + 0.5)
        by = math.floor(screen[b, 1] * steps + 0.5)
        cx = math.floor(screen[c, 0] * steps + 0.5)
        cy = math.floor(screen[c, 1] * steps + 0.5)
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area < 0:  # facing the viewer; turned round, because the fill wants clockwise with y down
            _fill(
                ax, ay, cx, cy, bx, by, -area, screen[a, 2], screen[c, 2], screen[b, 2], offsets, depth, ids, first_id + face
            )  # fmt: skip
        elif area > 0 and two_sided:
            _fill(
                ax, ay, bx, by, cx, cy, area, screen[a, 2], screen[b, 2], screen[c, 2], offsets, depth, ids, first_id + face
            )  # fmt: skip


@kernel
def rasterise(screen: F32, faces: I32, depth: F32, ids: I32, first_id: int, two_sided: bool) -> None:
    """Draw faces into depth (H, W) and ids (H, W), sampled at pixel centres; see rasterise_lattice."""
    rasterise_lattice(screen, faces, depth, ids, first_id, two_sided, 1, 0)
