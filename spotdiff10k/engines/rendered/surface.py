"""What a surface is at a point: its colour from three pattern fields, noise and texture, and its bumps."""

import math

from spotdiff10k.engines.rendered.attributes import FIELDS, REST
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.materials import BASE, BUMP, BUMP_FREQUENCY, EDGE, TEXTURED, TINT, WIDTH
from spotdiff10k.engines.rendered.model import F32, U8
from spotdiff10k.engines.rendered.noise import HASH_X, HASH_Y, HASH_Z, scramble, smoothstep
from spotdiff10k.engines.rendered.tone import GAMMA

FINE_OCTAVE = 2.03
FINE_SHIFT = 11.7
FINE_SHARE = 0.45
"""How strong the second, finer octave of the bump noise is."""
BUMP_SCALE = 0.6
"""Tilt of the normal per unit of amplitude and of the noise's slope."""
FIELD_FILTER = 0.75
"""Half width of the softest colour edge in pixels: a smoothstep of this half width acts like a box filter of one pixel."""
NYQUIST = 0.45
"""Noise cells a pixel beyond which bumps are faded out, because they would only flicker."""


@kernel
def noise_with_slope(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """Value noise in [0, 1) and its three derivatives, for the price of one evaluation."""
    floor_x = math.floor(x)
    floor_y = math.floor(y)
    floor_z = math.floor(z)
    x -= floor_x
    y -= floor_y
    z -= floor_z
    u = x * x * (3.0 - 2.0 * x)
    v = y * y * (3.0 - 2.0 * y)
    w = z * z * (3.0 - 2.0 * z)
    corner = int(floor_x) * HASH_X + int(floor_y) * HASH_Y + int(floor_z) * HASH_Z
    a = scramble(corner)
    b = scramble(corner + HASH_X)
    c = scramble(corner + HASH_Y)
    d = scramble(corner + HASH_X + HASH_Y)
    e = scramble(corner + HASH_Z)
    f = scramble(corner + HASH_X + HASH_Z)
    g = scramble(corner + HASH_Y + HASH_Z)
    h = scramble(corner + HASH_X + HASH_Y + HASH_Z)
    # value = a + k1 u + k2 v + k3 w + k4 uv + k5 vw + k6 uw + k7 uvw
    k1 = b - a
    k2 = c - a
    k3 = e - a
    k4 = a - b - c + d
    k5 = a - c - e + g
    k6 = a - b - e + f
    k7 = b + c + e + h - a - d - f - g
    value = a + k1 * u + k2 * v + k3 * w + k4 * u * v + k5 * v * w + k6 * u * w + k7 * u * v * w
    slope_x = 6.0 * x * (1.0 - x) * (k1 + k4 * v + k6 * w + k7 * v * w)
    slope_y = 6.0 * y * (1.0 - y) * (k2 + k4 * u + k5 * w + k7 * u * w)
    slope_z = 6.0 * z * (1.0 - z) * (k3 + k5 * v + k6 * u + k7 * u * v)
    return value, slope_x, slope_y, slope_z


@inlined
def surface_noise(point: F32, material: F32, pixel: float) -> tuple[float, float, float, float]:
    """Variation about 0 (-.5..5) and the tilt of the normal (3) at an attribute row; pixel: metres across one there."""
    frequency = material[BUMP_FREQUENCY]
    if material[BUMP] <= 0.0 and material[TINT] <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    x = point[REST] * frequency
    y = point[REST + 1] * frequency
    z = point[REST + 2] * frequency
    coarse, coarse_x, coarse_y, coarse_z = noise_with_slope(x, y, z)
    fine, fine_x, fine_y, fine_z = noise_with_slope(
        x * FINE_OCTAVE + FINE_SHIFT, y * FINE_OCTAVE + FINE_SHIFT, z * FINE_OCTAVE + FINE_SHIFT
    )
    cells = frequency * pixel
    coarse_kept = 1.0 - smoothstep(0.5 * NYQUIST, NYQUIST, cells)
    fine_kept = FINE_SHARE * (1.0 - smoothstep(0.5 * NYQUIST, NYQUIST, cells * FINE_OCTAVE))
    variation = ((coarse - 0.5) * coarse_kept + (fine - 0.5) * fine_kept) / (1.0 + FINE_SHARE)
    tilt = material[BUMP] * BUMP_SCALE
    return (
        variation,
        tilt * (coarse_x * coarse_kept + fine_x * fine_kept * FINE_OCTAVE),
        tilt * (coarse_y * coarse_kept + fine_y * fine_kept * FINE_OCTAVE),
        tilt * (coarse_z * coarse_kept + fine_z * fine_kept * FINE_OCTAVE),
    )


@inlined
def texel(atlas: U8, u: float, v: float) -> tuple[float, float, float]:
    """Bilinear linear-light colour of a display-coded atlas at texture coordinates 0..1, origin top left; edges repeat."""
    height = atlas.shape[0]
    width = atlas.shape[1]
    x = min(width - 1.0, max(0.0, u * width - 0.5))
    y = min(height - 1.0, max(0.0, v * height - 0.5))
    left = int(x)
    top = int(y)
    right = min(width - 1, left + 1)
    bottom = min(height - 1, top + 1)
    x -= left
    y -= top
    red = (atlas[top, left, 0] * (1 - x) + atlas[top, right, 0] * x) * (1 - y) + (
        atlas[bottom, left, 0] * (1 - x) + atlas[bottom, right, 0] * x
    ) * y
    green = (atlas[top, left, 1] * (1 - x) + atlas[top, right, 1] * x) * (1 - y) + (
        atlas[bottom, left, 1] * (1 - x) + atlas[bottom, right, 1] * x
    ) * y
    blue = (atlas[top, left, 2] * (1 - x) + atlas[top, right, 2] * x) * (1 - y) + (
        atlas[bottom, left, 2] * (1 - x) + atlas[bottom, right, 2] * x
    ) * y
    return (red / 255.0) ** GAMMA, (green / 255.0) ** GAMMA, (blue / 255.0) ** GAMMA


@inlined
def surface_colour(
    point: F32, material: F32, changes: tuple[float, float, float], variation: float, atlas: U8, u: float, v: float
) -> tuple[float, float, float]:
    """Linear colour at an attribute row: fields mix the four colours, noise varies them, a texture multiplies them.

    changes: how much each field changes from pixel to pixel; sharper edges than that are softened, or they would be stairs.
    """
    half_0 = max(material[WIDTH], FIELD_FILTER * changes[0])
    half_1 = max(material[WIDTH + 1], FIELD_FILTER * changes[1])
    half_2 = max(material[WIDTH + 2], FIELD_FILTER * changes[2])
    first = smoothstep(material[EDGE] - half_0, material[EDGE] + half_0, point[FIELDS])
    second = smoothstep(material[EDGE + 1] - half_1, material[EDGE + 1] + half_1, point[FIELDS + 1])
    third = smoothstep(material[EDGE + 2] - half_2, material[EDGE + 2] + half_2, point[FIELDS + 2])
    red = _mixed(material, 0, first, second, third)
    green = _mixed(material, 1, first, second, third)
    blue = _mixed(material, 2, first, second, third)
    if material[TEXTURED] > 0.0:
        texel_red, texel_green, texel_blue = texel(atlas, u, v)
        red *= texel_red
        green *= texel_green
        blue *= texel_blue
    varied = max(0.0, 1.0 + material[TINT] * variation)
    return red * varied, green * varied, blue * varied


@inlined
def _mixed(material: F32, channel: int, first: float, second: float, third: float) -> float:
    value: float = material[BASE + channel]
    value += (material[BASE + 3 + channel] - value) * first
    value += (material[BASE + 6 + channel] - value) * second
    value += (material[BASE + 9 + channel] - value) * third
    return value
