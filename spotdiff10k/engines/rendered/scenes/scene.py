"""A scene before it is shaded: what a kind of background decides from its traits and its private generator."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.scenes.lights import LAMP_COLUMNS
from spotdiff10k.engines.rendered.scenes.looks import (
    BLACK,
    Air,
    GroundKind,
    GroundLook,
    GroundPlan,
    Region,
    RegionShape,
    Rgb,
    Ridge,
    Room,
    Scatter,
    SkyLook,
    Sunshine,
    Water,
)
from spotdiff10k.engines.rendered.scenes.props import Props

NO_REGION = Region(int(RegionShape.NOWHERE), 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.01, 0.0)
NOTHING_STREWN = Scatter(0.1, 0.0, 0.5, 0.5, 0.0, 0.0)
NO_COLOURS = np.zeros((1, 3), np.float32)
NO_WATER = Water(0, 1.0, 0.0, 0.0, 0.0, BLACK, BLACK, 0.0, 0.0, 1.0)
CLEAR_AIR = Air(0.0, 0.0, BLACK, 0.0)
OUTDOORS = Room(0, 1.0, 1.0, 1.0)
NO_LAMPS = np.zeros((0, LAMP_COLUMNS), np.float32)
"""(0, 7): position, radiance, reach."""


class Surround(NamedTuple):
    """What stands about the stage, for reflections and ambient light: a ring of things outdoors, walls indoors."""

    indoor: int
    band: Rgb  # radiance of the ring or the walls
    band_height: float  # sine of the elevation it reaches
    ceiling: Rgb  # radiance above it, indoors
    window_direction: Rgb  # a bright window, or softbox
    window: Rgb  # its radiance, added
    window_cosine: float  # of its half width


OPEN_COUNTRY = Surround(0, BLACK, 0.0, BLACK, (0.0, 0.0, 1.0), BLACK, 2.0)


@dataclass(frozen=True, slots=True)
class Strewn:
    """Small flat things on the ground and the colours they may have, (N, 3) albedo."""

    look: Scatter
    colours: F32


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies on the plane z = 0."""

    looks: GroundPlan
    strewn_colours: F32  # (N, 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything but the camera."""

    sky: SkyLook
    plan: Ground
    props: Props
    sun: Sunshine
    air: Air = CLEAR_AIR
    ridges: list[Ridge] = field(default_factory=list)
    room: Room = OUTDOORS
    surround: Surround = OPEN_COUNTRY
    lamps: F32 = field(default_factory=lambda: NO_LAMPS)
    exposure: float = 1.0  # times the automatic exposure
    softness: float = 1.0  # of what is far behind the stage, times the usual
    vignette: float = 0.40
    mirrors: bool = False  # props are seen in water or on a polished floor


def direction(azimuth_degrees: float, elevation_degrees: float) -> Rgb:
    """Unit vector towards an azimuth (0 = +x, the camera's side; positive towards +y) and elevation."""
    azimuth, elevation = math.radians(azimuth_degrees), math.radians(elevation_degrees)
    level = math.cos(elevation)
    return (level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation))


def sunshine(
    toward: Rgb, radiance: Rgb, softness: float = 1.0, radius: float = 0.0, fade: float = 1.0, floor: float = 0.0
) -> Sunshine:
    """A key light; with a radius it is a pool of light about the stage."""
    return Sunshine(toward, radiance, softness, radius, fade, floor)


def ground(
    kind: GroundKind,
    dark: Rgb,
    light: Rgb,
    accent: Rgb = (0.02, 0.02, 0.02),
    scale: float = 1.0,
    turn_degrees: float = 0.0,
    bump: float = 1.0,
    gloss: float = 0.0,
    seed: float | np.signedinteger[Any] = 0.0,
) -> GroundLook:
    """One texture of the ground."""
    turn = math.radians(turn_degrees)
    numbers = (scale, math.cos(turn), math.sin(turn), bump, gloss, math.floor(seed))
    return GroundLook(int(kind), dark, light, accent, *map(float, numbers))


def plan(
    base: GroundLook,
    other: GroundLook | None = None,
    region: Region = NO_REGION,
    strewn: Strewn | None = None,
    water: Water = NO_WATER,
) -> Ground:
    """What lies on the ground."""
    looks = GroundPlan(base, other or base, region, strewn.look if strewn else NOTHING_STREWN, water)
    return Ground(looks, strewn.colours if strewn else NO_COLOURS)


def region(
    shape: RegionShape,
    at: tuple[float, float] = (0.0, 0.0),
    turn_degrees: float = 0.0,
    half_length: float = 1.0,
    half_width: float = 1.0,
    wobble: float = 0.0,
    softness: float = 0.01,
    border: float = 0.0,
) -> Region:
    """A place for the second texture; for PATCHES, half_width is their size and half_length shifts how many there are."""
    turn = math.radians(turn_degrees)
    numbers = (*at, math.cos(turn), math.sin(turn), half_length, half_width, wobble, softness, border)
    return Region(int(shape), *map(float, numbers))


def scatter(
    colours: list[Rgb],
    cell: float,
    density: float,
    aspect: float = 0.45,
    size: float = 0.6,
    relief: float = 0.4,
    clearing: float = 0.0,
) -> Strewn:
    """Small flat things on the ground."""
    look = Scatter(float(cell), float(density), float(aspect), float(size), float(relief), float(clearing))
    return Strewn(look, np.array(colours, np.float32))


def shore(
    toward_degrees: float,
    offset: float,
    deep: Rgb,
    shallow: Rgb,
    wobble: float = 0.3,
    foam: float = 0.0,
    waves: float = 0.3,
    scale: float = 1.5,
) -> Water:
    """Water beyond a line `offset` metres from the stage in the direction of an azimuth."""
    turn = math.radians(toward_degrees)
    return Water(
        1, math.cos(turn), math.sin(turn), float(offset), float(wobble), deep, shallow, float(foam), float(waves), float(scale)
    )


def lamps(places: list[tuple[Rgb, Rgb, float]]) -> F32:
    """Small lights without shadows: position, radiance, reach in metres."""
    return np.array([(*position, *radiance, reach) for position, radiance, reach in places], np.float32).reshape(-1, LAMP_COLUMNS)
