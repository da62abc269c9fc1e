"""Runs every kernel of the pose check once, so that worker processes inherit what was compiled."""

import numpy as np

from spotdiff10k.checks._denials import denied
from spotdiff10k.checks._held_pose import depth_likeness, rank_correlation
from spotdiff10k.checks._joints import Joints, turn_between
from spotdiff10k.checks._surface import Surface, astray, back_project, disagreements
from spotdiff10k.eyes import Eye

SIDE = 8


def tiny_surface() -> Surface:
    """A wall one metre away that fills a tiny picture."""
    alpha, depth = np.full((SIDE, SIDE), 255, np.uint8), np.full((SIDE, SIDE), 1000, np.uint16)
    for decoded in (alpha, depth):
        decoded.flags.writeable = False  # as decoded members are: kernels are compiled anew for them
    return back_project(depth, alpha, 0.001, Eye(np.zeros(3), np.eye(3), float(SIDE), SIDE))


def warm_up() -> None:
    """Compile or load."""
    surface = tiny_surface()
    disagreements([surface, surface])
    depth_likeness([surface, surface], np.zeros(2, np.int64))
    rank_correlation(np.arange(2.0), np.arange(2.0))  # a wall has no ranks
    joints = Joints(("first", "second"), np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    turn_between(joints, joints)
    astray(joints.places, surface)
    denied(joints.places, (), surface)
