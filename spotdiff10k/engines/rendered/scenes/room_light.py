"""The light of rooms by name, and what surrounds a stage indoors."""

import math
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear, mixed, scaled
from spotdiff10k.engines.rendered.scenes.looks import Rgb, SkyLook
from spotdiff10k.engines.rendered.scenes.rooms import Shell
from spotdiff10k.engines.rendered.scenes.scene import Surround, direction


def indoor_sky(colour: Rgb) -> SkyLook:
    """What is seen where a wall is missing: nothing but the walls' colour."""
    return SkyLook(colour, colour, 1.0, (0.0, 0.0, 1.0), (0.0, 0.0, 0.0), 0.0, 0.0, 1.0, colour, colour, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class RoomLight:
    """The light of a room by name: the key's elevation and strength, colours, how much fill the walls give."""

    elevation: tuple[float, float]
    key: tuple[float, float, float]
    strength: float
    fill: float
    fill_colour: tuple[float, float, float]
    softness: float
    pool: float  # metres of a pool of light about the stage, 0 for none
    view: float  # brightness of the windows
    lamps: float  # radiance of the room's own lamps


ROOM_LIGHTS: dict[str, RoomLight] = {
    "morning sun": RoomLight((32, 42), (0.095, 0.30, 1.0), 2.7, 0.75, (0.09, 0.06, 1.0), 1.5, 0.95, 1.3, 0.0),
    "soft daylight": RoomLight((50, 62), (0.57, 0.05, 1.0), 1.25, 0.95, (0.58, 0.04, 1.0), 3.5, 0.0, 1.2, 0.0),
    "evening lamplight": RoomLight((46, 58), (0.085, 0.34, 1.0), 1.9, 0.42, (0.08, 0.22, 1.0), 2.2, 1.0, 0.10, 2.0),
    "bright daylight": RoomLight((46, 58), (0.11, 0.08, 1.0), 2.1, 0.95, (0.1, 0.03, 1.0), 2.0, 0.0, 1.3, 0.0),
}


def room_light(name: str, shell: Shell, rng: np.random.Generator) -> tuple[RoomLight, Rgb, Rgb, Surround]:
    """The named light: its values, the direction and radiance of the key, and what surrounds the stage."""
    light = ROOM_LIGHTS[name]
    side = -1.0 if rng.random() < 0.5 else 1.0
    toward = direction(side * rng.uniform(35, 85), rng.uniform(*light.elevation))
    key = scaled(linear(*light.key), light.strength)
    fill = scaled(linear(*light.fill_colour), light.fill)
    walls = mixed(fill, tuple(0.55 * f * (0.4 + w) for f, w in zip(fill, shell.colour, strict=True)), 0.55)  # type: ignore[arg-type]
    pane = scaled(linear(*light.key), 2.0 * light.strength * (1.0 if light.view > 0.5 else 0.4))
    surround = Surround(1, walls, 0.75, scaled(fill, 1.15), direction(side * 70.0, 28.0), pane, math.cos(0.36))
    return light, toward, key, surround
