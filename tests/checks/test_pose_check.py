"""The pose check on subjects that were really posed and drawn, with planted truth."""

import dataclasses
import json
from collections.abc import Mapping

import numpy as np
import pytest
import toy_runs
from posed_groups import SIZE, drawn, key, level, members, planned, shown_instead, view, world_vertices

from spotdiff10k.checks._surface import surfaces_of_all
from spotdiff10k.checks.outline import Outline
from spotdiff10k.checks.pose import Pose
from spotdiff10k.duplicates.skeletons import bones_say, joined, read_note, skeleton_of
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.types import PlannedGroup

CHECK = Pose()
Samples = dict[str, Mapping[str, bytes]]


def measured(group: PlannedGroup, samples: Samples | None = None, size: int = SIZE) -> Measures:
    return CHECK.measure(view(group, samples or members(group, size), size))


def refused(found: Measures, limits: Mapping[str, Limit] = Pose.limits) -> dict[str, set[str]]:
    """Sample to the measures that its limits refuse, for those with any; "" is the group."""
    faults = {
        name: {measure for measure, value in values.items() if measure in limits and not limits[measure].holds(value)}
        for name, values in [*found.samples.items(), ("", found.group)]
    }
    return {name: measures for name, measures in faults.items() if measures}


@pytest.fixture(params=["quadruped", "furniture", "lamp"])
def group(request: pytest.FixtureRequest) -> PlannedGroup:
    return planned(request.param)


def test_a_good_group_passes_whatever_its_cameras(group: PlannedGroup) -> None:
    found = measured(group)
    assert refused(found) == {}
    assert max(values["surface_error"] for values in found.samples.values()) < 0.01
    assert min(values["surface_margin"] for values in found.samples.values()) > 0.1


@pytest.mark.parametrize("annotated", [True, False])
@pytest.mark.parametrize("degrees", [30.0, 60.0, 150.0])
def test_one_picture_at_another_turn_is_blamed_alone(group: PlannedGroup, degrees: float, annotated: bool) -> None:
    wrong = level(group.poses[1].articulation, group.poses[1].turn_degrees + degrees)
    samples = members(group) | {key(1, 2): shown_instead(group, 1, 2, wrong, annotated)}
    found = refused(measured(group, samples))
    assert set(found) == {key(1, 2)}
    assert "surface_error" in found[key(1, 2)]


def test_one_picture_with_another_articulation_is_blamed_alone(group: PlannedGroup) -> None:
    wrong = level("sit", group.poses[2].turn_degrees)
    samples = members(group) | {key(2, 0): shown_instead(group, 2, 0, wrong)}
    assert set(refused(measured(group, samples))) == {key(2, 0)}


def test_poses_exchanged_on_one_background_are_named(group: PlannedGroup) -> None:
    first, second = (shown_instead(group, pose, 1, group.poses[other]) for pose, other in ((0, 1), (1, 0)))
    found = measured(group, members(group) | {key(0, 1): first, key(1, 1): second})
    assert set(refused(found)) == {key(0, 1), key(1, 1)}
    assert found.samples[key(0, 1)]["surface_margin"] < -0.1
    assert f"its surface looks like {group.poses[1].id}" in found.evidence[key(0, 1)]


def test_a_pose_that_is_turned_on_every_background_is_found_against_the_others() -> None:
    group = planned("quadruped")
    wrong = level(group.poses[1].articulation, group.poses[1].turn_degrees + 90.0)
    found = measured(group, members(group) | {key(1, b): shown_instead(group, 1, b, wrong) for b in range(3)})
    assert {name: measures for name, measures in refused(found).items() if name} == {key(1, b): {"turn_error"} for b in range(3)}
    assert all(abs(found.samples[key(1, b)]["turn_error"] - 90.0) < 25.0 for b in range(3))


def test_a_pose_that_is_turned_on_every_background_while_its_joints_say_the_plan_is_denied_by_its_pictures() -> None:
    group = planned("quadruped")
    wrong = level(group.poses[1].articulation, group.poses[1].turn_degrees + 90.0)
    turned = {key(1, b): shown_instead(group, 1, b, wrong, annotated=False) for b in range(3)}
    limit = Pose.limits["joints_denied"].high
    found = measured(group, members(group) | turned).samples
    assert {name for name, values in found.items() if values["joints_denied"] > limit} == set(turned)
    one = measured(group, members(group) | {key(1, 0): turned[key(1, 0)]}).samples
    assert max(values["joints_denied"] for values in one.values()) <= limit  # one picture is for others to blame, alone


def test_joints_without_a_word_on_whether_they_are_seen_are_denied_in_free_space_alone() -> None:
    group = planned("quadruped")
    bare = []
    for name, parts in members(group).items():
        record = json.loads(parts["json"])
        annotations = json.loads(record["annotations"])
        annotations["joints"] = [point[:4] for point in annotations["joints"]]
        bare.append((name, {**parts, "json": json.dumps({**record, "annotations": json.dumps(annotations)}).encode()}))
    found = measured(group, dict(bare)).samples
    assert all(values["joints_denied"] <= values["joints_astray"] for values in found.values())


def test_the_turn_is_measured_in_degrees() -> None:
    group = planned("vehicle", poses=(("stand", 0.0), ("stand", 50.0), ("stand", -110.0)))
    assert max(values["turn_error"] for values in measured(group).samples.values()) < 0.1
    told = dataclasses.replace(group, poses=(group.poses[0], level("stand", 20.0), group.poses[2]))
    found = measured(told, members(group)).samples
    assert [round(found[key(pose, 0)]["turn_error"]) for pose in range(3)] == [0, 30, 0]


def test_a_pose_shown_twice_leaves_no_variety(group: PlannedGroup) -> None:
    samples = members(group) | {key(2, b): shown_instead(group, 2, b, group.poses[0]) for b in range(3)}
    assert "surface_variety" in refused(measured(group, samples))[""]
    assert "variety" in outlines_refused(group, samples)[""]


def test_a_round_subject_is_not_refused_for_looking_alike_from_all_sides() -> None:
    """One that stands the same way at two turns: what a lathe makes. That a pose repeats another is for the group to answer."""
    group = planned("quadruped", poses=(("stand", 8.0), ("stand", 8.0)))
    assert set(refused(measured(group))) == {""}
    assert set(outlines_refused(group, members(group))) == {""}


def outlines_refused(group: PlannedGroup, samples: Samples) -> dict[str, set[str]]:
    """What the check `outline` refuses."""
    return refused(Outline().measure(view(group, samples)), Outline.limits)


def test_outlines_pass_what_is_good_and_blame_a_turn_alone() -> None:
    group = planned("quadruped")
    assert outlines_refused(group, members(group)) == {}
    turned = shown_instead(group, 1, 2, level("walk", 158.0))
    assert set(outlines_refused(group, members(group) | {key(1, 2): turned})) == {key(1, 2)}


def test_what_is_not_there_is_unchecked_with_the_reason() -> None:
    group = planned("quadruped")
    bare: Samples = {}
    for name, parts in members(group).items():
        record = {**json.loads(parts["json"]), "annotations": "{}"}
        bare[name] = {"png": parts["png"], "mask.png": parts["mask.png"], "json": json.dumps(record).encode()}
    found = measured(group, bare)
    assert set(found.unchecked) == {*Pose.ranges, *Pose.group_ranges}
    assert found.unchecked["surface_error"] == "the release has no depth layer"
    assert found.unchecked["joints_error"] == found.unchecked["turn_error"] == "the annotations tell no joints"


def test_records_without_a_camera_leave_surfaces_unchecked() -> None:
    group = toy_runs.some_group()
    found = CHECK.measure(toy_runs.view(group, toy_runs.finished(group)))
    assert found.unchecked["surface_error"] == "the records tell no camera"


def test_one_background_or_one_pose_leaves_nothing_to_compare() -> None:
    alone = measured(planned(backgrounds=1))
    assert alone.unchecked["surface_error"] == alone.unchecked["surface_margin"] == "the group has one background"
    assert "surface_variety" in alone.group
    single = measured(planned(poses=(("stand", 8.0),)))
    assert single.unchecked["surface_variety"] == single.unchecked["turn_error"] == "the group has one pose"
    assert all("surface_error" in values for values in single.samples.values())


def test_measures_are_those_of_a_larger_picture() -> None:
    group = planned("robot")
    small, large = measured(group), measured(group, size=2 * SIZE)
    for name, least in (("surface_margin", 0.1), ("joints_margin", 0.01), ("turn_error", 1.0)):
        assert max(abs(small.samples[sample][name] - large.samples[sample][name]) for sample in small.samples) < least


def test_back_projected_points_lie_on_the_subject() -> None:
    group = planned("vehicle", poses=(("stand", 35.0),), backgrounds=2)
    truth = world_vertices(group, 0)
    surfaces = surfaces_of_all(view(group, members(group)).samples)
    assert not isinstance(surfaces, str)
    for surface in surfaces:
        nearest = [np.sqrt(((truth - point) ** 2).sum(axis=1)).min() for point in surface.points[::7]]
        assert np.quantile(nearest, 0.95) < 0.06


def test_an_empty_mask_is_refused_and_not_a_crash() -> None:
    group = planned("quadruped")
    parts = drawn(group.subject, group.poses[0], group.backgrounds[0])
    samples = members(group) | {key(0, 0): {**parts, "mask.png": toy_runs.png(np.zeros((SIZE, SIZE), np.uint8))}}
    assert set(refused(measured(group, samples))) == {key(0, 0)}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("focal", "wide", "the records tell no camera"),
        ("camera_rotation", [1.0, 0.0], "the records tell no camera"),
        ("depth_scale", None, "the records tell no scale of depth"),
        ("annotations", '{"joints": [["root", 1.0]]}', "the annotations tell no joints"),
        ("annotations", '{"joints": [7]}', "the annotations tell no joints"),
    ],
)
def test_records_that_make_no_sense_are_unchecked_and_not_a_crash(field: str, value: object, reason: str) -> None:
    group = planned("quadruped")
    parts = members(group)[key(1, 1)]
    spoilt = {**parts, "json": json.dumps({**json.loads(parts["json"]), field: value}).encode()}
    assert reason in measured(group, members(group) | {key(1, 1): spoilt}).unchecked.values()


def told_joints(parts: Mapping[str, bytes], pixels: float) -> dict[str, bytes]:
    """The sample with its last joint told so many pixels to the right."""
    record = json.loads(parts["json"])
    annotations = json.loads(record["annotations"])
    annotations["joints"][-1][1] += pixels
    return {**parts, "json": json.dumps({**record, "annotations": json.dumps(annotations)}).encode()}


def test_a_joint_told_elsewhere_is_missed_by_pck_and_oks() -> None:
    group = planned("quadruped")
    samples = members(group) | {key(1, 1): told_joints(members(group)[key(1, 1)], 30.0)}
    found = measured(group, samples).samples
    count = len(json.loads(json.loads(samples[key(1, 1)]["json"])["annotations"])["joints"])
    assert found[key(1, 1)]["joints_pck"] == pytest.approx(1 - 1 / count, abs=1e-6)
    assert found[key(1, 1)]["joints_oks"] == pytest.approx(1 - 1 / count, abs=0.02)
    others = [values for name, values in found.items() if name != key(1, 1)]
    assert {values["joints_pck"] for values in others} == {1.0}
    assert min(values["joints_oks"] for values in others) > 0.999


def test_depth_ranks_alike_on_all_backgrounds(group: PlannedGroup) -> None:
    assert min(values["depth_correlation"] for values in measured(group).samples.values()) > 0.7


def test_depth_of_another_pose_ranks_otherwise() -> None:
    group = planned("quadruped")
    wrong = level("walk", group.poses[1].turn_degrees + 180.0)
    samples = members(group) | {key(1, 2): shown_instead(group, 1, 2, wrong)}
    found = {name: values["depth_correlation"] for name, values in measured(group, samples).samples.items()}
    assert min(found, key=lambda name: found[name]) == key(1, 2)


def test_a_sample_that_is_alone_in_its_pose_has_no_likeness() -> None:
    group = planned("quadruped")
    cells = tuple(cell for cell in group.cells if cell.pose_index != 1 or cell.background_index == 0)
    found = measured(dataclasses.replace(group, cells=cells), members(group))
    alone = "no other sample of its pose is sound"
    assert found.unseen[key(1, 0)] == dict.fromkeys(("joints_pck", "joints_oks", "depth_correlation"), alone)
    assert "depth_correlation" not in found.unseen.get(key(0, 0), {})


def skeletons_of(group: PlannedGroup) -> list[str]:
    return [facts["skeleton"] for facts in measured(group).facts.values() if "skeleton" in facts]


def test_every_pose_notes_the_skeleton_of_its_subject(group: PlannedGroup) -> None:
    own = [read_note(text) for text in skeletons_of(group)]
    assert len(own) == len(group.poses)
    assert len({kind for kind, _ in own}) == 1
    assert max(int(np.abs(lengths - own[0][1]).max()) for _, lengths in own) <= 3  # tenths of a millimetre


def test_subjects_of_a_family_have_skeletons_of_their_own() -> None:
    found = joined([skeleton_of(skeletons_of(planned("quadruped", identity))) for identity in (5, 6, 7, 8)])
    pairs = [(one, other) for one in range(4) for other in range(4)]
    same = [bones_say(found.kinds, found.starts, found.lengths, one, other) for one, other in pairs]
    assert same == [1 if one == other else -1 for one, other in pairs]
