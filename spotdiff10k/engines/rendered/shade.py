"""The light that a surface point sends to the camera: diffuse sky and sun, microfacet highlights, coat, sheen, reflections.

Specular: GGX distribution with Smith-Schlick masking (Walter 2007, Karis 2013) and Schlick's Fresnel; reflections of the
surroundings with Karis' fit of the split-sum integral (Karis 2014, "Physically based shading on mobile").
"""

import math

from spotdiff10k.engines.rendered.attributes import AMBIENT, NORMAL, POSITION
from spotdiff10k.engines.rendered.jit import inlined, kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.materials import COAT, EMISSION, METAL, REFLECTANCE, ROUGHNESS, SHEEN
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
COAT_ALPHA_SQUARED = 0.0015
COAT_BRIGHTEST = 60.0
COAT_REFLECTANCE = 0.04
SHEEN_STRENGTH = 0.5
SHEEN_SUN = 0.3
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
def facing_normal(x: float, y: float, z: float, view_x: float, view_y: float, view_z: float) -> tuple[float, float, float]:
    """The normal as a unit vector, bent towards the viewer where it looks away."""
    scale = 1.0 / math.sqrt(x * x + y * y + z * z + 1e-20)
    x *= scale
    y *= scale
    z *= scale
    facing = x * view_x + y * view_y + z * view_z
    if facing < GRAZING:
        x += (GRAZING - facing) * view_x
        y += (GRAZING - facing) * view_y
        z += (GRAZING - facing) * view_z
        scale = 1.0 / math.sqrt(x * x + y * y + z * z)
        x *= scale
        y *= scale
        z *= scale
    return x, y, z


@kernel
def _schlick(cosine: float) -> float:
    rest = 1.0 - cosine
    square = rest * rest
    return square * square * rest


@kernel
def _ggx(alpha_squared: float, normal_half: float) -> float:
    bend = normal_half * normal_half * (alpha_squared - 1.0) + 1.0
    return alpha_squared / (math.pi * bend * bend)


@kernel
def _environment_share(roughness: float, cosine: float) -> tuple[float, float]:
    """(scale, bias): an even surrounding is reflected with F0 x scale + bias."""
    x = 1.0 - roughness
    y = 0.0425 - 0.0275 * roughness
    a = min(x * x, 2.0 ** (-9.28 * cosine)) * x + y
    return -1.04 * a + (1.04 - 0.572 * roughness), 1.04 * a + (0.022 * roughness - 0.04)


@inlined
def shade_point(
    point: F32,
    material: F32,
    change_0: float,
    change_1: float,
    change_2: float,
    atlas: U8,
    texture_u: float,
    texture_v: float,
    light: F32,
    environment: F32,
    sun_matrix: F32,
    sun_depth: F32,
    sun_resolution: int,
    pixel: float,
    rotation: float,
) -> tuple[float, float, float]:
    """Linear radiance towards the eye.

    point: an interpolated attribute row; change_0..2: of the pattern fields from pixel to pixel; light: (LIGHT_ROWS, 3);
    pixel: metres across a pixel there; rotation: of the shadow taps, radians.
    """
    px = point[POSITION]
    py = point[POSITION + 1]
    pz = point[POSITION + 2]
    view_x = light[EYE, 0] - px
    view_y = light[EYE, 1] - py
    view_z = light[EYE, 2] - pz
    scale = 1.0 / math.sqrt(view_x * view_x + view_y * view_y + view_z * view_z)
    view_x *= scale
    view_y *= scale
    view_z *= scale
    variation, tilt_x, tilt_y, tilt_z = surface_noise(point, material, pixel)
    nx, ny, nz = facing_normal(
        point[NORMAL] - tilt_x, point[NORMAL + 1] - tilt_y, point[NORMAL + 2] - tilt_z, view_x, view_y, view_z
    )
    red, green, blue = surface_colour(point, material, change_0, change_1, change_2, variation, atlas, texture_u, texture_v)
    roughness = material[ROUGHNESS]
    metal = material[METAL]
    coat = material[COAT]
    sheen = material[SHEEN]
    sun_x = light[SUN_DIRECTION, 0]
    sun_y = light[SUN_DIRECTION, 1]
    sun_z = light[SUN_DIRECTION, 2]
    normal_view = nx * view_x + ny * view_y + nz * view_z
    normal_sun = nx * sun_x + ny * sun_y + nz * sun_z
    wrap = WRAP + WRAP_PER_SHEEN * sheen
    lit = 0.0
    highlight = 0.0
    coat_highlight = 0.0
    if normal_sun > -wrap:
        lit = visibility(
            sun_matrix,
            sun_depth,
            sun_resolution,
            px + nx * SHADOW_LIFT,
            py + ny * SHADOW_LIFT,
            pz + nz * SHADOW_LIFT,
            SHADOW_BIAS,
            rotation,
            1.0,
        )
    fresnel = 0.0
    if lit > 0.0 and normal_sun > 0.0:
        hx = view_x + sun_x
        hy = view_y + sun_y
        hz = view_z + sun_z
        scale = 1.0 / math.sqrt(hx * hx + hy * hy + hz * hz)
        normal_half = max(0.0, (nx * hx + ny * hy + nz * hz) * scale)
        fresnel = _schlick(max(0.0, (view_x * hx + view_y * hy + view_z * hz) * scale))
        alpha = roughness * roughness
        k = (roughness + 1.0) * (roughness + 1.0) / 8.0
        masking = 0.25 / ((normal_view * (1.0 - k) + k) * (normal_sun * (1.0 - k) + k))
        highlight = math.pi * _ggx(alpha * alpha, normal_half) * masking * normal_sun * lit
        if coat > 0.0:
            peak = min(COAT_BRIGHTEST, _ggx(COAT_ALPHA_SQUARED, normal_half))
            coat_fresnel = COAT_REFLECTANCE + (1.0 - COAT_REFLECTANCE) * fresnel
            coat_highlight = math.pi * coat * peak * 0.25 * coat_fresnel * normal_sun * lit
    diffuse_sun = max(0.0, (normal_sun + wrap) / (1.0 + wrap)) * lit
    mirror = 2.0 * normal_view
    mirror_z = mirror * nz - view_z
    seen_red, seen_green, seen_blue = environment_lookup(
        environment, mirror * nx - view_x, mirror * ny - view_y, mirror_z, roughness
    )
    ground_seen = min(GROUND_SEEN, GROUND_SEEN_AT_FOOT + GROUND_SEEN_PER_METRE * max(0.0, pz))
    downward = min(1.0, max(0.0, -mirror_z * DOWNWARD_GAIN))
    openness = min(1.0, point[AMBIENT + 3] * OPENNESS_GAIN) * (1.0 - downward * (1.0 - ground_seen))
    env_scale, env_bias = _environment_share(roughness, normal_view)
    grazing = _schlick(normal_view)
    coat_share = coat * (COAT_REFLECTANCE + (1.0 - COAT_REFLECTANCE) * grazing)
    rim = 1.0 - normal_view
    sheen_share = SHEEN_STRENGTH * sheen * rim * rim * rim
    reflectance = material[REFLECTANCE]
    emission = material[EMISSION]
    out_red = _radiance(
        red, metal, reflectance, point[AMBIENT], light[SUN_RADIANCE, 0], diffuse_sun, highlight, fresnel, coat_highlight,
        seen_red * openness, env_scale, env_bias, coat_share, sheen_share, lit, emission,
    )  # fmt: skip
    out_green = _radiance(
        green, metal, reflectance, point[AMBIENT + 1], light[SUN_RADIANCE, 1], diffuse_sun, highlight, fresnel, coat_highlight,
        seen_green * openness, env_scale, env_bias, coat_share, sheen_share, lit, emission,
    )  # fmt: skip
    out_blue = _radiance(
        blue, metal, reflectance, point[AMBIENT + 2], light[SUN_RADIANCE, 2], diffuse_sun, highlight, fresnel, coat_highlight,
        seen_blue * openness, env_scale, env_bias, coat_share, sheen_share, lit, emission,
    )  # fmt: skip
    return out_red, out_green, out_blue


@kernel
def _radiance(
    colour: float,
    metal: float,
    reflectance: float,
    ambient: float,
    sun: float,
    diffuse_sun: float,
    highlight: float,
    fresnel: float,
    coat_highlight: float,
    surroundings: float,
    env_scale: float,
    env_bias: float,
    coat_share: float,
    sheen_share: float,
    lit: float,
    emission: float,
) -> float:
    """One colour channel of shade_point."""
    facing = reflectance + (colour - reflectance) * metal  # Fresnel at normal incidence
    value = colour * (1.0 - metal) * (ambient + sun * diffuse_sun)
    value += sun * (highlight * (facing + (1.0 - facing) * fresnel) + coat_highlight)
    value += surroundings * (facing * env_scale + env_bias + coat_share)
    value += sheen_share * (ambient + sun * SHEEN_SUN * lit) * (0.4 + 0.6 * colour)
    return value + emission * colour
