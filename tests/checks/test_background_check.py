"""The background check on discs before gradients, and across groups."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import toy_runs

from spotdiff10k.checks._backdrop import difference, look
from spotdiff10k.checks.background import Background
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.samples import decode
from spotdiff10k.set_measures import SetGroup, SetMeasures
from spotdiff10k.types import BackgroundLevel, FinishedGroup, FinishedSample, PlannedGroup

CHECK = Background()
UNKNOWN = np.zeros((1, 1, 3), np.uint8)


def measured(group: PlannedGroup, spoil: toy_runs.Spoil = toy_runs.unspoilt) -> Measures:
    return CHECK.measure(toy_runs.view(group, toy_runs.finished(group, spoil)))


def refused(values: Mapping[str, float]) -> set[str]:
    return {name for name, value in values.items() if not Background.limits.get(name, Limit()).holds(value)}


def other_background(group: PlannedGroup, key: str) -> bytes:
    """The picture of a cell, made on the other background."""
    cell = next(cell for cell in group.cells if cell.key == key)
    return toy_runs.disc_members(group, dataclasses.replace(cell, background_index=1 - cell.background_index))["png"]


def three_poses(group: PlannedGroup) -> PlannedGroup:
    """The group with a third pose, so that one spoilt sample of a background has two good ones beside it."""
    first = [cell for cell in group.cells if cell.pose_index == 0]
    more = [dataclasses.replace(cell, key=cell.key.replace("-p00", "-p02"), pose_index=2) for cell in first]
    pose = dataclasses.replace(group.poses[0], id="stand-9", turn_degrees=-45.0)
    return dataclasses.replace(group, poses=(*group.poses, pose), cells=(*group.cells, *more))


def test_a_good_group_passes() -> None:
    found = measured(toy_runs.some_group())
    assert all(not refused(values) for values in found.samples.values())
    assert not refused(found.group)
    assert found.unchecked == {}


def test_one_picture_on_another_background_is_blamed_alone_and_named() -> None:
    group = three_poses(toy_runs.some_group())
    wrong = "g000003-p01-b00"
    found = measured(group, lambda key, parts: parts | {"png": other_background(group, key)} if key == wrong else parts)
    assert {key: refused(values) for key, values in found.samples.items() if refused(values)} == {wrong: {"error", "margin"}}
    assert found.evidence == {wrong: "looks like studio-01"}


def test_a_background_shown_twice_leaves_no_variety() -> None:
    group = toy_runs.some_group()
    found = measured(group, lambda key, parts: parts | {"png": other_background(group, key)} if key.endswith("b01") else parts)
    assert refused(found.group) == {"variety"}


@pytest.mark.parametrize("count", ["pose", "background"])
def test_one_level_leaves_nothing_to_compare(count: str) -> None:
    group = toy_runs.some_group()
    cells = tuple(cell for cell in group.cells if (cell.pose_index if count == "pose" else cell.background_index) == 0)
    alone = dataclasses.replace(
        group,
        poses=group.poses[:1] if count == "pose" else group.poses,
        backgrounds=group.backgrounds[:1] if count == "background" else group.backgrounds,
        cells=cells,
    )
    found = measured(alone)
    assert found.unchecked["margin"] == f"the group has one {count}"
    assert ("variety" in found.unchecked) == (count == "background")


def scene(side: int, low: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A picture (side, side, 3) and an empty mask."""
    y, x = np.mgrid[0:side, 0:side] / side
    picture = np.stack([200 * x, 160 * y, np.full_like(x, 90.0 + low)], axis=-1)
    return picture.astype(np.uint8), np.zeros((side, side), np.uint8)


def test_what_the_subject_and_its_shadow_cover_does_not_count() -> None:
    picture, clear = scene(128)
    changed, alpha, shadow = picture.copy(), clear.copy(), np.full((128, 128, 3), 255, np.uint8)
    changed[40:90, 30:80] = (255, 0, 0)
    alpha[40:90, 30:80] = 255
    changed[90:110, 30:120] //= 2
    shadow[90:110, 30:120] = 128
    plain = look(picture, clear, np.full_like(shadow, 255), True)
    assert difference(plain, look(changed, alpha, shadow, True)) < 0.001
    assert difference(plain, look(changed, clear, np.full_like(shadow, 255), True)) > 0.05


def test_a_shadow_that_no_layer_tells_is_borne() -> None:
    picture, clear = scene(128)
    dark = picture.copy()
    dark[96:120, 20:110] //= 2
    assert difference(look(picture, clear, UNKNOWN, False), look(dark, clear, UNKNOWN, False)) < 0.001


def test_differences_are_those_of_a_larger_picture() -> None:
    small = difference(*(look(*scene(128, low), UNKNOWN, False) for low in (0.0, 40.0)))
    large = difference(*(look(*scene(512, low), UNKNOWN, False) for low in (0.0, 40.0)))
    assert small == pytest.approx(large, abs=0.003)
    assert small == pytest.approx(40 / 255 / 4, abs=0.003)  # one channel of four


def test_backgrounds_without_a_free_cell_in_common_differ_wholly() -> None:
    picture, clear = scene(64)
    left, right = clear.copy(), clear.copy()
    left[:, :32], right[:, 32:] = 255, 255
    assert difference(look(picture, left, UNKNOWN, False), look(picture, right, UNKNOWN, False)) == 1.0


def groups_of_set(count: int, spoilt: int | None = None) -> list[SetGroup]:
    """Groups that take the same backgrounds; one of them may show its first background in another colour everywhere."""
    found = []
    for ordinal in range(count):
        group = toy_runs.some_group(ordinal)

        def spoil(key: str, parts: dict[str, bytes], ordinal: int = ordinal) -> dict[str, bytes]:
            if ordinal != spoilt or not key.endswith("b00"):
                return parts
            picture = decode(parts["png"]).astype(np.uint8)
            return parts | {"png": toy_runs.png(picture[:, ::-1].copy())}

        found.append(SetGroup(group, {"background": measured(group, spoil)}))
    return found


def refused_groups(found: SetMeasures) -> set[str]:
    return {key.partition("-")[0] for key, values in found.samples.items() if refused(values)}


def test_a_level_means_the_same_for_every_subject() -> None:
    found = CHECK.measure_set(groups_of_set(4))
    assert refused_groups(found) == set()
    assert len(found.samples) == 16
    assert found.whole == {"levels_shared": 1.0}


def test_a_level_that_one_group_shows_otherwise_is_blamed_on_it() -> None:
    found = CHECK.measure_set(groups_of_set(4, spoilt=2))
    assert {key for key, values in found.samples.items() if refused(values)} == {"g000002-p00-b00", "g000002-p01-b00"}


def test_of_two_groups_nothing_tells_which_is_right() -> None:
    assert refused_groups(CHECK.measure_set(groups_of_set(2, spoilt=1))) == {"g000000", "g000001"}


def lonely(group: SetGroup, levels: Sequence[str]) -> SetGroup:
    named: list[BackgroundLevel] = [
        dataclasses.replace(level, id=name) for level, name in zip(group.planned.backgrounds, levels, strict=True)
    ]
    return SetGroup(dataclasses.replace(group.planned, backgrounds=tuple(named)), group.measured)


def test_a_level_that_one_group_takes_alone_is_said_to_be_so() -> None:
    groups = groups_of_set(3)
    groups[0] = lonely(groups[0], ["studio-00", "beach-07"])
    found = CHECK.measure_set(groups)
    assert found.evidence == {f"g000000-p{pose:02d}-b01": "no other group takes beach-07" for pose in range(2)}
    assert found.whole["levels_shared"] == pytest.approx(5 / 6)


def test_groups_whose_backgrounds_were_not_noted_leave_levels_unchecked() -> None:
    groups = [SetGroup(group.planned, {}) for group in groups_of_set(2)]
    found = CHECK.measure_set(groups)
    assert set(found.unchecked) == {"level_error", "level_margin", "levels_shared"}
    assert found.samples == {}


def test_a_group_of_no_sound_samples_is_unchecked() -> None:
    group = toy_runs.some_group()
    made = FinishedGroup(group.id, tuple(FinishedSample(cell.key, toy_runs.disc_members(group, cell)) for cell in group.cells))
    empty = dataclasses.replace(toy_runs.view(group, made), samples=())
    assert set(CHECK.measure(empty).unchecked) == {"error", "margin", "variety"}
