"""What toys share: paints, wheels, patterns, faces and small belongings."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern, first_field, plain
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._marks import decal, upright
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import ball, cylinder, extruded, hoop, rod, tube, turned
from spotdiff10k.engines.rendered.model import Material

SIDES = (("left", 1), ("right", -1))
CREAM: Linear = (0.86, 0.82, 0.7)
NAVY: Linear = (0.02, 0.03, 0.07)
BRIGHT = 0.7
"""A linear channel above which a mark needs a dark disc."""
SKIN: Linear = (0.82, 0.52, 0.36)


@dataclass(frozen=True, slots=True)
class Kit:
    """The paints and choices that all parts of one toy share."""

    paint: Linear
    accent: Linear
    third: Linear
    gloss: str  # enamel, matt or wood
    pattern: str
    emblem: str
    trim: str
    tall: float
    wide: float

    def material(self, base: Linear, second: Linear | None = None) -> Material:
        makers = {"enamel": finish.enamel, "matt": finish.matt, "plastic": finish.plastic}
        return makers[self.gloss](base, second)

    @property
    def main(self) -> Material:
        """The main paint with the accent as the pattern's colour."""
        return self.material(self.paint, self.accent)

    @property
    def second(self) -> Material:
        return self.material(self.accent)

    @property
    def extra(self) -> Material:
        return self.material(self.third)

    def around(self, low: float, height: float) -> Pattern:
        """The pattern on a body turned about z, from `low` up."""

        def values(points: F64) -> F64:
            level, angle = (points[:, 2] - low) / height, np.arctan2(points[:, 1], points[:, 0])
            fields = {
                "stripes": 1.4 * np.cos(angle * 6),
                "bands": np.cos(level * 22),
                "dots": 3.0 * (np.cos(angle * 5) * np.cos(level * 16) - 0.4),
                "a dipped half": 12 * (0.45 - level),
                "zigzags": 12 * (0.09 - np.abs(level - 0.45 - 0.08 * _zigzag(angle, 6))),
                "chequers": 2.2 * np.cos(angle * 5) * np.cos(level * 16),
            }
            return np.asarray(0.5 + fields[self.pattern])

        return plain if self.pattern == "none" else first_field(values)

    def along(self, low: float, length: float) -> Pattern:
        """The pattern on a body that lies along x, beginning at `low`."""

        def values(points: F64) -> F64:
            level = (points[:, 0] - low) / length
            fields = {
                "stripes": 26 * (0.05 - np.abs(points[:, 1])),
                "bands": 1.2 * np.cos(level * 20),
                "dots": 3.0 * (np.cos(level * 18) * np.cos(points[:, 2] * 46) - 0.4),
                "a dipped half": 12 * (0.45 - level),
                "zigzags": 1.3 * np.cos(level * 20 + 1.6 * _zigzag(points[:, 2] * 16, 2)),
                "chequers": 2.2 * np.cos(level * 18) * np.cos(points[:, 2] * 42),
            }
            return np.asarray(0.5 + fields[self.pattern])

        return plain if self.pattern == "none" else first_field(values)


def _zigzag(angle: F64, count: int) -> F64:
    return np.asarray(np.abs((angle * count / (2 * np.pi)) % 1.0 - 0.5) * 4 - 1)


def add_emblem(assembly: Assembly, kit: Kit, bone: str, place: F64, facing: str, size: float, slope: float = 0.0) -> None:
    """The toy's mark on a disc that it stands out from; `slope` tips it by degrees about y."""
    mark = decal(kit.emblem, size)
    if mark is not None:
        bright = max(kit.third) > BRIGHT
        disc = cylinder(size * 0.72, 0.012, 0.003, 32)
        assembly.add(bone, upright(disc, facing).turned(y=slope).at(place), kit.material(NAVY if bright else CREAM))
        assembly.add(bone, upright(mark.moved(z=0.006), facing).turned(y=slope).at(place), kit.extra)


def add_wheel(assembly: Assembly, kit: Kit, name: str, parent: str, centre: F64, radius: float, width: float = 0.045) -> None:
    """A wooden wheel with a hub and a painted mark that shows how far it has turned."""
    assembly.bone(name, parent, centre)
    sign = 1.0 if centre[1] > 0 else -1.0
    side = cylinder(radius, width, 0.012, 36).turned(x=-90.0 * sign)
    assembly.add(name, side.at(centre), kit.second)
    assembly.add(name, hoop(radius * 0.72, radius * 0.07, 28, 8).turned(x=90).at(centre + (0, sign * width * 0.5, 0)), kit.extra)
    assembly.add(name, ball(radius * 0.26, 0.014, radius * 0.26, 2).at(centre + (0, sign * width * 0.52, 0)), kit.main)
    for i in range(4):
        angle = np.pi / 2 * i
        dot = np.array((np.cos(angle), 0.0, np.sin(angle))) * radius * 0.48
        assembly.add(name, ball(radius * 0.09, 0.008, radius * 0.09, 1).at(centre + dot + (0, sign * width * 0.5, 0)), kit.main)


def add_trim(assembly: Assembly, kit: Kit, bone: str, top: F64, neck: F64, radius: float) -> None:
    """A hat, flag, bow or bell; `top` is the highest point, `neck` the front below it, `radius` that of the neck."""
    cloth = finish.cloth(kit.third)
    if kit.trim == "a flag":
        foot = top - (0, 0, 0.015)
        assembly.add(bone, rod(foot, foot + (0, 0, 0.2), 0.007), finish.metal())
        flag = np.array(((0.0, 0.0), (0.0, 0.09), (-0.13, 0.045)))
        from_shape = upright_flag(flag).at(foot + (0, 0, 0.105))
        assembly.add(bone, from_shape, cloth)
    elif kit.trim == "a bow":
        for _, sign in SIDES:
            assembly.add(bone, ball(0.02, 0.052, 0.034, 2).turned(x=sign * 18).at(neck + (0.012, sign * 0.05, 0.0)), cloth)
            assembly.add(bone, rod(neck + (0.01, sign * 0.012, -0.01), neck + (0.012, sign * 0.04, -0.1), 0.009, 0.018, 8), cloth)
        assembly.add(bone, ball(0.024, level=2).at(neck + (0.016, 0, 0)), cloth)
    elif kit.trim == "a bell":
        bell = turned(((0.042, -0.06), (0.036, -0.04), (0.026, -0.004), (0.01, 0.008), (0.0, 0.01)), 24)
        assembly.add(bone, bell.at(neck + (0.02, 0, -0.01)), finish.metal((0.75, 0.5, 0.14)))
        assembly.add(bone, ball(0.012, level=2).at(neck + (0.02, 0, -0.075)), finish.dark())
    elif kit.trim == "a pompom":
        assembly.add(
            bone,
            ball(0.048, level=3).at(top + (0, 0, 0.03)),
            Material(kit.third, roughness=0.95, sheen=0.7, bump=0.6, bump_frequency=90.0),
        )
    elif kit.trim == "a party hat":
        assembly.add(bone, turned(((0.085, 0.0), (0.003, 0.17)), 28).at(top - (0, 0, 0.022)), cloth)
        assembly.add(bone, ball(0.024, level=2).at(top + (0, 0, 0.15)), finish.cloth(CREAM))
    elif kit.trim == "a crown":
        gold = finish.metal((0.75, 0.5, 0.14))
        assembly.add(bone, hoop(0.062, 0.011, 28, 8).scaled(1, 1, 1.8).at(top + (0, 0, 0.004)), gold)
        for angle in np.linspace(0, 2 * np.pi, 7)[:-1]:
            foot = top + (0.062 * np.cos(angle), 0.062 * np.sin(angle), 0.01)
            assembly.add(bone, rod(foot, foot + (0, 0, 0.06), 0.018, 0.003, 8), gold)
            assembly.add(bone, ball(0.011, level=2).at(foot + (0, 0, 0.064)), kit.extra)


def upright_flag(outline: F64) -> Shape:
    """A pennant in the x-z plane."""
    return extruded(outline, 0.008).turned(x=90).moved(y=0.004)


def add_face(assembly: Assembly, bone: str, middle: F64, radius: float, eye: float = 0.16, smile: bool = True) -> None:
    """Two eyes and a smile on a round head that looks along +x."""
    black, white = finish.glass((0.008, 0.008, 0.01)), finish.ceramic((0.86, 0.86, 0.84))
    for _, sign in SIDES:
        away = np.array((0.88, sign * 0.36, 0.28))
        away = away / np.sqrt((away * away).sum())
        assembly.add(bone, ball(radius * eye, level=2).at(middle + away * radius * 0.96), black)
        assembly.add(
            bone,
            ball(radius * eye * 0.32, level=2).at(middle + away * radius * (0.98 + eye * 0.8) + (0, 0, radius * eye * 0.4)),
            white,
        )
    if smile:
        angles = np.radians(np.linspace(-30, 30, 9))
        path = [
            middle + radius * 1.0 * np.array((np.cos(a) * 0.92, np.sin(a) * 0.92, -0.4 + 0.12 * (1 - np.cos(a * 2.6))))
            for a in angles
        ]
        assembly.add(bone, tube(path, radius * 0.045, 6), black)
