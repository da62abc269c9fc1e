"""People's own models and photos become levels: one file, one level."""

from pathlib import Path

import pytest
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.errors import PlanError
from spotdiff10k.plan import own
from spotdiff10k.run import Run


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("Toy_Car-02.glb", "teapot.OBJ", "appleTree.glb", "notes.txt", "teapot.mtl"):
        (folder / name).write_bytes(name.encode())
    (folder / "more.glb").mkdir()
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, size in (("Old Harbour.jpg", (64, 48)), ("room_01.png", (80, 40)), ("sky.webp", (32, 32))):
        Image.new("RGB", size, (90, 120, 200)).save(folder / name)
    return folder


def made(*overrides: str) -> plan.Plan:
    return plan.make(recipe.load("tiny", ["subjects.count=2", "subjects.reserve=1", *overrides]))


def test_every_model_is_a_subject_named_after_its_file(models: Path) -> None:
    found = made(f"subjects.source={{meshes: {models}, licence: CC-BY-4.0}}")
    subjects = {group.subject.source: group.subject for group in found}
    assert set(subjects) == {"Toy_Car-02.glb", "teapot.OBJ", "appleTree.glb"}
    assert subjects["Toy_Car-02.glb"].description == "a toy car"
    assert subjects["appleTree.glb"].description == "an apple tree"
    assert subjects["teapot.OBJ"].class_noun == "teapot"
    assert {(subject.family, subject.licence) for subject in subjects.values()} == {("mesh", "CC-BY-4.0")}
    assert len({subject.identity for subject in subjects.values()}) == 3


def test_every_photo_is_a_background_and_wide_ones_are_panoramas(photos: Path) -> None:
    found = made(f"backgrounds.source.images={photos}", "backgrounds.levels=3")
    levels = {level.source: level for level in found.backgrounds}
    assert {source: level.kind for source, level in levels.items()} == {
        "Old Harbour.jpg": "photo",
        "room_01.png": "panorama",
        "sky.webp": "photo",
    }
    assert levels["Old Harbour.jpg"].description == "in front of a photo of old harbour"
    assert len({level.id for level in levels.values()}) == 3


def test_the_content_of_own_files_is_part_of_the_fingerprint_and_their_place_is_not(models: Path, tmp_path: Path) -> None:
    override = "subjects.source.meshes={}"
    first = made(override.format(models)).facts
    moved = models.rename(tmp_path / "moved")
    assert made(override.format(moved)).facts.fingerprint == first.fingerprint
    (moved / "teapot.OBJ").write_bytes(b"another teapot")
    assert made(override.format(moved)).facts.fingerprint != first.fingerprint
    assert set(first.inputs) == {"meshes/Toy_Car-02.glb", "meshes/teapot.OBJ", "meshes/appleTree.glb"}


def test_too_few_files_are_a_sentence(models: Path, photos: Path) -> None:
    with pytest.raises(PlanError, match=r"holds 3 models, fewer than the 6"):
        made(f"subjects.source.meshes={models}", "subjects.count=5")
    with pytest.raises(PlanError, match=r"holds 3 photos, fewer than the 4"):
        made(f"backgrounds.source.images={photos}")


def test_a_folder_that_is_missing_or_empty_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read: No such file or directory"):
        made(f"subjects.source.meshes={tmp_path / 'nowhere'}")
    with pytest.raises(PlanError, match=r"holds none; expected files ending in \.glb, \.gltf, \.obj"):
        made(f"subjects.source.meshes={tmp_path}")


def test_links_out_of_the_folder_are_refused(models: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.glb").write_bytes(b"x")
    (models / "link.glb").symlink_to(tmp_path / "secret.glb")
    with pytest.raises(PlanError, match="link that leads out"):
        made(f"subjects.source.meshes={models}")


def test_a_file_that_is_no_picture_is_named(photos: Path) -> None:
    (photos / "fake.png").write_bytes(b"not a picture")
    with pytest.raises(PlanError, match=r"fake\.png is no readable JPEG, PNG or WebP picture"):
        made(f"backgrounds.source.images={photos}", "backgrounds.levels=4")


@pytest.mark.parametrize(
    ("stem", "noun"),
    [
        ("Toy_Car-02", "toy car"),
        ("appleTree", "apple tree"),
        ("007", ""),
        ("RED mug", "red mug"),
        ("cafe\u0301_2", "café"),
        ("茶", "茶"),
    ],
)
def test_file_names_become_nouns(stem: str, noun: str) -> None:
    assert own.noun_of(stem) == noun


def test_a_radiance_panorama_is_a_background_too(photos: Path) -> None:
    header = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 32 +X 64\n"
    (photos / "sky.hdr").write_bytes(header + bytes([128, 128, 128, 129]) * (32 * 64))
    levels = own.images(photos, "CC0-1.0", len(own.files(photos, own.IMAGE_SUFFIXES, "photos")), 3)
    assert {level.source: level.kind for level in levels}["sky.hdr"] == "panorama"


def test_a_sealed_recipe_names_own_folders_without_saying_where_they_are(photos: Path, tmp_path: Path) -> None:
    text = (
        f"name: mine\nengine: {{size: 64}}\nbackgrounds: {{levels: 2, count: 2, source: {{images: {photos}}}}}\n"
        "poses: {levels: 2, count: 2}\nsubjects: {count: 8}\n"
    )
    chosen = recipe.parse(text, "mine.yaml", tmp_path)
    run = Run(tmp_path / "run")
    plan.write(plan.make(chosen), chosen, run)
    assert str(tmp_path) not in run.recipe.read_text()
    assert recipe.read_resolved(run.recipe) == chosen
    photos.rename(run.root / photos.name)
    (run.root / ".folders.json").unlink()
    found = recipe.read_resolved(run.recipe).backgrounds.source
    assert Path(found.images) == run.root / photos.name  # type: ignore[union-attr]
