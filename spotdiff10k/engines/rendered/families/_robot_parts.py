"""What robots carry: faces, hands, feet, emblems, things on the head and on the back."""

from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._finishes import Linear
from spotdiff10k.engines.rendered.families._marks import decal, ribbon, upright
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, pair
from spotdiff10k.engines.rendered.families._solids import ball, box, cylinder, extruded, hoop, rod, tube, turned
from spotdiff10k.engines.rendered.model import Material

BOXY = ("box", "television", "slim")


@dataclass(frozen=True, slots=True)
class Frame:
    """A robot's measures, metres; sizes are (deep, wide, high)."""

    kind: str
    leg: float
    body: F64
    head: F64

    @property
    def arm(self) -> float:
        """Length of the upper arm; the lower one is nine tenths of it."""
        return float(0.1 + self.body[2] * 0.22)

    @property
    def head_middle(self) -> F64:
        return np.array((0.0, 0.0, self.leg + self.body[2] + 0.045 + self.head[2] / 2))

    def shoulder(self, sign: int) -> F64:
        level = 0.8 if self.kind in BOXY else 0.7
        across = 0.5 if self.kind in BOXY else (0.46 if self.kind == "egg" else 0.485)
        return np.array((0.0, sign * (self.body[1] * across + 0.035), self.leg + self.body[2] * level))

    def chest(self, height: float) -> F64:
        """A point on the front of the body at a share of its height."""
        depth = 0.5 if self.kind in BOXY else 0.42
        if self.kind == "egg":
            depth = 0.54 * float(np.sqrt(max(0.05, 1 - ((height - 0.5) / 0.56) ** 2)))
        if self.kind == "barrel":
            depth = self.body[1] * 0.84 / 2 / self.body[0] * 0.995
        if self.kind == "dome":
            depth = self.body[1] * 0.84 / 2 / self.body[0] * float(np.sqrt(max(0.1, 1 - (max(0.0, height - 0.45) / 0.55) ** 2)))
        return np.array((self.body[0] * depth, 0.0, self.leg + self.body[2] * height))


def add_face(assembly: Assembly, frame: Frame, face: str, light: Linear) -> None:
    """Eyes that glow on a dark screen set into the head."""
    deep, wide, high = frame.head
    middle = frame.head_middle
    front = middle + np.array((deep / 2, 0, high * 0.04))
    curved = frame.kind not in BOXY
    screen = box(0.05, wide * 0.78, high * 0.62, 0.03, 3)
    if curved:
        screen = screen.mapped(lambda points: _wrapped(points, deep, wide))
    assembly.add("head", screen.at(front - np.array((0.016, 0, 0))), finish.glass((0.012, 0.013, 0.016)))
    shine = finish.glow(light, 0.9)
    bulge = front + np.array((0.008, 0, 0))
    eyes = {
        "two round eyes": [
            (ball(0.014, high * 0.15, high * 0.15, 2), 0.2, 0.05),
            (ball(0.014, high * 0.15, high * 0.15, 2), -0.2, 0.05),
        ],
        "a single large eye": [(ball(0.03, high * 0.22, high * 0.22, 3), 0.0, 0.0)],
        "a glowing visor": [(box(0.016, wide * 0.62, high * 0.16, 0.02, 2), 0.0, 0.03)],
        "a smiling screen": [(box(0.014, high * 0.12, high * 0.18, 0.02, 2), s, 0.1) for s in (0.2, -0.2)],
        "square eyes": [(box(0.014, high * 0.24, high * 0.24, 0.01), s, 0.03) for s in (0.2, -0.2)],
        "three small eyes": [(ball(0.014, high * 0.1, high * 0.1, 2), s, 0.03) for s in (0.26, 0.0, -0.26)],
    }[face]
    for shape, across, up in eyes:
        place = np.array((0.0, wide * across, high * up))
        if curved:
            place[0] = _recess(place[1], deep, wide)
        assembly.add("head", shape.at(bulge + place), shine)
    if face == "a single large eye":
        assembly.add("head", ball(0.02, high * 0.1, high * 0.1, 3).at(bulge + np.array((0.02, 0, 0))), finish.glass())
        assembly.add("head", hoop(high * 0.24, 0.012, 32).turned(y=90).at(bulge), finish.metal())
    elif face == "a smiling screen":
        assembly.add("head", _smile(wide * 0.2, high * 0.14).at(bulge + np.array((0.001, 0, -high * 0.06))), shine)
    elif face != "a glowing visor":
        slots = [
            box(0.012, 0.012, high * 0.1, 0.003).at(bulge + np.array((-0.004, high * 0.1 * i, -high * 0.19))) for i in (-1, 0, 1)
        ]
        assembly.add("head", slots, finish.metal())


def _recess(across: float, deep: float, wide: float) -> float:
    return float(-deep / 2 * (1 - np.sqrt(max(0.0, 1 - (2 * across / wide) ** 2))))


def _wrapped(points: F64, deep: float, wide: float) -> F64:
    """Bent round an elliptic head."""
    back = -deep / 2 * (1 - np.sqrt(np.maximum(0.0, 1 - (2 * points[:, 1] / wide) ** 2)))
    return np.stack((points[:, 0] + back, points[:, 1], points[:, 2]), axis=1)


def _smile(half_width: float, depth: float) -> Shape:
    angles = np.radians(np.linspace(200, 340, 13))
    line = np.stack((half_width * np.cos(angles), depth * np.sin(angles)), axis=1)
    return upright(extruded(ribbon(line, 0.02), 0.008), "front")


def add_emblem(assembly: Assembly, frame: Frame, emblem: str, ink: Material, light: Linear) -> None:
    """A mark, dials or buttons on a plate on the chest."""
    if emblem == "none":
        return
    place = frame.chest(0.55)
    plate = box(0.024, frame.body[1] * 0.52, frame.body[2] * 0.5, 0.02, 2)
    if emblem in ("dials", "buttons"):
        assembly.add("torso", plate.at(place), ink)
        for i, tone in enumerate(((0.8, 0.04, 0.04), (0.85, 0.6, 0.03), (0.1, 0.55, 0.1))):
            spot = place + np.array((0.014, frame.body[1] * 0.15 * (i - 1), frame.body[2] * 0.1))
            assembly.add("torso", ball(0.012, 0.024, 0.024, 2).at(spot), finish.glow(tone, 0.3))
        if emblem == "dials":
            for sign in (1, -1):
                spot = place + np.array((0.012, sign * frame.body[1] * 0.11, -frame.body[2] * 0.08))
                assembly.add("torso", cylinder(0.032, 0.012, 0.003, 24).turned(y=90).at(spot), finish.matt((0.85, 0.84, 0.8)))
                assembly.add(
                    "torso",
                    box(0.006, 0.005, 0.03, 0.001).turned(x=sign * 35).at(spot + np.array((0.008, 0, 0.006))),
                    finish.dark(),
                )
        else:
            slats = [
                box(0.01, frame.body[1] * 0.36, 0.014, 0.003).at(place + np.array((0.012, 0, -0.03 - 0.026 * i)))
                for i in range(2)
            ]
            assembly.add("torso", slats, finish.dark())
        return
    mark = decal(emblem, min(frame.body[1], frame.body[2]) * 0.42)
    if mark is not None:
        assembly.add("torso", plate.at(place), finish.enamel((0.86, 0.85, 0.81)))
        assembly.add("torso", upright(mark, "front").at(place + np.array((0.012, 0, 0))), ink)


def add_crown(assembly: Assembly, frame: Frame, crown: str, gear: Material, light: Linear) -> None:
    """What stands on the head."""
    deep, wide, high = frame.head
    top = frame.head_middle + np.array((0, 0, high / 2))
    shine = finish.glow(light, 0.7)
    if crown in ("an antenna", "two antennas"):
        for across in (0.0,) if crown == "an antenna" else (0.24, -0.24):
            foot = top + np.array((0, wide * across, -0.02))
            tip = foot + np.array((0, wide * across * 0.6, 0.15))
            assembly.add("head", rod(foot, tip, 0.009), finish.metal())
            assembly.add("head", ball(0.03).at(tip), gear if crown == "two antennas" else shine)
    elif crown == "a fin on its head":
        outline = np.array(((-deep * 0.6, -0.03), (deep * 0.42, -0.03), (deep * 0.1, 0.09), (-deep * 0.62, 0.12)))
        assembly.add("head", extruded(outline, 0.03, 0.006).turned(x=90).moved(y=0.015).at(top), gear)
    elif crown == "a beacon on its head":
        assembly.add("head", turned(((0.055, -0.03), (0.052, 0.04), (0.034, 0.075), (0.0, 0.085)), 28).at(top), shine)
        assembly.add("head", cylinder(0.066, 0.035, 0.008).at(top - np.array((0, 0, 0.005))), gear)
    elif crown == "a propeller on its head":
        assembly.add("head", rod(top - np.array((0, 0, 0.02)), top + np.array((0, 0, 0.07)), 0.012), finish.metal())
        blade = ball(0.13, 0.028, 0.007, 2).turned(x=14).moved(x=0.11)
        assembly.add(
            "head",
            [blade.turned(z=30).at(top + np.array((0, 0, 0.07))), blade.turned(z=210).at(top + np.array((0, 0, 0.07)))],
            gear,
        )
        assembly.add("head", ball(0.024).at(top + np.array((0, 0, 0.075))), gear)
    elif crown == "a dish on its head":
        assembly.add("head", rod(top - np.array((0, 0, 0.02)), top + np.array((0, 0, 0.06)), 0.012), finish.metal())
        dish = turned(((0.0, 0.0), (0.05, 0.008), (0.09, 0.035), (0.1, 0.055), (0.085, 0.04), (0.045, 0.02), (0.0, 0.014)), 32)
        assembly.add("head", dish.turned(y=50).at(top + np.array((0, 0, 0.06))), gear)
        assembly.add(
            "head", rod((0, 0, 0.01), (0, 0, 0.075), 0.006).turned(y=50).at(top + np.array((0, 0, 0.06))), finish.metal()
        )
    elif crown == "horns":
        path = [(0, wide * 0.36 + 0.05 * np.sin(t * 2.2), -0.02 + 0.13 * t) for t in np.linspace(0, 1, 8)]
        assembly.add("head", pair(tube(path, list(np.linspace(0.036, 0.006, 8)), 14)).at(top), gear)
    elif crown == "a top hat":
        profile = ((0.115, 0.0), (0.118, 0.006), (0.115, 0.014), (0.072, 0.016), (0.068, 0.05), (0.078, 0.14), (0.0, 0.142))
        lift = np.array((0, 0, -0.008 if frame.kind in BOXY or frame.kind == "barrel" else -0.022))
        assembly.add("head", turned(profile, 36).at(top + lift), gear)
        assembly.add(
            "head",
            hoop(0.069, 0.008, 36).scaled(1, 1, 1.6).at(top + lift + np.array((0, 0, 0.028))),
            finish.matt((0.85, 0.84, 0.8)),
        )


def add_pack(assembly: Assembly, frame: Frame, pack: str, gear: Material) -> None:
    """What is on the back."""
    place = frame.chest(0.58) * (-1, 1, 1)
    if pack == "a jet pack":
        for sign in (1, -1):
            tank = turned(((0.03, -0.13), (0.045, -0.1), (0.048, 0.07), (0.03, 0.12), (0.0, 0.135)), 24)
            assembly.add("torso", tank.at(place + np.array((-0.045, sign * 0.06, 0))), gear)
            nozzle = turned(((0.036, -0.17), (0.022, -0.12), (0.022, -0.11)), 20)
            assembly.add("torso", nozzle.at(place + np.array((-0.045, sign * 0.06, 0))), finish.metal((0.3, 0.3, 0.32)))
    elif pack == "a back pack":
        assembly.add(
            "torso",
            box(0.12, frame.body[1] * 0.72, frame.body[2] * 0.68, 0.035, 3).at(place - np.array((0.05, 0, 0))),
            finish.cloth(gear.base),
        )
        assembly.add(
            "torso",
            box(0.05, frame.body[1] * 0.5, frame.body[2] * 0.26, 0.02, 2).at(place - np.array((0.115, 0, 0.04))),
            finish.cloth(finish.shade(gear.base, 0.7)),
        )
    elif pack == "a wind-up key":
        assembly.add("torso", rod(place + np.array((0.02, 0, 0)), place - np.array((0.1, 0, 0)), 0.014), finish.metal())
        loops = [hoop(0.045, 0.014, 24, 8).turned(y=90).at(place + np.array((-0.11, sign * 0.05, 0))) for sign in (1, -1)]
        assembly.add("torso", loops, gear)
    elif pack == "small wings":
        outline = np.array(((0.0, -0.05), (0.16, -0.02), (0.24, 0.1), (0.12, 0.08), (0.0, 0.07)))
        wing = upright(extruded(outline, 0.016, 0.004), "front").turned(z=28).at(place + np.array((-0.01, 0.03, 0.02)))
        assembly.add("torso", pair(wing), gear)


def add_hand(assembly: Assembly, bone: str, kind: str, wrist: F64, sign: int, paint: Material, joint: Material) -> None:
    """A hand below the wrist, thumb to the front."""
    if kind == "balls":
        assembly.add(bone, ball(0.052).at(wrist - np.array((0, 0, 0.03))), paint)
    elif kind == "mittens":
        assembly.add(bone, ball(0.044, 0.03, 0.058).at(wrist - np.array((0, 0, 0.04))), paint)
        assembly.add(bone, ball(0.032, 0.017, 0.018, 2).turned(y=50).at(wrist + np.array((0.036, 0, -0.024))), paint)
    elif kind == "hooks":
        path = [(0.05 * np.sin(a), 0, -0.062 + 0.042 * np.cos(a)) for a in np.radians(np.linspace(-10, 250, 14))]
        assembly.add(bone, tube(path, 0.013, 10).at(wrist), joint)
    else:
        assembly.add(bone, ball(0.03, level=2).at(wrist - np.array((0, 0, 0.01))), joint)
        finger = box(0.03, 0.024, 0.085, 0.01, 2)
        for x in (0.03, -0.03):
            assembly.add(bone, finger.turned(y=-x * 500).at(wrist + np.array((x * 1.2, 0, -0.055))), paint)


def add_foot(assembly: Assembly, bone: str, kind: str, ankle: F64, paint: Material) -> None:
    """A foot whose sole is on the ground."""
    centre = np.array((0.0, ankle[1], 0.0))
    if kind == "discs":
        shape = turned(((0.08, 0.0), (0.086, 0.012), (0.08, 0.03), (0.05, 0.06), (0.03, 0.07)), 32)
        assembly.add(bone, shape.at(centre + np.array((0.012, 0, 0))), paint)
    elif kind == "blocks":
        assembly.add(bone, box(0.17, 0.105, 0.07, 0.016, 2).at(centre + np.array((0.028, 0, 0.035))), paint)
    else:
        sole = box(0.175, 0.11, 0.024, 0.01, 2).at(centre + np.array((0.03, 0, 0.012)))
        assembly.add(bone, sole, finish.rubber())
        toe = ball(0.085, 0.052, 0.06).mapped(lambda points: np.maximum(points, (-1, -1, -0.01)))
        assembly.add(bone, toe.at(centre + np.array((0.032, 0, 0.026))), paint)
