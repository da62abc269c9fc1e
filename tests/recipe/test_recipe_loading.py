"""What is wrong in a recipe is refused with where it is, what was found and what is allowed."""

from pathlib import Path

import pytest
import yaml

from spotdiff10k import recipe
from spotdiff10k.errors import RecipeError
from spotdiff10k.recipe import Recipe
from spotdiff10k.traits import catalogue

TEXT = """name: mine
subjects: {count: 6}
poses:
  levels: 4
  count: 2
backgrounds: {levels: 4, count: 2}
"""


def parsed(text: str = TEXT, *overrides: str) -> Recipe:
    return recipe.parse(text, "my.yaml", Path("/data"), overrides)


def refusal(text: str = TEXT, *overrides: str) -> str:
    with pytest.raises(RecipeError) as found:
        parsed(text, *overrides)
    return str(found.value)


def test_what_is_left_out_takes_its_default() -> None:
    found = parsed()
    assert found.engine.size == 512
    assert found.outputs.layers == ("plate", "shadow", "depth", "normal")
    assert found.subjects.families == tuple(catalogue("subjects"))
    assert found.licence == "CC0-1.0"
    assert found.purpose == "dataset"
    assert not found.certificate.enabled
    assert found.repair.attempts == 2


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_name() -> None:
    assert refusal(TEXT + "sede: 3\n").startswith("my.yaml:7: there is no 'sede' in a recipe. Did you mean 'seed'?")
    text = TEXT.replace("  count: 2", "  cuont: 2")
    assert "my.yaml:5: there is no 'cuont' in 'poses'. Did you mean 'count'?" in refusal(text)
    assert "'count' is missing inside 'poses'" in refusal(text)


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("engine.size=100", "engine.size should be an integer from 64 to 2,048, a multiple of 8; found 100."),
        ("engine.size=-8", "found -8."),
        ("engine.size=4096", "found 4096."),
        ("engine.size=big", "found 'big'."),
        ("engine.size='512'", "found '512'."),
        ("engine.name=renderd", "Did you mean 'rendered'?"),
        ("seed=true", "seed should be an integer from 0 to 9,007,199,254,740,991; found true."),
        ("seed=-1", "found -1."),
        ("subjects.count=0", "subjects.count should be an integer from 1 to 1,000,000; found 0."),
        ("subjects.count=2.5", "found 2.5."),
        ("poses.count=5", "poses.count: a group cannot take 5 of 4 levels; lower count or raise levels."),
        ("poses.levels=1000", "fewer than the 1000 of poses.levels."),
        ("poses.articulations=[walk, sitt]", "there is no articulation 'sitt'"),
        ("subjects.families=[vehicel]", "Did you mean 'vehicle'?"),
        ("subjects.families=[vehicle, vehicle]", "'vehicle' is listed twice."),
        ("backgrounds.kinds=[meadwo]", "Did you mean 'meadow'?"),
        ("splits.train=0.5", "splits.test: train + validation + test should be 1, found 0.7."),
        ("splits.train=.nan", "splits.train should be a number from 0 to 1; found nan."),
        ("outputs.picture=pngg", "outputs.picture should be one of `png`, `jpg`, `webp`; found 'pngg'. Did you mean 'png'?"),
        ("outputs.layers=[depth, depth]", "'depth' is listed twice."),
        ("outputs.layers=[depht]", "outputs.layers[1] should be one of"),
        ("checks.maks={}", "there is no check 'maks'"),
        ("checks.mask.area={low: 1}", "checks.mask.area should be a number, or false for no bound; found a mapping."),
        ("purpose=fun", "purpose should be one of `dataset`, `control`; found 'fun'."),
        ("name=My Set", "found 'My Set'."),
        ("name=../x", "found '../x'."),
        ("subjects=5", "subjects should be a mapping with"),
        ("outputs=null", "found nothing."),
        ("subjects.source=prosedural", "subjects.source should be `procedural` or a mapping with `meshes`, `licence`"),
        ("subjects.source.mesh=x", "Did you mean 'meshes'?"),
        ("<=1", "there is no '<' in a recipe."),
        ("subjects.source={meshes: x, <folder>: y}", "there is no '<folder>' in 'subjects.source'."),
        ("repair.attempts=99", "from 0 to 9; found 99."),
    ],
)
def test_impossible_values_are_refused_with_what_was_found_and_what_is_allowed(override: str, told: str) -> None:
    said = refusal(TEXT, override)
    assert told in said
    assert f"--set {override}"[:60] in said or "my.yaml:" in said


def test_a_problem_inside_the_file_names_the_line_of_the_value() -> None:
    assert refusal(TEXT.replace("count: 6", "count: six")).startswith("my.yaml:2: subjects.count")
    assert refusal(TEXT.replace("  count: 2", "  count: 7")).startswith("my.yaml:5: poses.count: a group cannot take 7 of 4")


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = refusal(TEXT + "sede: 3\nlicense: MIT\n", "engine.size=7")
    assert [word for word in ("sede", "license", "engine.size") if word not in said] == []


def test_what_is_found_is_shown_short_and_on_one_line() -> None:
    said = refusal(TEXT, f"name={'x' * 5000}")
    assert len(said) < 400
    assert "\n" not in refusal(TEXT, 'name="a\\nb"')


def test_dumping_writes_every_default_and_reads_back_the_same() -> None:
    found = parsed()
    text = recipe.dump(found)
    assert recipe.parse(text, "recipe.yaml", Path("/elsewhere")) == found
    assert recipe.dump(recipe.parse(text, "recipe.yaml", Path("/elsewhere"))) == text
    assert set(yaml.safe_load(text)) == set(Recipe.model_fields)


@pytest.mark.parametrize("name", ["no", "123", "1e5", "null", "0x10", "2024-01-01"])
def test_names_that_look_like_numbers_survive_dumping(name: str) -> None:
    found = parsed(TEXT, f"name='{name}'")
    assert recipe.parse(recipe.dump(found), "recipe.yaml", Path("/")).name == name


def test_own_folders_start_from_the_recipe_and_overrides_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT.replace("{count: 6}", "{count: 6, source: {meshes: models}}")
    assert parsed(text).engine_settings().subjects_folder == "/data/models"
    monkeypatch.chdir(tmp_path)
    found = parsed(TEXT, "backgrounds.source.images=photos")
    assert found.engine_settings().backgrounds_folder == str(tmp_path / "photos")


def test_families_and_own_models_exclude_each_other() -> None:
    assert "your own models have none" in refusal(TEXT, "subjects.source.meshes=x", "subjects.families=[vehicle]")
    assert parsed(TEXT, "subjects.source.meshes=x").subjects.families == ()


def test_engine_settings_are_the_recipes_own() -> None:
    settings = parsed(TEXT, "engine.size=256", "outputs.layers=[canny]", "outputs.picture=webp").engine_settings()
    assert (settings.size, settings.outputs, settings.picture_format) == (256, ("canny",), "webp")


@pytest.mark.parametrize(
    "harmless", ["name=other", "checks={}", "repair.attempts=0", "shards.groups_per_shard=5", "preview.size=64"]
)
def test_what_changes_no_sample_is_no_pixel_setting(harmless: str) -> None:
    assert parsed(TEXT, harmless).pixel_settings() == parsed().pixel_settings()


@pytest.mark.parametrize(
    "harmful", ["seed=1", "engine.size=256", "subjects.reserve=1", "splits={train: 1, validation: 0, test: 0}"]
)
def test_what_changes_samples_is_a_pixel_setting(harmful: str) -> None:
    assert parsed(TEXT, harmful).pixel_settings() != parsed().pixel_settings()


def test_later_overrides_win_and_reach_into_values_that_were_no_mappings() -> None:
    assert parsed(TEXT, "seed=1", "seed=2").seed == 2
    assert parsed(TEXT, "splits={train: 1, validation: 0, test: 0}").fractions == {"train": 1}


@pytest.mark.parametrize("broken", ["seed", "=3", "a..b=1", ".=1", "seed=[1", "seed=!!x 1"])
def test_an_override_that_cannot_be_read_is_named(broken: str) -> None:
    assert refusal(TEXT, broken).startswith(f"--set {broken}: ")


def test_files_that_are_no_recipes_are_refused(tmp_path: Path) -> None:
    cases = {"missing.yaml": None, "big.yaml": b"#" * 300_000, "binary.yaml": b"\xff\xfe\x00", "folder.yaml": ...}
    for name, data in cases.items():
        path = tmp_path / name
        if data is ...:
            path.mkdir()
        elif isinstance(data, bytes):
            path.write_bytes(data)
        with pytest.raises(RecipeError, match=name):
            recipe.load(path)


def test_a_misspelt_shipped_name_is_told_the_nearest() -> None:
    with pytest.raises(RecipeError, match="Did you mean 'quickstart'"):
        recipe.load("quikstart")


def test_a_blocklist_is_found_from_the_recipe_and_no_path_of_it_is_kept(tmp_path: Path) -> None:
    text = f"{TEXT}checks: {{duplicates: {{blocklist: lists/bench.jsonl}}}}\n"
    chosen = recipe.parse(text, "x.yaml", tmp_path)
    assert chosen.checks["duplicates"]["blocklist"] == str(tmp_path / "lists" / "bench.jsonl")
    assert "blocklist: bench.jsonl" in recipe.dump(chosen)
    assert str(tmp_path) not in recipe.dump(chosen)
