"""The pose catalogue that people edit: what is shipped, and what is said of mistakes."""

from pathlib import Path

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.control import control_maps
from spotdiff10k.engines.controlnet.control.catalogue import find_pose, keypoint_poses
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS, points_of
from spotdiff10k.engines.controlnet.control.regions import region_of
from spotdiff10k.engines.rendered.skeleton_map import draw_places
from spotdiff10k.errors import EngineError, RecipeError
from spotdiff10k.models.store import sha256_of
from spotdiff10k.plan.levels import pose_levels
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

HIPS = "left_hip: [0.6, 0.5], right_hip: [0.4, 0.5]"
POINTS = f"{{nose: [0.5, 0.2], neck: [0.5, 0.3], {HIPS}, left_knee: [0.6, 0.7], right_knee: [0.4, 0.7]}}"
HOP = f"schema: openpose18\nposes:\n  hop:\n    description: hopping\n    points: {POINTS}\n"
MEADOW = BackgroundLevel("meadow-00", "meadow", 0, "in a meadow", 8.0, 36.0)


def written(folder: Path, text: str) -> str:
    path = folder / "openpose18.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def group(family: str, level: PoseLevel) -> PlannedGroup:
    subject = SubjectLevel("s000001", family, 1, family, f"a {family}")
    return PlannedGroup("g000001", 1, "train", False, subject, (level,), (MEADOW,), ())


@pytest.mark.parametrize("schema", ["openpose18", "ap10k"])
def test_every_pose_level_has_keypoints_that_lie_in_the_picture(schema: str) -> None:
    known = keypoint_poses(schema)
    for level in pose_levels(56, 3):
        found = known[level.id]
        assert found.description == level.description
        assert set(found.points) <= set(points_of(schema))
        assert len(found.points) >= 12
        assert find_pose(schema, level) == found


@pytest.mark.parametrize("schema", ["openpose18", "ap10k"])
@pytest.mark.parametrize("size", [64, 200])
def test_a_pose_is_drawn_at_any_size_with_its_region_about_it(schema: str, size: int) -> None:
    places = keypoint_poses(schema)["walk-left"].places(size)
    drawn = draw_places(DRAWINGS[schema], places, size).any(axis=2)
    region = region_of(schema, places, size)
    assert region.shape == drawn.shape == (size, size)
    assert drawn.mean() > 0.005
    assert (region[drawn] > 127).mean() > 0.9
    assert 0.03 < (region > 127).mean() < 0.4


def test_left_and_right_are_the_subject_s_own() -> None:
    """Who faces the viewer has the right hand on the picture's left."""
    for schema, point in (("openpose18", "wrist"), ("ap10k", "front_paw")):
        points = keypoint_poses(schema)["stand-front"].points
        assert points[f"right_{point}"][0] < points[f"left_{point}"][0]


def test_catalogue_maps_need_no_proxy_s_shape() -> None:
    level = pose_levels(4, 1)[0]
    settings = EngineSettings(size=96, outputs=(), options={"control_source": "catalogue"})
    found = control_maps(group("character", level), level, MEADOW, ("openpose", "pose"), 96, settings)
    assert (found.maps["openpose"] == found.maps["pose"]).all()
    assert found.region.max() == 255
    assert found.source == {"openpose": "pose catalogue", "pose": "pose catalogue"}
    with pytest.raises(EngineError, match="skeleton of the family 'vehicle'"):
        control_maps(group("vehicle", level), level, MEADOW, ("pose",), 96, settings)


def test_people_s_own_poses_stand_for_the_shipped_ones(tmp_path: Path) -> None:
    digest = sha256_of(Path(written(tmp_path, HOP)))[:16]
    hop = PoseLevel("hop", "hop", 0.0, "hopping")
    settings = EngineSettings(size=96, outputs=(), options={"control_source": "catalogue", "keypoints": str(tmp_path)})
    found = control_maps(group("character", hop), hop, MEADOW, ("openpose",), 96, settings)
    assert found.source == {"openpose": f"own keypoint poses {digest}"}
    yellow = np.flatnonzero(found.maps["openpose"].any(axis=(1, 2)))
    assert 0.17 < yellow.min() / 96 < 0.22
    assert 0.68 < yellow.max() / 96 < 0.75


def test_a_pose_that_is_not_there_is_named_with_what_to_do() -> None:
    with pytest.raises(RecipeError, match=r"hop-left is not among the 56 keypoint poses of openpose18.*control_source: proxy"):
        find_pose("openpose18", PoseLevel("hop-left", "hop", 68.0, "hopping"))
    with pytest.raises(RecipeError, match="no keypoint poses of the schema 'hand21'"):
        find_pose("hand21", PoseLevel("a", "a", 0.0, "a"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("poses: [", "not well-formed YAML"),
        ("- 1", "should be a mapping with schema and poses, found list"),
        ("schema: ap10k\nposes: {}", "holds keypoints of the schema 'ap10k'; expected schema: openpose18"),
        ("schema: openpose18\nposes: {}", "should hold poses"),
        ("schema: openpose18\nposes: {hop: 3}", "the pose hop should have points"),
        (HOP.replace("hopping", "''"), "the pose hop has no description"),
        (
            HOP.replace("left_knee", "left_nee"),
            r"a keypoint 'left_nee', which openpose18 does not know.*Did you mean 'left_knee'",
        ),
        (HOP.replace("0.7", "1.7"), r"has left_knee at \[0.6, 1.7\]; expected \[x, y\], shares"),
        (HOP.replace("0.7", ".nan"), "has left_knee at"),
        (HOP.replace("0.7", "true"), "has left_knee at"),
        (HOP.replace("[0.6, 0.7]", "[0.6]"), "has left_knee at"),
        (HOP.replace("nose: [0.5, 0.2], ", ""), "has 5 keypoints; expected at least 6"),
        ("schema: !!python/object/apply:os.system [ls]", "not well-formed YAML"),
    ],
)
def test_mistakes_in_a_file_are_sentences(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=told):
        keypoint_poses("openpose18", written(tmp_path, text))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        keypoint_poses("ap10k", str(tmp_path / "none.yaml"))
