"""validate: what is measured when, and what is decided."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import toy_runs

from spotdiff10k import measures, verdicts
from spotdiff10k.checks.mask import Mask
from spotdiff10k.committed import GroupView
from spotdiff10k.errors import DataError, RecipeError, RunError
from spotdiff10k.measures import Measures
from spotdiff10k.run import Run
from spotdiff10k.validate import DamagedError, Unchecked, validate

BAD = "g000001-p00-b01"


def without_subject(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
    """One sample's mask is empty."""
    return {**members, "mask.png": toy_runs.blank_mask()} if key == BAD else members


def test_a_good_run_is_accepted_whole(tmp_path: Path) -> None:
    summary = validate(toy_runs.generated_run(tmp_path), workers=1)
    assert (summary.groups, summary.groups_accepted, summary.samples, summary.accepted) == (5, 5, 20, 20)
    assert (summary.refused_by, summary.refused_groups, summary.measured) == ({}, [], 20)


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    before = {path: path.stat().st_mtime_ns for path in run.measures.rglob("*.json")}
    assert validate(run, workers=1).measured == 0
    assert {path: path.stat().st_mtime_ns for path in run.measures.rglob("*.json")} == before


def test_only_what_changed_is_measured(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    toy_runs.commit(run, toy_runs.groups_of(run)[1], without_subject)
    summary = validate(run, workers=1)
    assert summary.measured == 4
    assert summary.refused_by == {"mask": 1}


def test_a_new_version_of_a_check_measures_again_with_that_check_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    monkeypatch.setattr(Mask, "version", Mask.version + 1)
    assert validate(run, workers=1).measured == 20
    known = measures.read(run.group_measures("g000000"))
    assert known is not None
    assert known.rounds[0].checks["mask"].version == Mask.version


def test_damaged_measures_are_simply_taken_again(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    verdicts_before = run.verdicts.read_bytes()
    run.group_measures("g000000").write_bytes(b'{"format":1,')
    assert validate(run, workers=1).measured == 4
    assert run.verdicts.read_bytes() == verdicts_before


def test_what_a_killed_validate_left_half_written_is_removed(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    left = [run.group_measures("g000000").with_name(".tmp-7-1-g000000.json"), run.root / ".tmp-7-2-verdicts.parquet"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    validate(run, workers=1)
    assert not any(path.exists() for path in left)


def test_one_process_and_two_write_the_same_verdicts(tmp_path: Path) -> None:
    one, two = (toy_runs.generated_run(tmp_path / name, without_subject) for name in ("one", "two"))
    validate(one, workers=1)
    validate(two, workers=2)
    assert one.verdicts.read_bytes() == two.verdicts.read_bytes()


def test_a_refused_sample_refuses_its_group_and_says_why(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, without_subject)
    summary = validate(run, workers=1)
    assert (summary.accepted, summary.groups_accepted, summary.refused_groups) == (19, 4, ["g000001"])
    refused = [row for row in verdicts.read(run.verdicts) if not row.accepted]
    assert [(row.sample, row.check, row.measure) for row in refused] == [(BAD, "mask", "area"), ("", "mask", "area")]
    assert "mask.area is 0" in refused[0].reason


def test_what_structure_refuses_no_other_check_has_to_read(tmp_path: Path) -> None:
    def spoil(key: str, members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "mask.png": b"no picture"} if key == BAD else members

    run = toy_runs.generated_run(tmp_path, spoil)
    assert validate(run, workers=1).refused_by == {"structure": 1}
    known = measures.read(run.group_measures("g000001"))
    assert known is not None
    assert BAD not in known.rounds[0].checks["mask"].measures.samples


def test_strict_ends_with_an_error_after_the_verdicts_are_written(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, without_subject)
    with pytest.raises(DataError, match="g000001"):
        validate(run, workers=1, strict=True)
    assert run.verdicts.is_file()
    validate(toy_runs.generated_run(tmp_path / "good"), workers=1, strict=True)


def rewrite_recipe(run: Run, old: str, new: str) -> None:
    text = run.recipe.read_text()
    assert old in text
    run.recipe.write_text(text.replace(old, new))


def test_a_changed_threshold_changes_verdicts_without_reading_a_picture(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more="checks: {mask: {area_max: 0.9}}")
    assert validate(run, workers=1).groups_accepted == 5
    for path in run.groups.rglob("*.tar"):
        path.write_bytes(bytes(path.stat().st_size))
    rewrite_recipe(run, "area_max: 0.9", "area_max: 0.05")
    summary = validate(run, workers=1, redecide=True)
    assert (summary.measured, summary.accepted, summary.groups_accepted) == (0, 0, 0)


def test_redecide_needs_measures(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no usable measures"):
        validate(toy_runs.generated_run(tmp_path), redecide=True)


def test_measures_of_other_tars_than_those_that_are_there_do_not_decide(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    first, second = (run.group_tar(name) for name in ("g000000", "g000001"))
    kept = first.read_bytes()
    first.write_bytes(kept + bytes(1024))
    with pytest.raises(RunError, match=r"g000000 has no usable measures. Run: spotdiff10k validate"):
        validate(run, redecide=True)
    first.write_bytes(kept)
    second.with_name("g000001.r1.tar").write_bytes(second.read_bytes())
    with pytest.raises(RunError, match="g000001 has no usable measures"):
        validate(run, redecide=True)


@pytest.mark.parametrize("spoil", [("area", "aera"), ('"group":"g000000"', '"group":"g000009"')])
def test_measures_that_were_altered_do_not_decide_and_are_taken_again(tmp_path: Path, spoil: tuple[str, str]) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    path = run.group_measures("g000000")
    kept = path.read_text()
    path.write_text(kept.replace(*spoil))
    with pytest.raises(RunError, match="no usable measures"):
        validate(run, redecide=True)
    assert validate(run, workers=1).measured == 4
    assert path.read_text() == kept


@pytest.mark.parametrize("required", [False, True])
def test_what_could_not_be_seen_on_one_sample_is_unchecked_and_never_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, required: bool
) -> None:
    look = Mask.measure

    def half_blind(self: Mask, group: GroupView) -> Measures:
        dark = {BAD: {"area": "it was dark"}} if BAD.startswith(group.planned.id) else {}
        return replace(look(self, group), unseen=dark)

    monkeypatch.setattr(Mask, "measure", half_blind)
    run = toy_runs.generated_run(tmp_path, more=f"checks: {{mask: {{required: {str(required).lower()}}}}}")
    summary = validate(run, workers=1)
    assert Unchecked("mask.area", "it was dark", 0, samples=1) in summary.unchecked
    refused = [row.reason for row in verdicts.read(run.verdicts) if row.sample == BAD and not row.accepted]
    assert ["mask.area is required and could not be measured: it was dark." in reason for reason in refused] == [True] * required


def test_measures_of_another_version_of_a_check_do_not_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = toy_runs.generated_run(tmp_path)
    validate(run, workers=1)
    monkeypatch.setattr(Mask, "version", 99)
    with pytest.raises(RunError, match="no usable measures"):
        validate(run, redecide=True)


def test_a_wrong_threshold_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path, more="checks: {mask: {aera_max: 0.9}}")
    with pytest.raises(RecipeError, match="area_max"):
        validate(run, workers=1)
    assert not run.measures.exists()


def test_a_folder_without_a_plan_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="spotdiff10k plan"):
        validate(Run(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_groups_that_are_not_made_are_named(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    run.group_tar("g000002").unlink()
    with pytest.raises(RunError, match=r"1 groups are not made yet \(g000002\).*generate"):
        validate(run, workers=1)


def test_a_run_without_any_group_is_an_error_and_not_an_empty_success(tmp_path: Path) -> None:
    run = toy_runs.plan_run(tmp_path)
    for group in toy_runs.groups_of(run):
        quarantine(run, group.id)
    with pytest.raises(RunError, match="nothing to validate"):
        validate(run)


def quarantine(run: Run, group: str) -> None:
    run.quarantine.mkdir(exist_ok=True)
    (run.quarantine / f"{group}.json").write_text(json.dumps({"group": group, "error": "it hurt"}))


def test_a_quarantined_group_is_counted_and_strict_says_so(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    run.group_tar("g000002").unlink()
    quarantine(run, "g000002")
    summary = validate(run, workers=1)
    assert (summary.groups_planned, summary.groups, summary.groups_quarantined) == (5, 4, 1)
    with pytest.raises(DataError, match="1 could not be made"):
        validate(run, workers=1, strict=True)


def test_a_damaged_tar_is_named_and_nothing_is_decided(tmp_path: Path) -> None:
    run = toy_runs.generated_run(tmp_path)
    path = run.group_tar("g000002")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedError, match=r"g000002\.tar.*spotdiff10k generate"):
        validate(run, workers=1)
    assert not run.verdicts.exists()


def test_new_verdicts_take_the_seal_away(tmp_path: Path) -> None:
    run = toy_runs.sealed_run(tmp_path, more="checks: {mask: {area_max: 0.9}}")
    validate(run, workers=1)
    assert run.release.is_file()
    rewrite_recipe(run, "area_max: 0.9", "area_max: 0.05")
    validate(run, workers=1)
    assert not run.release.exists()
