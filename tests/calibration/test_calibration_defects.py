"""Planted defects change what they say and nothing else."""

import random
from dataclasses import replace

import numpy as np
import pytest
import toy_runs

from spotdiff10k.calibration.bench import measure, revised, seen
from spotdiff10k.calibration.defects import DEFECTS, FAMILIES, family_of
from spotdiff10k.calibration.edits import layer_of, mask_of, picture_of
from spotdiff10k.calibration.planting import Group, Planted, Workshop
from spotdiff10k.calibration.regions import box_of
from spotdiff10k.checks.structure import Structure
from spotdiff10k.types import BackgroundLevel, PoseLevel, SubjectLevel

SEED = 5


@pytest.fixture(scope="module")
def good() -> Group:
    planned = toy_runs.some_group()
    return Group(planned, toy_runs.finished(planned))


@pytest.fixture(scope="module")
def shop(good: Group) -> Workshop:
    """Other levels and subjects; the toy engine draws what it is told."""
    poses = (*good.planned.poses, PoseLevel("sit-0", "sit", 0.0, "sitting"))
    backgrounds = (*good.planned.backgrounds, BackgroundLevel("snow-00", "snow", 9, "in snow", 12.0, 40.0))
    siblings = {
        "disc": (SubjectLevel("s9", "disc", 9, "disc", "disc number 9"),),
        "cube": (SubjectLevel("s8", "cube", 8, "cube", "a cube"),),
    }
    partner = toy_runs.some_group(4)
    settings = toy_runs.settings()
    return Workshop(toy_runs.Discs(settings), settings, poses, backgrounds, siblings, partner)


def planted(good: Group, shop: Workshop, name: str, severity: float | None = None) -> Planted:
    defect = DEFECTS[name]
    found = defect.plant(good, defect.grades[-1] if severity is None else severity, random.Random(SEED), shop)
    assert found is not None
    return found


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_the_same_every_time(good: Group, shop: Workshop, name: str) -> None:
    first, second = planted(good, shop, name), planted(good, shop, name)
    assert first.changed == second.changed
    assert first.group.by_key == second.group.by_key


@pytest.mark.parametrize("name", DEFECTS)
def test_only_the_samples_it_names_are_changed(good: Group, shop: Workshop, name: str) -> None:
    found = planted(good, shop, name)
    untouched = good.by_key.keys() - set(found.changed)
    assert found.changed
    assert all(found.group.by_key[key] is good.by_key[key] for key in untouched)
    assert found.group.planned.subject == good.planned.subject
    assert found.group.planned.poses == good.planned.poses
    assert found.group.planned.backgrounds == good.planned.backgrounds


@pytest.mark.parametrize("name", DEFECTS)
@pytest.mark.parametrize("fresh", [True, False], ids=["seen anew", "seen after the good group"])
def test_structure_gives_no_defect_away(good: Group, shop: Workshop, name: str, fresh: bool) -> None:
    found = planted(good, shop, name)
    before = seen(good, shop.settings, "discs")
    measure(before, {"structure": Structure()})
    view = seen(found.group, shop.settings, "discs") if fresh else revised(before, good, found.group)
    measures = Structure().measure(view)
    assert measures.evidence == {}
    assert not any(measures.group.values())


@pytest.mark.parametrize("name", [defect.name for family in ("subject", "quality") for defect in FAMILIES[family]])
def test_defects_of_subject_and_quality_leave_plate_and_shadow_alone(good: Group, shop: Workshop, name: str) -> None:
    found = planted(good, shop, name)
    for key in found.changed:
        assert found.group.by_key[key]["plate.png"] == good.by_key[key]["plate.png"]
        assert found.group.by_key[key]["shadow.png"] == good.by_key[key]["shadow.png"]


@pytest.mark.parametrize("name", [defect.name for defect in FAMILIES["mask"]])
def test_defects_of_the_mask_change_the_mask_alone(good: Group, shop: Workshop, name: str) -> None:
    found = planted(good, shop, name)
    before, after = good.by_key[found.changed[0]], found.group.by_key[found.changed[0]]
    assert {suffix for suffix in before if before[suffix] != after[suffix]} == {"mask.png", "json"}


@pytest.mark.parametrize("name", [defect.name for defect in FAMILIES["quality"]])
def test_defects_of_quality_change_the_picture_alone(good: Group, shop: Workshop, name: str) -> None:
    found = planted(good, shop, name)
    before, after = good.by_key[found.changed[0]], found.group.by_key[found.changed[0]]
    assert {suffix for suffix in before if before[suffix] != after[suffix]} == {"png", "json"}


def test_a_mask_is_shifted_by_the_share_of_its_box_that_was_asked_for(good: Group, shop: Workshop) -> None:
    found = planted(good, shop, "mask-shifted", 20.0)
    before, after = (box_of(mask_of(g.by_key[found.changed[0]]) >= 128) for g in (good, found.group))
    moved = np.hypot(after[0] - before[0], after[1] - before[1])
    assert moved == pytest.approx(0.2 * (before[2] - before[0]), abs=1)


@pytest.mark.parametrize(("name", "sign"), [("mask-dilated", 1), ("mask-eroded", -1)])
def test_a_mask_gains_or_loses_a_rim(good: Group, shop: Workshop, name: str, sign: int) -> None:
    found = planted(good, shop, name, 4.0)
    before, after = (box_of(mask_of(g.by_key[found.changed[0]]) >= 128) for g in (good, found.group))
    side = before[2] - before[0]
    assert (after[2] - after[0]) - side == pytest.approx(sign * 2 * max(1, 0.04 * side), abs=1.5)


@pytest.mark.parametrize("share", [4.0, 8.0, 16.0])
def test_a_recoloured_limb_is_a_connected_share_of_the_mask(good: Group, shop: Workshop, share: float) -> None:
    found = planted(good, shop, "limb-recoloured", share)
    key = found.changed[0]
    changed = (picture_of(good.by_key[key]) != picture_of(found.group.by_key[key])).any(axis=2)
    inside = mask_of(good.by_key[key]) >= 128
    assert not (changed & ~inside).any()
    assert changed.sum() / inside.sum() == pytest.approx(share / 100, rel=0.35)
    luma = np.array([0.299, 0.587, 0.114])
    before, after = (picture_of(g.by_key[key])[changed] @ luma for g in (good, found.group))
    assert np.abs(before - after).mean() < 3


def test_an_incomplete_mask_lacks_the_share_asked_for(good: Group, shop: Workshop) -> None:
    found = planted(good, shop, "mask-incomplete", 16.0)
    before, after = (int((mask_of(g.by_key[found.changed[0]]) >= 128).sum()) for g in (good, found.group))
    assert 1 - after / before == pytest.approx(0.16, abs=0.03)


def test_a_residue_is_in_the_plates_of_every_pose(good: Group, shop: Workshop) -> None:
    found = planted(good, shop, "plate-residue", 100.0)
    plates = [layer_of(found.group.by_key[key], "plate") for key in found.changed]
    assert len(plates) == len(good.planned.poses)
    assert all(np.array_equal(plate, plates[0]) for plate in plates)
    assert not np.array_equal(plates[0], layer_of(good.by_key[found.changed[0]], "plate"))


def test_a_copied_cutout_has_the_colours_of_the_other_pose(good: Group, shop: Workshop) -> None:
    found = planted(good, shop, "copied-cutout", 100.0)
    key = found.changed[0]
    other = next(one for one in good.by_key if one[-3:] == key[-3:] and one != key)
    copied, source = found.group.by_key[key], good.by_key[other]
    inside, there = mask_of(copied) == 255, mask_of(source) == 255
    assert inside.sum() == there.sum()
    assert np.array_equal(picture_of(copied)[inside], picture_of(source)[there])


def test_a_wrong_caption_is_wrong_in_plan_and_record_alike(good: Group, shop: Workshop) -> None:
    found = planted(good, shop, "caption-of-other-background")
    cell = next(cell for cell in found.group.planned.cells if cell.key == found.changed[0])
    assert "in snow" in cell.caption or "in studio" in cell.caption
    assert cell.caption not in [one.caption for one in good.planned.cells]


def test_what_does_not_show_is_said_to_be_invisible(good: Group, shop: Workshop) -> None:
    assert not planted(good, shop, "turned", 90.0).visible  # a disc looks the same from everywhere


def test_a_group_without_room_for_a_defect_gets_none(good: Group, shop: Workshop) -> None:
    rng = random.Random(SEED)
    assert DEFECTS["sibling"].plant(good, 50.0, rng, replace(shop, siblings={})) is None
    assert DEFECTS["near-duplicate-across-splits"].plant(good, 100.0, rng, replace(shop, partner=None)) is None
    assert DEFECTS["wrong-background"].plant(good, 1.0, rng, replace(shop, backgrounds=good.planned.backgrounds)) is None


def test_every_defect_is_mild_first_and_has_a_severe_grade() -> None:
    for defect in DEFECTS.values():
        assert list(defect.grades) == sorted(defect.grades)
        assert defect.grades[-1] >= defect.severe > 0
        assert defect in FAMILIES[family_of(defect.name)]
