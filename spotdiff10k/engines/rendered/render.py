"""Draws a posed subject into a plate: picture, mask, shadow, depth and normals of one cell."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered import centres, compose, shadow_map
from spotdiff10k.engines.rendered.ambient import Ambient, ambient_of
from spotdiff10k.engines.rendered.ambient_light import light_vertices
from spotdiff10k.engines.rendered.attributes import AMBIENT, face_normals, pack_attributes, project
from spotdiff10k.engines.rendered.drawing import Drawn, Lit, Seen
from spotdiff10k.engines.rendered.ground_shadow import shadow_layer
from spotdiff10k.engines.rendered.model import F32, U8, Lighting, Plate, PosedSubject
from spotdiff10k.engines.rendered.raster import rasterise_lattice
from spotdiff10k.engines.rendered.sampling import SAMPLES, SHIFT, sample_order
from spotdiff10k.engines.rendered.shade import LIGHT_ROWS
from spotdiff10k.engines.rendered.workspace import SUN_RESOLUTION, Workspace

SUN_MARGIN = 1.06
"""The sun's map covers the subject's sphere times this, so that penumbras have room."""


SAMPLE_ORDER = sample_order()


@dataclass(frozen=True, slots=True)
class PreparedPose:
    """A posed subject with what all its pictures share."""

    posed: PosedSubject
    ambient: Ambient
    attributes: F32  # (V, 16); the ambient columns are work space
    face_normal: F32  # (F, 3)


@dataclass(frozen=True, slots=True)
class Layers:
    """What is drawn of one cell, all of the picture's size. The arrays belong to the workspace and live until its next cell."""

    picture: U8  # (H, W, 3)
    alpha: U8  # (H, W)
    shadow: U8  # (H, W, 3)
    depth: npt.NDArray[np.uint16]  # (H, W) steps of 1 / DEPTH_STEPS_PER_METRE, 0 = none
    normal: U8  # (H, W, 3)


def prepare(posed: PosedSubject) -> PreparedPose:
    """Do once per pose what does not depend on the background."""
    return PreparedPose(posed, ambient_of(posed), pack_attributes(posed), face_normals(posed.vertices, posed.faces))


def render(prepared: PreparedPose, plate: Plate, work: Workspace) -> Layers:
    """Draw one cell. The plate's size must be the workspace's."""
    sun = _sun_map(prepared.posed, plate.lighting, work)
    shadow_layer(plate, prepared.ambient, sun, work.sums, work.shadow)
    _draw_subject(prepared, plate, sun, work)
    return Layers(work.picture, work.alpha, work.shadow, work.depth, work.normal)


def _sun_map(posed: PosedSubject, lighting: Lighting, work: Workspace) -> shadow_map.ShadowMap:
    matrix = shadow_map.light_matrix(lighting.sun_direction, posed.center, posed.radius * SUN_MARGIN, SUN_RESOLUTION)
    work.sun_depth.fill(0.0)
    shadow_map.fill(matrix, work.sun_depth, SUN_RESOLUTION, posed.vertices, posed.faces, posed.two_sided)
    return shadow_map.ShadowMap(matrix, work.sun_depth, SUN_RESOLUTION)


def _rectangle(screen: F32, size: int) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the pixels a subject can touch, inside the picture; right and bottom are exclusive."""
    left, top = (math.floor(float(screen[:, k].min())) - 1 for k in range(2))
    right, bottom = (math.ceil(float(screen[:, k].max())) + 1 for k in range(2))
    return max(0, left), max(0, top), min(size, right), min(size, bottom)


def _light_table(plate: Plate) -> F32:
    """(LIGHT_ROWS, 3) as the shading kernel reads it."""
    table = np.empty((LIGHT_ROWS, 3), np.float32)
    table[0] = plate.lighting.sun_direction
    table[1] = plate.lighting.sun_radiance
    table[2] = plate.camera.position
    return table


def _draw_subject(prepared: PreparedPose, plate: Plate, sun: shadow_map.ShadowMap, work: Workspace) -> None:
    posed, camera, lighting, ambient = prepared.posed, plate.camera, plate.lighting, prepared.ambient
    light_vertices(
        ambient.vertex,
        ambient.openness,
        posed.vertices,
        posed.normals,
        lighting.sky,
        lighting.ground_radiance,
        prepared.attributes,
        AMBIENT,
    )
    screen = np.empty_like(posed.vertices)
    project(posed.vertices, camera.position, camera.rotation, camera.focal, camera.size, screen)
    left, top, right, bottom = _rectangle(screen, camera.size)
    screen[:, 0] -= left
    screen[:, 1] -= top
    depth, ids, colour = work.lattice(max(0, bottom - top), max(0, right - left))
    rasterise_lattice(screen, posed.faces, depth, ids, 0, posed.two_sided, SAMPLES, SHIFT)
    drawn = Drawn(
        screen,
        posed.faces,
        prepared.attributes,
        posed.uv,
        posed.face_material,
        prepared.face_normal,
        posed.materials,
        posed.atlas,
    )
    seen = Seen(left, top, depth, ids)
    light = _light_table(plate)
    lit = Lit(light, lighting.environment, sun.matrix, sun.depth, sun.resolution, camera.focal, lighting.exposure, plate.vignette)
    work.alpha.fill(0)
    compose.shade_pixels(drawn, seen, lit, SAMPLE_ORDER, colour, work.alpha)
    work.depth.fill(0)
    work.normal.fill(centres.NO_NORMAL)
    centres.measure_centres(drawn, seen, light, camera.rotation, work.depth, work.normal)
    compose.compose(plate.rgb, work.shadow, work.alpha, left, top, colour, work.picture)
