"""Where light reaches, against geometry that can be worked out by hand."""

import numpy as np
import pytest
from stand_ins import ball, box, crate, flat_plate, posed_mesh

from spotdiff10k.engines.rendered import shadow_map
from spotdiff10k.engines.rendered.ambient import ambient_of
from spotdiff10k.engines.rendered.ambient_light import sky_left
from spotdiff10k.engines.rendered.render import prepare, render
from spotdiff10k.engines.rendered.silhouette import ground_visibility, silhouette_of
from spotdiff10k.engines.rendered.workspace import Workspace

UP = np.array([0, 0, 1], np.float32)
RESOLUTION = 512


def slab(height: float = 0.5, half: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    vertices, _, faces = box((-half, -half, height), (half, half, height + 0.02))
    return vertices, faces


@pytest.fixture(scope="module")
def overhead() -> shadow_map.ShadowMap:
    vertices, faces = slab()
    return shadow_map.build(vertices, faces, UP, np.array([0, 0, 0.3], np.float32), 0.8, RESOLUTION)


def lit(sun: shadow_map.ShadowMap, x: float, y: float, z: float) -> float:
    return shadow_map.visibility(sun.matrix, sun.depth, sun.resolution, x, y, z, 0.005, 0.4, 1.0)


def test_a_slab_shades_what_is_under_it_and_nothing_else(overhead: shadow_map.ShadowMap) -> None:
    assert lit(overhead, 0, 0, 0.1) == 0
    assert lit(overhead, 0.15, -0.15, 0.1) == 0
    assert lit(overhead, 0, 0, 0.6) == 1  # above it
    assert lit(overhead, 0.3, 0, 0.1) == 1  # beside it
    assert lit(overhead, 5, 5, 0) == 1  # off the map


def test_a_slanted_sun_moves_the_shadow_by_height_times_slope() -> None:
    vertices, faces = slab(0.5)
    direction = np.array([1, 0, 1], np.float32)
    sun = shadow_map.build(vertices, faces, direction, np.array([0, 0, 0.3], np.float32), 1.0, RESOLUTION)
    assert lit(sun, -0.5, 0, 0) == 0
    assert lit(sun, 0, 0, 0) == 1


def test_penumbras_are_wider_further_from_the_blocker(overhead: shadow_map.ShadowMap) -> None:
    def width(z: float) -> float:
        values = np.array([lit(overhead, x, 0, z) for x in np.linspace(0.1, 0.3, 400)])
        return float(((values > 0.05) & (values < 0.95)).mean() * 0.2)

    assert width(0.0) > 2 * width(0.45)


def test_light_seen_from_a_lit_closed_surface_reaches_it_everywhere() -> None:
    posed = ball()
    direction = np.array([0.3, 0.2, 0.9], np.float32) / np.float32(np.linalg.norm([0.3, 0.2, 0.9]))
    sun = shadow_map.build(posed.vertices, posed.faces, direction, posed.center, posed.radius, RESOLUTION, False)
    facing = posed.normals @ direction > 0.3
    points = posed.vertices[facing] + 0.006 * posed.normals[facing]
    assert min(lit(sun, *map(float, point)) for point in points) == 1


def test_the_ground_shadow_of_a_slab_is_its_outline(overhead: shadow_map.ShadowMap) -> None:
    tables = np.empty((2, RESOLUTION + 1, RESOLUTION + 1), np.int32)
    seen = silhouette_of(overhead, tables)

    def ground(x: float, y: float) -> float:
        u = seen.matrix[0, 0] * x + seen.matrix[0, 1] * y + seen.matrix[0, 3]
        v = seen.matrix[1, 0] * x + seen.matrix[1, 1] * y + seen.matrix[1, 3]
        return float(ground_visibility(seen.coverage, seen.heights, seen.texels_per_metre, u, v))

    assert ground(0, 0) == 0
    assert ground(0.3, 0.3) == 1
    assert ground(0.2, 0) == pytest.approx(0.5, abs=0.05)  # under the edge half of the light is left
    ramp = [ground(x, 0) for x in np.linspace(0.1, 0.3, 60)]
    assert np.all(np.diff(ramp) >= -1e-9)


def test_the_sky_of_a_lone_ball_is_all_open_above_and_closed_below() -> None:
    posed = ball(radius=0.3, height=0.8)
    openness = ambient_of(posed).openness
    assert openness[posed.normals[:, 2] > 0.5].min() > 0.97


def test_the_ground_under_a_crate_is_dark_and_grows_light_away_from_it() -> None:
    posed, plate = crate(), flat_plate(64)
    ambient = ambient_of(posed)
    left = sky_left(ambient, plate.lighting)[:, :, 1]

    def at(x: float, y: float) -> float:
        return float(left[round((x - ambient.corner_x) / ambient.spacing), round((y - ambient.corner_y) / ambient.spacing)])

    assert at(0, 0) < 0.05
    beside = [at(0.25 + away, 0) for away in (0.03, 0.1, 0.25, 0.5)]
    assert beside == sorted(beside)
    assert beside[0] < 0.75  # a wall takes up to half of the sky
    assert (left[0] == 1).all()
    assert (left[:, -1] == 1).all()


def test_outside_the_mask_the_picture_is_the_plate_times_the_shadow_layer() -> None:
    for posed in (ball(), crate()):
        plate = flat_plate(160)
        layers = render(prepare(posed), plate, Workspace(160))
        outside = layers.alpha == 0
        expected = plate.rgb.astype(float) * layers.shadow / 255
        assert np.abs(layers.picture - expected)[outside].max() <= 0.5 + 1e-6
        assert (layers.shadow < 200).any()


def test_the_plate_is_left_alone_far_from_the_subject_and_where_nothing_is_ground() -> None:
    plate = flat_plate(160)
    layers = render(prepare(ball(0.2, 0.3)), plate, Workspace(160))
    assert (layers.shadow[plate.ground == 0] == 255).all()
    assert (layers.shadow[-1] == 255).all()


def test_without_sun_only_the_sky_is_lost() -> None:
    posed = posed_mesh(*box((-0.2, -0.2, 0.4), (0.2, 0.2, 0.5)))
    sunny = render(prepare(posed), flat_plate(128), Workspace(128)).shadow.min()
    plate = flat_plate(128)
    plate.sunlit[:] = 0
    overcast = render(prepare(posed), plate, Workspace(128)).shadow.min()
    assert sunny < overcast < 255


def test_a_sun_at_or_below_the_horizon_leaves_only_the_contact_shadow() -> None:
    for height in (0.0, -0.4):
        layers = render(prepare(crate()), flat_plate(96, sun=(0.6, 0.5, height)), Workspace(96))
        assert layers.shadow.min() < 150
        assert layers.shadow[-1].min() > 240
