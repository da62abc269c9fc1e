"""A background level becomes a plate: the scene is described, lit, shaded once and shared by all subjects and poses."""

from pathlib import Path

import numpy as np

from spotdiff10k.engines.rendered.light import ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH
from spotdiff10k.engines.rendered.model import F32, I32, Camera, Lighting, Plate
from spotdiff10k.engines.rendered.raster import rasterise, rasterise_lattice
from spotdiff10k.engines.rendered.scenes import environment as surroundings
from spotdiff10k.engines.rendered.scenes.backdrop import shade_backdrop
from spotdiff10k.engines.rendered.scenes.clearance import REFERENCE_SIZE, in_the_way, lets_light_in, on_screen
from spotdiff10k.engines.rendered.scenes.colours import plus, scaled, times
from spotdiff10k.engines.rendered.scenes.contact import contact_map
from spotdiff10k.engines.rendered.scenes.covering import (
    CHANNELS,
    SAMPLE_SHIFT,
    SAMPLES,
    shade_covered,
    shade_mirror,
    start_at_ground,
)
from spotdiff10k.engines.rendered.scenes.depth_of_field import blur, develop
from spotdiff10k.engines.rendered.scenes.kinds import describe_scene
from spotdiff10k.engines.rendered.scenes.lights import lamp_light
from spotdiff10k.engines.rendered.scenes.looks import Maps, Rgb, World
from spotdiff10k.engines.rendered.scenes.photos import PANORAMA, PHOTO, make_photo_plate
from spotdiff10k.engines.rendered.scenes.props import Props
from spotdiff10k.engines.rendered.scenes.ridges import pack_ridges
from spotdiff10k.engines.rendered.scenes.scene import Scene
from spotdiff10k.engines.rendered.scenes.sky_table import sky_table
from spotdiff10k.engines.rendered.shadow_map import build as build_shadow_map
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.types import BackgroundLevel

SHADOW_CENTER = (-3.0, 0.0, 0.6)
"""The scene's sun map looks at the stage and what is behind it (metres)."""
SHADOW_RADIUS = 9.0
SHADOW_RESOLUTION = 1024
MIRROR_SHRINK = 2
"""Reflections are smeared or wavy anyway."""
BLUR_STRENGTH = 0.0125
"""Radius of blur at infinity as a share of the picture's side."""
LARGEST_BLUR = 0.013


def make_plate(level: BackgroundLevel, size: int, folder: Path | None = None) -> Plate:
    """The plate of a level, `size` pixels square; `folder` holds people's own pictures for levels that name one.

    Depends on the level and the size alone. Raises EngineError when a picture cannot be used.
    """
    camera = camera_for(level.camera_elevation_degrees, level.camera_fov_degrees, size)
    if level.kind in (PHOTO, PANORAMA):
        return make_photo_plate(level, camera, folder)
    scene = describe_scene(level.kind, level.seed)
    judged_by = Camera(camera.position, camera.rotation, camera.focal * REFERENCE_SIZE / size, REFERENCE_SIZE)
    props = scene.props.without(in_the_way(scene.props.positions, scene.props.faces, judged_by))
    return shade(scene, props, camera)


def shade(scene: Scene, props: Props, camera: Camera) -> Plate:
    """Light and shade a scene with the props that are not in the way."""
    lighting = light_of(scene)
    world, maps = _world(scene, props, camera, lighting)
    layer, nearness = _picture(scene, props, camera, world, maps)
    focus = 1.0 / float(np.sqrt((camera.position.astype(np.float64) ** 2).sum()))
    strength = BLUR_STRENGTH * scene.softness * camera.size
    soft = np.empty_like(layer)
    blur(layer, nearness, focus, strength, LARGEST_BLUR * scene.softness * camera.size, soft)
    rgb = np.empty((camera.size, camera.size, 3), np.uint8)
    ground, sunlit = np.empty((2, camera.size, camera.size), np.uint8)
    develop(soft, lighting.exposure, scene.vignette, rgb, ground, sunlit)
    return Plate(rgb, ground, sunlit, camera, lighting, scene.vignette)


def light_of(scene: Scene) -> Lighting:
    """The scene's light at the stage."""
    ridges = pack_ridges(scene.ridges)
    albedo = surroundings.stage_albedo(scene.plan.looks)
    sharp = np.empty((ENVIRONMENT_HEIGHT, ENVIRONMENT_WIDTH, 3), np.float32)
    dark: Rgb = (0.0, 0.0, 0.0)
    surroundings.fill_environment(scene.sky, ridges, scene.surround, dark, sharp)
    sky = surroundings.ambient_radiance(surroundings.blurred_levels(sharp))
    up = surroundings.irradiances(sky, dark).up
    up = plus(up, _lamps_on_stage(scene.lamps))
    lit = times(albedo, plus(up, scaled(scene.sun.radiance, max(0.0, scene.sun.direction[2]))))
    surroundings.fill_environment(scene.sky, ridges, scene.surround, lit, sharp)
    environment = surroundings.blurred_levels(sharp)
    return Lighting(
        sun_direction=np.array(scene.sun.direction, np.float32),
        sun_radiance=np.array(scene.sun.radiance, np.float32),
        sky=surroundings.ambient_radiance(environment),
        environment=environment,
        up_irradiance=np.array(up, np.float32),
        ground_radiance=np.array(lit, np.float32),
        exposure=scene.exposure * surroundings.exposure_for(up, scene.sun.radiance),
    )


def _lamps_on_stage(lamps: F32) -> Rgb:
    red, green, blue = lamp_light(lamps, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    return (float(red), float(green), float(blue))


def _world(scene: Scene, props: Props, camera: Camera, lighting: Lighting) -> tuple[World, Maps]:
    """What the shading kernels need, with the scene's own shadows."""
    casts = lets_light_in(props.positions, props.faces, props.face_casts, lighting.sun_direction)
    casters = np.ascontiguousarray(props.faces[casts])
    center = np.array(SHADOW_CENTER, np.float32)
    shadows = build_shadow_map(props.positions, casters, lighting.sun_direction, center, SHADOW_RADIUS, SHADOW_RESOLUTION)
    ambient = surroundings.irradiances(lighting.sky, _rgb(lighting.ground_radiance))
    world = World(_rgb(camera.position), camera.focal, scene.sun, ambient, scene.air, scene.room, shadows.resolution)
    return world, Maps(scene.lamps, lighting.environment, shadows.matrix, shadows.depth)


def _rgb(values: F32) -> Rgb:
    return (float(values[0]), float(values[1]), float(values[2]))


def _vertices(props: Props, screen: F32) -> F32:
    """(V, VERTEX_COLUMNS) for prop_radiance."""
    parts = (screen, props.positions, props.normals, props.colours, props.shade[:, None], props.uv)
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def _faces(props: Props) -> I32:
    """(F, 4): three corners and the surface."""
    return np.ascontiguousarray(np.concatenate([props.faces, props.face_surface[:, None]], axis=1))


def _mirror(props: Props, camera: Camera, world: World, maps: Maps) -> F32:
    """The props upside down, as level water or a polished floor shows them, at a part of the picture's size."""
    size = camera.size // MIRROR_SHRINK
    small = Camera(camera.position, camera.rotation, camera.focal * size / camera.size, size)
    flipped = props.positions.copy()
    flipped[:, 2] = -np.maximum(0.0, flipped[:, 2])
    screen = on_screen(flipped, small)
    depth = np.zeros((size, size), np.float32)
    ids = np.full((size, size), -1, np.int32)
    rasterise(screen, props.faces, depth, ids, 0, True)
    mirror = np.zeros((size, size, 4), np.float32)
    shade_mirror(mirror, ids, _vertices(props, screen), _faces(props), props.surfaces, world, *maps)
    return mirror


def _picture(scene: Scene, props: Props, camera: Camera, world: World, maps: Maps) -> tuple[F32, F32]:
    """The sharp layer (H, W, CHANNELS) and its nearness (H, W)."""
    size = camera.size
    screen = on_screen(props.positions, camera)
    depth = np.empty((size * SAMPLES, size), np.float32)
    start_at_ground(depth, camera.rotation, float(camera.position[2]), camera.focal)
    ids = np.full((size * SAMPLES, size), -1, np.int32)
    rasterise_lattice(screen, props.faces, depth, ids, 0, True, SAMPLES, SAMPLE_SHIFT)
    mirror = _mirror(props, camera, world, maps) if scene.mirrors else np.zeros((0, 0, 4), np.float32)
    layer = np.zeros((size, size, CHANNELS), np.float32)
    nearness = np.zeros((size, size), np.float32)
    mirrored = scene.mirrors or scene.plan.looks.water.present == 1
    sky = sky_table(scene.sky, pack_ridges(scene.ridges), camera, mirrored and scene.room.present == 0)
    shade_backdrop(
        layer, nearness, ids, camera.rotation, scene.plan.looks, world, scene.plan.strewn_colours, *maps, *sky,
        contact_map(props), mirror,
    )  # fmt: skip
    shade_covered(layer, nearness, ids, _vertices(props, screen), _faces(props), props.surfaces, world, *maps)
    return layer, nearness
