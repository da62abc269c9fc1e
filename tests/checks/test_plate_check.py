"""The plate check on really rendered groups with planted defects, and its parts against independent truth."""

import dataclasses

import numpy as np
import pytest
import scene_groups as scenes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spotdiff10k.checks._layers import BLOCK, layer_difference
from spotdiff10k.checks._residue import residue
from spotdiff10k.checks._signature import GRID, read_signature, signature
from spotdiff10k.checks.plate import Plate
from spotdiff10k.measures import Measures
from spotdiff10k.set_measures import SetGroup

CHECK = Plate()
GROUPS = (0, 4, 9)
"""Subjects of three families on six kinds of backgrounds."""
SIZES = [(0, 256), (4, 256), (9, 256), (0, 512)]


def measured(ordinal: int, changes: scenes.Changes | None = None, size: int = 256) -> Measures:
    return CHECK.measure(scenes.view(ordinal, changes, size))


def plates(ordinal: int, plate: np.ndarray, background: int, poses: tuple[int, ...] = (0, 1)) -> scenes.Changes:
    return {scenes.key(ordinal, pose, background): {"plate.png": scenes.png(plate)} for pose in poses}


@pytest.mark.parametrize(("ordinal", "size"), SIZES)
def test_a_good_group_passes(ordinal: int, size: int) -> None:
    found = measured(ordinal, size=size)
    assert scenes.refused("plate", found) == {}
    assert max(values["difference"] for values in found.samples.values()) < 0.5
    assert max(abs(values["residue"]) for values in found.samples.values()) < 0.04


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize(("ordinal", "size"), SIZES)
def test_the_residue_is_the_share_to_which_the_subject_was_left(ordinal: int, size: int, share: float) -> None:
    name = scenes.key(ordinal, 0, 0)
    picture, mask = scenes.pixels(ordinal, name, "png", size), scenes.pixels(ordinal, name, "mask.png", size)
    assert residue(picture, scenes.ghost(ordinal, name, share, size), mask) == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("ordinal", GROUPS)
def test_a_subject_left_in_the_shared_plate_refuses_every_pose(ordinal: int, share: float) -> None:
    left = scenes.ghost(ordinal, scenes.key(ordinal, 1, 0), share)
    found = scenes.refused("plate", measured(ordinal, plates(ordinal, left, 0)))
    assert set(found) == {scenes.key(ordinal, 0, 0), scenes.key(ordinal, 1, 0)}
    assert found[scenes.key(ordinal, 1, 0)] - {"displaced_residue"} == {"residue"}
    assert "difference" in found[scenes.key(ordinal, 0, 0)]


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("ordinal", GROUPS)
def test_a_residue_in_the_plate_of_one_pose_is_blamed_on_it_alone(ordinal: int, share: float) -> None:
    name = scenes.key(ordinal, 1, 1)
    found = measured(ordinal, plates(ordinal, scenes.ghost(ordinal, name, share), 1, poses=(1,)))
    refused = scenes.refused("plate", found)
    assert set(refused) == {name}
    assert {"residue", "copies"} <= refused[name]


@pytest.mark.parametrize("ordinal", GROUPS)
def test_a_subject_that_was_left_a_little_beside_its_place_is_seen(ordinal: int) -> None:
    """Even where the picture shows it too, as one that was composed on such a plate does."""
    name = scenes.key(ordinal, 1, 1)
    picture, mask = scenes.pixels(ordinal, name, "png"), scenes.pixels(ordinal, name, "mask.png")
    share = np.roll(mask, 4, axis=1)[..., None] / 255 * 0.6
    plate = scenes.pixels(ordinal, name, "plate.png")
    left = np.rint(plate * (1 - share) + np.roll(picture, 4, axis=1) * share).astype(np.uint8)
    inside = mask[..., None] / 255
    behind = left * (scenes.pixels(ordinal, name, "shadow.png") / 255)
    changes = {
        name: {
            "plate.png": scenes.png(left),
            "png": scenes.png(np.rint(picture * inside + behind * (1 - inside)).astype(np.uint8)),
        }
    }
    other = scenes.key(ordinal, 0, 1)
    refused = scenes.refused("plate", measured(ordinal, {**changes, other: {"plate.png": scenes.png(left)}}))
    assert "displaced_residue" in refused[name]


@pytest.mark.parametrize("ordinal", GROUPS)
def test_the_plate_of_another_background_is_refused(ordinal: int) -> None:
    other = scenes.pixels(ordinal, scenes.key(ordinal, 0, 1), "plate.png")
    found = scenes.refused("plate", measured(ordinal, plates(ordinal, other, 0)))
    assert set(found) == {scenes.key(ordinal, pose, 0) for pose in (0, 1)}
    assert all({"difference", "block_difference", "mismatch"} <= measures for measures in found.values())


@pytest.mark.parametrize("ordinal", GROUPS)
def test_a_single_wrong_pixel_outside_the_mask_is_seen(ordinal: int) -> None:
    name = scenes.key(ordinal, 0, 0)
    picture = scenes.pixels(ordinal, name, "png")
    picture[0, 0, 1] ^= 8
    found = measured(ordinal, {name: {"png": scenes.png(picture)}})
    assert scenes.refused("plate", found) == {name: {"difference"}}


def test_compression_is_forgiven_and_another_background_is_not() -> None:
    good = CHECK.measure(scenes.view(0, picture_format="jpg"))
    assert set(good.unchecked) == {"difference"}
    assert scenes.refused("plate", good) == {}
    members = {sample.key: sample.members for sample in scenes.rendered(0, 256, "jpg").samples}
    changes = {scenes.key(0, pose, 0): {"plate.jpg": members[scenes.key(0, pose, 1)]["plate.jpg"]} for pose in (0, 1)}
    found = scenes.refused("plate", CHECK.measure(scenes.view(0, changes, picture_format="jpg")))
    assert all(measures == {"block_difference", "mismatch"} for measures in found.values())
    assert set(found) == set(changes)


def test_without_a_shadow_layer_a_wrong_plate_is_still_seen() -> None:
    good = CHECK.measure(scenes.view(4, outputs=("plate",)))
    assert set(good.unchecked) == {"difference", "block_difference"}
    assert scenes.refused("plate", good) == {}
    other = scenes.pixels(4, scenes.key(4, 0, 1), "plate.png")
    found = CHECK.measure(scenes.view(4, plates(4, other, 0), outputs=("plate",)))
    assert set(scenes.refused("plate", found)) == {scenes.key(4, pose, 0) for pose in (0, 1)}


def test_without_a_plate_layer_nothing_is_checked_and_that_is_said() -> None:
    found = CHECK.measure(scenes.view(4, outputs=("shadow",)))
    assert set(found.unchecked) == set(Plate.ranges)
    assert all(values == {} for values in found.samples.values())
    across = CHECK.measure_set([SetGroup(scenes.planned(4), {"plate": found})])
    assert set(across.unchecked) == {"foreign_plate", "compared_plates"}


def named(ordinal: int, found: Measures, name: str) -> SetGroup:
    """What was measured on a group, told of a copy of its plan under another name."""
    planned = scenes.planned(ordinal)
    keys = {cell.key: cell.key.replace(planned.id, name) for cell in planned.cells}
    cells = tuple(dataclasses.replace(cell, key=keys[cell.key]) for cell in planned.cells)
    facts = {keys[key]: texts for key, texts in found.facts.items()}
    return SetGroup(dataclasses.replace(planned, id=name, cells=cells), {"plate": dataclasses.replace(found, facts=facts)})


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_across_groups_the_plate_with_a_residue_is_the_odd_one_out(share: float) -> None:
    good = measured(4)
    left = measured(4, plates(4, scenes.ghost(4, scenes.key(4, 1, 0), share), 0))
    found = CHECK.measure_set([named(4, good, "g1"), named(4, left, "g2"), named(4, good, "g3")])
    limit = Plate.limits["foreign_plate"]
    wrong = {key for key, values in found.samples.items() if not limit.holds(values["foreign_plate"])}
    assert wrong == {"g2-p00-b00", "g2-p01-b00"}
    assert found.whole == {"compared_plates": 1.0}
    assert found.evidence.keys() == wrong


def test_of_two_groups_that_disagree_about_a_plate_both_are_doubted() -> None:
    left = measured(4, plates(4, scenes.ghost(4, scenes.key(4, 1, 0), 0.5), 0))
    found = CHECK.measure_set([named(4, measured(4), "g1"), named(4, left, "g2")])
    differences = {key: values["foreign_plate"] for key, values in found.samples.items()}
    assert differences["g1-p00-b00"] == differences["g2-p00-b00"] > Plate.limits["foreign_plate"].high
    assert differences["g1-p00-b01"] == 0.0


def test_where_no_background_is_shared_that_is_said() -> None:
    found = CHECK.measure_set([named(4, measured(4), "g1")])
    assert set(found.unchecked) == {"foreign_plate"}
    assert found.whole == {"compared_plates": 0.0}


pictures = arrays(np.uint8, (40, 50, 3))


@settings(deadline=None, max_examples=40)
@given(pictures, pictures, pictures, arrays(np.uint8, (40, 50), elements=st.sampled_from([0, 0, 0, 7, 255])))
def test_layers_differ_as_numpy_finds(picture: np.ndarray, plate: np.ndarray, shadow: np.ndarray, mask: np.ndarray) -> None:
    found = layer_difference(picture, plate, shadow, mask, 30.0)
    difference = picture.astype(float) - plate.astype(float) * shadow / 255
    outside = np.abs(difference).max(axis=2)[mask == 0]
    assert found.worst == pytest.approx(outside.max(initial=0))
    assert found.beyond == np.count_nonzero(outside > 30)


def test_blocks_differ_as_numpy_finds() -> None:
    rng = np.random.default_rng(4)
    picture, plate = (rng.integers(0, 256, (50, 64, 3), np.uint8) for _ in range(2))
    mask = np.zeros((50, 64), np.uint8)
    mask[20, 20] = 1
    difference = (picture.astype(float) - plate)[:48].reshape(3, BLOCK, 4, BLOCK, 3).mean(axis=(1, 3))
    means = np.abs(difference).max(axis=2)
    means[1, 1] = np.nan
    found = layer_difference(picture, plate, None, mask, 5.0)
    assert found.worst_block == pytest.approx(np.nanmax(means))
    assert found.median_block == pytest.approx(np.nanmedian(means))
    assert found.beyond_in_blocks == int(np.sum(means > 5.0)) * BLOCK * BLOCK


def test_a_plate_that_the_subject_hides_in_tells_nothing() -> None:
    even = np.full((64, 64, 3), 90, np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[20:40, 20:40] = 255
    assert residue(even, even, mask) is None
    assert residue(even, even, np.zeros((64, 64), np.uint8)) is None


@settings(deadline=None, max_examples=25)
@given(arrays(np.uint8, st.tuples(st.integers(4, 70), st.integers(4, 70), st.just(3))))
def test_a_signature_holds_mean_colours(picture: np.ndarray) -> None:
    found = read_signature(signature(picture)).reshape(GRID, GRID, 3)
    rows = np.arange(picture.shape[0]) * GRID // picture.shape[0]
    widths = [cell * picture.shape[1] // GRID for cell in range(GRID + 1)]
    for y in range(GRID):
        for x in range(GRID):
            cell = picture[rows == y][:, widths[x] : widths[x + 1]].reshape(-1, 3)
            assert np.abs(found[y, x] - cell.mean(axis=0)).max() <= 0.5 + 1e-9
