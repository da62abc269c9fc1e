"""A plate holds the picture's own pixels outside the hole, and what the model believes inside it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from photo_subjects import mug, take, write_photos
from PIL import Image

from spotdiff10k import inpainting
from spotdiff10k.errors import EngineError, ModelError
from spotdiff10k.inpainting import hole_of, remove_subject
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored
from spotdiff10k.photos.plates import strangers, write_plates

needs_weights = pytest.mark.skipif(
    not is_stored(find_model(inpainting.MODEL)), reason="run: spotdiff10k models fetch migan, to take subjects out of pictures"
)


class Green:
    """A model that believes in green everywhere, and keeps what it was asked."""

    def run(self, _: None, asked: dict[str, Any]) -> list[Any]:
        self.asked = asked
        green = np.zeros_like(asked["image"])
        green[:, 1] = 200
        return [green]


@pytest.fixture
def green(monkeypatch: pytest.MonkeyPatch) -> Green:
    model = Green()
    monkeypatch.setattr(inpainting, "_session", lambda weights: model)
    return model


def test_pixels_outside_the_hole_stay_and_the_model_sees_zero_inside_it(green: Green) -> None:
    picture, mask = mug(1, 0)
    plate = remove_subject(picture, mask, weights=Path("any.onnx"))
    hole = hole_of(mask)
    assert np.array_equal(plate[~hole], picture[~hole])
    assert (plate[hole] == [0, 200, 0]).all()
    assert np.array_equal(green.asked["mask"][0, 0] == 0, hole)
    assert green.asked["image"].shape == (1, 3, *mask.shape)


def test_the_hole_goes_beyond_every_visible_pixel_by_the_reach() -> None:
    mask = np.zeros((100, 140), np.uint8)
    mask[50, 60] = 9
    rows, columns = np.nonzero(hole_of(mask, 0.05))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (45, 55, 55, 65)
    mask[50, 60] = 7
    assert not hole_of(mask, 0.05).any()


def test_a_known_shadow_is_taken_out_with_its_subject(green: Green) -> None:
    picture, mask = mug(1, 0)
    shade = np.zeros_like(mask)
    shade[-12:, :40] = 60
    plate = remove_subject(picture, mask, shade, weights=Path("any.onnx"))
    assert (plate[-12:, :40] == [0, 200, 0]).all()


def test_a_picture_without_a_subject_is_its_own_plate(green: Green) -> None:
    picture, mask = mug(1, 0)
    assert np.array_equal(remove_subject(picture, np.zeros_like(mask), weights=Path("any.onnx")), picture)


def test_a_subject_that_leaves_nothing_is_refused(green: Green) -> None:
    picture, mask = mug(1, 0)
    with pytest.raises(EngineError, match="takes 100% of its picture"):
        remove_subject(picture, np.full_like(mask, 255), weights=Path("any.onnx"))
    with pytest.raises(EngineError, match="a mask of another size"):
        remove_subject(picture, mask[1:], weights=Path("any.onnx"))


def test_without_weights_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPOTDIFF10K_CACHE", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    picture, mask = mug(1, 0)
    with pytest.raises(ModelError, match="models fetch migan"):
        remove_subject(picture, mask)


def test_import_keeps_what_lies_behind_its_subjects_and_does_not_make_it_twice(
    green: Green, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(inpainting, "stored", lambda name: type("Kept", (), {"weights": tmp_path}))
    photos, into = write_photos(tmp_path / "photos", 2, 2), tmp_path / "subjects"
    found = take(photos, into)
    assert write_plates(photos, into, found, None) == (4, [])
    names = sorted(path.name for path in (into / "plates").iterdir())
    assert [name.rpartition("-")[0] for name in names] == ["mug-a-img-0", "mug-a-img-1", "mug-b-img-0", "mug-b-img-1"]
    (into / "plates" / names[0]).write_bytes(b"looked at, and mended by hand")
    write_plates(photos, into, found, None)
    assert (into / "plates" / names[0]).read_bytes() == b"looked at, and mended by hand"


def test_plates_that_were_deleted_stay_so_and_those_of_no_photograph_are_named(
    green: Green, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(inpainting, "stored", lambda name: type("Kept", (), {"weights": tmp_path}))
    photos, into = write_photos(tmp_path / "photos", 2), tmp_path / "subjects"
    found = take(photos, into)
    write_plates(photos, into, found, None)
    first, second = sorted((into / "plates").iterdir())
    first.unlink()
    written, failed = write_plates(photos, into, found, None)
    assert written == 1
    assert "it was made and deleted" in failed[0].why
    assert not first.exists()
    for file in sorted((photos / "mug b").iterdir()):
        file.unlink()
    assert strangers(into, found) == []
    assert strangers(into, take(photos, into)) == [second.name]


def test_a_cut_out_with_alpha_has_no_background_of_its_own(green: Green, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(inpainting, "stored", lambda name: type("Kept", (), {"weights": tmp_path}))
    colours, alpha = mug(0, 0)
    (tmp_path / "photos" / "cup").mkdir(parents=True)
    Image.fromarray(np.dstack([colours, alpha])).save(tmp_path / "photos" / "cup" / "a.png")
    found = take(tmp_path / "photos", tmp_path / "subjects")
    written, failed = write_plates(tmp_path / "photos", tmp_path / "subjects", found, None)
    assert (written, [one.why for one in failed]) == (0, ["no plate: it has an alpha channel, and so no background of its own"])


@needs_weights
def test_the_real_model_continues_a_wall_behind_a_mug() -> None:
    picture, mask = mug(1, 0)
    height, width = mask.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    wall = np.clip(np.rint(np.stack([90 + x * 0.3, 140 - y * 0.2, 60 + 0 * x], axis=2)), 0, 255)
    inside = mask > 128
    before = np.abs(picture.astype(float) - wall)[inside].mean()
    after = np.abs(remove_subject(picture, mask).astype(float) - wall)[inside].mean()
    assert after < 12 < before
