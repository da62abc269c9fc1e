"""Noise, tone curve, sky directions, environment, materials and the stage's camera."""

import math

import numpy as np
import pytest

from spotdiff10k.engines.rendered import light, materials, noise, tone
from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, Material
from spotdiff10k.engines.rendered.stage import FRAME_MARGIN, camera_for
from spotdiff10k.engines.rendered.surface import noise_with_slope


def test_noise_stays_in_0_to_1_and_is_centred() -> None:
    points = np.random.default_rng(1).uniform(-40, 40, (3000, 3))
    for function in (noise.value_noise, lambda x, y, z: noise.fbm(x, y, z, 4), lambda x, y, z: noise.fbm_2d(x, y, 3, 4)):
        values = np.array([function(*point) for point in points])
        assert 0 <= values.min() < values.max() < 1
        assert abs(values.mean() - 0.5) < 0.02


def test_noise_is_continuous_across_cells_and_differs_between_layers() -> None:
    edge = [noise.value_noise(3 + step, 2.3, -1.7) for step in (-1e-7, 1e-7)]
    assert abs(edge[0] - edge[1]) < 1e-5
    assert noise.value_noise_2d(0.3, 0.7, 1) != noise.value_noise_2d(0.3, 0.7, 2)


def test_the_hash_is_the_same_on_every_machine() -> None:
    assert noise.hash01(1, 2, 3) == pytest.approx(0.9190068491734564, abs=0)
    assert noise.hash01(-5, 2, 3) == pytest.approx(0.08261713781394064, abs=0)


def test_the_slope_of_noise_is_its_derivative() -> None:
    step = 1e-5
    for x, y, z in np.random.default_rng(2).uniform(-9, 9, (50, 3)):
        value, dx, dy, dz = noise_with_slope(x, y, z)
        assert value == pytest.approx(noise.value_noise(x, y, z), abs=1e-12)
        for slope, (a, b, c) in zip((dx, dy, dz), np.eye(3) * step, strict=True):
            numeric = (noise.value_noise(x + a, y + b, z + c) - noise.value_noise(x - a, y - b, z - c)) / (2 * step)
            assert slope == pytest.approx(numeric, abs=1e-4)


def test_smoothstep_meets_its_ends() -> None:
    assert [noise.smoothstep(1.0, 3.0, x) for x in (0.0, 1.0, 2.0, 3.0, 4.0)] == [0, 0, 0.5, 1, 1]


def test_every_display_value_comes_back_from_linear() -> None:
    for value in range(256):
        assert tone.to_display(tone.to_linear(value)) == pytest.approx(value, abs=0.01)


def test_the_tone_table_follows_the_curve_and_never_falls() -> None:
    radiance = np.linspace(0, 14, 2000)
    table = np.array([tone.to_display(float(x)) for x in radiance])
    assert np.abs(table - tone.display_of(radiance) * 255).max() < 0.1
    assert (np.diff(table) >= 0).all()
    assert tone.to_display(-1.0) == 0


def test_an_even_sky_of_radiance_1_gives_irradiance_pi() -> None:
    directions = light.AMBIENT_DIRECTIONS.astype(np.float64)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1)
    assert directions[:, 2].sum() * light.AMBIENT_WEIGHT == pytest.approx(math.pi, rel=1e-4)
    assert np.abs(directions[:, :2].mean(axis=0)).max() < 0.03
    tilted = np.array([math.sin(0.6), 0, math.cos(0.6)])
    seen = np.maximum(directions @ tilted, 0).sum() * light.AMBIENT_WEIGHT
    assert seen == pytest.approx(math.pi * (1 + math.cos(0.6)) / 2, rel=0.05)


def test_the_environment_is_looked_up_by_direction_and_wraps_round_the_back() -> None:
    environment = np.zeros((3, 32, 64, 3), np.float32)
    environment[:, :16, :, 2] = 1  # blue above
    environment[:, :, 32:, 0] = 1  # red on the left, azimuth 0..180 degrees
    environment[2] *= 0.5
    assert light.environment_lookup(environment, 0.0, 0.0, 1.0, 0.0)[2] == 1
    assert light.environment_lookup(environment, 0.0, 1.0, 0.0, 0.0)[0] == pytest.approx(1)
    assert light.environment_lookup(environment, 0.0, -1.0, 0.0, 0.0)[0] == pytest.approx(0)
    assert light.environment_lookup(environment, -1.0, 0.0, 0.0, 0.0)[0] == pytest.approx(0.5)
    assert light.environment_lookup(environment, 0.0, 0.0, 1.0, 1.0)[2] == 0.5


def test_missing_colours_are_the_base_colour() -> None:
    row = materials.pack([Material((0.1, 0.2, 0.3), third=(0.7, 0.8, 0.9), textured=True, edges=(0.2, 0.3, 0.4))])[0]
    assert row.shape == (materials.COLUMNS,)
    assert np.allclose(row[materials.SECOND : materials.SECOND + 3], (0.1, 0.2, 0.3))
    assert np.allclose(row[materials.THIRD : materials.THIRD + 3], (0.7, 0.8, 0.9))
    assert np.allclose(row[materials.EDGE : materials.EDGE + 3], (0.2, 0.3, 0.4))
    assert row[materials.TEXTURED] == 1


@pytest.mark.parametrize("elevation", [0, 6, 20, 45, 75])
@pytest.mark.parametrize("fov", [18, 34, 60])
def test_the_camera_frames_the_stage_tightly_and_whole(elevation: float, fov: float) -> None:
    size = 512
    camera = camera_for(elevation, fov, size)
    rng = np.random.default_rng(0)
    turn, height = rng.uniform(0, 2 * np.pi, 4000), rng.choice([0.0, STAGE_HEIGHT], 4000)
    rim = np.stack([STAGE_RADIUS * np.cos(turn), STAGE_RADIUS * np.sin(turn), height], axis=1).astype(np.float32)
    places = camera.project(rim)
    free = FRAME_MARGIN * size
    assert places[:, 2].min() > 0
    assert places[:, :2].min() > free - 0.5
    assert places[:, :2].max() < size - free + 0.5
    slack = min(places[:, :2].min(), size - places[:, :2].max()) - free
    assert slack < 1  # one side touches the margin


def test_the_camera_looks_along_minus_x_with_the_picture_upright() -> None:
    camera = camera_for(15, 34, 256)
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(camera.rotation) == pytest.approx(1, abs=1e-6)
    low, high, left = camera.project(np.array([[0, 0, 0], [0, 0, 1], [0, -0.3, 0]], np.float32))
    assert high[1] < low[1]
    assert left[0] < low[0] == pytest.approx(128, abs=1e-3)
    assert math.degrees(math.asin(-camera.rotation[2, 2])) == pytest.approx(15, abs=1e-4)
