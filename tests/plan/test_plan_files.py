"""A plan in a run folder reads back as it was made, and no other plan takes its place."""

import json
import tracemalloc
from collections import deque
from itertools import zip_longest
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from spotdiff10k import plan, recipe
from spotdiff10k.errors import RunError
from spotdiff10k.plan import cells
from spotdiff10k.recipe import Recipe
from spotdiff10k.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "run")


def written(run: Run, *overrides: str, name: str = "tiny") -> tuple[plan.Plan, Recipe]:
    loaded = recipe.load(name, overrides)
    made = plan.make(loaded)
    plan.write(made, loaded, run)
    return made, loaded


def test_reading_gives_the_very_same_groups(run: Run) -> None:
    made, loaded = written(run, name="quickstart")
    found = plan.read(run)
    assert found.facts == made.facts
    assert (found.poses, found.backgrounds) == (made.poses, made.backgrounds)
    assert all(one == other for one, other in zip_longest(made, found))
    assert recipe.read_resolved(run.recipe) == loaded


def test_groups_are_found_across_row_groups_in_any_order(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "ROWS_A_ROW_GROUP", 20)
    made, _ = written(run, "subjects.count=23")
    assert pq.ParquetFile(run.plan_parquet).num_row_groups == 6
    found = plan.read(run)
    for ordinal in (25, 0, 7, 22, 7, 4, 5):
        assert found.group(ordinal) == made.group(ordinal)
    assert list(found.groups("test", reserve=True)) == list(made.groups("test", reserve=True))
    assert list(found) == list(made)


def test_the_file_has_a_row_a_cell_with_dictionaries(run: Run) -> None:
    made, _ = written(run)
    table = pq.read_table(run.plan_parquet)
    assert table.num_rows == sum(len(group.cells) for group in made)
    assert table.column("key").to_pylist() == [cell.key for group in made for cell in group.cells]
    column = pq.ParquetFile(run.plan_parquet).metadata.row_group(0).column(cells.SCHEMA.names.index("family"))
    assert "RLE_DICTIONARY" in column.encodings


def test_planning_the_same_again_changes_no_file(run: Run) -> None:
    written(run)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.root.iterdir()}
    written(run)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.root.iterdir()} == before


def test_the_same_recipe_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    runs = [Run(tmp_path / name) for name in ("a", "b")]
    for run in runs:
        written(run)
    assert len({(run.plan_json.read_bytes(), run.plan_parquet.read_bytes(), run.recipe.read_bytes()) for run in runs}) == 1


def test_what_changes_no_sample_may_change_in_a_run(run: Run) -> None:
    written(run)
    before = run.plan_json.read_bytes()
    written(run, "checks.mask.area_min=0.2", "name=renamed")
    assert recipe.read_resolved(run.recipe).checks["mask"]["area_min"] == 0.2
    assert run.plan_json.read_bytes() == before


def test_a_changed_recipe_takes_the_seal_away_and_the_same_one_does_not(run: Run) -> None:
    written(run)
    run.release.write_bytes(b"{}")
    written(run)
    assert run.release.exists()
    with pytest.raises(RunError):
        written(run, "seed=5")
    assert run.release.exists()
    written(run, "checks.mask.area_max=0.5")
    assert not run.release.exists()


def test_another_plan_is_refused_with_the_setting_that_changed(run: Run) -> None:
    written(run)
    before = {path.name: path.read_bytes() for path in run.root.iterdir()}
    with pytest.raises(RunError, match=r"holds another plan: engine.size was 128 and is now 256\. Use a new run folder"):
        written(run, "engine.size=256")
    with pytest.raises(RunError, match=r"seed was 0 and is now 5; subjects.count was 6 and is now 7"):
        written(run, "seed=5", "subjects.count=7")
    assert {path.name: path.read_bytes() for path in run.root.iterdir()} == before


def test_a_changed_catalogue_is_told_apart_from_a_changed_recipe(run: Run) -> None:
    made, loaded = written(run)
    document = json.loads(run.plan_json.read_text())
    document["facts"]["fingerprint"] = "0" * 64
    run.plan_json.write_text(json.dumps(document))
    with pytest.raises(RunError, match="the recipe is the same, but the catalogues"):
        plan.write(made, loaded, run)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "json", "empty", "no levels", "format", "list", "level keys", "count"])
def test_altered_files_are_a_sentence(run: Run, damage: str) -> None:
    written(run)
    rows = bytearray(run.plan_parquet.read_bytes())
    document = json.loads(run.plan_json.read_text())
    if damage == "flip":
        rows[len(rows) // 2] ^= 1
        run.plan_parquet.write_bytes(rows)
    elif damage == "cut":
        run.plan_parquet.write_bytes(rows[: len(rows) // 2])
    elif damage == "gone":
        run.plan_parquet.unlink()
    elif damage == "json":
        run.plan_json.write_bytes(run.plan_json.read_bytes()[:500])
    elif damage == "empty":
        run.plan_json.write_bytes(b"")
    elif damage == "list":
        run.plan_json.write_bytes(b"[]")
    else:
        changes = {"no levels": ("levels", None), "format": ("format", 99), "level keys": ("levels", {"pose": [{"x": 1}]})}
        key, value = changes.get(damage, ("groups", "many"))
        document[key] = value
        run.plan_json.write_text(json.dumps(document))
    with pytest.raises(RunError) as found:
        list(plan.read(run))
    assert str(found.value).endswith((".", "it."))
    assert str(run.root) in str(found.value)


def test_rows_that_are_not_the_plan_are_found_without_the_digest(run: Run) -> None:
    written(run)
    run.plan_parquet.write_bytes(run.plan_parquet.read_bytes()[:-30])
    with pytest.raises(RunError, match="is not the plan that was written"):
        list(plan.read(run, check=False))


def test_a_folder_without_a_plan_says_how_to_make_one(run: Run) -> None:
    with pytest.raises(RunError, match=r"Run: spotdiff10k plan RECIPE --run"):
        plan.read(run)


def test_a_plan_that_was_cut_short_is_simply_planned_again(run: Run) -> None:
    made, loaded = written(run)
    run.plan_json.unlink()
    run.plan_parquet.write_bytes(b"half")
    plan.write(made, loaded, run)
    assert list(plan.read(run)) == list(made)


def test_writing_and_reading_take_memory_that_does_not_grow_with_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "ROWS_A_ROW_GROUP", 1024)

    def peak(count: int) -> tuple[int, int]:
        run = Run(tmp_path / str(count))
        loaded = recipe.load("tiny", [f"subjects.count={count}", "poses.count=4", "backgrounds.count=4"])
        made = plan.make(loaded)
        peaks = []
        for work in (lambda: plan.write(made, loaded, run), lambda: deque(plan.read(run), maxlen=0)):
            tracemalloc.start()
            work()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return peaks[0], peaks[1]

    small, large = peak(400), peak(1600)
    assert large[0] < 1.5 * small[0]
    assert large[1] < 1.5 * small[1]


def test_a_made_plan_takes_little_memory_a_group() -> None:
    chosen = recipe.load("tiny", ["subjects.count=1500"])
    tracemalloc.start()
    made = plan.make(chosen)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held / len(made) < 1500


def test_a_level_altered_in_the_file_is_not_what_the_recipe_asks_for(run: Run) -> None:
    made, loaded = written(run)
    document = json.loads(run.plan_json.read_bytes())
    document["levels"]["pose"][0]["turn_degrees"] += 1.0
    run.plan_json.write_text(json.dumps(document))
    with pytest.raises(RunError, match="its levels or counts"):
        plan.write(made, loaded, run)
