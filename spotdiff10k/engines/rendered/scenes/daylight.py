"""Times of day: where the sun stands and what sky, light and air go with it; shared by all outdoor kinds."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.looks import Air, Rgb, SkyLook, Sunshine
from spotdiff10k.engines.rendered.scenes.scene import direction, sunshine


@dataclass(frozen=True, slots=True)
class Daylight:
    """One time of day. Colours are hue, saturation, value as a screen would show them."""

    elevation: tuple[float, float]  # of the sun, degrees
    azimuth: tuple[float, float]  # its distance from the camera's side, degrees, to either side
    key: tuple[float, float, float]
    strength: float  # of the sun
    zenith: tuple[float, float, float]
    horizon: tuple[float, float, float]
    sky_strength: float
    glow: tuple[float, float, float]
    glow_strength: float
    gradient: float = 0.55
    cloud_light: tuple[float, float, float] = (0.12, 0.04, 1.0)
    cloud_shade: tuple[float, float, float] = (0.60, 0.14, 0.78)
    cloud_strength: float = 1.25
    stars: float = 0.0
    disc: float = 0.0
    softness: float = 1.0
    haze: float = 1.0


TIMES: dict[str, Daylight] = {
    "morning": Daylight(
        (24, 36), (35, 105), (0.105, 0.20, 1.0), 2.7, (0.575, 0.52, 0.92), (0.56, 0.10, 1.0), 1.10, (0.11, 0.25, 1.0), 0.6,
        cloud_light=(0.10, 0.08, 1.0), haze=1.6,
    ),
    "noon": Daylight(
        (52, 66), (20, 100), (0.12, 0.07, 1.0), 3.1, (0.585, 0.66, 0.90), (0.565, 0.22, 1.0), 1.15, (0.12, 0.1, 1.0), 0.4
    ),
    "afternoon": Daylight(
        (34, 46), (30, 110), (0.11, 0.14, 1.0), 2.9, (0.58, 0.58, 0.92), (0.56, 0.16, 1.0), 1.10, (0.11, 0.2, 1.0), 0.5
    ),
    "golden hour": Daylight(
        (18, 27), (45, 120), (0.085, 0.44, 1.0), 3.3, (0.585, 0.36, 0.80), (0.10, 0.30, 1.0), 0.80, (0.085, 0.60, 1.0), 1.3,
        gradient=0.42, cloud_light=(0.09, 0.28, 1.0), cloud_shade=(0.70, 0.16, 0.66), haze=1.8, disc=10.0,
    ),
    "sunset": Daylight(
        (13, 19), (60, 140), (0.07, 0.42, 1.0), 3.7, (0.66, 0.40, 0.62), (0.06, 0.42, 1.0), 0.82, (0.06, 0.72, 1.0), 1.7,
        gradient=0.36, cloud_light=(0.02, 0.50, 1.0), cloud_shade=(0.76, 0.38, 0.46), haze=1.8, disc=14.0, cloud_strength=1.0,
    ),
    "dusk": Daylight(
        (16, 26), (40, 120), (0.62, 0.12, 1.0), 1.0, (0.62, 0.55, 0.48), (0.96, 0.17, 0.80), 0.46, (0.02, 0.45, 0.9), 0.28,
        gradient=0.30, cloud_light=(0.95, 0.36, 0.82), cloud_shade=(0.68, 0.40, 0.36), cloud_strength=0.5,
        stars=0.15, softness=2.2,
    ),
    "overcast": Daylight(
        (48, 64), (20, 110), (0.58, 0.05, 1.0), 0.75, (0.60, 0.10, 0.80), (0.59, 0.04, 0.95), 1.05, (0.6, 0.02, 1.0), 0.1,
        cloud_light=(0.6, 0.03, 0.95), cloud_shade=(0.61, 0.12, 0.66), softness=4.0, haze=2.2, cloud_strength=1.1,
    ),
    "misty morning": Daylight(
        (16, 26), (70, 130), (0.10, 0.26, 1.0), 1.7, (0.56, 0.20, 0.90), (0.10, 0.10, 1.0), 1.0, (0.10, 0.26, 1.0), 1.0,
        cloud_light=(0.1, 0.08, 1.0), softness=2.2, haze=9.0,
    ),
    "night": Daylight(
        (30, 50), (20, 100), (0.60, 0.30, 1.0), 0.55, (0.63, 0.75, 0.20), (0.62, 0.55, 0.34), 0.24, (0.6, 0.2, 1.0), 0.06,
        gradient=0.45, cloud_light=(0.62, 0.3, 0.40), cloud_shade=(0.64, 0.5, 0.18), cloud_strength=0.35, stars=0.9, softness=1.4,
    ),
}  # fmt: skip

HORIZON_GAIN, ZENITH_GAIN, CLOUD_GAIN = 1.7, 1.6, 1.75
"""The table below speaks of how bright a sky looks; its radiance beside sunlit ground is this much more."""

COVER = {"clear": (0.0, 0.12), "scattered clouds": (0.36, 0.50), "cloudy": (0.58, 0.72), "none": (0.0, 0.0)}
"""Share of the sky that clouds take, by the word for the sky."""


@dataclass(frozen=True, slots=True)
class Weather:
    """Sky, key light and air of one scene."""

    sky: SkyLook
    sun: Sunshine
    air: Air
    time: str


def weather(time: str, cover: str, rng: np.random.Generator, haze: float = 0.0035) -> Weather:
    """The light of a time of day under a sky that is "clear", "scattered clouds" or "cloudy"."""
    day = TIMES[time]
    side = -1.0 if rng.random() < 0.5 else 1.0
    toward = direction(side * rng.uniform(*day.azimuth), rng.uniform(*day.elevation))
    shift = rng.uniform(-0.012, 0.012)
    horizon = scaled(_colour(day.horizon, shift), day.sky_strength * HORIZON_GAIN)
    clouds = rng.uniform(*COVER[cover]) if time != "overcast" else rng.uniform(0.85, 1.0)
    sky = SkyLook(
        zenith=scaled(_colour(day.zenith, shift), day.sky_strength * ZENITH_GAIN),
        horizon=horizon,
        gradient=day.gradient,
        sun_direction=toward,
        glow=scaled(_colour(day.glow, shift), day.glow_strength),
        disc=day.disc,
        clouds=float(clouds),
        cloud_scale=float(rng.uniform(0.75, 1.5)),
        cloud_light=scaled(_colour(day.cloud_light, 0.0), day.cloud_strength * CLOUD_GAIN),
        cloud_shade=scaled(_colour(day.cloud_shade, shift), day.cloud_strength * CLOUD_GAIN * 0.9),
        stars=day.stars,
        seed=float(rng.integers(1, 2000)),
    )
    key = scaled(_colour(day.key, 0.5 * shift), day.strength * (1.0 - 0.25 * min(1.0, clouds)))
    air = Air(haze * day.haze, 3.5, mixed(horizon, sky.glow, 0.15), 0.0)
    return Weather(sky, sunshine(toward, key, day.softness), air, time)


def _colour(hsv: tuple[float, float, float], shift: float) -> Rgb:
    return linear(hsv[0] + shift, hsv[1], hsv[2])
