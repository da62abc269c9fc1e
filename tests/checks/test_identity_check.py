"""The identity check on subjects that were really rendered, beside twins in the same poses on the same backgrounds."""

import json
import math

import numpy as np
import pytest
from twin_groups import BACKGROUNDS, POSES, as_member, key, members, pixels, planned, view

from spotdiff10k.checks.identity import Identity
from spotdiff10k.measures import Measures

CHECK = Identity()
FAMILIES = ["quadruped", "vehicle", "vessel"]


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def refused(found: Measures) -> dict[str, set[str]]:
    """Sample to the measures that its limits refuse, for those with any; "" is the group."""
    faults = {
        name: {measure for measure, value in values.items() if not Identity.limits[measure].holds(value)}
        for name, values in [*found.samples.items(), ("", found.group)]
    }
    return {name: measures for name, measures in faults.items() if measures}


def lowest(found: Measures, measure: str) -> str:
    return min(found.samples, key=lambda name: found.samples[name][measure])


def test_a_sound_group_passes(family: str) -> None:
    assert refused(CHECK.measure(view(family))) == {}


def test_one_picture_of_a_twin_is_blamed_and_is_the_lowest(family: str) -> None:
    wrong = key(family, 1, 2)
    found = CHECK.measure(view(family, {wrong: members(family, 1)[wrong]}))
    assert "margin" in refused(found)[wrong]
    assert lowest(found, "margin") == lowest(found, "same_subject") == wrong
    assert wrong not in found.evidence[planned(family).id].partition("; apart")[0]


def test_a_twin_in_every_cell_of_a_pose_is_refused(family: str) -> None:
    wrong = {key(family, 2, background): members(family, 1)[key(family, 2, background)] for background in range(BACKGROUNDS)}
    found = CHECK.measure(view(family, wrong))
    assert refused(found)
    assert {lowest(found, "pose_agreement")} <= set(wrong)


def test_two_pictures_of_the_same_twin_do_not_vouch_for_each_other(family: str) -> None:
    wrong = {name: members(family, 1)[name] for name in (key(family, 0, 0), key(family, 1, 1))}
    assert set(refused(CHECK.measure(view(family, wrong)))) >= set(wrong)


def test_a_group_of_two_poses_on_two_backgrounds_is_enough(family: str) -> None:
    cells = {key(family, pose, background) for pose in (0, 1) for background in (0, 1)}
    wrong = key(family, 1, 0)
    assert refused(CHECK.measure(view(family, only=cells))) == {}
    found = CHECK.measure(view(family, {wrong: members(family, 1)[wrong]}, cells))
    assert lowest(found, "margin") == wrong
    assert wrong in refused(found)


def test_the_pixels_of_another_pose_are_a_copy_wherever_they_were_pasted(family: str) -> None:
    target, source = key(family, 0, 1), key(family, 1, 1)
    moved = {suffix: as_member(np.roll(pixels(members(family)[source][suffix]), 7, axis=1)) for suffix in ("png", "mask.png")}
    found = CHECK.measure(view(family, {target: moved}))
    assert {name for name, measures in refused(found).items() if "copy" in measures} == {target, source}
    assert max(values["copy"] for values in CHECK.measure(view(family)).samples.values()) < 0.9


def test_a_subject_in_other_colours_is_blamed(family: str) -> None:
    wrong = key(family, 2, 0)
    picture, mask = (pixels(members(family)[wrong][suffix]) for suffix in ("png", "mask.png"))
    tinted = np.where(mask[..., None] > 0, np.clip(picture + np.array([45, -25, 0]), 0, 255), picture).astype(np.uint8)
    found = CHECK.measure(view(family, {wrong: {"png": as_member(tinted)}}))
    assert "tint" in refused(found)[wrong]
    assert max(found.samples, key=lambda name: found.samples[name]["tint"]) == wrong


def test_a_painted_limb_is_new_to_its_pose_and_to_its_background() -> None:
    wrong = key("quadruped", 0, 0)
    picture, mask = (pixels(members("quadruped")[wrong][suffix]) for suffix in ("png", "mask.png"))
    rows = np.flatnonzero((mask > 127).any(axis=1))
    painted = picture.copy()
    painted[rows[-1] - len(rows) // 5 :][mask[rows[-1] - len(rows) // 5 :] > 127] = (40, 220, 40)
    found = CHECK.measure(view("quadruped", {wrong: {"png": as_member(painted)}}))
    assert "novelty" in refused(found)[wrong]
    assert max(found.samples, key=lambda name: found.samples[name]["novelty"]) == wrong


def test_a_limb_in_a_colour_that_the_subject_has_elsewhere_is_new_to_its_place() -> None:
    wrong = key("vehicle", 0, 0)
    picture, mask = (pixels(members("vehicle")[wrong][suffix]) for suffix in ("png", "mask.png"))
    inside = mask > 127
    columns = np.nonzero(inside)[1]
    end = inside & (np.arange(mask.shape[1]) > np.quantile(columns, 0.88))
    swapped = picture.copy()
    swapped[end] = swapped[end][:, [2, 1, 0]]
    found = CHECK.measure(view("vehicle", {wrong: {"png": as_member(swapped)}}))
    assert max(found.samples, key=lambda name: found.samples[name]["novelty"]) == wrong
    assert "novelty" in refused(found)[wrong]


def test_a_colour_map_that_the_engine_recorded_is_neither_paint_nor_tint(family: str) -> None:
    mapped = key(family, 2, 0)
    made = members(family)[mapped]
    picture, mask = pixels(made["png"]), pixels(made["mask.png"])
    gains = np.array([0.62, 0.8, 0.95])
    dimmed = np.where(mask[..., None] > 0, np.rint(picture * gains), picture).astype(np.uint8)
    record = json.loads(made["json"])
    annotations = {
        **json.loads(record["annotations"]),
        "colour_map": np.column_stack([np.diag(gains), np.zeros(3)]).ravel().tolist(),
    }
    told = json.dumps({**record, "annotations": json.dumps(annotations)}).encode()
    sound = CHECK.measure(view(family)).samples[mapped]
    found = CHECK.measure(view(family, {mapped: {"png": as_member(dimmed), "json": told}})).samples[mapped]
    untold = CHECK.measure(view(family, {mapped: {"png": as_member(dimmed)}})).samples[mapped]
    assert found == pytest.approx(sound, abs=0.06)
    assert untold["tint"] > found["tint"] + 0.15


def test_a_background_alone_changes_no_measure_of_identity(family: str) -> None:
    wrong = key(family, 1, 1)
    picture, mask = (pixels(members(family)[wrong][suffix]) for suffix in ("png", "mask.png"))
    elsewhere = np.where(mask[..., None] > 0, picture, 255 - picture[::-1]).astype(np.uint8)
    assert CHECK.measure(view(family, {wrong: {"png": as_member(elsewhere)}})) == CHECK.measure(view(family))


def test_a_mask_that_shows_nothing_is_not_a_number_and_spares_the_others() -> None:
    wrong = key("vessel", 1, 1)
    nothing = as_member(np.zeros((192, 192), np.uint8))
    found = CHECK.measure(view("vessel", {wrong: {"mask.png": nothing}}))
    assert all(math.isnan(value) for value in found.samples[wrong].values())
    assert {name: measures for name, measures in refused(found).items() if name not in ("", wrong)} == {}
    assert all(math.isfinite(value) for value in found.group.values())


def test_what_cannot_be_measured_is_unchecked_with_a_reason() -> None:
    two = {key("vessel", 0, 0), key("vessel", 1, 1)}
    found = CHECK.measure(view("vessel", only=two))
    by_others = {"same_subject", "margin", "pose_agreement", "cohesion", "division", "clique", "novelty", "tint"}
    assert set(found.unchecked) == by_others | {"shape_error"}
    one_pose = {key("vessel", 0, background) for background in range(BACKGROUNDS)}
    found = CHECK.measure(view("vessel", only=one_pose))
    assert set(found.unchecked) == {"copy", "pose_agreement", "division", "novelty", "tint", "shape_error"}
    assert "differ in pose" in found.unchecked["copy"]


def test_the_setup_names_the_verifier_and_the_encoder() -> None:
    assert CHECK.setup.startswith("verifier ")
    other = Identity(encoder="mobilenet_v2")
    assert "mobilenet_v2" in other.setup
    assert other.setup != CHECK.setup


def test_the_whole_picture_prefers_the_twin_and_the_verifier_does_not() -> None:
    from spotdiff10k.identity.appearance import appearance
    from spotdiff10k.identity.verifier import load_verifier

    verifier = load_verifier()
    own, other = members("vehicle"), members("vehicle", 1)

    def whole(found: bytes) -> np.ndarray:
        counts = np.bincount((pixels(found) // 64).reshape(-1, 3).astype(int) @ [16, 4, 1], minlength=64)
        return np.sqrt(counts / counts.sum())

    def masked(found: dict[str, bytes]) -> np.ndarray:
        look = appearance(pixels(found["png"]), pixels(found["mask.png"]))
        assert look.descriptor is not None
        return verifier.embed(look.descriptor)

    for pose in range(POSES):
        here, there = key("vehicle", pose, 0), key("vehicle", (pose + 1) % POSES, 1)
        assert whole(own[here]["png"]) @ whole(other[here]["png"]) > whole(own[here]["png"]) @ whole(own[there]["png"])
        assert masked(own[here]) @ masked(other[here]) < masked(own[here]) @ masked(own[there])
