"""Meshes are closed and outward; turns agree with their definition."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
import trimesh

from spotdiff10k.engines.rendered import geometry
from spotdiff10k.engines.rendered.geometry import Mesh
from spotdiff10k.engines.rendered.normals import creased


def turned(degrees: Sequence[float]) -> npt.NDArray[np.float64]:
    """Rz Ry Rx, written out from the definition."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


MAKERS = {
    "icosphere": geometry.icosphere(2),
    "ellipsoid": geometry.ellipsoid((1, 2, 3), (0.3, 0.2, 0.1), (10, 20, 30)),
    "box": geometry.box((1, 2, 3)),
    "rounded box": geometry.rounded_box((1.0, 0.6, 0.4), 0.1),
    "lathe without poles": geometry.lathe([(0.5, 0), (0.5, 1), (0.2, 1.2)], 20),
    "lathe drawn downwards": geometry.lathe([(0, 1), (0.5, 0.5), (0, 0)], 20),
    "torus": geometry.torus(1, 0.2),
    "tube": geometry.tube([(0, 0, 0), (0, 1, 0), (1, 1, 1)], [0.1, 0.2, 0.1], 8),
    "rounded tube": geometry.tube([(0, 0, 0), (0, 1, 0), (1, 1, 1)], 0.1, 8, rounded=True),
    "cylinder": geometry.cylinder((0, 0, 0), (1, 1, 0), 0.2, 0.1),
    "dome": geometry.dome(1.0, 60.0, 0.1),
    "mirrored tube": geometry.tube([(0, 0, 0), (0, 1, 0), (1, 1, 1)], 0.1).scaled((1, -1, 1)),
}


@pytest.mark.parametrize("name", MAKERS)
def test_makers_give_closed_meshes_wound_outward(name: str) -> None:
    mesh = MAKERS[name]
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    assert solid.is_watertight
    assert solid.is_winding_consistent
    assert solid.volume > 0
    assert geometry.signed_volume(mesh) == pytest.approx(solid.volume)


def test_sizes_are_those_asked_for() -> None:
    assert np.allclose(np.ptp(geometry.box((1, 2, 3)).vertices, axis=0), (1, 2, 3))
    assert np.allclose(np.ptp(geometry.rounded_box((1, 2, 3), 0.2).vertices, axis=0), (1, 2, 3))
    assert geometry.signed_volume(geometry.icosphere(4)) == pytest.approx(4 / 3 * np.pi, rel=0.01)
    assert geometry.signed_volume(geometry.torus(1.0, 0.2, 96, 32)) == pytest.approx(2 * np.pi**2 * 0.04, rel=0.02)


def test_euler_turns_about_x_first_in_fixed_axes() -> None:
    for degrees in np.random.default_rng(0).uniform(-180, 180, (20, 3)):
        assert np.allclose(geometry.euler(degrees), turned(degrees))


def test_align_takes_z_to_the_direction_without_mirroring() -> None:
    for direction in [*np.random.default_rng(1).normal(size=(20, 3)), (0, 0, 1), (0, 0, -1)]:
        matrix = geometry.align(direction)
        assert np.allclose(matrix @ (0, 0, 1), geometry.unit(direction))
        assert np.allclose(matrix.T @ matrix, np.eye(3))
        assert np.linalg.det(matrix) == pytest.approx(1.0)


def test_apply_is_matrix_times_point() -> None:
    points = np.random.default_rng(2).normal(size=(9, 3))
    matrix = geometry.euler((10, 20, 30))
    assert np.allclose(geometry.apply(matrix, points), points @ matrix.T)


def test_joined_meshes_keep_their_faces() -> None:
    one, two = geometry.box((1, 1, 1)), geometry.icosphere(1).moved((3, 0, 0))
    both = geometry.join([one, two])
    assert geometry.signed_volume(both) == pytest.approx(geometry.signed_volume(one) + geometry.signed_volume(two))


def test_a_box_keeps_its_edges_and_a_sphere_stays_smooth() -> None:
    box, normals, source = creased(geometry.box((1, 1, 1)))
    assert len(box.vertices) == 24
    assert np.allclose(np.abs(normals).max(axis=1), 1.0)
    assert np.allclose(box.vertices, geometry.box((1, 1, 1)).vertices[source])
    ball = geometry.icosphere(3)
    smooth, radial, _ = creased(ball)
    assert len(smooth.vertices) == len(ball.vertices)
    assert ((radial * smooth.vertices).sum(axis=1) > 0.999).all()


def test_creasing_survives_faces_without_area() -> None:
    flat = Mesh(np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]]), np.array([[0, 1, 2], [0, 1, 3]], np.int32))
    _, normals, _ = creased(flat)
    assert np.isfinite(normals).all()
