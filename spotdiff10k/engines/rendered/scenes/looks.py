"""What the shading kernels are told: one documented record for each part of a scene.

NamedTuples, because numba reads them by field name. Lengths are metres, colours linear radiance or albedo,
directions unit vectors in world axes. "Footprint" is the width of a pixel on a surface, in metres.
"""

from enum import IntEnum
from typing import NamedTuple

from spotdiff10k.engines.rendered.model import F32

Rgb = tuple[float, float, float]
BLACK: Rgb = (0.0, 0.0, 0.0)


class SkyLook(NamedTuple):
    """The sky dome: a gradient, the glow about the sun, clouds and stars."""

    zenith: Rgb
    horizon: Rgb
    gradient: float  # sine of the elevation where the zenith's colour is reached
    sun_direction: Rgb
    glow: Rgb  # radiance of the glow about the sun
    disc: float  # radiance of the sun's (or moon's) disc as a multiple of the glow; 0 hides it
    clouds: float  # 0 clear .. 1 overcast
    cloud_scale: float  # features per unit of the flat cloud layer
    cloud_light: Rgb
    cloud_shade: Rgb
    stars: float  # radiance of the brightest stars
    seed: float  # shifts all the sky's noise


class RidgeShape(IntEnum):
    """What a far layer at the horizon is made of."""

    MOUNTAINS = 0
    TREES = 1
    SKYLINE = 2
    HILLS = 3
    CONIFERS = 4


class Ridge(NamedTuple):
    """A far layer at the horizon, drawn on the sky from back to front."""

    shape: RidgeShape
    height: float  # sine of the elevation that its tops reach
    frequency: float  # features per radian
    colour: Rgb  # in the light
    shade: Rgb  # away from it, and its foot
    detail: Rgb = BLACK  # snow caps of mountains, lit windows of a skyline
    amount: float = 0.0  # how much of the detail there is, 0..1


RIDGE_COLUMNS = 13
"""A Ridge as a row of numbers: shape, height, frequency, colour, shade, detail, amount (3 + 3·3 + 1)."""


class GroundKind(IntEnum):
    """Procedural textures of the ground."""

    PLAIN = 0
    GRASS = 1
    PLANKS = 2
    TILES = 3
    SAND = 4
    SNOW = 5
    CONCRETE = 6
    COBBLES = 7
    SOIL = 8
    ASPHALT = 9
    CARPET = 10
    REGOLITH = 11
    HERRINGBONE = 12
    SLABS = 13
    PEBBLES = 14
    CRACKED = 15
    RUG = 16


class GroundLook(NamedTuple):
    """One texture of the ground: two colours that a pattern mixes, an accent, bumps and gloss."""

    kind: int
    dark: Rgb
    light: Rgb
    accent: Rgb  # joints, dry blades, veins
    scale: float  # pattern coordinates = metres × scale
    turn_cos: float
    turn_sin: float
    bump: float  # how strongly the height field is lit
    gloss: float  # 0 matt .. 1 wet: Fresnel reflection of the sky
    seed: float


class RegionShape(IntEnum):
    """Where the second ground texture lies."""

    NOWHERE = 0
    HALF_PLANE = 1
    BAND = 2
    RECTANGLE = 3
    DISC = 4
    PATCHES = 5


class Region(NamedTuple):
    """The part of the ground that has the second texture."""

    shape: int
    x: float  # of its centre
    y: float
    turn_cos: float  # of its axis
    turn_sin: float
    half_length: float
    half_width: float
    wobble: float  # metres by which noise shifts its edge
    softness: float  # metres over which it fades
    border: float  # width of a darker border (rugs), 0 for none


class Scatter(NamedTuple):
    """Small flat things strewn on the ground: leaves, petals, pebbles. Their colours are a list beside it."""

    cell: float  # one thing to a square of this side (metres)
    density: float  # 0..1 share of squares that have one
    aspect: float  # width / length
    size: float  # length as a share of the cell
    relief: float  # how much it darkens the ground beside it, 0..1
    clearing: float  # metres about the stage's centre that are left sparse


class Water(NamedTuple):
    """Everything beyond a shore line is water."""

    present: int
    normal_x: float  # the water is where normal · (x, y) > offset
    normal_y: float
    offset: float
    wobble: float
    deep: Rgb
    shallow: Rgb
    foam: float  # 0..1
    waves: float  # slope of the waves
    wave_scale: float  # waves per metre


class Air(NamedTuple):
    """Haze between the camera and what is seen."""

    density: float  # per metre
    start: float  # metres that stay clear
    colour: Rgb
    caustics: float = 0.0  # strength of moving light nets under water


class Room(NamedTuple):
    """An axis-aligned box room, for the soft darkening of its corners; `present` 0 outdoors."""

    present: int
    half_x: float
    half_y: float
    height: float


class Sunshine(NamedTuple):
    """The key light and how it is shaped on its way: a spot on the ground, a window or nothing."""

    direction: Rgb
    radiance: Rgb
    softness: float  # of its shadows, as a multiple of the shadow map's usual radius
    spot_radius: float  # metres about the stage where it is full; 0 = everywhere
    spot_fade: float  # metres over which it falls off outside
    spot_floor: float  # what is left outside, 0..1


class Sky3(NamedTuple):
    """Ambient light for things that are not the subject: irradiance / pi from above, from the side, from below."""

    up: Rgb
    side: Rgb
    down: Rgb


class World(NamedTuple):
    """All light and air that the shading kernels share, in numbers only: tuples of arrays are slow to hand on."""

    eye: Rgb  # the camera, metres
    focal: float  # pixels
    sun: Sunshine
    ambient: Sky3
    air: Air
    room: Room
    shadow_size: int


class Maps(NamedTuple):
    """What shading looks up. Kernels take these one by one, see World."""

    lamps: F32  # (N, 7) position, radiance, reach: small lights without shadows
    environment: F32  # (3, 32, 64, 3)
    shadow_matrix: F32  # (3, 4)
    shadow_depth: F32


class GroundPlan(NamedTuple):
    """Everything that lies on the plane z = 0."""

    base: GroundLook
    other: GroundLook
    region: Region
    strewn: Scatter
    water: Water
