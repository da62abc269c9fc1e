"""From samples to pixels: one shade per surface and pixel, coverage, and the subject over its shadowed plate."""

import math

import numpy as np

from spotdiff10k.engines.rendered.attributes import COLUMNS
from spotdiff10k.engines.rendered.drawing import Drawn, Lit, Seen
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.microfacet import Vector
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


@inlined
def _shade_sample(drawn: Drawn, seen: Seen, lit: Lit, x: int, y: int, sample: int, rotation: float, row: F32) -> Vector:
    """Radiance of the surface at one sample of pixel (x, y) of the rectangle; row is work space."""
    screen, faces, attributes, uv = drawn.screen, drawn.faces, drawn.attributes, drawn.uv
    face = seen.ids[y * SAMPLES + sample, x]
    sample_x = x + (sample_column(sample, SAMPLES, SHIFT) + 0.5) / SAMPLES
    sample_y = y + (sample + 0.5) / SAMPLES
    u, v, w = interpolate(screen, faces, attributes, face, sample_x, sample_y, row)
    a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
    changes = (
        field_change(screen, faces, attributes, face, 0),
        field_change(screen, faces, attributes, face, 1),
        field_change(screen, faces, attributes, face, 2),
    )
    return shade_point(
        row, drawn.materials[drawn.face_material[face]], changes,
        drawn.atlas, u * uv[a, 0] + v * uv[b, 0] + w * uv[c, 0], u * uv[a, 1] + v * uv[b, 1] + w * uv[c, 1],
        lit.light, lit.environment, lit.sun_matrix, lit.sun_depth, lit.sun_resolution,
        1.0 / (seen.depth[y * SAMPLES + sample, x] * lit.focal), rotation,
    )  # fmt: skip


@kernel
def shade_pixels(drawn: Drawn, seen: Seen, lit: Lit, order: I32, colour: F32, alpha: U8) -> None:
    """Shade the samples of a rectangle.

    order: see sample_order. colour: (h, w, 3) of the rectangle, gets display values averaged over the covered samples.
    alpha: (H, W) of the whole picture, gets coverage.
    """
    size = alpha.shape[0]
    row = np.empty(COLUMNS, np.float32)
    found = np.empty(MOST_SURFACES, np.int32)
    counts = np.empty(MOST_SURFACES, np.int32)
    for y in range(colour.shape[0]):
        for x in range(colour.shape[1]):
            surfaces = group_samples(
                seen.depth, seen.ids, y, x, order, drawn.face_material, drawn.face_normal, found, counts
            )  # fmt: skip
            place_x = seen.left + x
            place_y = seen.top + y
            frame_x = (place_x + 0.5) / size - 0.5
            frame_y = (place_y + 0.5) / size - 0.5
            gain = lit.exposure * (1.0 - lit.vignette * (frame_x * frame_x + frame_y * frame_y))
            covered = 0
            red = green = blue = 0.0
            for s in range(surfaces):
                r, g, b = _shade_sample(drawn, seen, lit, x, y, found[s], _dither(place_x, place_y) * TURNS, row)
                covered += counts[s]
                red += counts[s] * to_display(r * gain)
                green += counts[s] * to_display(g * gain)
                blue += counts[s] * to_display(b * gain)
            alpha[place_y, place_x] = (covered * 255 + SAMPLES // 2) // SAMPLES
            if covered > 0:
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
