"""Annotations tell how every bone is turned: with the joints, that is its rigid motion from rest to a pose, and between poses."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import trimesh
from stand_ins import ball, flat_plate

from spotdiff10k.engines.rendered.meshes import load_mesh_subject
from spotdiff10k.engines.rendered.model import PosedSubject, SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.record import Source, record_of
from spotdiff10k.engines.rendered.render import prepare, render
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.engines.rendered.workspace import Workspace
from spotdiff10k.eyes import Eye
from spotdiff10k.types import BackgroundLevel, PlannedCell, PlannedGroup, PoseLevel, SubjectLevel

SIZE = 128
FAMILIES = ("quadruped", "character", "bird", "lamp")
POSES = (("stand", 8.0), ("walk", 68.0), ("reach", -118.0), ("sit", 0.0))
METRES = 5e-4
"""Pixels are told to a hundredth, and one is about two centimetres here."""
TURN = 2e-5
"""Of what is rounded to five decimals."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a record says of a pose, in the world."""

    keypoints: np.ndarray  # (K, 3)
    joints: np.ndarray  # (J, 3)
    parents: tuple[int, ...]
    quaternions: np.ndarray  # (J, 4)

    def carried(self, bone: int, place: np.ndarray, other: "Told") -> np.ndarray:
        """Where a place (..., 3) that is fixed to a bone in this pose is in another."""
        motion = matrix(other.quaternions[bone]) @ matrix(self.quaternions[bone]).T
        return np.asarray(other.joints[bone] + (place - self.joints[bone]) @ motion.T)


def matrix(quaternion: np.ndarray) -> np.ndarray:
    """(3, 3), its columns by turning each axis: v + 2 q x (q x v + w v)."""
    w, axis = quaternion[0], quaternion[1:]
    columns = [unit + 2.0 * np.cross(axis, np.cross(axis, unit) + w * unit) for unit in np.eye(3)]
    return np.stack(columns, axis=1)


def record(posed: PosedSubject) -> dict[str, object]:
    level = BackgroundLevel("studio-00", "studio", 0, "in a studio", 14.0, 34.0)
    pose = PoseLevel("pose", "stand", 0.0, "standing")
    cell = PlannedCell("g000000-p00-b00", 0, 0, 0, 0, "", "")
    subject = SubjectLevel("s000000", "quadruped", 0, "thing", "a thing")
    group = PlannedGroup("g000000", 0, "train", False, subject, (pose,), (level,), (cell,))
    plate = flat_plate(SIZE)
    layers = render(prepare(posed), plate, Workspace(SIZE))
    return dict(record_of(Source(group, cell, posed, plate, 1, "CC0-1.0"), layers, layers.picture))


def rotations(posed: PosedSubject) -> list[list[float]]:
    found: list[list[float]] = json.loads(str(record(posed)["annotations"]))["joint_rotations"]
    return found


def told(posed: PosedSubject) -> Told:
    found = record(posed)
    notes = json.loads(str(found["annotations"]))
    rows = np.array(found["camera_rotation"]).reshape(3, 3)
    eye = Eye(np.array(found["camera_position"]), rows, float(str(found["focal"])), SIZE)

    def places(name: str) -> np.ndarray:
        return eye.world(np.array([point[1:4] for point in notes[name]], np.float64).reshape(-1, 3))

    quaternions = np.array(notes["joint_rotations"], np.float64)
    return Told(places("keypoints"), places("joints"), tuple(notes["joint_parents"]), quaternions)


@cache
def built(family: str) -> SubjectModel:
    return build_subject(SubjectLevel("s000000", family, 5, "thing", "a thing"))


@cache
def told_of(family: str, articulation: str, turn: float) -> Told:
    return told(pose_subject(built(family), articulation, turn))


def of(family: str) -> list[Told]:
    return [told_of(family, *pose) for pose in POSES]


def pairs(family: str) -> list[tuple[Told, Told]]:
    found = of(family)
    return [(first, second) for first in found for second in found if first is not second]


def wedge(folder: Path) -> SubjectModel:
    """A file's model without any symmetry."""
    corners = [(0, 0, 0), (1.0, 0, 0), (0, 0.7, 0), (0, 0, 0.5)]
    trimesh.Trimesh(corners, [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]).export(folder / "wedge.obj")
    return load_mesh_subject(folder / "wedge.obj", SubjectLevel("s000000", "mesh", 0, "thing", "a thing", source="wedge.obj"))


@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_a_unit_quaternion_for_every_joint(family: str) -> None:
    for one in of(family):
        assert one.quaternions.shape == (len(one.parents), 4)
        assert np.abs(np.linalg.norm(one.quaternions, axis=1) - 1.0).max() < TURN


@pytest.mark.parametrize("family", FAMILIES)
def test_a_joint_is_carried_from_pose_to_pose_by_its_parents_bone(family: str) -> None:
    for first, second in pairs(family):
        children = [(bone, parent) for bone, parent in enumerate(first.parents) if parent >= 0]
        assert children
        for bone, parent in children:
            assert np.abs(first.carried(parent, first.joints[bone], second) - second.joints[bone]).max() < METRES


@pytest.mark.parametrize("family", FAMILIES)
def test_a_keypoint_is_carried_from_pose_to_pose_by_its_own_bone(family: str) -> None:
    bones = built(family).keypoint_bones
    assert len(bones)
    for first, second in pairs(family):
        for point, bone in enumerate(bones):
            assert np.abs(first.carried(bone, first.keypoints[point], second) - second.keypoints[point]).max() < METRES


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_drawn_lies_where_the_record_carries_the_shape_at_rest(family: str) -> None:
    model = built(family)
    cloth = np.array([name.startswith("cloth") for name in model.skeleton.names])
    for (articulation, turn), pose in zip(POSES, of(family), strict=True):
        drawn = pose_subject(model, articulation, turn).vertices
        seen = 0
        for bone in np.flatnonzero(~cloth):
            own = (model.skin_bones[:, 0] == bone) & (model.skin_weights[:, 0] > 0.9999)
            arms = (model.vertices[own] - model.skeleton.rest[bone]) * model.scale
            carried = pose.joints[bone] + arms @ matrix(pose.quaternions[bone]).T
            assert np.abs(carried - drawn[own]).max(initial=0.0) < METRES
            seen += int(own.sum())
        assert seen > 100


def test_other_rotations_would_be_noticed() -> None:
    """The poses above turn bones by much, so that rotations of the wrong pose, or turned the other way, do not fit."""
    first, second = told_of("quadruped", *POSES[0]), told_of("quadruped", *POSES[1])
    backwards = second.quaternions * (1, -1, -1, -1)
    for wrong in (first.quaternions, backwards):
        spoilt = replace(second, quaternions=wrong)
        gaps = [first.carried(p, first.joints[b], spoilt) - second.joints[b] for b, p in enumerate(first.parents) if p >= 0]
        assert np.abs(gaps).max() > 0.1


@pytest.mark.parametrize("degrees", [35.0, -68.0, 180.0])
def test_a_turn_of_the_subject_turns_every_bone_about_the_vertical_by_as_much(degrees: float) -> None:
    before, after = (told_of("quadruped", "walk", turn) for turn in (0.0, degrees))
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    seen_from_above = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])  # from +x towards -y
    for one, other in zip(before.quaternions, after.quaternions, strict=True):
        assert np.abs(matrix(other) @ matrix(one).T - seen_from_above).max() < 4 * TURN


def test_own_models_have_one_bone_that_carries_all_of_them(tmp_path: Path) -> None:
    model = wedge(tmp_path)
    first, second = (told(pose_subject(model, *pose)) for pose in (("walk", 20.0), ("wave", -140.0)))
    assert len(first.quaternions) == 1
    assert np.abs(first.carried(0, first.keypoints, second) - second.keypoints).max() < METRES


HALF_TURN = [0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("quaternion", "expected"),
    [
        ([1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]),
        ([-0.5, 0.5, -0.5, 0.5], [0.5, -0.5, 0.5, -0.5]),
        ([0.0, 0.0, 0.0, -1.0], HALF_TURN),
        ([-1e-7, 0.0, -0.0, 1.0], HALF_TURN),  # the sign goes by what is written
        ([1e-7, -1e-7, 0.0, -1.0], HALF_TURN),
        ([-0.0, -0.6, 0.8, 0.0], [0.0, 0.6, -0.8, 0.0]),
    ],
)
def test_of_the_two_quaternions_of_a_rotation_one_is_written(quaternion: list[float], expected: list[float]) -> None:
    (found,) = rotations(replace(ball(), joint_rotations=np.array([quaternion], np.float32)))
    assert found == expected
    assert str(found) == str(expected)  # no -0.0


def test_rotations_are_told_to_five_decimals() -> None:
    numbers = [number for quaternion in rotations(pose_subject(built("bird"), "walk", 33.0)) for number in quaternion]
    assert all(round(number, 5) == number for number in numbers)
    assert "-0.0" not in map(str, numbers)
    assert len({number for number in numbers if round(number, 4) != number}) > 4
