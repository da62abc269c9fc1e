"""A posed subject stands on the ground, inside the stage, turned the way the pose level says."""

from dataclasses import replace

import numpy as np
import pytest

from spotdiff10k.engines.rendered import geometry
from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.model import STAGE_HEIGHT, STAGE_RADIUS, Camera, Material, SubjectModel
from spotdiff10k.engines.rendered.posing import extents, pose_subject
from spotdiff10k.errors import EngineError

FEET = ("front_left_foot", "front_right_foot", "back_left_foot", "back_right_foot")


def table() -> SubjectModel:
    """An animal of the simplest kind: a trunk, four legs, a nose that tells the front."""
    builder = SubjectBuilder("table", "joints")
    ink = builder.material(Material((0.5, 0.4, 0.3)))
    builder.bone("root", None, (0, 0, 0.5))
    builder.ellipsoid("root", (0, 0, 0.5), (0.35, 0.15, 0.12))
    builder.part("root", geometry.box((0.1, 0.1, 0.1)).moved((0.4, 0, 0.5)), ink)
    builder.keypoint("nose", "root", (0.45, 0, 0.5))
    for pair, x in (("front", 0.22), ("back", -0.22)):
        for side, y in (("left", 0.1), ("right", -0.1)):
            names = [f"{pair}_{side}_{part}" for part in ("upper", "lower", "foot")]
            joints = [(x, y, 0.42), (x + 0.02, y, 0.24), (x, y, 0.06)]
            for name, parent, joint in zip(names, ["root", *names], joints, strict=False):
                builder.bone(name, parent, joint)
            builder.cone(names[0], joints[0], joints[1], 0.06, 0.05)
            builder.cone(names[1], joints[1], joints[2], 0.05, 0.04)
            builder.ellipsoid(names[2], (x + 0.02, y, 0.03), (0.06, 0.04, 0.03), blend=0.01)
            builder.leg(*names)
    builder.articulate("stand", {}, FEET)
    builder.articulate("lean", {"root": (14, 0, 0)}, FEET)
    builder.articulate("bow", {"root": (0, 20, 0), "front_left_upper": (0, -40, 0)}, FEET)
    builder.articulate("tall", {"root": (0, -40, 0)}, ("back_left_foot", "back_right_foot"))
    builder.articulate("low", {"front_left_upper": (0, -80, 0)}, FEET[2:], (0, 0, -0.25))
    builder.articulate("jump", {"root": (0, 0, 20)}, (), (0, 0, 0.4))
    return builder.build(ink, cell_size=0.02)


@pytest.fixture(scope="module")
def model() -> SubjectModel:
    return table()


def camera() -> Camera:
    """At +x, looking along -x."""
    rotation = np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]], np.float32)
    return Camera(np.array([5, 0, 0.5], np.float32), rotation, 500.0, 512)


def test_no_turn_faces_the_camera(model: SubjectModel) -> None:
    nose = pose_subject(model, "stand", 0.0).keypoints[0]
    assert nose[0] > 0.2
    assert nose[1] == pytest.approx(0.0, abs=0.01)


def test_a_positive_turn_moves_the_front_to_the_pictures_left(model: SubjectModel) -> None:
    left, right = (camera().project(pose_subject(model, "stand", turn).keypoints)[0, 0] for turn in (40.0, -40.0))
    assert left < 256 - 20
    assert right > 256 + 20


@pytest.mark.parametrize("articulation", ["stand", "lean", "bow", "tall", "low", "jump"])
def test_the_lowest_point_is_on_the_ground(model: SubjectModel, articulation: str) -> None:
    assert pose_subject(model, articulation, 33.0).vertices[:, 2].min() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("articulation", ["stand", "lean", "bow", "tall", "low"])
def test_planted_feet_touch_the_ground_flat(model: SubjectModel, articulation: str) -> None:
    posed = pose_subject(model, articulation, -20.0)
    dominant = model.skin_bones[:, 0]
    for foot in model.articulations[articulation].planted:
        own = (dominant == model.skeleton.names.index(foot)) & (model.skin_weights[:, 0] > 0.6)
        assert posed.vertices[own, 2].min() == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize("articulation", ["stand", "lean", "bow", "tall", "low", "jump"])
@pytest.mark.parametrize("turn", [0.0, 35.0, 118.0, -68.0])
def test_it_fits_the_stage_at_any_turn(model: SubjectModel, articulation: str, turn: float) -> None:
    vertices = pose_subject(model, articulation, turn).vertices
    assert vertices[:, 2].max() <= STAGE_HEIGHT
    assert np.hypot(vertices[:, 0], vertices[:, 1]).max() <= STAGE_RADIUS


def test_the_largest_articulation_nearly_fills_the_stage(model: SubjectModel) -> None:
    sizes = [extents(model, name) for name in model.articulations]
    filled = max(max(height / STAGE_HEIGHT, radius / STAGE_RADIUS) for height, radius in sizes) * model.scale
    assert 0.95 < filled <= 1.0


def test_bones_keep_their_lengths(model: SubjectModel) -> None:
    posed = pose_subject(model, "bow", 10.0)
    for bone, parent in enumerate(model.skeleton.parents):
        if parent >= 0:
            rest = np.linalg.norm(model.skeleton.rest[bone] - model.skeleton.rest[parent]) * model.scale
            assert np.linalg.norm(posed.joints[bone] - posed.joints[parent]) == pytest.approx(rest, abs=1e-4)


def test_normals_stay_unit_and_the_sphere_holds_the_subject(model: SubjectModel) -> None:
    posed = pose_subject(model, "lean", 50.0)
    assert np.allclose(np.linalg.norm(posed.normals, axis=1), 1.0, atol=1e-4)
    assert np.linalg.norm(posed.vertices - posed.center, axis=1).max() <= posed.radius + 1e-5


def test_posing_repeats_to_the_byte(model: SubjectModel) -> None:
    first, second = (pose_subject(model, "bow", 35.0) for _ in range(2))
    assert first.vertices.tobytes() == second.vertices.tobytes()
    assert first.normals.tobytes() == second.normals.tobytes()
    assert table().vertices.tobytes() == model.vertices.tobytes()


def test_an_unknown_articulation_is_a_sentence(model: SubjectModel) -> None:
    with pytest.raises(EngineError, match="no articulation 'fly'; it has stand, lean"):
        pose_subject(model, "fly", 0.0)


def test_cloth_lies_on_the_ground_and_does_not_lift_the_body() -> None:
    builder = SubjectBuilder("bell", "joints")
    ink = builder.material(Material((0.5, 0.4, 0.3)))
    builder.bone("root", None, (0, 0, 0.3))
    builder.bone("cloth", "root", (0, 0, 0.3))
    builder.part("root", geometry.icosphere(2).scaled(0.3).moved((0, 0, 0.3)), ink)
    builder.part("cloth", geometry.cylinder((0, 0, -0.2), (0, 0, 0.3), 0.2), ink)
    builder.articulate("stand", {})
    posed = pose_subject(builder.build(), "stand", 0.0)
    assert 0.0 <= posed.vertices[:, 2].min() < 0.005
    assert np.isclose(posed.vertices[:, 2].max(), posed.joints[0, 2] * 2, atol=0.02)


def test_a_builder_of_rigid_parts_alone_works() -> None:
    builder = SubjectBuilder("box", "joints")
    ink = builder.material(Material((0.5, 0.4, 0.3)))
    builder.bone("root", None, (0, 0, 0))
    builder.part("root", geometry.box((1, 1, 1)), ink)
    builder.articulate("stand", {})
    model = builder.build()
    assert len(model.faces) == 12
    assert pose_subject(model, "stand", 0.0).vertices[:, 2].min() == 0.0
    assert model.keypoint_rest.shape == (0, 3)


def test_a_builder_refuses_unknown_and_repeated_bones_and_empty_subjects() -> None:
    builder = SubjectBuilder("odd", "joints")
    builder.bone("root", None, (0, 0, 0))
    with pytest.raises(EngineError, match="twice"):
        builder.bone("root", None, (0, 0, 0))
    with pytest.raises(EngineError, match="names the bone 'tail', but has only root"):
        builder.bone("tip", "tail", (0, 0, 0))
    with pytest.raises(EngineError, match="without parts"):
        builder.build()


def test_fields_and_texture_coordinates_survive_the_splitting_of_edges() -> None:
    builder = SubjectBuilder("box", "joints")
    ink = builder.material(Material((0.5, 0.4, 0.3)))
    builder.bone("root", None, (0, 0, 0))
    box = geometry.box((1, 1, 1))
    builder.rigid("root", box.vertices, box.faces, ink, fields=box.vertices, uv=box.vertices[:, :2])
    builder.articulate("stand", {})
    model = builder.build()
    assert np.allclose(model.fields, model.vertices)
    assert np.allclose(model.uv, model.vertices[:, :2])


def test_an_articulation_leaves_out_bones_that_are_not_there(model: SubjectModel) -> None:
    builder = SubjectBuilder("box", "joints")
    builder.bone("root", None, (0, 0, 0))
    builder.part("root", geometry.box((1, 1, 1)), builder.material(Material((0.5, 0.4, 0.3))))
    builder.articulate("stand", {"tail": (1, 2, 3), "root": (0, 0, 5)})
    assert builder.build().articulations["stand"].angles == {"root": (0, 0, 5)}


def test_scale_is_metres_of_the_stage_a_metre_at_rest(model: SubjectModel) -> None:
    doubled = replace(model, scale=model.scale / 2)
    whole, half = pose_subject(model, "stand", 0.0), pose_subject(doubled, "stand", 0.0)
    assert np.allclose(whole.vertices, 2 * half.vertices, atol=1e-5)
