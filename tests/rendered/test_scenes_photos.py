"""People's own pictures as plates: geometry and light against pictures whose truth is known, and what is refused."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spotdiff10k.engines.rendered.scenes.panorama import CAPTURE_HEIGHT, DOME_RADIUS
from spotdiff10k.engines.rendered.scenes.photos import list_photos
from spotdiff10k.engines.rendered.scenes.plate import make_plate
from spotdiff10k.engines.rendered.scenes.radiance_hdr import read_radiance
from spotdiff10k.errors import EngineError
from spotdiff10k.types import BackgroundLevel

SIZE = 96


def level_of(kind: str, source: str, seed: int = 5) -> BackgroundLevel:
    return BackgroundLevel("own-00", kind, seed, "", 10.0, 40.0, source)


def rgbe(radiance: np.ndarray) -> np.ndarray:
    """(H, W, 3) to bytes (H, W, 4), by the format's definition."""
    highest = radiance.max(axis=2)
    exponent = np.where(highest > 1e-30, np.floor(np.log2(np.maximum(highest, 1e-30))) + 1, 0)
    mantissa = np.clip(radiance * (256.0 / 2.0**exponent)[..., None], 0, 255)
    return np.concatenate([mantissa, np.where(highest > 1e-30, exponent + 128, 0)[..., None]], axis=2).astype(np.uint8)


def write_hdr(path: Path, radiance: np.ndarray, runs: bool) -> None:
    """A Radiance file with flat or run-length encoded rows (runs of equal bytes and literal ones)."""
    height, width, _ = radiance.shape
    with path.open("wb") as file:
        file.write(b"#?RADIANCE\n# made by a test\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n" % (height, width))
        for row in rgbe(radiance):
            if not runs:
                file.write(row.tobytes())
                continue
            file.write(bytes([2, 2, width >> 8, width & 255]))
            for channel in range(4):
                values, at = row[:, channel], 0
                while at < width:
                    run = 1
                    while at + run < width and run < 127 and values[at + run] == values[at]:
                        run += 1
                    if run > 2:
                        file.write(bytes([128 + run, values[at]]))
                    else:
                        run = min(2, width - at)
                        file.write(bytes([run]) + values[at : at + run].tobytes())
                    at += run


def bright_sky(height: int = 64, sun: tuple[int, int] | None = None) -> np.ndarray:
    """A panorama of blue sky over brown ground, with a sun at (row, column)."""
    picture = np.zeros((height, 2 * height, 3), np.float32)
    picture[: height // 2] = (0.5, 0.7, 1.0)
    picture[height // 2 :] = (0.3, 0.22, 0.15)
    if sun:
        picture[sun[0] : sun[0] + 2, sun[1] : sun[1] + 2] = 900.0
    return picture


def test_a_photo_is_its_middle_square_to_the_pixel(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (SIZE, 2 * SIZE - 40, 3), dtype=np.uint8)
    Image.fromarray(picture).save(tmp_path / "noise.png")
    plate = make_plate(level_of("photo", "noise.png"), SIZE, tmp_path)
    left = (picture.shape[1] - SIZE) // 2
    assert np.array_equal(plate.rgb, picture[:, left : left + SIZE])
    assert plate.vignette == 0


def test_exif_orientation_is_obeyed(tmp_path: Path) -> None:
    upright = np.zeros((SIZE, SIZE, 3), np.uint8)
    upright[: SIZE // 2] = (200, 210, 255)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the stored picture is to be turned clockwise
    Image.fromarray(np.rot90(upright)).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    plate = make_plate(level_of("photo", "turned.jpg"), SIZE, tmp_path)
    assert plate.rgb[:40].mean() > 180
    assert plate.rgb[56:].mean() < 30


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_light_comes_from_the_brighter_side_of_a_photo(tmp_path: Path, side: str, sign: int) -> None:
    ramp = np.linspace(230, 40, SIZE) if side == "left" else np.linspace(40, 230, SIZE)
    Image.fromarray(np.repeat(np.tile(ramp, (SIZE, 1))[..., None], 3, axis=2).astype(np.uint8)).save(tmp_path / "ramp.png")
    light = make_plate(level_of("photo", "ramp.png"), SIZE, tmp_path).lighting
    assert light.sun_direction[1] * sign > 0.3
    assert (light.sky >= 0).all() and (light.sun_radiance > 0).all()


def test_light_of_a_photo_explains_the_ground_it_shows(tmp_path: Path) -> None:
    """Sky plus sun on the ground, times a plausible albedo, is the ground's own radiance."""
    Image.fromarray(np.full((SIZE, SIZE, 3), 128, np.uint8)).save(tmp_path / "grey.png")
    light = make_plate(level_of("photo", "grey.png"), SIZE, tmp_path).lighting
    received = light.up_irradiance + light.sun_radiance * light.sun_direction[2]
    albedo = light.ground_radiance / received
    assert ((albedo > 0.2) & (albedo < 0.6)).all()


def test_ground_of_a_photo_lies_below_the_cameras_horizon(tmp_path: Path) -> None:
    Image.fromarray(np.full((SIZE, SIZE, 3), 90, np.uint8)).save(tmp_path / "grey.png")
    plate = make_plate(level_of("photo", "grey.png"), SIZE, tmp_path)
    focal = SIZE / 2 / math.tan(math.radians(20))
    horizon = SIZE / 2 - focal * math.tan(math.radians(10))
    assert plate.ground[: int(horizon)].max() == 0
    assert plate.ground[SIZE * 3 // 4 :].min() == 255


@pytest.mark.parametrize("runs", [False, True])
def test_radiance_files_read_back_what_was_written(tmp_path: Path, runs: bool) -> None:
    picture = bright_sky() * np.random.default_rng(2).uniform(0.5, 2.0, (64, 128, 1)).astype(np.float32)
    picture[3, 40:90] = 0.0
    write_hdr(tmp_path / "sky.hdr", picture, runs)
    read = read_radiance(tmp_path / "sky.hdr", 4096)
    assert np.allclose(read, picture, rtol=0.02, atol=0.01)
    small = read_radiance(tmp_path / "sky.hdr", 32)
    assert np.allclose(small, read.reshape(16, 4, 32, 4, 3).mean(axis=(1, 3)), rtol=1e-4)


def test_a_panoramas_sun_is_found_where_it_was_put(tmp_path: Path) -> None:
    row, column = 9, 100
    write_hdr(tmp_path / "sunny.hdr", bright_sky(64, (row, column)), True)
    write_hdr(tmp_path / "dull.hdr", bright_sky(64), True)
    seed = 5
    light = make_plate(level_of("panorama", "sunny.hdr", seed), SIZE, tmp_path).lighting
    turn = np.random.default_rng([seed, 1]).uniform(-math.pi, math.pi)
    azimuth = ((column + 1) / 128 - 0.5) * 2 * math.pi - turn
    polar = (row + 1) / 64 * math.pi
    truth = np.array([math.sin(polar) * math.cos(azimuth), math.sin(polar) * math.sin(azimuth), math.cos(polar)])
    assert np.dot(light.sun_direction, truth) > math.cos(math.radians(6))
    dull = make_plate(level_of("panorama", "dull.hdr", seed), SIZE, tmp_path).lighting
    assert light.sun_radiance.mean() > 2 * dull.sun_radiance.mean()
    even = math.pi * np.array([0.5, 0.7, 1.0]) / math.pi
    assert np.allclose(dull.up_irradiance, even, rtol=0.15)


def test_a_panoramas_ground_is_projected_from_where_it_was_taken(tmp_path: Path) -> None:
    """A ring painted where the ground is 3 m away in the panorama appears 3 m from the stage in the plate."""
    height = 512
    picture = bright_sky(height)
    fall = (np.arange(height) + 0.5) / height * math.pi - math.pi / 2
    distance = CAPTURE_HEIGHT / np.tan(np.maximum(fall, 1e-3))
    picture[(np.abs(distance - 3.0) < 0.25) & (fall > 0)] = (1.5, 0.0, 0.0)
    write_hdr(tmp_path / "ring.hdr", picture, True)
    plate = make_plate(level_of("panorama", "ring.hdr"), 256, tmp_path)
    places = np.array([[-3.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [-4.5, 0.0, 0.0]], np.float32)
    seen = [plate.rgb[int(y), int(x)].astype(int) for x, y, _ in plate.camera.project(places)]
    redness = [pixel[0] - pixel[1] for pixel in seen]
    assert redness[0] > 2 * max(redness[1], redness[2]) and redness[0] > 80
    assert DOME_RADIUS > 4.5 and plate.ground[int(plate.camera.project(places)[1][1]), 128] == 255


def test_an_ordinary_panorama_works_and_the_seed_turns_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    picture = np.clip(bright_sky(128) * 200 + rng.normal(size=(128, 256, 1)) * 25, 0, 255).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "field.png")
    first = make_plate(level_of("panorama", "field.png", 1), SIZE, tmp_path)
    again = make_plate(level_of("panorama", "field.png", 1), SIZE, tmp_path)
    other = make_plate(level_of("panorama", "field.png", 2), SIZE, tmp_path)
    assert np.array_equal(first.rgb, again.rgb)
    assert not np.array_equal(first.rgb, other.rgb)
    assert (first.lighting.sky >= 0).all() and np.isfinite(first.lighting.environment).all()


def test_pictures_of_a_folder_are_listed_with_kind_and_size(tmp_path: Path) -> None:
    Image.new("RGB", (80, 60)).save(tmp_path / "b.jpg")
    Image.new("RGB", (200, 100)).save(tmp_path / "a.png")
    write_hdr(tmp_path / "c.hdr", bright_sky(), True)
    (tmp_path / "notes.txt").write_text("no picture")
    found = [(item.name, item.kind, item.width, item.height) for item in list_photos(tmp_path)]
    assert found == [("a.png", "panorama", 200, 100), ("b.jpg", "photo", 80, 60), ("c.hdr", "panorama", 128, 64)]


def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "outside.png")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "text.jpg").write_text("this is not a picture")
    Image.new("RGB", (8, 8)).save(folder / "tiny.png")
    whole = folder / "whole.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(whole)
    (folder / "cut.png").write_bytes(whole.read_bytes()[:2000])
    write_hdr(folder / "good.hdr", bright_sky(), True)
    (folder / "cut.hdr").write_bytes((folder / "good.hdr").read_bytes()[:900])
    (folder / "huge.hdr").write_bytes(b"#?RADIANCE\n\n-Y 99999 +X 199998\n")
    (folder / "odd.hdr").write_bytes(b"#?RADIANCE\n\n+Y 10 +X 20\n")
    refusals = {
        "missing.png": "missing from",
        "../outside.png": "lies outside",
        "link.png": "lies outside",
        "text.jpg": "no readable",
        "tiny.png": "at least 16",
        "cut.png": "cannot be decoded|no readable",
    }
    for name, reason in refusals.items():
        with pytest.raises(EngineError, match=reason):
            make_plate(level_of("photo", name), SIZE, folder)
    for name, reason in {"cut.hdr": "damaged", "huge.hdr": "at most 16384", "odd.hdr": "resolution line"}.items():
        with pytest.raises(EngineError, match=reason):
            make_plate(level_of("panorama", name), SIZE, folder)
    with pytest.raises(EngineError, match=r"backgrounds\.source\.images"):
        make_plate(level_of("photo", "whole.png"), SIZE, None)
    with pytest.raises(EngineError, match="cannot be read"):
        list_photos(tmp_path / "nowhere")
