"""Bones, against matrices multiplied by hand."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from spotdiff10k.engines.rendered.model import Skeleton
from spotdiff10k.engines.rendered.skeleton import Stance, multiply, shortest_turn, turn
from spotdiff10k.engines.rendered.skinning import dual_quaternions, flesh_weights, skin


def turned(degrees: Sequence[float]) -> npt.NDArray[np.float64]:
    """Rz Ry Rx, written out from the definition."""
    (cx, cy, cz), (sx, sy, sz) = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


LEG = Skeleton(
    ("root", "upper", "lower", "foot"),
    (-1, 0, 1, 2),
    np.array([(0, 0, 1), (0.1, 0.2, 0.9), (0.14, 0.2, 0.5), (0.1, 0.2, 0.1)], np.float32),
)


def posed(angles: dict[str, tuple[float, float, float]]) -> Stance:
    stance = Stance(LEG)
    stance.take(angles, (0, 0, 0))
    return stance


def test_products_are_matrix_products() -> None:
    random = np.random.default_rng(0)
    a, b, v = random.normal(size=(3, 3)), random.normal(size=(3, 3)), random.normal(size=3)
    assert np.allclose(multiply(a, b), a @ b)
    assert np.allclose(turn(a, v), a @ v)


def test_forward_kinematics_composes_turns_about_joints() -> None:
    stance = posed({"root": (10, 20, 30), "upper": (0, -40, 5), "lower": (3, 50, 0)})
    matrix = np.eye(4)
    for name, angles in (("root", (10, 20, 30)), ("upper", (0, -40, 5)), ("lower", (3, 50, 0))):
        joint = LEG.rest[LEG.names.index(name)].astype(float)
        own = np.eye(4)
        own[:3, :3] = turned(angles)
        own[:3, 3] = joint - own[:3, :3] @ joint
        matrix = matrix @ own
    point = np.array([0.3, 0.2, 0.1])
    assert np.allclose(stance.carry(2, point), (matrix @ [*point, 1])[:3])


def test_a_leg_reaches_its_target_and_keeps_its_lengths() -> None:
    stance = posed({"upper": (0, -20, 0)})
    target = np.array([0.25, 0.1, 0.3])
    assert stance.reach(1, 2, 3, target) == pytest.approx(0.0, abs=1e-9)
    assert np.allclose(stance.joints[3], target, atol=1e-6)
    for upper, lower in ((1, 2), (2, 3)):
        assert np.linalg.norm(stance.joints[lower] - stance.joints[upper]) == pytest.approx(
            np.linalg.norm(LEG.rest[lower] - LEG.rest[upper]), abs=1e-6
        )


def test_a_knee_bends_the_way_it_bends_at_rest() -> None:
    stance = posed({})
    stance.reach(1, 2, 3, np.array([0.1, 0.2, 0.3]))
    assert stance.joints[2][0] > max(stance.joints[1][0], stance.joints[3][0]) + 0.1


def test_an_unreachable_target_is_missed_by_the_length_returned() -> None:
    stance = posed({})
    target = np.array([0.1, 0.2, -0.5])
    missing = stance.reach(1, 2, 3, target)
    assert missing > 0.5
    assert np.linalg.norm(stance.joints[3] - target) == pytest.approx(missing, abs=1e-6)


def test_bones_below_follow_a_bent_leg_rigidly() -> None:
    stance = posed({"upper": (0, -30, 0)})
    stance.reach(1, 2, 3, np.array([0.2, 0.2, 0.25]))
    for rotation in stance.rotations:
        assert np.allclose(rotation.T @ rotation, np.eye(3), atol=1e-9)
    end_of_shin = stance.carry(2, LEG.rest[3].astype(float))
    assert np.allclose(end_of_shin, stance.joints[3], atol=1e-6)


def test_a_flattened_foot_is_level_and_keeps_its_heading() -> None:
    stance = posed({"upper": (10, -30, 25)})
    heading = stance.rotations[3][:2, 0].copy()
    stance.flatten(3)
    assert np.allclose(stance.rotations[3][:, 2], (0, 0, 1))
    assert np.cross(heading, stance.rotations[3][:2, 0]) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("after", [(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0.3, -0.4, 0.8)])
def test_the_shortest_turn_takes_one_direction_to_the_other(after: tuple[float, float, float]) -> None:
    rotation = shortest_turn(np.array([1.0, 0, 0]), np.array(after, float))
    assert np.allclose(rotation @ (1, 0, 0), np.array(after) / np.linalg.norm(after))
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_dual_quaternions_move_points_as_matrices_do() -> None:
    random = np.random.default_rng(4)
    rotations = np.stack([turned(degrees) for degrees in random.uniform(-180, 180, (6, 3))])
    offsets = random.normal(size=(6, 3))
    vertices = random.normal(size=(6, 3)).astype(np.float32)
    normals = (vertices / np.linalg.norm(vertices, axis=1, keepdims=True)).astype(np.float32)
    bones = np.zeros((6, 4), np.int32)
    bones[:, 0] = np.arange(6)
    weights = np.tile(np.array([1, 0, 0, 0], np.float32), (6, 1))
    points, directions = np.empty((6, 3)), np.empty((6, 3))
    skin(dual_quaternions(rotations, offsets), bones, weights, vertices, normals, points, directions)
    for i in range(6):
        assert np.allclose(points[i], rotations[i] @ vertices[i] + offsets[i], atol=1e-5)
        assert np.allclose(directions[i], rotations[i] @ normals[i], atol=1e-5)


def test_half_way_between_two_turns_keeps_its_distance_from_the_axis() -> None:
    """Linear blending would pull the vertex to the axis; dual quaternions do not."""
    rotations = np.stack([np.eye(3), turned((170, 0, 0))])
    duals = dual_quaternions(rotations, np.zeros((2, 3)))
    bones, weights = np.array([[0, 1, 0, 0]], np.int32), np.array([[0.5, 0.5, 0, 0]], np.float32)
    vertex = np.array([[0.5, 0, 1]], np.float32)
    points, directions = np.empty((1, 3)), np.empty((1, 3))
    skin(duals, bones, weights, vertex, vertex, points, directions)
    assert np.linalg.norm(points[0, 1:]) == pytest.approx(1.0)


def test_skin_follows_the_nearest_bone_and_its_neighbours_alone() -> None:
    from spotdiff10k.engines.rendered.flesh import cone_row
    from spotdiff10k.engines.rendered.meshing import mesh_flesh

    rest = [(0, 0, 0), (0.5, 0, 0), (1.0, 0, 0), (1.0, 0.1, 0)]
    rows = np.array([cone_row(rest[i], (rest[i][0] + 0.45, rest[i][1], 0), 0.08, 0.08, 0.02) for i in range(4)])
    mesh, _ = mesh_flesh(rows, 0.03)
    bones, weights, nearest = flesh_weights(rows, np.arange(4, dtype=np.int32), (-1, 0, 1, 0), mesh.vertices, mesh.faces, 0.02)
    assert np.allclose(weights.sum(axis=1), 1.0, atol=1e-6)
    far_left = mesh.vertices[:, 0] < 0.2
    assert (nearest[far_left] == 0).all()
    assert (weights[far_left, 0] > 0.99).all()
    assert ((bones >= 0) & (bones < 4)).all()
