"""Colours of props as the camera sees them: pattern, ambient light, sun with shadows, lamps, gloss and haze."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.noise import hash01
from spotdiff10k.engines.rendered.scenes.lights import ambient, hazed, lamp_light, spot
from spotdiff10k.engines.rendered.scenes.looks import Rgb, World
from spotdiff10k.engines.rendered.scenes.strewn import corner_shade
from spotdiff10k.engines.rendered.scenes.surfaces import EMISSION, GLOSS, TRANSLUCENCY, surface_colour
from spotdiff10k.engines.rendered.shadow_map import visibility

SHADOW_BIAS = 0.035
"""Metres towards the light that a blocker of a prop must be away: leaves do not shade themselves."""
NORMAL_LIFT = 0.02
LEAF_WRAP = 0.25
"""How far round the terminator translucent things are lit."""
ROOM_REACH = 0.45
"""Metres over which a room's corners darken."""

THROUGH_SHARE = 0.6
"""Of the light that falls on the back of something translucent, at translucency 1."""
LEAF_FLOOR = 0.35
"""How much sun leaves deep inside a crown still get."""
SOFTEST_MIRROR, MIRROR_GAIN = 0.75, 0.6
"""Blur of reflections at gloss 0, and how much less of it there is at gloss 1."""
HEAD_ON, GRAZING = 0.05, 0.6
"""Share that is reflected head on, and added to it at grazing angles (Schlick)."""
DULL, SHARP = 12.0, 152.0
"""Exponents of the sun's highlight (Blinn-Phong) at gloss 0 and 1."""
HIGHLIGHT = 0.12

# columns of a vertex
SCREEN = 0  # pixel x, pixel y, 1 / camera z
POSITION = 3
NORMAL = 6
COLOUR = 9
SHADE = 12
UV = 13
VERTEX_COLUMNS = 15


@kernel
def _weights(vertices: F32, a: int, b: int, c: int, px: float, py: float) -> tuple[float, float, float, float]:
    """Perspective-correct weights of three corners at a sample, and the camera z there."""
    x0 = vertices[a, SCREEN]
    y0 = vertices[a, SCREEN + 1]
    x1 = vertices[b, SCREEN]
    y1 = vertices[b, SCREEN + 1]
    x2 = vertices[c, SCREEN]
    y2 = vertices[c, SCREEN + 1]
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    u = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
    v = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
    u = min(1.0, max(0.0, u))
    v = min(1.0 - u, max(0.0, v))
    w = 1.0 - u - v
    u *= vertices[a, SCREEN + 2]
    v *= vertices[b, SCREEN + 2]
    w *= vertices[c, SCREEN + 2]
    depth = 1.0 / (u + v + w)
    return u * depth, v * depth, w * depth, depth


@kernel
def _at(vertices: F32, column: int, a: int, b: int, c: int, u: float, v: float, w: float) -> float:
    """One column of the vertices between three corners."""
    return float(u * vertices[a, column] + v * vertices[b, column] + w * vertices[c, column])


@kernel
def _gloss(world: World, environment: F32, place: Rgb, normal: Rgb, gloss: float, open_sky: float, lit: float) -> Rgb:
    """What a polished surface adds: the surroundings, and the sun's highlight."""
    vx = world.eye[0] - place[0]
    vy = world.eye[1] - place[1]
    vz = world.eye[2] - place[2]
    inverse = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
    vx *= inverse
    vy *= inverse
    vz *= inverse
    nx, ny, nz = normal
    toward = nx * vx + ny * vy + nz * vz
    side = max(0.0, toward)
    red, green, blue = environment_lookup(
        environment, 2 * toward * nx - vx, 2 * toward * ny - vy, 2 * toward * nz - vz, SOFTEST_MIRROR - MIRROR_GAIN * gloss
    )
    fresnel = gloss * (HEAD_ON + GRAZING * (1.0 - side) ** 5) * open_sky
    sun = world.sun.direction
    hx = vx + sun[0]
    hy = vy + sun[1]
    hz = vz + sun[2]
    half = max(0.0, (nx * hx + ny * hy + nz * hz) / math.sqrt(hx * hx + hy * hy + hz * hz))
    sharpness = DULL + (SHARP - DULL) * gloss
    spark = gloss * HIGHLIGHT * (sharpness / DULL) * half**sharpness * min(1.0, lit)
    return (
        red * fresnel + world.sun.radiance[0] * spark,
        green * fresnel + world.sun.radiance[1] * spark,
        blue * fresnel + world.sun.radiance[2] * spark,
    )


@kernel
def _sun_on(
    world: World,
    matrix: F32,
    depths: F32,
    x: float,
    y: float,
    z: float,
    normal: Rgb,
    through: float,
    open_sky: float,
    turn: float,
) -> float:
    """How much sun a prop's surface gets; `through` is its translucency."""
    sun = world.sun.direction
    facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]
    lit = max(0.0, facing)
    lifted = NORMAL_LIFT
    if through > 0.0:
        lit = max(0.0, (facing + LEAF_WRAP) / (1.0 + LEAF_WRAP)) + THROUGH_SHARE * through * max(0.0, -facing)
        lit *= LEAF_FLOOR + (1.0 - LEAF_FLOOR) * open_sky
        lifted = 0.0
    if lit <= 0.0:
        return 0.0
    x += normal[0] * lifted
    y += normal[1] * lifted
    z += normal[2] * lifted
    return (
        lit
        * spot(world.sun, x, y)
        * visibility(matrix, depths, world.shadow_size, x, y, z, SHADOW_BIAS, turn, world.sun.softness)
    )


@kernel
def shade_samples(
    vertices: F32,
    faces: I32,
    surfaces: F32,
    world: World,
    lamps: F32,
    environment: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
    hits: I32,
    places: F32,
    out: F32,
    count: int,
) -> None:
    """Radiance and camera z, out (count, 4), of props' triangles `hits` at samples of the picture, `places` (count, 2) in pixels.

    vertices: (V, VERTEX_COLUMNS); faces: (F, 4) three corners and the surface; the rest as in looks.Maps.
    """
    indoors = world.room.present == 1
    key = world.sun.radiance
    for i in range(count):
        px = places[i, 0]
        py = places[i, 1]
        a = faces[hits[i], 0]
        b = faces[hits[i], 1]
        c = faces[hits[i], 2]
        surface = surfaces[faces[hits[i], 3]]
        u, v, w, depth = _weights(vertices, a, b, c, px, py)
        x = _at(vertices, POSITION, a, b, c, u, v, w)
        y = _at(vertices, POSITION + 1, a, b, c, u, v, w)
        z = _at(vertices, POSITION + 2, a, b, c, u, v, w)
        nx = _at(vertices, NORMAL, a, b, c, u, v, w)
        ny = _at(vertices, NORMAL + 1, a, b, c, u, v, w)
        nz = _at(vertices, NORMAL + 2, a, b, c, u, v, w)
        length = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
        normal = (nx * length, ny * length, nz * length)
        base = (
            _at(vertices, COLOUR, a, b, c, u, v, w),
            _at(vertices, COLOUR + 1, a, b, c, u, v, w),
            _at(vertices, COLOUR + 2, a, b, c, u, v, w),
        )
        at_u = _at(vertices, UV, a, b, c, u, v, w)
        at_v = _at(vertices, UV + 1, a, b, c, u, v, w)
        red, green, blue, glow = surface_colour(surface, base, x, y, z, at_u, at_v, depth / world.focal)
        open_sky = _at(vertices, SHADE, a, b, c, u, v, w)
        if indoors:
            open_sky *= corner_shade(world.room.half_x, world.room.half_y, x, y, z, ROOM_REACH)
        turn = 2.0 * math.pi * hash01(int(px * 4.0), int(py * 4.0), 5)
        lit = _sun_on(world, shadow_matrix, shadow_depth, x, y, z, normal, surface[TRANSLUCENCY], open_sky, turn)
        around = ambient(world.ambient, normal[2])
        near = (0.0, 0.0, 0.0)
        if lamps.shape[0] > 0:
            near = lamp_light(lamps, x, y, z, normal[0], normal[1], normal[2])
        shining = surface[EMISSION] * glow
        red *= around[0] * open_sky + near[0] + key[0] * lit + shining
        green *= around[1] * open_sky + near[1] + key[1] * lit + shining
        blue *= around[2] * open_sky + near[2] + key[2] * lit + shining
        if surface[GLOSS] > 0.0:
            added = _gloss(world, environment, (x, y, z), normal, surface[GLOSS], open_sky, lit)
            red += added[0]
            green += added[1]
            blue += added[2]
        out[i, 0], out[i, 1], out[i, 2] = hazed(world.air, red, green, blue, depth)
        out[i, 3] = depth
