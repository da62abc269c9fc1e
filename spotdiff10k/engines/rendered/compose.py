"""From samples to pixels: coverage, one shade per surface and pixel, depth and normals at pixel centres, the picture."""

import math

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.attributes import COLUMNS, NORMAL, POSITION
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.engines.rendered.raster import sample_column
from spotdiff10k.engines.rendered.shade import EYE, facing_normal, shade_point
from spotdiff10k.engines.rendered.tone import to_display

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
DEPTH_STEPS_PER_METRE = 5000
"""Depth is stored in fifths of a millimetre: up to 13.1 m."""
DEEPEST = 65535
NO_NORMAL = 128
"""Where there is no subject, all three channels of the normal map: the code of the zero vector."""
TURNS = 2.0 * math.pi


def sample_order() -> I32:
    """Sample rows by distance from the pixel's centre, the centre first."""
    middle = SAMPLES // 2
    distance = [(row - middle) ** 2 + (sample_column(row, SAMPLES, SHIFT) - middle) ** 2 for row in range(SAMPLES)]
    return np.argsort(np.array(distance), kind="stable").astype(np.int32)


@kernel
def _dither(x: int, y: int) -> float:
    """Interleaved gradient noise (Jimenez 2014), 0..1: neighbouring pixels differ as much as they can."""
    value = 0.06711056 * x + 0.00583715 * y
    value = 52.9829189 * (value - math.floor(value))
    return value - math.floor(value)


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


@kernel
def shade_pixels(
    left: int,
    top: int,
    screen: F32,
    faces: I32,
    attributes: F32,
    uv: F32,
    face_material: I32,
    face_normal: F32,
    materials: F32,
    atlas: U8,
    depth: F32,
    ids: I32,
    order: I32,
    light: F32,
    environment: F32,
    sun_matrix: F32,
    sun_depth: F32,
    sun_resolution: int,
    focal: float,
    exposure: float,
    vignette: float,
    colour: F32,
    alpha: U8,
) -> None:
    """Shade the samples of a rectangle whose first pixel is (left, top) of the picture; screen is relative to it.

    alpha: (H, W) of the whole picture, gets coverage. colour: (h, w, 3) of the rectangle, gets display values
    averaged over the covered samples.
    """
    height, width = colour.shape[0], colour.shape[1]
    size = alpha.shape[0]
    row = np.empty(COLUMNS, np.float32)
    found = np.empty(MOST_SURFACES, np.int32)
    counts = np.empty(MOST_SURFACES, np.int32)
    for y in range(height):
        for x in range(width):
            surfaces = group_samples(depth, ids, y, x, order, face_material, face_normal, found, counts)
            if surfaces == 0:
                alpha[top + y, left + x] = 0
                continue
            frame_x = (left + x + 0.5) / size - 0.5
            frame_y = (top + y + 0.5) / size - 0.5
            gain = exposure * (1.0 - vignette * (frame_x * frame_x + frame_y * frame_y))
            rotation = _dither(left + x, top + y) * TURNS
            covered = 0
            red = 0.0
            green = 0.0
            blue = 0.0
            for s in range(surfaces):
                sample = found[s]
                face = ids[y * SAMPLES + sample, x]
                near = depth[y * SAMPLES + sample, x]
                sample_x = x + (sample_column(sample, SAMPLES, SHIFT) + 0.5) / SAMPLES
                sample_y = y + (sample + 0.5) / SAMPLES
                u, v, w = interpolate(screen, faces, attributes, face, sample_x, sample_y, row)
                material = materials[face_material[face]]
                texture_u = u * uv[faces[face, 0], 0] + v * uv[faces[face, 1], 0] + w * uv[faces[face, 2], 0]
                texture_v = u * uv[faces[face, 0], 1] + v * uv[faces[face, 1], 1] + w * uv[faces[face, 2], 1]
                r, g, b = shade_point(
                    row, material, atlas, texture_u, texture_v, light, environment, sun_matrix, sun_depth, sun_resolution,
                    1.0 / (near * focal), rotation,
                )  # fmt: skip
                covered += counts[s]
                red += counts[s] * to_display(r * gain)
                green += counts[s] * to_display(g * gain)
                blue += counts[s] * to_display(b * gain)
            alpha[top + y, left + x] = (covered * 255 + SAMPLES // 2) // SAMPLES
            colour[y, x, 0] = red / covered
            colour[y, x, 1] = green / covered
            colour[y, x, 2] = blue / covered


@kernel
def measure_centres(
    left: int,
    top: int,
    screen: F32,
    faces: I32,
    attributes: F32,
    depth: F32,
    ids: I32,
    light: F32,
    rotation: F32,
    depth_map: npt.NDArray[np.uint16],
    normal_map: U8,
) -> None:
    """Write depth and normals of a rectangle at pixel centres into whole-picture maps; 0 and NO_NORMAL where there is nothing."""
    row = np.empty(COLUMNS, np.float32)
    height = depth.shape[0] // SAMPLES
    width = depth.shape[1]
    for y in range(height):
        sample = y * SAMPLES + SAMPLES // 2
        for x in range(width):
            face = ids[sample, x]
            if face < 0:
                continue
            z = DEPTH_STEPS_PER_METRE / depth[sample, x] + 0.5
            depth_map[top + y, left + x] = np.uint16(min(float(DEEPEST), z))
            interpolate(screen, faces, attributes, face, x + 0.5, y + 0.5, row)
            view_x = light[EYE, 0] - row[POSITION]
            view_y = light[EYE, 1] - row[POSITION + 1]
            view_z = light[EYE, 2] - row[POSITION + 2]
            scale = 1.0 / math.sqrt(view_x * view_x + view_y * view_y + view_z * view_z)
            nx, ny, nz = facing_normal(
                row[NORMAL], row[NORMAL + 1], row[NORMAL + 2], view_x * scale, view_y * scale, view_z * scale
            )
            for k in range(3):
                component = rotation[k, 0] * nx + rotation[k, 1] * ny + rotation[k, 2] * nz
                normal_map[top + y, left + x, k] = np.uint8((component * 0.5 + 0.5) * 255.0 + 0.5)


@kernel
def compose(plate: U8, shadow: U8, alpha: U8, left: int, top: int, colour: F32, picture: U8) -> None:
    """Write picture = plate x shadow / 255 where alpha is 0, else the subject's colour over it."""
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            for k in range(3):
                picture[y, x, k] = (int(plate[y, x, k]) * int(shadow[y, x, k]) + 127) // 255
    for y in range(colour.shape[0]):
        for x in range(colour.shape[1]):
            share = alpha[top + y, left + x] / 255.0
            if share > 0.0:
                for k in range(3):
                    behind = picture[top + y, left + x, k]
                    value = share * colour[y, x, k] + (1.0 - share) * behind
                    picture[top + y, left + x, k] = np.uint8(min(255.0, max(0.0, value)) + 0.5)
