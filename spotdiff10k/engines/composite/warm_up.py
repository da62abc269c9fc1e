"""Compiles every kernel by making a few tiny pictures; with numba's cache on disk this only loads them."""

import numpy as np

from spotdiff10k.engines.composite.blending import blend
from spotdiff10k.engines.composite.light_match import matched
from spotdiff10k.engines.composite.placing import place
from spotdiff10k.engines.composite.workspace import Workspace
from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.plates import KeptPlate, PlateCache
from spotdiff10k.engines.rendered.scenes.plate import make_plate
from spotdiff10k.photos.cut_out import CutOut
from spotdiff10k.traits import catalogue
from spotdiff10k.types import BackgroundLevel, EngineSettings

SIZE = 64
SCENES = ("meadow", "living_room", "lake", "night_street")
"""Outdoors, indoors, with water, with lamps: together they use all that shades plates."""
ELEVATION_DEGREES, FOV_DEGREES = 10.0, 36.0


def warm_up(settings: EngineSettings) -> None:
    """Set a plain block before each warm-up scene."""
    alpha = np.zeros((40, 24), np.uint8)
    alpha[2:-1, 2:-2] = 255
    placed = place(CutOut(np.full((40, 24, 3), 120, np.uint8), alpha), SIZE)
    work = Workspace(SIZE)
    known = catalogue("backgrounds")
    plates = PlateCache(lambda level: KeptPlate(make_plate(level, SIZE), b""))
    for kind in [name for name in SCENES if name in known] or list(known)[:1]:
        plate = plates.get(BackgroundLevel(f"warm-{kind}", kind, 0, kind, ELEVATION_DEGREES, FOV_DEGREES)).plate
        layers = blend(placed, plate, matched(plate.lighting), work)
        encode.picture(layers.picture, settings.picture_format)
        encode.png(layers.alpha)
        encode.png(layers.shadow)
        canny(layers.picture)
