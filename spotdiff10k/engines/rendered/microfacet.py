"""How a surface answers light: microfacet highlights, coat, sheen and reflections, all dimensionless shares.

Specular: GGX distribution with Smith-Schlick masking (Walter 2007, Karis 2013) and Schlick's Fresnel; reflections of the
surroundings with Karis' fit of the split-sum integral (Karis 2014, "Physically based shading on mobile").
"""

import math

from spotdiff10k.engines.rendered.jit import kernel

Vector = tuple[float, float, float]

COAT_ALPHA_SQUARED = 0.0015
COAT_BRIGHTEST = 60.0
COAT_REFLECTANCE = 0.04
SHEEN_STRENGTH = 0.5
SHEEN_SUN = 0.3
"""Share of the sun in the sheen of fur and cloth; the sky has all of its own."""
SHEEN_WHITE = 0.4
"""Share of the sheen that is white; the rest has the surface's colour."""


@kernel
def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def unit(a: Vector) -> Vector:
    """The vector at length 1."""
    scale = 1.0 / math.sqrt(dot(a, a) + 1e-20)
    return a[0] * scale, a[1] * scale, a[2] * scale


@kernel
def schlick(cosine: float) -> float:
    """How much of the way to 1 the reflectance has come at an angle."""
    rest = 1.0 - cosine
    square = rest * rest
    return square * square * rest


@kernel
def _ggx(alpha_squared: float, normal_half: float) -> float:
    bend = normal_half * normal_half * (alpha_squared - 1.0) + 1.0
    return alpha_squared / (math.pi * bend * bend)


@kernel
def highlights(normal: Vector, view: Vector, sun: Vector, roughness: float, coat: float) -> Vector:
    """The mirror image of a sun above the surface: strength without Fresnel, Fresnel's share, and strength in the coat."""
    half = unit((view[0] + sun[0], view[1] + sun[1], view[2] + sun[2]))
    normal_half = max(0.0, dot(normal, half))
    normal_view = dot(normal, view)
    normal_sun = dot(normal, sun)
    fresnel = schlick(max(0.0, dot(view, half)))
    alpha = roughness * roughness
    k = (roughness + 1.0) * (roughness + 1.0) / 8.0
    masking = 0.25 / ((normal_view * (1.0 - k) + k) * (normal_sun * (1.0 - k) + k))
    strength = math.pi * _ggx(alpha * alpha, normal_half) * masking * normal_sun
    peak = min(COAT_BRIGHTEST, _ggx(COAT_ALPHA_SQUARED, normal_half)) if coat > 0.0 else 0.0
    coat_fresnel = COAT_REFLECTANCE + (1.0 - COAT_REFLECTANCE) * fresnel
    return strength, fresnel, math.pi * coat * peak * 0.25 * coat_fresnel * normal_sun


@kernel
def reflection_shares(roughness: float, coat: float, normal_view: float) -> Vector:
    """(scale, bias, coat): even surroundings are reflected with F0 x scale + bias, and with coat by the coat."""
    x = 1.0 - roughness
    y = 0.0425 - 0.0275 * roughness
    a = min(x * x, 2.0 ** (-9.28 * normal_view)) * x + y
    grazing = COAT_REFLECTANCE + (1.0 - COAT_REFLECTANCE) * schlick(normal_view)
    return -1.04 * a + (1.04 - 0.572 * roughness), 1.04 * a + (0.022 * roughness - 0.04), coat * grazing


@kernel
def radiance(
    colour: float,
    ambient: float,
    sun: float,
    surroundings: float,
    finish: tuple[float, float, float, float],
    sunlight: tuple[float, float, float, float, float],
    shares: Vector,
    rim: float,
) -> float:
    """One colour channel of what a point sends to the eye.

    ambient, sun, surroundings: light of this channel; finish: metal, reflectance, sheen, emission; sunlight: visibility, diffuse
    share, then the three of highlights; shares: of reflection_shares; rim: 1 - cosine of normal and view.
    """
    metal, reflectance, sheen, emission = finish
    lit, diffuse, strength, fresnel, coat = sunlight
    facing = reflectance + (colour - reflectance) * metal  # reflectance at normal incidence
    value = colour * (1.0 - metal) * (ambient + sun * diffuse)
    value += sun * lit * (strength * (facing + (1.0 - facing) * fresnel) + coat)
    value += surroundings * (facing * shares[0] + shares[1] + shares[2])
    white = SHEEN_WHITE + (1.0 - SHEEN_WHITE) * colour
    value += SHEEN_STRENGTH * sheen * rim * rim * rim * (ambient + sun * SHEEN_SUN * lit) * white
    return value + emission * colour
