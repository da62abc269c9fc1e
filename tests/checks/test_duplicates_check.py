"""duplicates: copies are found in a group, across groups and splits and in a blocklist; what only shares its context is not."""

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
import toy_runs
from copied_groups import (
    SIZE,
    Members,
    as_group,
    faults,
    measured,
    pair_of_families,
    pictures,
    planned,
    recoded,
    viewed,
    with_identity,
)
from PIL import Image

from spotdiff10k.checks.duplicates import Duplicates
from spotdiff10k.duplicates import across, blocklist, neighbours
from spotdiff10k.duplicates.hashing import hash_files, picture_files
from spotdiff10k.errors import RecipeError, RunError
from spotdiff10k.limits import read_rules
from spotdiff10k.measures import Measures, setup_of
from spotdiff10k.set_measures import SetGroup


def toy_measures(spoil: toy_runs.Spoil = toy_runs.unspoilt) -> Measures:
    group = toy_runs.some_group()
    return Duplicates().measure(toy_runs.view(group, toy_runs.finished(group, spoil)))


def test_the_same_picture_twice_in_a_group_is_found() -> None:
    first, _, _ = pair_of_families()
    members = pictures(first)
    good = Duplicates().measure(viewed(first, members))
    assert min(values["twin_bits"] for values in good.samples.values()) >= Duplicates.limits["twin_bits"].low
    found = Duplicates().measure(viewed(first, [*members[:3], recoded(members[0])]))
    keys = [cell.key for cell in first.cells]
    assert found.samples[keys[3]]["twin_bits"] < Duplicates.limits["twin_bits"].low
    assert found.samples[keys[0]] == found.samples[keys[3]]
    assert found.samples[keys[1]]["twin_bits"] >= Duplicates.limits["twin_bits"].low
    assert keys[0] in found.evidence[keys[3]]


@pytest.mark.parametrize("family", ["vehicle", "vessel", "insect", "furniture"])
def test_other_subjects_in_the_same_poses_before_the_same_backgrounds_are_no_duplicates(family: str) -> None:
    first, second, third = planned()[family][:3]
    groups = [measured(first)]
    for ordinal, (other, split) in enumerate([(second, "validation"), (third, first.split)], start=1):
        twin = as_group(ordinal, split, other, first)
        groups.append(measured(twin))
    assert faults(Duplicates().measure_set(groups)) == {}


def test_a_picture_that_another_group_has_too_is_found_in_the_later_group_alone() -> None:
    first, second, _ = pair_of_families()
    twin = as_group(500, "test", second, first)
    members = [recoded(pictures(first)[0]), *pictures(twin)[1:]]
    found = Duplicates().measure_set([measured(first), measured(twin, members)])
    assert set(faults(found)) == {"g000500"}
    assert found.samples[twin.cells[0].key]["nearest_hash"] < Duplicates.limits["nearest_hash"].low
    assert first.cells[0].key in found.evidence[twin.cells[0].key]


def test_a_subject_that_crossed_into_another_split_is_found_whatever_lies_behind_it() -> None:
    first, second, other = pair_of_families()
    elsewhere = dataclasses.replace(other, poses=first.poses)
    crossed = as_group(600, "test", first, elsewhere)
    groups = [measured(first), measured(as_group(500, "test", second, first)), measured(crossed)]
    found = Duplicates().measure_set(groups)
    assert faults(found) == {"g000600": {"nearest_in_other_split"}}
    assert found.whole["crossing_share"] == pytest.approx(1 / 3)
    worst = max(crossed.cells, key=lambda cell: found.samples[cell.key]["nearest_in_other_split"])
    assert f"nearest_in_other_split: {first.id}" in found.evidence[worst.key]
    same_split = as_group(600, first.split, first, elsewhere)
    found = Duplicates().measure_set([groups[0], measured(same_split)])
    assert faults(found) == {"g000600": {"nearest_in_split"}}
    assert found.whole["crossing_share"] == 0


def test_the_order_of_groups_decides_who_is_refused_and_nothing_else_does() -> None:
    first, _, other = pair_of_families()
    elsewhere = dataclasses.replace(other, poses=first.poses)
    crossed = measured(as_group(600, "test", first, elsewhere))
    original = measured(first)
    forth, back = Duplicates().measure_set([original, crossed]), Duplicates().measure_set([crossed, original])
    assert (set(faults(forth)), set(faults(back))) == ({"g000600"}, {first.id})
    highest = [max(values["nearest_in_other_split"] for values in found.samples.values()) for found in (forth, back)]
    assert highest[0] == highest[1]
    assert Duplicates().measure_set([original, crossed]) == forth


def test_a_picture_of_the_blocklist_is_found_mirrored_or_not(tmp_path: Path) -> None:
    first, second, _ = pair_of_families()
    folder = tmp_path / "benchmark"
    folder.mkdir()
    (folder / "plain.png").write_bytes(recoded(pictures(first)[0])["png"])
    turned = Image.open(io.BytesIO(pictures(first)[3]["png"])).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turned.resize((200, 200)).save(folder / "turned.jpg", quality=80)
    path = tmp_path / "blocklist.jsonl"
    blocked = [item for item in hash_files(folder, picture_files(folder)) if isinstance(item, blocklist.Blocked)]
    path.write_text("".join(blocklist.to_lines(blocked)))
    check = Duplicates(str(path))
    found = check.measure_set([measured(first), measured(as_group(500, "test", second, first))])
    assert faults(found) == {first.id: {"nearest_blocked"}}
    keys = [cell.key for cell in first.cells]
    near = {key for key in keys if found.samples[key]["nearest_blocked"] < Duplicates.limits["nearest_blocked"].low}
    assert near == {keys[0], keys[3]}
    assert "nearest_blocked: plain.png" in found.evidence[keys[0]]
    assert "nearest_blocked: turned.jpg" in found.evidence[keys[3]]
    assert check.set_setup != Duplicates().set_setup
    assert setup_of(check) == setup_of(Duplicates())  # no sample need be looked at again for another list


def test_without_a_blocklist_nothing_is_said_about_it() -> None:
    first, _, _ = pair_of_families()
    found = Duplicates().measure_set([with_identity(first)])
    assert found.unchecked == {"nearest_blocked": "the recipe names no blocklist"}
    assert all("nearest_blocked" not in values for values in found.samples.values())


def test_a_blocklist_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        Duplicates(str(tmp_path / "missing.jsonl"))


def test_a_set_without_groups_is_reported_as_unchecked_and_not_as_passed() -> None:
    found = Duplicates().measure_set([])
    assert (found.samples, found.whole) == ({}, {})
    assert set(found.unchecked) == set(Duplicates.across_ranges) | set(Duplicates.set_ranges)
    rules = read_rules({"duplicates": {"required": True}})
    required = [rule for rule in rules if rule.measure == "crossing_share"]
    assert "could not be measured" in required[0].fault(None, found.unchecked["crossing_share"])


def test_a_cup_of_another_colour_is_another_cup() -> None:
    first = planned()["vessel"][0]

    def blue(members: Members) -> Members:
        picture = np.array(Image.open(io.BytesIO(members["png"])).convert("RGB"))
        inside = np.asarray(Image.open(io.BytesIO(members["mask.png"]))) >= 128
        picture[inside] = np.roll(picture[inside], 1, axis=1)
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "PNG")
        return {**members, "png": file.getvalue()}

    other = as_group(700, "test", first)
    found = Duplicates().measure_set([measured(first), measured(other, [blue(item) for item in pictures(first)])])
    assert faults(found) == {}


def test_samples_without_facts_are_an_error_and_are_not_passed_over() -> None:
    first, second, _ = pair_of_families()
    known = measured(first)
    unknown = SetGroup(second, {"duplicates": Measures({cell.key: {"twin_bits": 99.0} for cell in second.cells})})
    with pytest.raises(RunError, match=f"{second.cells[0].key} have no hashes"):
        Duplicates().measure_set([known, unknown])


def test_every_sample_gets_every_measure_across_groups() -> None:
    first, second, other = pair_of_families()
    groups = [measured(first), measured(second), measured(other)]
    found = Duplicates().measure_set(groups)
    ranges = Duplicates.across_ranges
    expected = set(ranges) - set(found.unchecked)
    assert list(found.samples) == [cell.key for group in groups for cell in group.planned.cells]
    for values in found.samples.values():
        assert set(values) == expected
        assert all(
            Duplicates.across_ranges[name][0] <= value <= Duplicates.across_ranges[name][1] for name, value in values.items()
        )


def test_an_empty_mask_has_no_look_and_is_like_nobody() -> None:
    def empty(key: str, members: dict[str, bytes]) -> Members:
        return {**members, "mask.png": toy_runs.blank_mask()}

    facts = next(iter(toy_measures(empty).facts.values()))
    assert int(facts["subject_hash"], 16) == 0
    assert set(np.frombuffer(__import__("base64").b64decode(facts["look"]), np.int8)) == {0}


def test_the_size_of_pictures_hardly_matters() -> None:
    first, _, _ = pair_of_families()

    def larger(members: Members) -> Members:
        grown: dict[str, bytes] = dict(members)
        for suffix, how in (("png", Image.Resampling.BICUBIC), ("mask.png", Image.Resampling.BILINEAR)):
            file = io.BytesIO()
            Image.open(io.BytesIO(members[suffix])).resize((2 * SIZE, 2 * SIZE), how).save(file, "PNG")
            grown[suffix] = file.getvalue()
        return grown

    large = as_group(700, "test", first)
    found = Duplicates().measure_set([measured(first), measured(large, [larger(item) for item in pictures(first)])])
    assert all(found.samples[cell.key]["nearest_hash"] <= 24 for cell in large.cells)
    assert all(found.samples[cell.key]["nearest_in_other_split"] > 0.97 for cell in large.cells)


def test_an_index_finds_the_copies_that_exact_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    first, second, _ = pair_of_families()
    twin = as_group(500, "test", second, first)
    groups = [measured(first), measured(twin, [recoded(pictures(first)[0]), *pictures(twin)[1:]])]
    exactly = Duplicates().measure_set(groups)
    monkeypatch.setattr(across, "EXACT_PAIRS", 0)
    monkeypatch.setattr(neighbours, "EXACT_PAIRS", 0)
    assert Duplicates().measure_set(groups) == exactly


def test_a_subject_in_another_split_in_other_poses_before_other_backgrounds_is_found_and_a_sibling_is_not() -> None:
    first, sibling, other = pair_of_families()
    again = as_group(9, "test", first, other)
    groups = [with_identity(group) for group in (as_group(0, "train", first), as_group(1, "test", sibling), again)]
    found = Duplicates().measure_set(groups)
    own, theirs = ({found.samples[cell.key]["subject_in_other_split"] for cell in group.planned.cells} for group in groups[:0:-1])
    assert len(own) == len(theirs) == 1
    assert own.pop() > theirs.pop() + 0.5
    assert all("subject_in_other_split: g000000" in found.evidence[cell.key] for cell in again.cells)


def test_without_the_check_identity_subjects_are_not_told_apart_whatever_their_poses() -> None:
    first, _, _ = pair_of_families()
    assert "identity noted no embeddings" in Duplicates().measure_set([measured(first)]).unchecked["subject_in_split"]
