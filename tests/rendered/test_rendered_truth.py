"""Mask, depth and normals against the rays of an independent tracer, and against closed forms."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from rays import look, pixel_centres
from stand_ins import ball, crate, flat_plate, posed_mesh

from spotdiff10k.engines.rendered.centres import DEPTH_STEPS_PER_METRE, NO_NORMAL
from spotdiff10k.engines.rendered.model import Camera, PosedSubject
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.render import Layers, prepare, render
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.engines.rendered.workspace import Workspace
from spotdiff10k.types import SubjectLevel

SIZE = 192
STEP = 1.0 / DEPTH_STEPS_PER_METRE


def animal() -> PosedSubject:
    level = SubjectLevel("s000005", "quadruped", 5, "animal", "an animal")
    return pose_subject(build_subject(level), "walk", -35.0)


SUBJECTS: dict[str, Callable[[], PosedSubject]] = {"ball": ball, "crate": crate, "animal": animal}


@pytest.fixture(scope="module", params=SUBJECTS)
def seen(request: pytest.FixtureRequest) -> tuple[PosedSubject, Camera, Layers]:
    posed = SUBJECTS[request.param]()
    plate = flat_plate(SIZE)
    return posed, plate.camera, render(prepare(posed), plate, Workspace(SIZE))


def decoded_normals(layers: Layers) -> np.ndarray:
    return layers.normal.astype(np.float64) / 255 * 2 - 1


def test_the_pixel_centres_with_depth_are_those_a_ray_hits(seen: tuple[PosedSubject, Camera, Layers]) -> None:
    posed, camera, layers = seen
    hit = look(posed, camera, pixel_centres(SIZE)).hit
    drawn = layers.depth.ravel() > 0
    assert hit.sum() > 2000
    assert (hit & drawn).sum() / (hit | drawn).sum() >= 0.999


def test_depth_is_the_camera_z_of_the_first_hit(seen: tuple[PosedSubject, Camera, Layers]) -> None:
    posed, camera, layers = seen
    sight = look(posed, camera, pixel_centres(SIZE))
    both = sight.hit & (layers.depth.ravel() > 0)
    error = np.abs(layers.depth.ravel()[both] * STEP - sight.depth[both])
    assert np.median(error) < 1e-4
    assert np.percentile(error, 99) < 2e-3


def test_normals_agree_with_the_faces_that_rays_hit(seen: tuple[PosedSubject, Camera, Layers]) -> None:
    posed, camera, layers = seen
    sight = look(posed, camera, pixel_centres(SIZE))
    both = sight.hit & (layers.depth.ravel() > 0)
    normals = decoded_normals(layers).reshape(-1, 3)[both]
    angle = np.degrees(np.arccos(np.clip((normals * sight.normal[both]).sum(axis=1), -1, 1)))
    assert np.median(angle) < 4  # smooth normals differ from flat faces by a few degrees
    assert np.percentile(angle, 90) < 20


def test_normals_never_look_away_from_the_camera(seen: tuple[PosedSubject, Camera, Layers]) -> None:
    _, camera, layers = seen
    covered = layers.depth > 0
    places = pixel_centres(SIZE).reshape(SIZE, SIZE, 2)[covered]
    rays = np.concatenate([(places - SIZE / 2) / camera.focal, np.ones((len(places), 1))], axis=1)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    assert ((decoded_normals(layers)[covered] * rays).sum(axis=1) < 0.01).all()  # rounding to 8 bits is worth 0.005


def test_where_no_subject_is_depth_is_0_and_the_normal_is_the_zero_vector(seen: tuple[PosedSubject, Camera, Layers]) -> None:
    layers = seen[2]
    outside = layers.alpha == 0
    assert (layers.depth[outside] == 0).all()
    assert (layers.normal[outside] == NO_NORMAL).all()


def test_alpha_is_the_share_of_the_pixel_that_rays_hit() -> None:
    size, fine = 64, 8
    posed, plate = animal(), flat_plate(64)
    alpha = render(prepare(posed), plate, Workspace(size)).alpha / 255
    camera = plate.camera
    finer = Camera(camera.position, camera.rotation, camera.focal * fine, size * fine)
    hit = look(posed, finer, pixel_centres(size * fine)).hit.reshape(size, fine, size, fine)
    coverage = hit.mean(axis=(1, 3))
    border = (coverage > 0) & (coverage < 1)
    error = np.abs(alpha - coverage)
    assert border.sum() > 50
    assert error[border].mean() < 0.06
    assert error.max() < 0.4
    assert abs(alpha.sum() - coverage.sum()) < 0.01 * coverage.sum()


def test_a_ball_has_the_depth_of_the_formula() -> None:
    radius, height = 0.35, 0.45
    plate = flat_plate(SIZE)
    layers = render(prepare(ball(radius, height, rounds=5)), plate, Workspace(SIZE))
    camera = plate.camera
    centre = camera.rotation.astype(np.float64) @ (np.array([0, 0, height]) - camera.position)
    rays = np.concatenate([(pixel_centres(SIZE) - SIZE / 2) / camera.focal, np.ones((SIZE * SIZE, 1))], axis=1)
    length2 = (rays**2).sum(axis=1)
    along = rays @ centre / length2
    inside = radius**2 - ((along[:, None] * rays - centre) ** 2).sum(axis=1)
    depth = along - np.sqrt(np.maximum(inside, 0) / length2)
    drawn = layers.depth.ravel() * STEP
    core = inside > (0.5 * radius) ** 2
    assert core.sum() > 4000
    assert np.abs(drawn - depth)[core].max() < 5e-4  # the ball's facets lie up to 0.1 mm inside the sphere


def test_a_balls_normals_point_left_on_its_left_up_on_its_top_and_to_the_viewer_in_its_middle() -> None:
    layers = render(prepare(ball()), flat_plate(SIZE), Workspace(SIZE))
    rows, columns = np.nonzero(layers.depth)
    middle_row, middle_column = (rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2
    left = layers.normal[middle_row, columns.min() + 1]
    right = layers.normal[middle_row, columns.max() - 1]
    top = layers.normal[rows.min() + 1, middle_column]
    middle = layers.normal[middle_row, middle_column]
    assert left[0] < 40 < 215 < right[0]  # x points right
    assert top[1] < 40  # y points down
    assert middle[2] < 4  # z points away from the viewer
    assert abs(int(middle[0]) - 128) < 6


def test_a_face_seen_from_behind_is_drawn_only_when_the_mesh_is_two_sided() -> None:
    vertices = np.array([[0, -0.3, 0.1], [0, 0.3, 0.1], [0, 0, 0.7]], np.float32)
    normals = np.tile(np.array([-1, 0, 0], np.float32), (3, 1))
    posed = posed_mesh(vertices, normals, np.array([[0, 2, 1]], np.int32))
    plate, work = flat_plate(96), Workspace(96)
    assert not render(prepare(posed), plate, work).alpha.any()
    layers = render(prepare(dataclasses.replace(posed, two_sided=True)), plate, work)
    assert layers.alpha.max() == 255
    assert layers.normal[layers.depth > 0][:, 2].max() < 20  # and its normal is turned to the viewer
