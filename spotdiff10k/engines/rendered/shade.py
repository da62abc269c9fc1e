"""The light that a surface point sends to the camera: its colour under the sky it sees, the sun, and its surroundings."""

from spotdiff10k.engines.rendered.attributes import AMBIENT, NORMAL, POSITION
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.materials import COAT, EMISSION, METAL, REFLECTANCE, ROUGHNESS, SHEEN
from spotdiff10k.engines.rendered.microfacet import Vector, dot, highlights, radiance, reflection_shares, unit
from spotdiff10k.engines.rendered.model import F32, U8
from spotdiff10k.engines.rendered.shadow_map import visibility
from spotdiff10k.engines.rendered.surface import surface_colour, surface_noise

GRAZING = 0.02
"""Least cosine between normal and view: a normal that looks away from the camera is bent back to this."""
SHADOW_LIFT = 0.006
"""Metres along the normal from which a surface looks at the sun."""
SHADOW_BIAS = 0.005
WRAP = 0.04
WRAP_PER_SHEEN = 0.18
"""How far the sun's diffuse light reaches round the terminator: fur and cloth scatter it."""
DOWNWARD_GAIN = 5.0
"""Reflections that point down by more than the inverse of this see the ground near the subject, which is partly shaded:"""
GROUND_SEEN = 0.5
"""... this share of its light is left high above it, and"""
GROUND_SEEN_AT_FOOT = 0.08
"""... this share at its foot, where the subject covers it."""
GROUND_SEEN_PER_METRE = 1.6
OPENNESS_GAIN = 1.1

# Rows of the light table.
SUN_DIRECTION = 0
SUN_RADIANCE = 1
EYE = 2
LIGHT_ROWS = 3


@kernel
def facing_normal(normal: Vector, view: Vector) -> Vector:
    """The normal as a unit vector, bent towards the viewer where it looks away."""
    straight = unit(normal)
    facing = dot(straight, view)
    if facing >= GRAZING:
        return straight
    bend = GRAZING - facing
    return unit((straight[0] + bend * view[0], straight[1] + bend * view[1], straight[2] + bend * view[2]))


@inlined
def _sunlight(
    point: F32, material: F32, normal: Vector, view: Vector, sun: Vector, sun_matrix: F32, sun_depth: F32, sun_resolution: int,
    rotation: float,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Visibility of the sun, its diffuse share, and its highlights."""
    normal_sun = dot(normal, sun)
    wrap = WRAP + WRAP_PER_SHEEN * material[SHEEN]
    if normal_sun <= -wrap:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    x = point[POSITION] + normal[0] * SHADOW_LIFT
    y = point[POSITION + 1] + normal[1] * SHADOW_LIFT
    z = point[POSITION + 2] + normal[2] * SHADOW_LIFT
    lit = visibility(sun_matrix, sun_depth, sun_resolution, x, y, z, SHADOW_BIAS, rotation, 1.0)
    diffuse = (normal_sun + wrap) / (1.0 + wrap) * lit
    if normal_sun <= 0.0 or lit <= 0.0:
        return lit, diffuse, 0.0, 0.0, 0.0
    strength, fresnel, coat = highlights(normal, view, sun, material[ROUGHNESS], material[COAT])
    return lit, diffuse, strength, fresnel, coat


@kernel
def _reflected_openness(openness: float, mirror_z: float, height: float) -> float:
    """The share of its surroundings that a reflection really meets, at a height above the ground."""
    ground_seen = min(GROUND_SEEN, GROUND_SEEN_AT_FOOT + GROUND_SEEN_PER_METRE * max(0.0, height))
    downward = min(1.0, max(0.0, -mirror_z * DOWNWARD_GAIN))
    return min(1.0, openness * OPENNESS_GAIN) * (1.0 - downward * (1.0 - ground_seen))


@inlined
def shade_point(
    point: F32, material: F32, changes: Vector, atlas: U8, texture_u: float, texture_v: float, light: F32, environment: F32,
    sun_matrix: F32, sun_depth: F32, sun_resolution: int, pixel: float, rotation: float,
) -> Vector:  # fmt: skip
    """Linear radiance towards the eye.

    point: an interpolated attribute row; changes: of the pattern fields from pixel to pixel; light: (LIGHT_ROWS, 3);
    pixel: metres across a pixel there; rotation: of the shadow taps, radians.
    """
    px, py, pz = point[POSITION], point[POSITION + 1], point[POSITION + 2]
    view = unit((light[EYE, 0] - px, light[EYE, 1] - py, light[EYE, 2] - pz))
    variation, tilt_x, tilt_y, tilt_z = surface_noise(point, material, pixel)
    normal = facing_normal((point[NORMAL] - tilt_x, point[NORMAL + 1] - tilt_y, point[NORMAL + 2] - tilt_z), view)
    red, green, blue = surface_colour(point, material, changes, variation, atlas, texture_u, texture_v)
    sun = (light[SUN_DIRECTION, 0], light[SUN_DIRECTION, 1], light[SUN_DIRECTION, 2])
    sunlight = _sunlight(point, material, normal, view, sun, sun_matrix, sun_depth, sun_resolution, rotation)
    cosine = dot(normal, view)
    mirror_x = 2.0 * cosine * normal[0] - view[0]
    mirror_y = 2.0 * cosine * normal[1] - view[1]
    mirror_z = 2.0 * cosine * normal[2] - view[2]
    seen_red, seen_green, seen_blue = environment_lookup(environment, mirror_x, mirror_y, mirror_z, material[ROUGHNESS])
    seen = _reflected_openness(point[AMBIENT + 3], mirror_z, pz)
    shares = reflection_shares(material[ROUGHNESS], material[COAT], cosine)
    finish = (material[METAL], material[REFLECTANCE], material[SHEEN], material[EMISSION])
    rim = 1.0 - cosine
    return (
        radiance(red, point[AMBIENT], light[SUN_RADIANCE, 0], seen_red * seen, finish, sunlight, shares, rim),
        radiance(green, point[AMBIENT + 1], light[SUN_RADIANCE, 1], seen_green * seen, finish, sunlight, shares, rim),
        radiance(blue, point[AMBIENT + 2], light[SUN_RADIANCE, 2], seen_blue * seen, finish, sunlight, shares, rim),
    )
