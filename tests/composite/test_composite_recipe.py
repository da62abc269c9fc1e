"""What a recipe with photographs may ask for, and what is planned from a catalogue."""

import json
from pathlib import Path

import photo_subjects
import pytest
from photo_subjects import mug, take, write_photos
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.errors import PlanError, RecipeError
from spotdiff10k.photos.listing import Terms
from spotdiff10k.run import Run


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photo_subjects.imported(tmp_path_factory.mktemp("photos"), subjects=4, views=2)


def load(photos: Path, *more: str) -> recipe.Recipe:
    overrides = ["engine.name=composite", f"subjects={{count: 4, source: {{photos: {photos}}}}}", "poses={levels: 2, count: 2}"]
    return recipe.load("tiny", [*overrides, "splits={train: 1.0, validation: 0.0, test: 0.0}", *more])


def refusal(photos: Path, *more: str) -> str:
    with pytest.raises(RecipeError) as found:
        load(photos, *more)
    return str(found.value)


def test_layers_that_no_photograph_tells_are_refused_and_left_out_of_the_default(photos: Path) -> None:
    assert load(photos).outputs.layers == ("plate", "shadow")
    for layer in ("depth", "normal", "skeleton"):
        told = refusal(photos, f"outputs.layers=[plate, {layer}]")
        assert f"the engine composite makes no {layer} layer; outputs.layers may have plate, shadow, canny" in told


def test_engines_and_sources_must_fit_each_other(photos: Path) -> None:
    assert "the engine composite does not take procedural subjects" in refusal(photos, "subjects.source=procedural")
    assert "the engine composite does not take meshes subjects" in refusal(photos, f"subjects.source={{meshes: {photos}}}")
    assert "the engine rendered does not take photos subjects" in refusal(photos, "engine.name=rendered")


def test_photographs_have_the_poses_that_were_photographed(photos: Path) -> None:
    assert "leave articulations and turns out" in refusal(photos, "poses.articulations=[walk]")


def test_options_of_an_engine_are_checked_by_name_and_kind(photos: Path) -> None:
    assert load(photos).engine.options == {"match_light": True}
    assert load(photos, "engine.options={match_light: false}").engine_settings().options == {"match_light": False}
    assert "Did you mean 'match_light'?" in refusal(photos, "engine.options={match_lihgt: false}")
    assert "match_light should be true or false" in refusal(photos, "engine.options={match_light: 1}")
    with pytest.raises(RecipeError, match="the engine rendered has no options"):
        recipe.load("tiny", ["engine.options={match_light: false}"])


def test_a_resolved_recipe_is_the_same_recipe_and_does_not_say_where_photographs_lie(photos: Path, tmp_path: Path) -> None:
    loaded = load(photos)
    run = Run(tmp_path / "run")
    plan.write(plan.make(loaded), loaded, run)
    assert str(photos.parent) not in run.recipe.read_text()
    again = recipe.read_resolved(run.recipe)
    assert again == loaded
    assert plan.make(again).facts.fingerprint == plan.make(loaded).facts.fingerprint


def test_a_subject_brings_its_words_and_licence_and_views_are_shared_levels(photos: Path) -> None:
    made = plan.make(load(photos))
    assert [level.id for level in made.poses] == ["view-0", "view-1"]
    subjects = {group.subject.source: group.subject for group in made}
    assert sorted(subjects) == ["mug-a", "mug-b", "mug-c", "mug-d"]
    assert {(subject.family, subject.licence) for subject in subjects.values()} == {("photo", "CC0-1.0")}
    group = next(group for group in made if group.subject.source == "mug-b")
    assert {cell.caption for cell in group.cells} == {f"a mug b, {level.description}" for level in group.backgrounds}


def test_poses_that_all_subjects_have_by_name_are_the_levels(tmp_path: Path) -> None:
    write_photos(tmp_path, 4, 2)
    rows = [
        {"file": f"mug {name}/IMG_{view}.png", "subject": f"mug {name}", "pose": ("handle right", "handle left")[view]}
        for name in "abcd"
        for view in (1, 0)
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))
    take(tmp_path / "list.jsonl", tmp_path / "subjects", terms=Terms(waived="drawn"))
    made = plan.make(load(tmp_path / "subjects"))
    assert [(level.id, level.description) for level in made.poses] == [
        ("handle-left", "handle left"),
        ("handle-right", "handle right"),
    ]


def test_what_was_imported_decides_the_fingerprint_and_where_it_lies_does_not(tmp_path: Path) -> None:
    first = photo_subjects.imported(tmp_path, 4, 2)
    before = plan.make(load(first)).facts.fingerprint
    moved = first.rename(tmp_path / "moved")
    assert plan.make(load(moved)).facts.fingerprint == before
    Image.fromarray(mug(9, 0)[0]).save(tmp_path / "photos" / "mug a" / "IMG_0.png")
    take(tmp_path / "photos", moved)
    assert plan.make(load(moved)).facts.fingerprint != before


def test_too_few_subjects_or_views_and_altered_cut_outs_are_sentences(tmp_path: Path) -> None:
    photos = photo_subjects.imported(tmp_path, 4, 2)
    with pytest.raises(PlanError, match=r"holds 4 subjects, 4 of them with the 2 views of poses.levels; fewer than the 5"):
        plan.make(load(photos, "subjects.reserve=1"))
    with pytest.raises(PlanError, match=r"0 of them with the 3 views of poses.levels; mug-a has 2"):
        plan.make(load(photos, "poses.levels=3"))
    next(photos.glob("mug-a/*.png")).write_bytes(b"altered")
    with pytest.raises(PlanError, match="is not the cut-out in the catalogue"):
        plan.make(load(photos))
    with pytest.raises(PlanError, match="Run: spotdiff10k import"):
        plan.make(load(tmp_path))
