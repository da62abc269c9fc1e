"""What objects are made of: materials from a colour of the catalogue."""

from dataclasses import replace

from spotdiff10k.engines.rendered.model import Material
from spotdiff10k.traits import Colour, Traits, TraitValue

Linear = tuple[float, float, float]
SRGB_KNEE = 0.04045


def linear(rgb: Linear) -> Linear:
    """Display colours to linear ones (IEC 61966-2-1)."""
    red, green, blue = (channel / 12.92 if channel <= SRGB_KNEE else ((channel + 0.055) / 1.055) ** 2.4 for channel in rgb)
    return red, green, blue


def colour(traits: Traits, name: str) -> Linear:
    """The linear colour of a colour trait."""
    value = traits[name]
    if not isinstance(value, Colour):
        raise TypeError(f"The trait '{name}' should be a colour, found {type(value).__name__}; check its catalogue.")
    return linear(value.rgb)


def number(traits: Traits, name: str) -> float:
    """The value of a number trait."""
    value = traits[name]
    if isinstance(value, str | Colour):
        raise TypeError(f"The trait '{name}' should be a number, found {type(value).__name__}; check its catalogue.")
    return float(value)


def shade(base: Linear, share: float) -> Linear:
    """The colour darkened (share below 1) or lightened towards white (above 1)."""
    if share <= 1:
        return base[0] * share, base[1] * share, base[2] * share
    rest = share - 1
    return tuple(channel + (1 - channel) * rest for channel in base)  # type: ignore[return-value]


def enamel(base: Linear, second: Linear | None = None, third: Linear | None = None) -> Material:
    """Glossy paint under clear coat; a second and third colour for patterns with hard edges."""
    return Material(base, second, third, roughness=0.32, coat=0.85, tint=0.03, edges=(0.5, 0.5, 0.5), widths=(0.03, 0.03, 0.03))


def plastic(base: Linear, second: Linear | None = None, third: Linear | None = None) -> Material:
    """Smooth plastic with a soft shine."""
    return replace(enamel(base, second, third), roughness=0.42, coat=0.3)


def matt(base: Linear, second: Linear | None = None, third: Linear | None = None) -> Material:
    """Dull paint, card or clay."""
    return replace(enamel(base, second, third), roughness=0.75, coat=0.0, tint=0.08)


def metal(base: Linear = (0.62, 0.62, 0.64), roughness: float = 0.28) -> Material:
    """Bare metal; its colour is that of its reflection."""
    return Material(base, roughness=roughness, reflectance=0.6, metal=1.0, tint=0.04)


def glass(base: Linear = (0.016, 0.024, 0.03)) -> Material:
    """Dark, mirror-like window glass."""
    return Material(base, roughness=0.08, reflectance=0.06, coat=1.0, tint=0.0)


def rubber(base: Linear = (0.022, 0.022, 0.024)) -> Material:
    """Tyres, feet and seals."""
    return Material(base, roughness=0.8, tint=0.1, bump=0.04, bump_frequency=60.0)


def dark(base: Linear = (0.03, 0.03, 0.034)) -> Material:
    """Joints, grilles and everything one looks into."""
    return Material(base, roughness=0.55, tint=0.05)


def glow(base: Linear, strength: float = 1.0) -> Material:
    """Lights: the colour shines by itself."""
    return Material(base, roughness=0.25, coat=0.8, tint=0.0, emission=strength)


def wood(base: Linear) -> Material:
    """Varnished wood: the noise varies its colour."""
    return Material(
        base, shade(base, 0.72), roughness=0.45, coat=0.25, tint=0.35, bump=0.05, bump_frequency=26.0, widths=(0.4, 0.2, 0.08)
    )


def ceramic(base: Linear, second: Linear | None = None, third: Linear | None = None, fourth: Linear | None = None) -> Material:
    """Glazed clay with up to three patterns."""
    return Material(
        base, second, third, fourth, roughness=0.22, coat=0.7, tint=0.06, edges=(0.5, 0.5, 0.5), widths=(0.04, 0.04, 0.04)
    )


def cloth(base: Linear, second: Linear | None = None, third: Linear | None = None) -> Material:
    """Woven fabric with a soft edge light."""
    return replace(matt(base, second, third), sheen=0.5, bump=0.12, bump_frequency=90.0)


def leaf(base: Linear, second: Linear | None = None) -> Material:
    """Leaves and petals: a satin skin, a second colour for veins or margins."""
    return Material(
        base, second, roughness=0.5, coat=0.15, sheen=0.25, tint=0.2, bump=0.06, bump_frequency=40.0, widths=(0.12, 0.2, 0.08)
    )


def word(value: TraitValue) -> str:
    """The value of a choice trait."""
    if not isinstance(value, str):
        raise TypeError(f"A choice trait should be a word, found {type(value).__name__}; check its catalogue.")
    return value
