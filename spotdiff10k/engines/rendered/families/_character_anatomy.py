"""Where everything of one person is at rest: arms out and down, feet together; metres."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families._finishes import number
from spotdiff10k.engines.rendered.geometry import F64, vector
from spotdiff10k.traits import Traits

SIDES = (("left", 1.0), ("right", -1.0))
ARM_DEGREES = 38.0
"""How far below the horizontal the arms point at rest; half way between hanging and raised, so that shoulders bend least."""


@dataclass(frozen=True, slots=True)
class Person:
    """Lengths and radii of one person, metres."""

    head: float  # radius
    leg: float  # ground to hip joint
    torso: float  # hip joint to shoulder line
    arm: float  # shoulder to wrist
    girth: float  # half width of the chest
    limb: float  # radius of a wrist
    belly: float  # depth of the belly as a share of the girth

    @property
    def hip(self) -> F64:
        return np.array([0.0, 0.0, self.leg])

    @property
    def waist(self) -> F64:
        return np.array([0.0, 0.0, self.leg + 0.30 * self.torso])

    @property
    def chest(self) -> F64:
        return np.array([0.0, 0.0, self.leg + 0.62 * self.torso])

    @property
    def neck(self) -> F64:
        return np.array([0.0, 0.0, self.leg + 1.04 * self.torso])

    @property
    def skull(self) -> F64:
        return self.neck + vector(0.012, 0.0, 0.02 + 0.94 * self.head)

    def at(self, x: float, y: float, z: float) -> F64:
        """A point about the skull's middle, in head radii."""
        return self.skull + self.head * np.array([x, y, z])

    def shoulder(self, sign: float) -> F64:
        return np.array([0.0, sign * 0.92 * self.girth, self.leg + 0.90 * self.torso])

    def arm_heading(self, sign: float) -> F64:
        angle = np.radians(ARM_DEGREES)
        return np.array([0.0, sign * np.cos(angle), -np.sin(angle)])

    def elbow(self, sign: float) -> F64:
        return self.shoulder(sign) + self.arm_heading(sign) * (0.5 * self.arm) - vector(0.004, 0.0, 0.0)

    def wrist(self, sign: float) -> F64:
        return self.shoulder(sign) + self.arm_heading(sign) * self.arm + vector(0.006, 0.0, 0.0)

    def hip_joint(self, sign: float) -> F64:
        return np.array([0.0, sign * 0.50 * self.girth, self.leg])

    def knee(self, sign: float) -> F64:
        return np.array([0.012, sign * 0.53 * self.girth, 0.52 * self.leg])

    def ankle(self, sign: float) -> F64:
        return np.array([-0.008, sign * 0.55 * self.girth, max(0.052, 1.5 * self.limb)])


def person(traits: Traits) -> Person:
    build, tall = number(traits, "build"), number(traits, "leg_scale")
    return Person(
        head=0.172 * number(traits, "head_scale"),
        leg=0.345 * tall,
        torso=0.285 * (0.55 + 0.45 * tall),
        arm=0.285 * (0.5 + 0.5 * tall),
        girth=0.118 * build,
        limb=0.031 * (0.45 + 0.55 * build),
        belly=number(traits, "belly"),
    )
