import numpy as np
import pytest
from stand_ins import icosphere

from spotdiff10k.engines.rendered.raster import rasterise, rasterise_lattice, sample_column

LATTICES = [(1, 0), (5, 2), (9, 2)]


def empty(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((height, width), np.float32), np.full((height, width), -1, np.int32)


def fan(corners: np.ndarray, hub: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles from a hub to a convex outline, counter-clockwise with y up."""
    count = len(corners)
    screen = np.concatenate([hub[None], corners]).astype(np.float32)
    faces = np.array([[0, 1 + (i + 1) % count, 1 + i] for i in range(count)], np.int32)
    return np.concatenate([screen, np.ones((count + 1, 1), np.float32)], axis=1), faces


@pytest.mark.parametrize(("samples", "shift"), LATTICES)
def test_triangles_that_share_edges_own_every_sample_exactly_once(samples: int, shift: int) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        turn = np.sort(rng.uniform(0, 2 * np.pi, 11))
        outline = np.stack([20 + 15 * np.cos(turn), 20 + 15 * np.sin(turn)], axis=1)
        hub = np.array([20, 20]) + rng.uniform(-1, 1, 2)
        outline[rng.integers(11)] = np.round(outline[rng.integers(11)]) + 0.5  # corners on samples are the hard case
        screen, faces = fan(outline[np.argsort(np.arctan2(*(outline - hub).T[::-1]))], hub)
        hits = np.zeros((40 * samples, 40), np.int32)
        for face in range(len(faces)):
            depth, ids = empty(40 * samples, 40)
            rasterise_lattice(screen, faces[face : face + 1], depth, ids, 0, False, samples, shift)
            hits += ids >= 0
        whole_depth, whole_ids = empty(40 * samples, 40)
        rasterise_lattice(screen, faces, whole_depth, whole_ids, 0, False, samples, shift)
        assert hits.max() == 1
        assert (hits.astype(bool) == (whole_ids >= 0)).all()


@pytest.mark.parametrize(("samples", "shift"), LATTICES)
def test_coverage_of_a_triangle_approaches_its_area(samples: int, shift: int) -> None:
    screen = np.array([[3.3, 4.1, 1], [57.2, 11.8, 1], [21.9, 60.4, 1]], np.float32)
    depth, ids = empty(64 * samples, 64)
    rasterise_lattice(screen, np.array([[0, 2, 1]], np.int32), depth, ids, 0, False, samples, shift)
    (ax, ay), (bx, by), (cx, cy) = screen[:, :2]
    area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
    assert (ids >= 0).sum() / samples == pytest.approx(area, rel=0.02)


def test_every_sample_of_a_pixel_has_its_own_row_and_column_and_the_middle_one_is_the_centre() -> None:
    for samples, shift in LATTICES:
        columns = [sample_column(row, samples, shift) for row in range(samples)]
        assert sorted(columns) == list(range(samples))
        assert columns[samples // 2] == samples // 2


def test_the_nearer_face_wins_whatever_the_order() -> None:
    near = np.array([[0, 0, 2], [32, 0, 2], [0, 32, 2]], np.float32)
    far = near.copy()
    far[:, 2] = 1
    screen, faces = np.concatenate([near, far]), np.array([[0, 2, 1], [3, 5, 4]], np.int32)
    for order in ([0, 1], [1, 0]):
        depth, ids = empty(32, 32)
        rasterise(screen, np.ascontiguousarray(faces[order]), depth, ids, 0, False)
        assert set(np.unique(ids)) == {-1, order.index(0)}
        assert depth.max() == 2


def test_nearness_is_linear_on_the_screen() -> None:
    screen = np.array([[0, 0, 1], [40, 0, 3], [0, 40, 2]], np.float32)
    depth, ids = empty(40, 40)
    rasterise(screen, np.array([[0, 2, 1]], np.int32), depth, ids, 7, False)
    y, x = np.nonzero(ids == 7)
    assert len(x) > 700
    assert np.allclose(depth[y, x], 1 + 2 * (x + 0.5) / 40 + (y + 0.5) / 40, atol=1e-3)


def test_faces_behind_the_camera_or_absurdly_far_outside_are_dropped() -> None:
    for bad in ([10, 10, -1], [10, 10, 0], [1e9, 10, 1]):
        screen = np.array([[0, 0, 1], [30, 0, 1], bad], np.float32)
        depth, ids = empty(32, 32)
        rasterise(screen, np.array([[0, 2, 1], [0, 1, 2]], np.int32), depth, ids, 0, True)
        assert (ids == -1).all()


def test_a_closed_mesh_shows_only_front_faces_and_no_holes() -> None:
    vertices, faces = icosphere(3)
    screen = np.stack([32 + 28 * vertices[:, 0], 32 - 28 * vertices[:, 1], 2 + vertices[:, 2]], axis=1).astype(np.float32)
    depth, ids = empty(64 * 9, 64)
    rasterise_lattice(screen, faces, depth, ids, 0, False, 9, 2)
    rows = (np.arange(64 * 9) + 0.5) / 9
    columns = np.arange(64)[None] + (np.array([sample_column(r % 9, 9, 2) for r in range(64 * 9)])[:, None] + 0.5) / 9
    inside = (columns - 32) ** 2 + (rows[:, None] - 32) ** 2 < (28 * 0.985) ** 2
    assert (ids[inside] >= 0).all()
    centroid = vertices[faces].mean(axis=1)
    assert (centroid[np.unique(ids[ids >= 0])][:, 2] > -0.1).all()
