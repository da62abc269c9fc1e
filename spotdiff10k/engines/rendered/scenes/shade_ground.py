"""Colours of the ground: texture, second texture, strewn things, wetness, bumps, light."""

import math

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.model import F32, I32
from spotdiff10k.engines.rendered.noise import hash01, smoothstep
from spotdiff10k.engines.rendered.scenes.covering import BLUE, GREEN, GROUND, RED, SUNLIT
from spotdiff10k.engines.rendered.scenes.ground import ground_texture
from spotdiff10k.engines.rendered.scenes.lights import ambient, lamp_light, spot
from spotdiff10k.engines.rendered.scenes.looks import GroundLook, GroundPlan, Rgb, World
from spotdiff10k.engines.rendered.scenes.rays import F64, FOOTPRINT, GLOSS, INTO, LAND, X, Y
from spotdiff10k.engines.rendered.scenes.shade_props import ROOM_REACH
from spotdiff10k.engines.rendered.scenes.strewn import corner_shade, region_share, strewn
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm
from spotdiff10k.engines.rendered.shadow_map import visibility

GROUND_BIAS = 0.006
CONTACT_EXTENT = 8.0
"""Metres about the stage that the contact map covers to each side."""
BUMP_STEP = 0.010
"""Metres towards the sun at which the height is looked up again; wider where the footprint is."""
BUMP_FOOTPRINT = 0.06
"""Metres: bumps are not seen through wider footprints."""
BUMP_RANGE = (0.35, 1.75)
WET_MARGIN = 0.55
"""Metres of the shore that are wet."""
WET_EDGE = -0.1
"""Metres into the water (on land below 0) at which the shore is wholly wet."""
WET_DARKNESS, WET_GLOSS = 0.45, 0.5


@kernel
def contact_openness(contact: F32, x: float, y: float) -> float:
    """Openness of the ground to the sky beside the scene's props, bilinear; 1 outside the map."""
    last = contact.shape[0] - 1
    u = (x / CONTACT_EXTENT * 0.5 + 0.5) * last
    v = (y / CONTACT_EXTENT * 0.5 + 0.5) * last
    if u < 0.0 or v < 0.0 or u >= last or v >= last:
        return 1.0
    i = int(u)
    j = int(v)
    u -= i
    v -= j
    low = float(contact[i, j] * (1.0 - u) + contact[i + 1, j] * u)
    high = float(contact[i, j + 1] * (1.0 - u) + contact[i + 1, j + 1] * u)
    return float(low * (1.0 - v) + high * v)


@kernel
def look_albedo(look: GroundLook, x: float, y: float, footprint: float) -> tuple[float, float, float, float, float]:
    """Albedo, openness and height of one ground texture at a place."""
    light, accent, openness, height = ground_texture(look, x, y, footprint)
    light = min(1.0, max(0.0, light))
    accent = min(1.0, max(0.0, accent))
    red = look.dark[0] + (look.light[0] - look.dark[0]) * light
    green = look.dark[1] + (look.light[1] - look.dark[1]) * light
    blue = look.dark[2] + (look.light[2] - look.dark[2]) * light
    red += (look.accent[0] - red) * accent
    green += (look.accent[1] - green) * accent
    blue += (look.accent[2] - blue) * accent
    return red, green, blue, min(1.15, max(0.3, openness)), height


@kernel
def _bump(look: GroundLook, x: float, y: float, footprint: float, height: float, sun: Rgb) -> float:
    """How much more (or less) sun a place gets for the slope of its height field."""
    if look.bump <= 0.0 or footprint > BUMP_FOOTPRINT:
        return 1.0
    level = math.sqrt(sun[0] * sun[0] + sun[1] * sun[1])
    if level < 0.05:
        return 1.0
    step = max(BUMP_STEP, footprint)
    toward = ground_texture(look, x + sun[0] / level * step, y + sun[1] / level * step, footprint)
    slope = (height - toward[3]) * look.bump * math.sqrt(BUMP_STEP / step)
    return min(BUMP_RANGE[1], max(BUMP_RANGE[0], 1.0 + slope * min(2.0, level / max(0.2, sun[2]))))


@kernel
def _caustics(x: float, y: float, footprint: float) -> float:
    """Nets of light on the ground under water, about 0."""
    bend_x = 2.0 * filtered_fbm(x * 1.3, y * 1.3, 93, 2, footprint)
    bend_y = 2.0 * filtered_fbm(x * 1.3 + 7.0, y * 1.3, 94, 2, footprint)
    first = abs(filtered_fbm(x * 2.4 + bend_x, y * 2.4 + bend_y, 95, 2, footprint * 2.0))
    second = abs(filtered_fbm(x * 2.9 - bend_y, y * 2.9 + bend_x, 96, 2, footprint * 2.0))
    return 1.6 * smoothstep(0.10, 0.0, first) + 1.2 * smoothstep(0.08, 0.0, second) - 0.75


@kernel
def _albedo(
    plan: GroundPlan, colours: F32, x: float, y: float, footprint: float, into: float
) -> tuple[float, float, float, float, float, float, float, bool]:
    """Albedo, openness, height, gloss, how much strewn things cover, and whether the second texture prevails."""
    share, border = region_share(plan.region, x, y, footprint)
    other = share > 0.5
    red, green, blue, openness, height = look_albedo(plan.other if other else plan.base, x, y, footprint)
    gloss = plan.other.gloss if other else plan.base.gloss
    if 0.0 < share < 1.0:
        second = look_albedo(plan.base if other else plan.other, x, y, footprint)
        part = 1.0 - share if other else share
        red += (second[0] - red) * part
        green += (second[1] - green) * part
        blue += (second[2] - blue) * part
        openness += (second[3] - openness) * part
    red += (plan.other.accent[0] - red) * border
    green += (plan.other.accent[1] - green) * border
    blue += (plan.other.accent[2] - blue) * border
    cover = 0.0
    if plan.strewn.density > 0.0:
        cover, shade, colour = strewn(plan.strewn, colours, x, y, footprint)
        red += (colour[0] - red) * cover
        green += (colour[1] - green) * cover
        blue += (colour[2] - blue) * cover
        openness = (openness + (1.0 - openness) * cover) * (1.0 - shade)
    wet = smoothstep(-WET_MARGIN, WET_EDGE, into)
    dry = 1.0 - WET_DARKNESS * wet
    return red * dry, green * dry, blue * dry, openness, height, max(gloss, WET_GLOSS * wet), cover, other


@kernel
def land_row(
    row: int,
    plan: GroundPlan,
    world: World,
    colours: F32,
    contact: F32,
    lamps: F32,
    shadow_matrix: F32,
    shadow_depth: F32,
    rays: F64,
    meets: I32,
    out: F32,
) -> None:
    """Shade the pixels of a row that meet land: out (W, CHANNELS), and their gloss into rays."""
    above = ambient(world.ambient, 1.0)
    sun = world.sun
    rise = max(0.0, sun.direction[2])
    for column in range(rays.shape[0]):
        if meets[column] != LAND:
            continue
        x = rays[column, X]
        y = rays[column, Y]
        footprint = rays[column, FOOTPRINT]
        red, green, blue, openness, height, gloss, cover, other = _albedo(plan, colours, x, y, footprint, rays[column, INTO])
        openness *= contact_openness(contact, x, y)
        if world.room.present:
            openness *= corner_shade(world.room.half_x, world.room.half_y, x, y, 0.0, ROOM_REACH)
        turn = 2.0 * math.pi * hash01(column, row, 3)
        sunlit = spot(sun, x, y)
        sunlit *= visibility(shadow_matrix, shadow_depth, world.shadow_size, x, y, 0.0, GROUND_BIAS, turn, sun.softness)
        bump = 1.0
        if sunlit > 0.0:
            bump = _bump(plan.other if other else plan.base, x, y, footprint, height, sun.direction)
            bump += (1.0 - bump) * cover
        if world.air.caustics > 0.0:
            bump *= 1.0 + world.air.caustics * _caustics(x, y, footprint)
        lit = sunlit * rise * bump
        near = (0.0, 0.0, 0.0)
        if lamps.shape[0] > 0:
            near = lamp_light(lamps, x, y, 0.0, 0.0, 0.0, 1.0)
        out[column, RED] = red * (above[0] * openness + near[0] + sun.radiance[0] * lit)
        out[column, GREEN] = green * (above[1] * openness + near[1] + sun.radiance[1] * lit)
        out[column, BLUE] = blue * (above[2] * openness + near[2] + sun.radiance[2] * lit)
        out[column, GROUND] = 1.0
        out[column, SUNLIT] = sunlit
        rays[column, GLOSS] = gloss
