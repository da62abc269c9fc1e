"""From samples to pixels: one shade per surface and pixel, coverage, and the subject over its shadowed plate."""

import math

import numpy as np

from spotdiff10k.engines.rendered.attributes import COLUMNS
from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32, U8
from spotdiff10k.engines.rendered.raster import sample_column
from spotdiff10k.engines.rendered.sampling import MOST_SURFACES, SAMPLES, SHIFT, field_change, group_samples, interpolate
from spotdiff10k.engines.rendered.shade import shade_point
from spotdiff10k.engines.rendered.tone import to_display

TURNS = 2.0 * math.pi


@kernel
def _dither(x: int, y: int) -> float:
    """Interleaved gradient noise (Jimenez 2014), 0..1: neighbouring pixels differ as much as they can."""
    value = 0.06711056 * x + 0.00583715 * y
    value = 52.9829189 * (value - math.floor(value))
    return value - math.floor(value)


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
                change_0 = field_change(screen, faces, attributes, face, 0)
                change_1 = field_change(screen, faces, attributes, face, 1)
                change_2 = field_change(screen, faces, attributes, face, 2)
                r, g, b = shade_point(
                    row, material, change_0, change_1, change_2, atlas, texture_u, texture_v, light, environment,
                    sun_matrix, sun_depth, sun_resolution,
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
