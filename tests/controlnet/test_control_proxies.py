"""Control maps of rendered proxies, against rays, closed forms and what published models were trained on."""

import dataclasses

import numpy as np
import pytest

from spotdiff10k.engines.controlnet.control import KINDS, control_maps
from spotdiff10k.engines.controlnet.control.cameras import reference_camera
from spotdiff10k.engines.controlnet.control.keypoints import seen_keypoints
from spotdiff10k.engines.controlnet.control.proxy import FINE, Proxy, make_proxy
from spotdiff10k.engines.controlnet.control.shape_maps import depth_map, ground_nearness, normal_map
from spotdiff10k.engines.controlnet.seams import ControlMaps
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.errors import EngineError
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

SIZE = 128
SHAPES = ("depth", "normal", "canny", "lineart", "softedge")
LOW = BackgroundLevel("low-00", "meadow", 0, "in a meadow", 5.0, 30.0)
HIGH = BackgroundLevel("high-00", "studio", 0, "in a studio", 19.0, 40.0)


def pose(articulation: str = "stand", degrees: float = 8.0) -> PoseLevel:
    return PoseLevel(f"{articulation}-x", articulation, degrees, articulation)


def group(family: str) -> PlannedGroup:
    subject = SubjectLevel("s000001", family, 1, family, f"a {family}")
    return PlannedGroup("g000001", 1, "train", False, subject, (pose(),), (LOW, HIGH), ())


def settings(**options: bool | str) -> EngineSettings:
    return EngineSettings(size=SIZE, outputs=(), options=options)


def maps(family: str, kinds: tuple[str, ...], at: PoseLevel | None = None, **options: bool | str) -> ControlMaps:
    return control_maps(group(family), at or pose(), LOW, kinds, SIZE, settings(**options))


def ball(radius: float = 0.3, height: float = 0.5) -> Proxy:
    """A ball on the stage's axis, seen by a level camera, in closed form."""
    camera = camera_for(0.0, 36.0, SIZE)
    side = FINE * SIZE
    across = ((np.arange(side) + 0.5) / FINE - SIZE / 2) / camera.focal
    rays = np.stack(np.broadcast_arrays(across[None, :], across[:, None], 1.0), axis=2)
    centre = camera.rotation.astype(float) @ (np.array([0.0, 0.0, height]) - camera.position)
    a, b = (rays**2).sum(axis=2), rays @ centre
    inside = b * b - a * (centre @ centre - radius * radius)
    z = np.where(inside > 0, (b - np.sqrt(np.maximum(inside, 0))) / a, 0)
    normal = np.where((z > 0)[..., None], (rays * z[..., None] - centre) / radius, 0)
    nearness = np.where(z > 0, 1 / np.maximum(z, 1e-9), 0)
    posed = pose_subject(build_subject(SubjectLevel("s", "vessel", 1, "vase", "a vase")), "stand", 0.0)
    return Proxy(posed, camera, nearness.astype(np.float32), normal.astype(np.float32), np.zeros((side, side), np.int32))


@pytest.fixture(scope="module")
def person() -> ControlMaps:
    return maps("character", (*SHAPES, "openpose"), pose("walk", 35.0))


def test_every_map_is_a_picture_and_the_region_is_where_the_subject_is(person: ControlMaps) -> None:
    for kind, picture in person.maps.items():
        assert picture.shape == (SIZE, SIZE, 3), kind
        assert picture.dtype == np.uint8
        assert picture.flags["C_CONTIGUOUS"]
        assert len(np.unique(picture)) > 1, kind
    assert person.region.shape == (SIZE, SIZE)
    assert 0.02 < (person.region > 127).mean() < 0.5
    assert set(person.source.values()) == {"rendered proxy"}


def test_lines_and_limbs_lie_on_the_subject(person: ControlMaps) -> None:
    near = np.zeros((SIZE, SIZE), bool)
    for y, x in zip(*np.nonzero(person.region), strict=True):
        near[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5] = True
    for kind in ("canny", "lineart", "openpose"):
        drawn = person.maps[kind].max(axis=2) > 60
        assert drawn.any()
        assert near[drawn].all(), kind


def test_the_outline_of_the_region_is_drawn_by_the_line_maps(person: ControlMaps) -> None:
    inside = person.region > 127
    outline = inside & ~(np.roll(inside, 1, 0) & np.roll(inside, -1, 0) & np.roll(inside, 1, 1) & np.roll(inside, -1, 1))
    for kind, least in (("lineart", 120), ("softedge", 90)):
        assert (person.maps[kind][outline].max(axis=1) > least).mean() > 0.95, kind


def test_a_ball_is_nearest_in_its_middle_and_its_depth_is_inverse_distance() -> None:
    proxy = ball()
    grey = depth_map(proxy, ground=False)[..., 0]
    y, x = np.unravel_index(int(grey.argmax()), grey.shape)
    rows, columns = np.nonzero(proxy.inside)
    assert abs(y - rows.mean() / FINE) <= 2
    assert abs(x - columns.mean() / FINE) <= 2
    assert grey.max() == 255
    assert (grey[proxy.inside[::FINE, ::FINE] & proxy.inside[1::FINE, 1::FINE]] >= 70).all()
    assert grey[0, 0] == 0
    seen = proxy.nearness[proxy.inside]
    expected = 255 * (proxy.nearness - seen.min()) / (seen.max() - seen.min()) * 0.7 + 0.3 * 255
    middle = np.s_[y - 8 : y + 9, x - 8 : x + 9]
    fine = expected.reshape(SIZE, FINE, SIZE, FINE).mean(axis=(1, 3))
    assert np.abs(fine[middle] - grey[middle]).max() <= 1.0


def test_a_ball_is_blue_in_front_red_on_its_left_and_green_on_top() -> None:
    proxy = ball()
    colours = normal_map(proxy, ground=False).astype(int)
    rows, columns = np.nonzero(proxy.inside[::FINE, ::FINE])
    top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
    middle = (int(rows.mean()), int(columns.mean()))
    assert np.abs(colours[middle] - (128, 128, 255)).max() <= 6
    assert colours[middle[0], left + 1, 0] > 220 > 60 > colours[middle[0], right - 1, 0]
    assert colours[top + 1, middle[1], 1] > 220 > 60 > colours[bottom - 1, middle[1], 1]
    assert (colours[0, 0] == (128, 128, 255)).all()


@pytest.mark.parametrize("elevation", [5.0, 30.0])
def test_the_ground_is_as_near_as_rays_say(elevation: float) -> None:
    camera = camera_for(elevation, 40.0, SIZE)
    nearness = ground_nearness(camera)
    for row, column in ((FINE * SIZE - 3, 10), (FINE * SIZE - 40, FINE * SIZE - 7)):
        pixel = (np.array([column, row]) + 0.5) / FINE
        ray = camera.rotation.T.astype(float) @ np.append((pixel - SIZE / 2) / camera.focal, 1.0)
        depth = -float(camera.position[2]) / ray[2]
        assert nearness[row, column] == pytest.approx(1 / depth, rel=1e-5)
    assert (nearness[:2] == 0).all() or elevation > 10


def test_ground_is_shown_where_a_recipe_wants_it() -> None:
    with_ground, without = (maps("vessel", ("depth", "normal"), control_ground=choice).maps for choice in (True, False))
    assert with_ground["depth"][-1].min() > 200
    assert with_ground["depth"][0].max() == 0
    assert without["depth"][-1].max() == 0
    assert (with_ground["normal"][-1, :, 1] > 230).all()
    assert (without["normal"][-1] == (128, 128, 255)).all()


def test_what_subjects_share_has_one_camera_and_what_is_made_anew_has_its_backgrounds() -> None:
    shared = [control_maps(group("toy"), pose(), level, ("depth",), SIZE, settings(hold="both")) for level in (LOW, HIGH)]
    assert (shared[0].maps["depth"] == shared[1].maps["depth"]).all()
    anew = [control_maps(group("toy"), pose(), level, ("depth",), SIZE, settings(hold="none")) for level in (LOW, HIGH)]
    assert (anew[0].maps["depth"] != anew[1].maps["depth"]).any()
    between = camera_for(12.0, 35.0, SIZE)
    assert np.allclose(reference_camera((LOW, HIGH), SIZE).position, between.position)


def test_maps_repeat_to_the_bit_and_poses_change_them() -> None:
    first, again = (maps("bird", SHAPES, pose("walk")) for _ in range(2))
    other = maps("bird", SHAPES, pose("reach", 68.0))
    for kind in SHAPES:
        assert (first.maps[kind] == again.maps[kind]).all()
        assert (first.maps[kind] != other.maps[kind]).any(), kind


@pytest.mark.parametrize(("family", "kind", "schema"), [("robot", "openpose", "openpose18"), ("quadruped", "ap10k", "ap10k")])
def test_pose_is_the_skeleton_that_goes_with_the_subject(family: str, kind: str, schema: str) -> None:
    found = maps(family, (kind, "pose"))
    assert KINDS[kind].schema == schema
    assert (found.maps[kind] == found.maps["pose"]).all()


def test_a_skeleton_that_no_model_was_trained_on_is_refused_with_what_there_is() -> None:
    with pytest.raises(EngineError, match=r"'vehicle' has no control map 'pose'.*Take one of depth, normal, canny"):
        maps("vehicle", ("pose",))
    with pytest.raises(EngineError, match=r"'quadruped' has no control map 'openpose'; it has ap10k"):
        maps("quadruped", ("openpose",))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"control_source": "thin air"}, "control_source of controlnet is 'thin air'; expected one of auto, proxy"),
        ({"hold": "tight"}, "hold of controlnet is 'tight'; expected one of both, subject, none"),
        ({"annotators": "midas"}, "has 'midas'; expected KIND=ANNOTATOR"),
        ({"control_source": "photos"}, "need a folder of imported ones"),
        ({"control_source": "catalogue"}, "give no control map 'depth'; take openpose or ap10k"),
    ],
)
def test_wrong_options_are_sentences(options: dict[str, str], told: str) -> None:
    with pytest.raises(EngineError, match=told):
        maps("toy", ("depth",), **options)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(EngineError, match="no control map 'scribble'; known are depth"):
        maps("toy", ("scribble",))


def test_the_far_side_of_a_face_is_not_drawn() -> None:
    model = build_subject(SubjectLevel("s000001", "character", 1, "person", "a person"))
    camera = camera_for(8.0, 36.0, SIZE)
    front, left, away = (set(seen_keypoints(pose_subject(model, "stand", turn), camera)) for turn in (0.0, 68.0, 180.0))
    face = {"nose", "left_eye", "right_eye", "left_ear", "right_ear"}
    assert face <= front
    assert left & face == {"nose", "left_eye", "left_ear"}
    assert away & face == {"left_ear", "right_ear"}
    assert front - face == left - face == away - face


def test_a_subject_outside_the_picture_has_no_keypoints_there() -> None:
    posed = pose_subject(build_subject(SubjectLevel("s000001", "quadruped", 1, "dog", "a dog")), "stand", 0.0)
    camera = camera_for(8.0, 36.0, SIZE)
    aside = dataclasses.replace(camera, position=camera.position + np.array([0, 50, 0], np.float32))
    assert seen_keypoints(posed, aside) == {}
    assert not make_proxy(posed, aside).inside.any()
