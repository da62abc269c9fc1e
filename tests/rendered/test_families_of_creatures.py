"""Animals, people and birds: whole, on the ground, in every articulation, each with its schema's keypoints."""

import importlib
from functools import cache

import numpy as np
import pytest
import trimesh

from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, SubjectModel
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.resources import manifest
from spotdiff10k.traits import catalogue, describe, draw, noun

ARTICULATIONS = tuple(manifest("poses")["articulations"])
AP10K = {
    "left_eye", "right_eye", "nose", "neck", "root_of_tail", "left_shoulder", "left_elbow", "left_front_paw", "right_shoulder",
    "right_elbow", "right_front_paw", "left_hip", "left_knee", "left_back_paw", "right_hip", "right_knee", "right_back_paw",
}  # fmt: skip
OPENPOSE18 = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist", "right_hip",
    "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
SAMPLES = [
    *(("quadruped", species + 17 * (3 * species + 1)) for species in range(17)),
    *(("character", identity) for identity in (0, 7, 15, 22, 31)),
    *(("dinosaur", species + 8 * (species + 3)) for species in range(8)),
    *(("bird", species + 12 * (species + 2)) for species in range(12)),
]
"""Every species once, each in another colour."""


@cache
def built(family: str, identity: int) -> SubjectModel:
    module = importlib.import_module(f"spotdiff10k.engines.rendered.families.{family}")
    model: SubjectModel = module.build(draw(catalogue("subjects")[family], identity), identity)
    return model


@pytest.mark.parametrize(("family", "identity"), SAMPLES)
def test_models_are_sound(family: str, identity: int) -> None:
    model = built(family, identity)
    assert 4_000 < len(model.faces) < 48_000
    for values in (model.vertices, model.normals, model.fields, model.skin_weights, model.materials, model.keypoint_rest):
        assert np.isfinite(values).all()
    assert np.allclose(np.linalg.norm(model.normals, axis=1), 1.0, atol=1e-4)
    assert np.allclose(model.skin_weights.sum(axis=1), 1.0, atol=1e-5)
    assert model.skin_bones.max() < len(model.skeleton.names)
    assert model.face_material.max() < len(model.materials)
    assert set(model.articulations) == set(ARTICULATIONS)
    corners = model.vertices[model.faces].astype(np.float64)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(faces, axis=1)
    large = area > 1e-6
    agreement = (faces[large] / area[large, None] * model.normals[model.faces[large]].mean(axis=1)).sum(axis=1)
    assert (agreement > 0.0).mean() > 0.995


@pytest.mark.parametrize(("family", "identity"), SAMPLES)
def test_every_articulation_stands_on_the_ground_inside_the_stage(family: str, identity: int) -> None:
    model = built(family, identity)
    for name in ARTICULATIONS:
        posed = pose_subject(model, name, 35.0)
        assert np.isfinite(posed.vertices).all()
        assert posed.vertices[:, 2].min() == pytest.approx(0.0, abs=0.004)
        assert posed.vertices[:, 2].max() <= STAGE_HEIGHT
        assert np.hypot(posed.vertices[:, 0], posed.vertices[:, 1]).max() <= STAGE_RADIUS
        for foot in model.articulations[name].planted:
            own = (model.skin_bones[:, 0] == model.skeleton.names.index(foot)) & (model.skin_weights[:, 0] > 0.6)
            assert posed.vertices[own, 2].min() < 0.005, f"{name}: {foot} floats"


@pytest.mark.parametrize(("family", "identity"), SAMPLES)
def test_articulations_look_different_from_each_other(family: str, identity: int) -> None:
    """Corresponding vertices lie apart by centimetres of the stage, on average."""
    model = built(family, identity)
    clouds = [pose_subject(model, name, 0.0).vertices for name in ARTICULATIONS]
    for i, first in enumerate(clouds):
        for second in clouds[:i]:
            assert np.linalg.norm(first - second, axis=1).mean() > 0.008


@pytest.mark.parametrize("identity", [0, 7, 15])
def test_people_have_all_of_openpose_in_order(identity: int) -> None:
    model = built("character", identity)
    assert model.keypoint_schema == "openpose18"
    assert model.keypoint_names == OPENPOSE18
    points = dict(zip(model.keypoint_names, pose_subject(model, "stand", 0.0).keypoints, strict=True))
    assert points["left_shoulder"][1] > 0 > points["right_shoulder"][1]
    assert points["nose"][2] > points["neck"][2] > points["left_hip"][2] > points["left_knee"][2] > points["left_ankle"][2]


@pytest.mark.parametrize(("family", "identity"), [sample for sample in SAMPLES if sample[0] in ("quadruped", "dinosaur")])
def test_animals_have_all_of_ap10k(family: str, identity: int) -> None:
    model = built(family, identity)
    assert model.keypoint_schema == "ap10k"
    assert set(model.keypoint_names) == AP10K
    points = dict(zip(model.keypoint_names, pose_subject(model, "stand", 0.0).keypoints, strict=True))
    assert points["nose"][0] > points["neck"][0] > points["root_of_tail"][0]
    for side, sign in (("left", 1), ("right", -1)):
        assert sign * points[f"{side}_shoulder"][1] > 0
        assert sign * points[f"{side}_eye"][1] > 0
        for paw in ("front_paw", "back_paw"):
            assert points[f"{side}_{paw}"][2] < 0.09


def test_a_sitting_dog_lowers_its_rump_and_keeps_its_chest_up() -> None:
    model = next(built(*sample) for sample in SAMPLES if sample[0] == "quadruped")
    names = model.keypoint_names
    stand, sit = (pose_subject(model, name, 0.0).keypoints for name in ("stand", "sit"))
    hip, shoulder = names.index("left_hip"), names.index("left_shoulder")
    assert sit[hip, 2] < 0.6 * stand[hip, 2]
    assert sit[shoulder, 2] > 0.8 * stand[shoulder, 2]


def test_a_walking_animal_moves_diagonal_legs_together() -> None:
    model = next(built(*sample) for sample in SAMPLES if sample[0] == "quadruped")
    names = model.keypoint_names
    stand, walk = (pose_subject(model, name, 0.0).keypoints for name in ("stand", "walk"))
    ahead = {paw: walk[names.index(paw), 0] - stand[names.index(paw), 0] for paw in AP10K if paw.endswith("paw")}
    assert min(ahead["left_front_paw"], ahead["right_back_paw"]) > max(ahead["right_front_paw"], ahead["left_back_paw"])


def test_flesh_that_nothing_covers_is_closed() -> None:
    """A bare animal: every edge of its body has two faces."""
    species = catalogue("subjects")["quadruped"]
    bare = next(
        i
        for i in range(17 * 60)
        if draw(species, i)["species"] in ("dog", "cat", "bear") and draw(species, i)["bodywear"] == "none"
    )
    model = built("quadruped", bare)
    flesh = model.faces[model.face_material == 0]
    assert trimesh.Trimesh(model.vertices, flesh, process=False).is_watertight


@pytest.mark.parametrize("family", ["quadruped", "dinosaur", "character", "bird"])
def test_captions_read_well_and_tell_identities_apart(family: str) -> None:
    spec = catalogue("subjects")[family]
    texts = [describe(spec, draw(spec, identity)) for identity in range(600)]
    assert len(set(texts)) > 560
    for text in texts:
        assert text.startswith(("a ", "an "))
        assert "none" not in text
        assert "_" not in text
        assert "  " not in text
    assert noun(spec, draw(spec, 0)) in texts[0]
