"""Flesh to mesh, against distances sampled densely and finite differences."""

import numpy as np
import pytest
import trimesh

from spotdiff10k.engines.rendered.flesh import blended, blended_slope, bounds, cone_row, ellipsoid_row
from spotdiff10k.engines.rendered.geometry import F64
from spotdiff10k.engines.rendered.meshing import mesh_flesh, sheet_table, uncovered


def lump(seed: int, cut: bool = False) -> F64:
    """A random heap of primitives that hang together."""
    random = np.random.default_rng(seed)
    rows = [ellipsoid_row((0, 0, 0), (0.3, 0.25, 0.2), (0, 0, 0), 0.05)]
    for i in range(7):
        start = random.uniform(-0.25, 0.25, 3)
        if i % 2:
            rows.append(cone_row(start, start * 2 + random.uniform(-0.1, 0.1, 3), 0.07, random.uniform(0.03, 0.1), 0.04))
        else:
            rows.append(ellipsoid_row(start, random.uniform(0.06, 0.2, 3), random.uniform(-90, 90, 3), 0.03))
    if cut:
        rows.append(ellipsoid_row((0.25, 0, 0.1), (0.15, 0.1, 0.1), (0, 0, 20), 0.01, cut=True))
    return np.array(rows)


def distance(rows: F64, point: F64) -> float:
    everything = np.arange(len(rows)).astype(np.int32)
    return blended(rows, everything, len(rows), *point)


def test_a_cone_of_equal_radii_is_a_capsule() -> None:
    rows = np.array([cone_row((0, 0, 0), (1, 0, 0), 0.2, 0.2, 0.01)])
    for point, expected in (((0.5, 0.5, 0), 0.3), ((-1, 0, 0), 0.8), ((2, 0, 0), 0.8), ((0.5, 0, 0), -0.2)):
        assert distance(rows, np.array(point, float)) == pytest.approx(expected)


def test_a_cone_inside_its_own_end_becomes_a_sphere() -> None:
    rows = np.array([cone_row((0, 0, 0), (0.05, 0, 0), 0.3, 0.1, 0.01)])
    assert distance(rows, np.array([1.0, 0, 0])) == pytest.approx(0.7)


def test_the_slope_is_the_derivative_of_the_distance() -> None:
    rows = lump(3, cut=True)
    everything = np.arange(len(rows)).astype(np.int32)
    slope, scratch, step = np.empty(3), np.empty(3), 1e-6
    for point in np.random.default_rng(0).uniform(-0.5, 0.5, (300, 3)):
        value = blended_slope(rows, everything, len(rows), *point, slope, scratch)
        expected = [(distance(rows, point + step * a) - distance(rows, point - step * a)) / (2 * step) for a in np.eye(3)]
        assert value == pytest.approx(distance(rows, point), abs=1e-12)
        assert np.allclose(slope, expected, atol=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_meshes_are_closed_manifold_and_outward(seed: int) -> None:
    mesh, normals = mesh_flesh(lump(seed, cut=bool(seed % 2)), 0.02)
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.is_watertight
    assert solid.is_winding_consistent
    assert solid.volume > 0
    assert np.allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)
    large = solid.area_faces > 1e-6
    agreement = (solid.face_normals * normals[mesh.faces].mean(axis=1)).sum(axis=1)
    assert (agreement[large] > 0.0).mean() > 0.999


@pytest.mark.parametrize("seed", range(3))
def test_skipped_blocks_lose_nothing(seed: int) -> None:
    """The volume of the mesh is that of the points inside, and all vertices lie on the surface."""
    rows = lump(seed)
    mesh, _ = mesh_flesh(rows, 0.02)
    low, high = bounds(rows)
    points = np.random.default_rng(9).uniform(low, high, (20000, 3))
    inside = np.mean([distance(rows, point) < 0 for point in points])
    volume = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).volume
    assert volume == pytest.approx(inside * np.prod(high - low), rel=0.04)
    assert max(abs(distance(rows, vertex)) for vertex in mesh.vertices) < 0.004


def test_flesh_far_apart_is_all_found() -> None:
    rows = np.array([ellipsoid_row((x, 0, 0), (0.05, 0.05, 0.05), (0, 0, 0), 0.01) for x in (0.0, 0.9, 1.8)])
    mesh, _ = mesh_flesh(rows, 0.015)
    assert len(trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).split()) == 3


def test_two_sheets_in_a_cell_stay_two() -> None:
    """Two balls that nearly touch do not share vertices."""
    rows = np.array([ellipsoid_row((x, 0.003, 0.007), (0.1, 0.1, 0.1), (0, 0, 0), 1e-4) for x in (0.0, 0.208)])
    mesh, _ = mesh_flesh(rows, 0.02)
    assert trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).is_watertight


def test_every_crossed_edge_has_a_sheet() -> None:
    sheets, counts = sheet_table()
    for pattern in range(256):
        used = set(sheets[pattern][sheets[pattern] >= 0].tolist())
        assert used == set(range(counts[pattern]))
    assert counts[0] == counts[255] == 0
    assert counts[0b10000001] == 2  # two opposite corners


def test_bounds_hold_the_mesh() -> None:
    rows = lump(5)
    low, high = bounds(rows)
    mesh, _ = mesh_flesh(rows, 0.02)
    assert (mesh.vertices > low - 0.05).all()
    assert (mesh.vertices < high + 0.05).all()


def test_covered_flesh_is_left_out_and_the_rest_is_kept() -> None:
    ball = np.array([ellipsoid_row((0, 0, 0), (0.2, 0.2, 0.2), (0, 0, 0), 0.01)])
    cap = np.array([ellipsoid_row((0.2, 0, 0), (0.2, 0.2, 0.2), (0, 0, 0), 0.01)])
    mesh, normals = mesh_flesh(ball, 0.02)
    rest, rest_normals = uncovered(mesh, normals, [cap], 0.01)
    assert 0 < len(rest.faces) < len(mesh.faces)
    assert len(rest_normals) == len(rest.vertices)
    assert rest.vertices[:, 0].min() == mesh.vertices[:, 0].min()
    assert rest.vertices[:, 0].max() < 0.19


def test_meshing_repeats_to_the_byte() -> None:
    first, second = mesh_flesh(lump(1), 0.02), mesh_flesh(lump(1), 0.02)
    assert first[0].vertices.tobytes() == second[0].vertices.tobytes()
    assert first[0].faces.tobytes() == second[0].faces.tobytes()
    assert first[1].tobytes() == second[1].tobytes()
