"""One cell: the plate under the subject's shadow, and the subject over it."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.composite.body import body_of
from spotdiff10k.engines.composite.light_match import ColourMap
from spotdiff10k.engines.composite.placing import Placed, foot_of
from spotdiff10k.engines.composite.workspace import SUN_RESOLUTION, Workspace
from spotdiff10k.engines.rendered import shadow_map
from spotdiff10k.engines.rendered.ambient import ambient_of
from spotdiff10k.engines.rendered.compose import compose
from spotdiff10k.engines.rendered.ground_shadow import shadow_layer
from spotdiff10k.engines.rendered.model import U8, Plate

SUN_MARGIN = 1.06
"""The sun's map covers the body's sphere times this, so that penumbras have room."""
LIT = 255


@dataclass(frozen=True, slots=True)
class Layers:
    """What is drawn of one cell, all of the picture's size. The arrays belong to the workspace and live until its next cell."""

    picture: U8  # (H, W, 3)
    alpha: U8  # (H, W)
    shadow: U8  # (H, W, 3)


def blend(placed: Placed, plate: Plate, colours: ColourMap, work: Workspace) -> Layers:
    """Draw one cell. The plate's size must be the workspace's."""
    _cast(placed, plate, work)
    height, width = placed.alpha.shape
    work.alpha.fill(0)
    work.alpha[placed.top : placed.top + height, placed.left : placed.left + width] = placed.alpha
    shown = colours.applied(placed.colours).astype(np.float32)  # whole numbers: opaque pixels come out as they went in
    compose(plate.rgb, work.shadow, work.alpha, placed.left, placed.top, shown, work.picture)
    return Layers(work.picture, work.alpha, work.shadow)


def _cast(placed: Placed, plate: Plate, work: Workspace) -> None:
    """Fill the shadow layer: what the subject's body keeps from the ground; nothing where it stands out of sight."""
    work.shadow.fill(LIT)
    body = body_of(placed, foot_of(placed), plate.camera) if placed.grounded else None
    if body is None:
        return
    matrix = shadow_map.light_matrix(plate.lighting.sun_direction, body.center, body.radius * SUN_MARGIN, SUN_RESOLUTION)
    work.sun_depth.fill(0.0)
    shadow_map.fill(matrix, work.sun_depth, SUN_RESOLUTION, body.vertices, body.faces, body.two_sided)
    sun = shadow_map.ShadowMap(matrix, work.sun_depth, SUN_RESOLUTION)
    shadow_layer(plate, ambient_of(body), sun, work.sums, work.shadow)
