"""Plates of procedural scenes: what every kind promises to the subjects that will stand in it."""

import math
from dataclasses import fields

import numpy as np
import pytest

from spotdiff10k.engines.rendered.light import AMBIENT_DIRECTIONS, AMBIENT_WEIGHT
from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, Plate
from spotdiff10k.engines.rendered.scenes.clearance import in_the_way
from spotdiff10k.engines.rendered.scenes.colours import linear
from spotdiff10k.engines.rendered.scenes.daylight import weather
from spotdiff10k.engines.rendered.scenes.kinds import describe_scene
from spotdiff10k.engines.rendered.scenes.looks import GroundKind
from spotdiff10k.engines.rendered.scenes.plate import make_plate, shade
from spotdiff10k.engines.rendered.scenes.props import PropBuilder
from spotdiff10k.engines.rendered.scenes.scene import Scene, ground, plan
from spotdiff10k.engines.rendered.scenes.shapes import standing_box
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.errors import EngineError
from spotdiff10k.traits import catalogue, describe, draw, noun
from spotdiff10k.types import BackgroundLevel

SIZE = 64
SCENES_OF_A_KIND = 6
KINDS = tuple(catalogue("backgrounds"))


def level_of(kind: str, seed: int, elevation: float | None = None, fov: float | None = None) -> BackgroundLevel:
    traits = draw(catalogue("backgrounds")[kind], seed)
    tilt = float(traits["camera_elevation"]) if elevation is None else elevation  # type: ignore[arg-type]
    angle = float(traits["camera_fov"]) if fov is None else fov  # type: ignore[arg-type]
    return BackgroundLevel(f"{kind}-{seed}", kind, seed, kind, tilt, angle)


@pytest.fixture(scope="module")
def plates() -> dict[tuple[str, int], Plate]:
    return {(kind, seed): make_plate(level_of(kind, seed), SIZE, None) for kind in KINDS for seed in (0, 1)}


def test_there_are_enough_kinds_and_each_has_camera_traits_and_words() -> None:
    assert len(KINDS) >= 14
    for name, family in catalogue("backgrounds").items():
        ranges = {spec.name: (spec.low, spec.high) for spec in family.traits}
        assert 5 <= ranges["camera_elevation"][0] < ranges["camera_elevation"][1] <= 24, name
        assert 28 <= ranges["camera_fov"][0] < ranges["camera_fov"][1] <= 44, name
        spoken = {describe(family, draw(family, seed)) for seed in range(40)}
        assert len(spoken) >= 10, name
        assert all(text.startswith(("in ", "on ")) and "{" not in text and "none" not in text for text in spoken), name
        assert noun(family, draw(family, 3))


def test_scenes_are_finite_and_whole() -> None:
    for kind in KINDS:
        for seed in range(2, 2 + SCENES_OF_A_KIND):
            scene = describe_scene(kind, seed)
            for field in fields(scene.props):
                values = getattr(scene.props, field.name)
                assert np.isfinite(values).all(), (kind, seed, field.name)
            if len(scene.props.faces):
                assert scene.props.faces.max() < len(scene.props.positions)
                assert scene.props.face_surface.max() < len(scene.props.surfaces)
                assert scene.props.colours.min() >= 0, (kind, seed)


def test_a_plate_has_the_right_shapes_and_uses_the_range_of_display_values(plates: dict[tuple[str, int], Plate]) -> None:
    for address, plate in plates.items():
        assert plate.rgb.shape == (SIZE, SIZE, 3), address
        assert plate.rgb.dtype == plate.ground.dtype == plate.sunlit.dtype == np.uint8
        assert plate.ground.shape == plate.sunlit.shape == (SIZE, SIZE)
        stage = plate.rgb[SIZE // 2 : SIZE * 7 // 8, SIZE // 4 : SIZE * 3 // 4]
        assert 20 < stage.mean() < 245, address
        assert 0 < plate.lighting.exposure < 10, address
        assert 0 <= plate.vignette < 1


def test_the_light_is_finite_nonnegative_and_agrees_with_itself(plates: dict[tuple[str, int], Plate]) -> None:
    for address, plate in plates.items():
        light = plate.lighting
        for values in (light.sky, light.environment, light.up_irradiance, light.sun_radiance, light.ground_radiance):
            assert np.isfinite(values).all() and (values >= 0).all(), address
        assert light.sky.shape == AMBIENT_DIRECTIONS.shape
        assert light.environment.shape == (3, 32, 64, 3)
        assert np.isclose(np.linalg.norm(light.sun_direction), 1, atol=1e-5)
        assert light.sun_direction[2] > 0.1, address
        up = (light.sky * AMBIENT_DIRECTIONS[:, 2:] * AMBIENT_WEIGHT / math.pi).sum(axis=0)
        assert (light.up_irradiance >= up * 0.7).all() and (light.up_irradiance <= up * 1.3 + 0.5).all(), address


def test_the_same_level_gives_the_same_bytes_whatever_was_made_before() -> None:
    for kind in ("meadow", "night_street", "living_room"):
        first = make_plate(level_of(kind, 7), SIZE, None)
        make_plate(level_of("snow", 3), SIZE, None)
        second = make_plate(level_of(kind, 7), SIZE, None)
        for name in ("rgb", "ground", "sunlit"):
            assert getattr(first, name).tobytes() == getattr(second, name).tobytes(), (kind, name)
        for field in fields(first.lighting):
            assert np.array_equal(getattr(first.lighting, field.name), getattr(second.lighting, field.name)), (kind, field.name)


def test_levels_of_a_kind_differ_from_each_other(plates: dict[tuple[str, int], Plate]) -> None:
    for kind in KINDS:
        difference = np.abs(plates[kind, 0].rgb.astype(int) - plates[kind, 1].rgb.astype(int)).mean()
        assert difference > 8, (kind, difference)


def test_the_horizon_is_where_the_camera_says() -> None:
    """A level ray meets the picture f·tan(elevation) above its centre: above it, no pixel is ground."""
    for kind, elevation, fov in (("desert", 6.0, 40.0), ("moon", 9.0, 36.0)):
        plate = make_plate(level_of(kind, 4, elevation, fov), 128, None)
        focal = 64 / math.tan(math.radians(fov / 2))
        horizon = 64 - focal * math.tan(math.radians(elevation))
        rows = plate.ground.max(axis=1)
        first = int(np.argmax(rows > 127))
        assert abs(first - horizon) <= 3, (kind, first, horizon)
        assert rows[: int(horizon) - 3].max() == 0


def test_the_ground_mask_agrees_with_rays_to_the_plane() -> None:
    """Where no prop stands, a pixel is ground exactly if its ray falls."""
    plate = make_plate(level_of("studio", 1, 9.0, 34.0), SIZE, None)
    camera = plate.camera
    steps = (np.arange(SIZE) + 0.5 - SIZE / 2) / camera.focal
    fall = camera.rotation[2, 2] + steps[:, None] * camera.rotation[1, 2] + steps[None, :] * camera.rotation[0, 2]
    clear = np.abs(fall) > 0.03
    stage_rows = slice(SIZE // 2, SIZE)
    assert (plate.ground[stage_rows][fall[stage_rows] < -0.03] > 250).mean() > 0.95
    assert (plate.ground[(fall > 0) & clear] == 0).all()


def ray_hits_cylinder(origin: np.ndarray, direction: np.ndarray) -> tuple[float, float] | None:
    """Where a ray enters and leaves the stage, by the quadratic and the slabs: independent of the clearance code."""
    a = direction[0] ** 2 + direction[1] ** 2
    b = origin[0] * direction[0] + origin[1] * direction[1]
    c = origin[0] ** 2 + origin[1] ** 2 - STAGE_RADIUS**2
    rest = b * b - a * c
    if rest <= 0:
        return None
    near, far = (-b - math.sqrt(rest)) / a, (-b + math.sqrt(rest)) / a
    if abs(direction[2]) > 1e-12:
        low, high = sorted(((0 - origin[2]) / direction[2], (STAGE_HEIGHT - origin[2]) / direction[2]))
        near, far = max(near, low), min(far, high)
    return (near, far) if far > max(near, 0) else None


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_on_the_stage_or_before_it(kind: str) -> None:
    """Points all over the props that are left: none is inside the stage, none hides a part of it from the camera."""
    level = level_of(kind, 5)
    camera = camera_for(level.camera_elevation_degrees, level.camera_fov_degrees, 512)
    props = describe_scene(kind, 5).props
    left = props.without(in_the_way(props.positions, props.faces, camera))
    rng = np.random.default_rng(1)
    eye = camera.position.astype(np.float64)
    faces = left.faces[rng.permutation(len(left.faces))[:1500]]
    corners = left.positions[faces].astype(np.float64)
    depth = (corners - eye) @ camera.rotation[2].astype(np.float64)
    corners = corners[(depth > 1e-3).all(axis=1)]
    share = rng.dirichlet((1, 1, 1), size=(len(corners), 4))
    points = np.einsum("fsk,fkd->fsd", share, corners).reshape(-1, 3)
    points = np.concatenate([points, corners.reshape(-1, 3)])
    inside = (np.hypot(points[:, 0], points[:, 1]) < STAGE_RADIUS) & (points[:, 2] > 0) & (points[:, 2] < STAGE_HEIGHT)
    assert not inside.any()
    for point in points:
        span = ray_hits_cylinder(eye, point - eye)
        assert span is None or span[1] <= 1.0 + 1e-6, (kind, point)


def test_a_prop_in_the_way_is_dropped_and_one_behind_is_kept() -> None:
    camera = camera_for(10, 36, 512)
    shape = np.array([[0, -0.1, 0], [0, 0.1, 0], [0, 0, 0.2]], np.float32)
    places = {"inside": (0.0, 0.0, 0.3), "before": (1.2, 0.0, 0.5), "behind": (-1.5, 0.0, 0.3), "beside": (0.0, 2.0, 0.0)}
    positions = np.concatenate([shape + np.array(at, np.float32) for at in places.values()])
    drop = in_the_way(positions, np.arange(12, dtype=np.int32).reshape(4, 3), camera)
    assert dict(zip(places, drop.tolist(), strict=True)) == {"inside": True, "before": True, "behind": False, "beside": False}


def test_the_stage_is_in_the_light(plates: dict[tuple[str, int], Plate]) -> None:
    """The subject knows nothing of the scene's props: the ground where it stands must get the same sun."""
    for address, plate in plates.items():
        spot = plate.camera.project(np.array([[0.0, 0.0, 0.0]], np.float32))[0]
        column, row = int(spot[0]), int(spot[1])
        assert plate.ground[row, column] > 200, address
        assert plate.sunlit[row, column] > 200, address


def test_shadows_fall_away_from_the_sun() -> None:
    """A post on a plain: ground on the far side of a stem from the sun is darker in the sunlit layer than on the near side."""
    for seed in range(4):
        light = weather("afternoon", "clear", np.random.default_rng(seed))
        builder = PropBuilder()
        builder.add(standing_box((-2.2, 0.6, 0.0), (0.2, 0.2, 1.2)), (0.5, 0.5, 0.5))
        props = builder.build()
        scene = Scene(light.sky, plan(ground(GroundKind.PLAIN, linear(0.1, 0.2, 0.5), linear(0.1, 0.2, 0.5))), props, light.sun)
        plate = shade(scene, props, camera_for(12, 44, 256))
        away = -np.array(light.sun.direction[:2]) / math.hypot(*light.sun.direction[:2])
        places = np.array([[-2.2 + s * 0.4 * away[0], 0.6 + s * 0.4 * away[1], 0.0] for s in (1, -1)], np.float32)
        shaded, lit = (plate.sunlit[int(y), int(x)] for x, y, _ in plate.camera.project(places))
        assert lit > 200, seed
        hidden = np.dot(away, [1.0, 0.0]) < -0.75  # the box itself hides its shadow from the camera
        assert hidden or shaded < 120, (seed, shaded)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(EngineError, match=r"no kind of background 'swamp'.*meadow"):
        make_plate(BackgroundLevel("x", "swamp", 0, "", 10, 36), SIZE, None)
