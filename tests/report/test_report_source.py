"""The story of a run at every stage: planned, half made, judged, sealed, damaged."""

import json
from collections import Counter

import pytest
from report_runs import MIDDLE, colour, make_all, make_group, planned_run

from spotdiff10k import measures, plan, report, shards, verdicts
from spotdiff10k.errors import RunError
from spotdiff10k.report import build, pace, refusals, source, summary
from spotdiff10k.report.checks import NO_MEASURES
from spotdiff10k.report.pages import Reader
from spotdiff10k.report.source import _browsable
from spotdiff10k.run import Run
from spotdiff10k.samples import decode
from spotdiff10k.validate import validate
from spotdiff10k.verdicts import Verdict


@pytest.fixture()
def run(tmp_path):
    return planned_run(tmp_path)


def verdict(group, sample="", accepted=True, attempt=0, superseded=False, reason=""):
    check = "" if accepted else "mask"
    return Verdict(
        group.id, sample, group.split, attempt, superseded, accepted, check, check and "area", reason, check and "look here"
    )


def judged(group, *rows):
    return [*rows, *(verdict(group, cell.key) for cell in group.cells), verdict(group)]


def test_a_run_that_is_only_planned_tells_what_is_planned(run):
    story = source.read(run)
    assert [stage.done for stage in story.stages] == [True, False, False, False]
    assert story.stages[1].progress == "0 of 4 groups"
    assert (story.tallies.counted, story.tallies.groups, story.tallies.pictures) == ("planned", 4, 16)
    assert set(story.states.values()) == {"waiting"}
    assert dict(story.versions)["fingerprint"] == plan.read(run).facts.fingerprint
    assert story.throughput is None


def test_a_folder_without_a_plan_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(RunError, match="spotdiff10k plan"):
        source.read(Run(tmp_path))


def test_measures_of_an_earlier_version_are_told_and_no_more(run):
    make_all(run)
    validate(run, workers=1)
    before = source.read(run)
    for path in run.measures.glob("*/*.json"):
        path.write_bytes(path.read_bytes().replace(f'"format":{measures.FORMAT},'.encode(), b'"format":1,'))
    after = source.read(run)
    assert NO_MEASURES in set(after.problems) - set(before.problems)
    assert after.judged.summary["yield"] == before.judged.summary["yield"]


def test_a_half_made_run_counts_what_is_made(run):
    first, second, *_ = plan.read(run)
    make_group(run, first)
    make_group(run, second)
    story = source.read(run)
    assert (story.tallies.counted, story.tallies.groups, story.stages[1].progress) == ("made", 2, "2 of 4 groups")
    assert [group.id for group in story.groups] == [first.id, second.id]
    assert set(story.library.members(first.id)) == {cell.key for cell in first.cells}


def test_factors_are_counted_in_pictures(run):
    groups = make_all(run)
    tallies = source.read(run).tallies
    assert tallies.poses == Counter(pose.id for group in groups for pose in group.poses for _ in group.backgrounds)
    assert tallies.backgrounds == Counter(one.id for group in groups for one in group.backgrounds for _ in group.poses)
    assert tallies.splits == Counter(group.split for group in groups for _ in group.cells)
    assert tallies.balance == {("quadruped", "photo"): 16}


def test_a_refused_attempt_is_shown_and_not_the_one_that_took_its_place(run):
    group = make_all(run)[0]
    cell = group.cells[1]
    make_group(run, group, (cell.key,), remade=1)
    refused = verdict(group, cell.key, False, 0, True, "mask.area is 0.001, expected at least 0.01.")
    run.verdicts.write_bytes(verdicts.verdict_bytes(judged(group, refused)))
    story = source.read(run)
    (refusal,) = story.refusals
    assert (refusal.key, refusal.superseded, refusal.attempt) == (cell.key, True, 0)
    assert refusals.name(refusal) in refusals.pictures(story.refusals, story.library)
    shown = Reader(cell.key, story.library.attempt(group.id, cell.key, 0))
    released = Reader(cell.key, story.library.members(group.id)[cell.key])
    assert tuple(decode(shown.read("png"))[MIDDLE, MIDDLE]) == colour(cell, 0)
    assert tuple(decode(released.read("png"))[MIDDLE, MIDDLE]) == colour(cell, 1)


def test_a_group_that_falls_with_its_sample_is_told_once(run):
    first, second, *_ = make_all(run)
    key = first.cells[0].key
    rows = [verdict(first, key, False, reason="too small"), verdict(first, "", False, reason="1 of its 4 samples is refused")]
    rows += [verdict(second, "", False, reason="the group varies too little")]
    run.verdicts.write_bytes(verdicts.verdict_bytes(rows))
    story = source.read(run)
    assert [(refusal.group, refusal.key) for refusal in story.refusals] == [(first.id, key), (second.id, "")]
    assert (story.facts["refused_samples"], story.facts["refused_groups"]) == (1, 2)
    assert story.states[first.id] == story.states[second.id] == "refused"


def test_a_sealed_run_is_told_from_its_shards(run):
    groups = make_all(run)
    validate(run, workers=1)
    summary = shards.shard(run, workers=1)
    for group in groups:
        run.group_tar(group.id).unlink()
    story = source.read(run)
    assert all(stage.done for stage in story.stages if stage.name != "generate")
    assert (story.tallies.counted, story.tallies.groups) == ("released", summary.groups)
    assert story.facts["digest"] == f"sha256:{summary.digest}"
    assert story.facts["bytes"] == sum(entry["bytes"] for entry in json.loads(run.release.read_bytes())["files"].values()) + len(
        run.release.read_bytes()
    )
    cell = groups[0].cells[3]
    pixels = decode(Reader(cell.key, story.library.members(groups[0].id)[cell.key]).read("png"))
    assert tuple(pixels[MIDDLE, MIDDLE]) == colour(cell)


def test_an_altered_seal_is_a_problem_and_not_the_end(run):
    make_all(run)
    validate(run, workers=1)
    shards.shard(run, workers=1)
    run.release.write_bytes(run.release.read_bytes().replace(b'"synthetic"', b'"synthetiC"'))
    story = source.read(run)
    assert story.tallies.counted == "accepted"
    assert "altered" in story.problems[0]
    assert story.facts["digest"] == ""


def test_a_damaged_group_is_a_problem_and_the_others_are_shown(run, tmp_path):
    groups = make_all(run)
    path = run.group_tar(groups[1].id)
    path.write_bytes(path.read_bytes()[:-700])
    report.write(run)
    text = (run.report / "pages" / "summary.js").read_text()
    assert path.name in text
    assert len((run.report / "pages" / f"{groups[0].id}.js").read_bytes()) > len(
        (run.report / "pages" / f"{groups[1].id}.js").read_bytes()
    )


def test_a_damaged_member_is_named_among_the_problems(run):
    group = make_all(run)[0]
    path = run.group_tar(group.id)
    data = bytearray(path.read_bytes())
    place = source.read(run).library.members(group.id)[group.cells[0].key]["png"]
    data[place.offset : place.offset + 8] = bytes(8)
    path.write_bytes(data)
    report.write(run)
    assert f"{group.cells[0].key} cannot be shown" in (run.report / "pages" / "summary.js").read_text()


def test_quarantined_groups_keep_their_error(run):
    first, second, *_ = plan.read(run)
    make_group(run, first)
    run.quarantine.mkdir()
    (run.quarantine / f"{second.id}.json").write_text(json.dumps({"group": second.id, "error": "The mesh has no faces."}))
    (run.quarantine / "g000003.json").write_text("[torn")
    story = source.read(run)
    assert story.quarantined[0].error == "The mesh has no faces."
    assert "cannot be read" in story.quarantined[1].error
    assert story.states[second.id] == "quarantined"


def test_a_quarantined_reserve_or_repair_does_not_count_as_a_group_that_was_tried(run):
    first, second, *rest = plan.read(run).groups(reserve=False)
    make_group(run, first)
    run.quarantine.mkdir()
    for name in (f"{first.id}.r1", *(f"g{ordinal:06d}" for ordinal in range(90, 90 + len(rest)))):
        (run.quarantine / f"{name}.json").write_text(json.dumps({"group": name, "error": "It broke."}))
    assert [stage.done for stage in source.read(run).stages if stage.name == "generate"] == [False]
    for group in (second, *rest):
        (run.quarantine / f"{group.id}.json").write_text(json.dumps({"group": group.id, "error": "It broke."}))
    assert [stage.done for stage in source.read(run).stages if stage.name == "generate"] == [True]


def test_pace_leaves_out_the_time_between_two_runs_of_the_stage():
    marks = [(0.0, None), (10.0, 16), (12.0, 16), (9000.0, None), (9004.0, 16)]
    told = pace.measured(marks)
    assert (told.pictures, told.seconds, told.per_second) == (48, 16.0, 3.0)
    assert sum(told.series) * told.seconds / len(told.series) == pytest.approx(48)


@pytest.mark.parametrize("marks", [[], [(0.0, None)], [(5.0, 16)], [(5.0, None), (5.0, 16)]])
def test_a_log_that_does_not_tell_the_pace_gives_none(marks):
    assert pace.measured(marks) is None


def test_a_log_with_torn_and_foreign_lines_is_read_all_the_same(tmp_path):
    lines = [
        {"at": "2026-01-01T00:00:00.000+00:00", "event": "generate started"},
        {"at": "yesterday", "event": "group made", "pictures": 7},
        {"event": "group made", "pictures": 7},
        {"at": "2026-01-01T00:00:04.000+00:00", "event": "group made", "pictures": 8},
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + '\n{"at": "20')
    assert pace.throughput(path).per_second == 2.0


def test_a_large_run_is_browsable_in_whole_groups_spread_over_the_plan():
    chosen = [(f"g{number:06d}", 100) for number in range(1000)]
    names = sorted(_browsable(chosen))
    assert len(names) == 200
    assert (names[0], names[-1]) == ("g000000", "g000995")
    assert _browsable(chosen[:7]) == {name for name, _ in chosen[:7]}


def test_layers_of_a_large_run_are_kept_for_whole_groups_spread_over_the_plan(run):
    groups = list(plan.read(run))
    assert build.evenly(groups, 10_000) == groups
    assert [group.ordinal for group in build.evenly(groups, 8)] == [0, 2]
    assert len(build.evenly(groups, 1)) == 1


def test_all_refusals_count_and_as_many_are_shown_as_a_page_bears(run, monkeypatch):
    groups = make_all(run)
    rows = [
        row for group in groups for row in (*(verdict(group, cell.key, False) for cell in group.cells), verdict(group, "", False))
    ]
    run.verdicts.write_bytes(verdicts.verdict_bytes(rows))
    monkeypatch.setattr(refusals, "MAX_SHOWN", 5)
    story = source.read(run)
    told = summary.summary(story, {}, {}, [])
    assert (len(told["refusals"]), told["refusals_left_out"], told["refusals_by_check"]) == (5, 11, [("mask", 16)])
    assert all(group["refused"] for group in told["groups"])
    assert len(refusals.pictures(story.refusals, story.library)) == 5


def test_the_time_until_the_workers_are_ready_does_not_count(tmp_path):
    lines = [
        {"at": "2026-01-01T00:00:00.000+00:00", "event": "generate started"},
        {"at": "2026-01-01T00:01:00.000+00:00", "event": "workers ready"},
        {"at": "2026-01-01T00:01:04.000+00:00", "event": "group made", "pictures": 8},
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    assert pace.throughput(path).per_second == 2.0
