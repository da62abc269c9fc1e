"""The contact sheet of control maps."""

from spotdiff10k.engines.controlnet.control.cameras import reference_camera
from spotdiff10k.engines.controlnet.control.sheet import SHOWN, control_sheet
from spotdiff10k.engines.controlnet.control.warm_up import warm_up_maps
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

TILE = 48


def test_a_sheet_shows_every_map_and_leaves_room_for_a_skeleton_that_is_not_there() -> None:
    meadow = BackgroundLevel("meadow-00", "meadow", 0, "in a meadow", 8.0, 36.0)
    pose = PoseLevel("stand-front", "stand", 8.0, "standing still")
    groups = []
    for family in ("robot", "lamp"):
        subject = SubjectLevel("s000001", family, 1, family, f"a {family}")
        groups.append((PlannedGroup("g000001", 1, "train", False, subject, (pose,), (meadow,), ()), pose))
    sheet = control_sheet(groups, reference_camera((meadow,), 64), EngineSettings(64, ()), TILE)
    assert sheet.shape[1] > TILE * (len(SHOWN) + 2)
    skeletons = sheet[-2 * TILE :, -3 * TILE : -TILE]
    assert (skeletons == (229, 229, 226)).all(axis=2).sum() > 0.4 * TILE * TILE


def test_warming_up_draws_every_map_without_weights() -> None:
    warm_up_maps()
