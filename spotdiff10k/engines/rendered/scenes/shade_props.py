"""Colours of props as the camera sees them: pattern, ambient light, sun with shadows, lamps, gloss and haze."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.light import environment_lookup
from spotdiff10k.engines.rendered.model import F32
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.looks import Air, DrawnMesh, Rgb, Sky3, Sunshine, World
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

# columns of a lamp
LAMP_RADIANCE = 3
LAMP_REACH = 6
LAMP_COLUMNS = 7


@kernel
def spot(sun: Sunshine, x: float, y: float) -> float:
    """Share of the key light that its cone or window lets through to a place."""
    if sun.spot_radius <= 0.0:
        return 1.0
    away = math.sqrt(x * x + y * y)
    return sun.spot_floor + (1.0 - sun.spot_floor) * (1.0 - smoothstep(sun.spot_radius, sun.spot_radius + sun.spot_fade, away))


@kernel
def lamp_light(lamps: F32, x: float, y: float, z: float, nx: float, ny: float, nz: float) -> Rgb:
    """Irradiance / pi from the scene's lamps, without shadows. lamps: (N, 7) position, radiance, reach in metres."""
    red = 0.0
    green = 0.0
    blue = 0.0
    for i in range(lamps.shape[0]):
        to_x = lamps[i, 0] - x
        to_y = lamps[i, 1] - y
        to_z = lamps[i, 2] - z
        squared = to_x * to_x + to_y * to_y + to_z * to_z
        reach = lamps[i, LAMP_REACH]
        if squared > 36.0 * reach * reach:
            continue
        facing = (nx * to_x + ny * to_y + nz * to_z) / math.sqrt(squared + 1e-6)
        fall = max(0.0, 0.25 + 0.75 * facing) / (1.0 + squared / (reach * reach)) ** 2
        red += lamps[i, LAMP_RADIANCE] * fall
        green += lamps[i, LAMP_RADIANCE + 1] * fall
        blue += lamps[i, LAMP_RADIANCE + 2] * fall
    return red, green, blue


@kernel
def ambient(sky: Sky3, nz: float) -> Rgb:
    """Irradiance / pi of a surface whose normal rises by nz."""
    up = max(0.0, nz)
    down = max(0.0, -nz)
    side = 1.0 - up - down
    return (
        sky.up[0] * up + sky.side[0] * side + sky.down[0] * down,
        sky.up[1] * up + sky.side[1] * side + sky.down[1] * down,
        sky.up[2] * up + sky.side[2] * side + sky.down[2] * down,
    )


@kernel
def hazed(air: Air, red: float, green: float, blue: float, distance: float) -> Rgb:
    """The colour behind `distance` metres of air."""
    haze = 1.0 - math.exp(-max(0.0, distance - air.start) * air.density)
    return (
        red + (air.colour[0] - red) * haze,
        green + (air.colour[1] - green) * haze,
        blue + (air.colour[2] - blue) * haze,
    )


@kernel
def _weights(screen: F32, a: int, b: int, c: int, px: float, py: float) -> tuple[float, float, float, float]:
    """Perspective-correct weights of three corners at a sample, and the camera z there."""
    x0 = screen[a, 0]
    y0 = screen[a, 1]
    x1 = screen[b, 0]
    y1 = screen[b, 1]
    x2 = screen[c, 0]
    y2 = screen[c, 1]
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    u = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
    v = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
    u = min(1.0, max(0.0, u))
    v = min(1.0 - u, max(0.0, v))
    w = 1.0 - u - v
    u *= screen[a, 2]
    v *= screen[b, 2]
    w *= screen[c, 2]
    depth = 1.0 / (u + v + w)
    return u * depth, v * depth, w * depth, depth


@kernel
def prop_radiance(mesh: DrawnMesh, world: World, face: int, px: float, py: float) -> tuple[float, float, float, float]:
    """Linear radiance of a prop's triangle at a sample of the picture (pixels), and its camera z."""
    a = mesh.faces[face, 0]
    b = mesh.faces[face, 1]
    c = mesh.faces[face, 2]
    u, v, w, depth = _weights(mesh.screen, a, b, c, px, py)
    x = u * mesh.positions[a, 0] + v * mesh.positions[b, 0] + w * mesh.positions[c, 0]
    y = u * mesh.positions[a, 1] + v * mesh.positions[b, 1] + w * mesh.positions[c, 1]
    z = u * mesh.positions[a, 2] + v * mesh.positions[b, 2] + w * mesh.positions[c, 2]
    nx = u * mesh.normals[a, 0] + v * mesh.normals[b, 0] + w * mesh.normals[c, 0]
    ny = u * mesh.normals[a, 1] + v * mesh.normals[b, 1] + w * mesh.normals[c, 1]
    nz = u * mesh.normals[a, 2] + v * mesh.normals[b, 2] + w * mesh.normals[c, 2]
    length = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    nx *= length
    ny *= length
    nz *= length
    surface = mesh.surfaces[mesh.face_surface[face]]
    base = (
        u * mesh.colours[a, 0] + v * mesh.colours[b, 0] + w * mesh.colours[c, 0],
        u * mesh.colours[a, 1] + v * mesh.colours[b, 1] + w * mesh.colours[c, 1],
        u * mesh.colours[a, 2] + v * mesh.colours[b, 2] + w * mesh.colours[c, 2],
    )
    at_u = u * mesh.uv[a, 0] + v * mesh.uv[b, 0] + w * mesh.uv[c, 0]
    at_v = u * mesh.uv[a, 1] + v * mesh.uv[b, 1] + w * mesh.uv[c, 1]
    red, green, blue, glow = surface_colour(surface, base, x, y, z, at_u, at_v, depth / world.focal)
    open_sky = u * mesh.shade[a] + v * mesh.shade[b] + w * mesh.shade[c]
    if world.room.present:
        open_sky *= corner_shade(world.room.half_x, world.room.half_y, x, y, z, ROOM_REACH)
    facing = nx * world.sun.direction[0] + ny * world.sun.direction[1] + nz * world.sun.direction[2]
    through = surface[TRANSLUCENCY]
    lit = (
        max(0.0, facing)
        if through <= 0.0
        else max(0.0, (facing + LEAF_WRAP) / (1.0 + LEAF_WRAP)) + 0.6 * through * max(0.0, -facing)
    )
    if lit > 0.0:
        turn = 6.2832 * hash01(int(px * 4.0), int(py * 4.0), 5)
        lifted = NORMAL_LIFT if through <= 0.0 else 0.0
        lit *= visibility(
            world.shadow_matrix,
            world.shadow_depth,
            world.shadow_size,
            x + nx * lifted,
            y + ny * lifted,
            z + nz * lifted,
            SHADOW_BIAS,
            turn,
            world.sun.softness,
        ) * spot(world.sun, x, y)
        if through > 0.0:
            lit *= 0.35 + 0.65 * open_sky
    around = ambient(world.ambient, nz)
    near_lamps = lamp_light(world.lamps, x, y, z, nx, ny, nz)
    shining = surface[EMISSION] * glow
    out_red = red * (around[0] * open_sky + near_lamps[0] + world.sun.radiance[0] * lit + shining)
    out_green = green * (around[1] * open_sky + near_lamps[1] + world.sun.radiance[1] * lit + shining)
    out_blue = blue * (around[2] * open_sky + near_lamps[2] + world.sun.radiance[2] * lit + shining)
    gloss = surface[GLOSS]
    if gloss > 0.0:
        vx = world.eye[0] - x
        vy = world.eye[1] - y
        vz = world.eye[2] - z
        inverse = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
        vx *= inverse
        vy *= inverse
        vz *= inverse
        toward = nx * vx + ny * vy + nz * vz
        side = max(0.0, toward)
        reflected = environment_lookup(
            world.environment, 2 * toward * nx - vx, 2 * toward * ny - vy, 2 * toward * nz - vz, 0.75 - 0.6 * gloss
        )
        fresnel = gloss * (0.05 + 0.6 * (1.0 - side) ** 5) * open_sky
        hx = vx + world.sun.direction[0]
        hy = vy + world.sun.direction[1]
        hz = vz + world.sun.direction[2]
        half = max(0.0, (nx * hx + ny * hy + nz * hz) / math.sqrt(hx * hx + hy * hy + hz * hz))
        sharpness = 12.0 + 140.0 * gloss
        spark = gloss * 0.12 * (sharpness / 12.0) * half**sharpness * min(1.0, lit)
        out_red += reflected[0] * fresnel + world.sun.radiance[0] * spark
        out_green += reflected[1] * fresnel + world.sun.radiance[1] * spark
        out_blue += reflected[2] * fresnel + world.sun.radiance[2] * spark
    hazy = hazed(world.air, out_red, out_green, out_blue, depth)
    return hazy[0], hazy[1], hazy[2], depth
