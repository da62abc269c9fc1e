"""Textures of the ground: for each kind a share of the light colour, of the accent, an openness and a height."""

from spotdiff10k.engines.rendered.jit import kernel
from spotdiff10k.engines.rendered.scenes.ground_grown import Texture, grass, regolith, sand, snow, soil
from spotdiff10k.engines.rendered.scenes.ground_laid import asphalt, concrete, planks, slabs, stones, tiles
from spotdiff10k.engines.rendered.scenes.ground_woven import carpet, rug
from spotdiff10k.engines.rendered.scenes.looks import GroundKind, GroundLook
from spotdiff10k.engines.rendered.scenes.textures import filtered_fbm

GRASS = int(GroundKind.GRASS)
PLANKS = int(GroundKind.PLANKS)
TILES = int(GroundKind.TILES)
SAND = int(GroundKind.SAND)
SNOW = int(GroundKind.SNOW)
CONCRETE = int(GroundKind.CONCRETE)
COBBLES = int(GroundKind.COBBLES)
SOIL = int(GroundKind.SOIL)
ASPHALT = int(GroundKind.ASPHALT)
CARPET = int(GroundKind.CARPET)
REGOLITH = int(GroundKind.REGOLITH)
HERRINGBONE = int(GroundKind.HERRINGBONE)
SLABS = int(GroundKind.SLABS)
PEBBLES = int(GroundKind.PEBBLES)
CRACKED = int(GroundKind.CRACKED)
RUG = int(GroundKind.RUG)


@kernel
def ground_texture(look: GroundLook, world_x: float, world_y: float, world_footprint: float) -> Texture:
    """The texture at a place on the ground (metres) as seen through a footprint (metres)."""
    x = (look.turn_cos * world_x + look.turn_sin * world_y) * look.scale
    y = (look.turn_cos * world_y - look.turn_sin * world_x) * look.scale
    footprint = world_footprint * look.scale
    seed = int(look.seed)
    kind = look.kind
    if kind == GRASS:
        return grass(x, y, seed, footprint)
    if kind == PLANKS:
        return planks(x, y, seed, footprint, False)
    if kind == HERRINGBONE:
        return planks(x, y, seed, footprint, True)
    if kind == TILES:
        return tiles(x, y, seed, footprint)
    if kind == SAND:
        return sand(x, y, seed, footprint)
    if kind == SNOW:
        return snow(x, y, seed, footprint)
    if kind == CONCRETE:
        return concrete(x, y, seed, footprint)
    if kind == COBBLES:
        return stones(x * 7.0, y * 7.0, seed, footprint * 7.0, 0.55, 0.13)
    if kind == PEBBLES:
        return stones(x * 17.0, y * 17.0, seed, footprint * 17.0, 0.9, 0.13)
    if kind == CRACKED:
        warp = 0.8 * filtered_fbm(x * 3.0, y * 3.0, seed + 9, 3, 0.0)
        return stones(x * 3.2 + warp, y * 3.2 - warp, seed, footprint * 3.2, 0.9, 0.045)
    if kind == SOIL:
        return soil(x, y, seed, footprint)
    if kind == ASPHALT:
        return asphalt(x, y, seed, footprint)
    if kind == CARPET:
        return carpet(x, y, seed, footprint)
    if kind == RUG:
        return rug(x, y, seed, footprint)
    if kind == REGOLITH:
        return regolith(x, y, seed, footprint)
    if kind == SLABS:
        return slabs(x, y, seed, footprint)
    return 0.5, 0.0, 1.0, 0.0
