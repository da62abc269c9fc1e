import dataclasses

import cv2
import numpy as np
import pytest
from stand_ins import ball, crate, flat_plate

from spotdiff10k.engines.rendered.canny import HIGH, LOW, canny
from spotdiff10k.engines.rendered.keypoints import OCCLUDED, OUTSIDE, VISIBLE, seen_points
from spotdiff10k.engines.rendered.limbs import AP10K, OPENPOSE18, OPENPOSE_POINTS
from spotdiff10k.engines.rendered.render import prepare, render
from spotdiff10k.engines.rendered.skeleton_map import skeleton_map
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.engines.rendered.workspace import Workspace


def test_canny_finds_the_edges_that_opencv_finds() -> None:
    rng = np.random.default_rng(5)
    coarse = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    blobs = cv2.resize(coarse, (160, 120), interpolation=cv2.INTER_CUBIC)
    noisy = np.clip(blobs.astype(int) + rng.integers(-20, 20, blobs.shape), 0, 255).astype(np.uint8)
    drawn = render(prepare(crate()), flat_plate(128), Workspace(128)).picture.copy()
    for picture in (blobs, noisy, drawn, coarse):
        expected = cv2.Canny(picture, LOW, HIGH)
        assert expected.any()
        assert (canny(picture) == expected).all()


def test_limb_tables_name_only_points_of_their_schema() -> None:
    assert len(OPENPOSE18.limbs) == 17
    assert {end for limb in OPENPOSE18.limbs for end in (limb.start, limb.end)} == set(OPENPOSE_POINTS)
    assert len(AP10K.limbs) == 17
    assert len({end for limb in AP10K.limbs for end in (limb.start, limb.end)}) == 17


def test_openpose_joints_are_dots_of_their_colour_and_limbs_join_them() -> None:
    camera = camera_for(10, 34, 512)
    points = np.array([[0, -0.3, 0.5], [0, 0.3, 0.5]], np.float32)
    posed = dataclasses.replace(ball(), keypoints=points, keypoint_names=("neck", "right_shoulder"), keypoint_schema="openpose18")
    drawing = skeleton_map(posed, camera)
    (x0, y0, _), (x1, y1, _) = camera.project(points)
    assert tuple(drawing[int(y0), int(x0)]) == (255, 85, 0)
    assert tuple(drawing[int(y1), int(x1)]) == (255, 170, 0)
    assert tuple(drawing[int((y0 + y1) / 2), int((x0 + x1) / 2)]) == (153, 0, 0)
    assert (drawing.any(axis=2)).mean() < 0.02


def test_animals_and_other_skeletons_are_drawn_too_and_missing_points_leave_their_limbs_out() -> None:
    camera = camera_for(10, 34, 256)
    points = np.array([[0, -0.3, 0.5], [0, 0.3, 0.5]], np.float32)
    animal = dataclasses.replace(ball(), keypoints=points, keypoint_names=("nose", "neck"), keypoint_schema="ap10k")
    x, y, _ = camera.project(points).mean(axis=0)
    assert tuple(skeleton_map(animal, camera)[int(y), int(x)]) == (100, 50, 255)
    lamp = dataclasses.replace(ball(), joints=points, joint_names=("foot", "arm"), joint_parents=(-1, 0))
    assert skeleton_map(lamp, camera)[int(y), int(x)].any()


def test_keypoints_are_seen_hidden_or_outside() -> None:
    plate = flat_plate(128)
    depth = render(prepare(ball(0.3, 0.4)), plate, Workspace(128)).depth
    names = ("front", "inside", "behind", "beside", "outside", "behind the camera")
    points = np.array([[0.3, 0, 0.4], [0.25, 0, 0.4], [-0.3, 0, 0.4], [0, 0.5, 0.4], [0, 5, 0.4], [50, 0, 0.4]], np.float32)
    seen = {point.name: point.visibility for point in seen_points(names, points, plate.camera, depth)}
    assert seen == {
        "front": VISIBLE, "inside": VISIBLE, "behind": OCCLUDED, "beside": VISIBLE, "outside": OUTSIDE,
        "behind the camera": OUTSIDE,
    }  # fmt: skip
    place = seen_points(("front",), points[:1], plate.camera, depth)[0]
    assert (place.x, place.y, place.z) == pytest.approx(plate.camera.project(points[:1])[0])
