"""Skeleton maps against what models were trained on: ControlNet's own drawing for people, OpenCV's lines for animals."""

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.control.catalogue import keypoint_poses
from spotdiff10k.engines.controlnet.control.kinds import DRAWINGS
from spotdiff10k.engines.rendered.limbs import OPENPOSE_POINTS
from spotdiff10k.engines.rendered.skeleton_map import draw_places

SIZE = 512
NAMES = ("walk-left", "wave-front", "sit-front-right", "stretch-away-left")
AP10K_ORDER = (
    "left_eye", "right_eye", "nose", "neck", "root_of_tail", "left_shoulder", "left_elbow", "left_front_paw", "right_shoulder",
    "right_elbow", "right_front_paw", "left_hip", "left_knee", "left_back_paw", "right_hip", "right_knee", "right_back_paw",
)  # fmt: skip
AP10K_LINES = {
    (1, 2): (255, 255, 255), (2, 3): (100, 255, 100), (1, 3): (150, 255, 255), (3, 4): (100, 50, 255), (4, 9): (50, 150, 200),
    (9, 10): (0, 255, 255), (10, 11): (0, 150, 0), (4, 6): (0, 0, 255), (6, 7): (0, 0, 150), (7, 8): (255, 50, 255),
    (4, 5): (255, 0, 255), (5, 15): (255, 0, 0), (15, 16): (150, 0, 0), (16, 17): (255, 255, 100), (5, 12): (0, 150, 0),
    (12, 13): (255, 255, 0), (13, 14): (150, 150, 150),
}  # fmt: skip
"""Keypoints from 1 in AP-10K's order, as the annotator of the animal pose ControlNets joins them."""


def alike(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """Intersection over union of what is drawn, and the share of the shared part that has the same colour."""
    drawn, expected = ours.any(axis=2), theirs.any(axis=2)
    shared = drawn & expected
    same = np.abs(ours.astype(int) - theirs.astype(int)).max(axis=2) <= 2
    return shared.sum() / (drawn | expected).sum(), (same & shared).sum() / shared.sum()


@pytest.mark.torchvision
@pytest.mark.filterwarnings("ignore")  # the package tells of others that it can do without
@pytest.mark.parametrize("name", NAMES)
def test_people_are_drawn_as_controlnet_draws_them(name: str) -> None:
    pytest.importorskip("controlnet_aux", exc_type=ImportError)
    from controlnet_aux.open_pose import util
    from controlnet_aux.open_pose.body import Keypoint

    points = keypoint_poses("openpose18")[name].points
    found = [Keypoint(*points[point]) if point in points else None for point in OPENPOSE_POINTS]
    theirs = util.draw_bodypose(np.zeros((SIZE, SIZE, 3), np.uint8), found)
    overlap, colours = alike(draw_places(DRAWINGS["openpose18"], keypoint_poses("openpose18")[name].places(SIZE), SIZE), theirs)
    assert overlap > 0.85
    assert colours > 0.93


@pytest.mark.parametrize("name", NAMES)
def test_animals_are_drawn_as_their_annotator_draws_them(name: str) -> None:
    cv2 = pytest.importorskip("cv2")
    places = keypoint_poses("ap10k")[name].places(SIZE)
    theirs = np.zeros((SIZE, SIZE, 3), np.uint8)
    for (start, end), colour in AP10K_LINES.items():
        ends = [places.get(AP10K_ORDER[number - 1]) for number in (start, end)]
        if all(ends):
            first, last = ((int(x), int(y)) for x, y in ends)  # type: ignore[misc]
            cv2.line(theirs, first, last, colour, 5)
    overlap, colours = alike(draw_places(DRAWINGS["ap10k"], places, SIZE), theirs)
    assert overlap > 0.85
    assert colours > 0.93
