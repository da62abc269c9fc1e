"""Robots with two arms and two legs: box, barrel, egg, television, dome and slim builds."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern, Poses, bend, plain
from spotdiff10k.engines.rendered.families._finishes import Linear, colour, number, word
from spotdiff10k.engines.rendered.families._robot_parts import (
    Frame,
    add_crown,
    add_emblem,
    add_face,
    add_foot,
    add_hand,
    add_pack,
)
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import ball, box, cylinder, hoop, rod, tapered, turned
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

SHARP = 30.0  # pattern field units a metre
SIDES = (("left", 1), ("right", -1))


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The robot's parts and its articulations."""
    assembly = Assembly("robot")
    frame = _frame(traits)
    paint, accent = colour(traits, "paint"), colour(traits, "accent")
    where = word(traits["accent_parts"])
    pattern, body_paint = _livery(word(traits["pattern"]), frame, paint, accent)
    head_paint = finish.enamel(accent if where == "head" else paint)
    limb = finish.enamel(accent if where == "limbs" else paint)
    end = finish.enamel(accent if where in ("arms and feet", "limbs") else paint)
    joint = finish.enamel(accent) if where == "joints" else finish.metal((0.3, 0.3, 0.32), 0.35)
    _bones(assembly, frame)
    _torso(assembly, frame, body_paint, pattern, joint)
    _head(assembly, frame, head_paint, word(traits["ears"]), finish.enamel(accent))
    _limbs(assembly, frame, limb, end, joint, traits)
    add_face(assembly, frame, word(traits["face"]), colour(traits, "glow"))
    gear = finish.enamel(colour(traits, "gear_colour"))
    add_emblem(assembly, frame, word(traits["emblem"]), gear, colour(traits, "glow"))
    add_crown(assembly, frame, word(traits["crown"]), gear, colour(traits, "glow"))
    add_pack(assembly, frame, word(traits["pack"]), gear)
    if traits["scarf"]:
        _scarf(assembly, frame, finish.cloth(colour(traits, "scarf_colour")))
    _keypoints(assembly, frame)
    return assembly, poses()


def build(traits: Traits, identity: int) -> SubjectModel:
    """The robot of these traits, facing +x."""
    assembly, articulations = assemble(traits, identity)
    return assembly.finish(articulations, "openpose18")


def poses() -> Poses:
    """Angles of a person's joints; a robot bends as far as its tubes let it."""
    down = {"arm_left": (4.0, 0.0, 0.0), "arm_right": (-4.0, 0.0, 0.0)}
    stride = {"thigh_left": (0.0, -30.0, 0.0), "shin_left": (0.0, 16.0, 0.0), "foot_left": (0.0, 14.0, 0.0)}
    stride |= {"thigh_right": (0.0, 22.0, 0.0), "shin_right": (0.0, 24.0, 0.0), "foot_right": (0.0, -16.0, 0.0)}
    swing = {
        "arm_left": (4.0, 34.0, 0.0),
        "arm_right": (-4.0, -36.0, 0.0),
        "fore_left": (0.0, -24.0, 0.0),
        "fore_right": (0.0, -42.0, 0.0),
    }
    seat = {
        f"{part}_{side}": (sign * tilt, bent, 0.0)
        for side, sign in SIDES
        for part, tilt, bent in (("thigh", 9.0, -88.0), ("shin", 0.0, 8.0))
    }
    rest = {
        "arm_left": (12.0, -18.0, 0.0),
        "arm_right": (-12.0, -18.0, 0.0),
        "fore_left": (0.0, -52.0, 0.0),
        "fore_right": (0.0, -52.0, 0.0),
    }
    tilt = {"thigh_left": (-13.0, 0.0, 0.0), "foot_left": (0.0, 0.0, 0.0), "thigh_right": (-13.0, 0.0, 0.0)}
    forward = {
        "arm_left": (0.0, -84.0, 6.0),
        "arm_right": (0.0, -72.0, -4.0),
        "fore_left": (0.0, -8.0, 0.0),
        "fore_right": (0.0, -20.0, 0.0),
    }
    wide = {
        "arm_left": (152.0, 0.0, 0.0),
        "arm_right": (-152.0, 0.0, 0.0),
        "thigh_left": (20.0, 0.0, 0.0),
        "thigh_right": (-20.0, 0.0, 0.0),
    }
    return {
        "stand": bend(**down),
        "walk": bend(**stride, **swing, head=(0.0, 0.0, 8.0)),
        "look": bend(**down, head=(0.0, -6.0, 62.0), torso=(0.0, 0.0, 20.0), fore_left=(0.0, -70.0, 0.0)),
        "reach": bend(
            **forward, torso=(0.0, 16.0, 0.0), head=(0.0, -8.0, 0.0), thigh_right=(0.0, 16.0, 0.0), foot_right=(0.0, -10.0, 0.0)
        ),
        "sit": bend(**seat, **rest, torso=(0.0, -6.0, 0.0), head=(0.0, 8.0, 12.0)),
        "lean": bend(
            **tilt, torso=(24.0, 0.0, 0.0), head=(-18.0, 0.0, 0.0), arm_left=(50.0, 0.0, 0.0), arm_right=(-16.0, 0.0, 0.0)
        ),
        "wave": bend(
            arm_left=(140.0, 0.0, 0.0),
            fore_left=(34.0, 0.0, 0.0),
            arm_right=(-6.0, 0.0, 0.0),
            fore_right=(0.0, -30.0, 0.0),
            head=(9.0, 0.0, -10.0),
        ),
        "stretch": bend(**wide, fore_left=(-16.0, 0.0, 0.0), fore_right=(16.0, 0.0, 0.0), head=(0.0, -16.0, 0.0)),
    }


def _frame(traits: Traits) -> Frame:
    build_name = word(traits["build"])
    wide = {"box": 0.32, "barrel": 0.34, "egg": 0.36, "television": 0.36, "dome": 0.36, "slim": 0.22}[build_name.split()[0]]
    high = {"box": 0.30, "barrel": 0.32, "egg": 0.34, "television": 0.26, "dome": 0.28, "slim": 0.34}[build_name.split()[0]]
    head = {"box": 0.2, "barrel": 0.18, "egg": 0.17, "television": 0.27, "dome": 0.2, "slim": 0.17}[build_name.split()[0]]
    scale = 0.92 + 0.22 * number(traits, "head_size")
    broad = {"television": 1.42, "box": 1.25, "slim": 1.1}.get(build_name.split()[0], 1.15)
    body_wide = wide * (0.9 + 0.24 * number(traits, "body_width"))
    return Frame(
        kind=build_name.split()[0],
        leg=0.2 + 0.14 * number(traits, "leg_length"),
        body=np.array((body_wide * 0.72, body_wide, high)),
        head=np.array((head * 0.95, head * broad, head)) * scale,
    )


def _bones(assembly: Assembly, frame: Frame) -> None:
    wide, leg, neck = frame.body[1], frame.leg, frame.leg + frame.body[2]
    assembly.bone("root", None, (0, 0, leg))
    assembly.bone("torso", "root", (0, 0, leg + 0.02))
    assembly.bone("head", "torso", (0, 0, neck + 0.035))
    for side, sign in SIDES:
        shoulder = frame.shoulder(sign)
        elbow = shoulder + np.array((0, sign * 0.012, -frame.arm))
        assembly.bone(f"arm_{side}", "torso", shoulder)
        assembly.bone(f"fore_{side}", f"arm_{side}", elbow)
        assembly.bone(f"hand_{side}", f"fore_{side}", elbow - np.array((0, 0, frame.arm * 0.9)))
        hip = np.array((0, sign * wide * 0.26, leg))
        assembly.bone(f"thigh_{side}", "root", hip)
        assembly.bone(f"shin_{side}", f"thigh_{side}", hip * (1, 1, 0.56))
        assembly.bone(f"foot_{side}", f"shin_{side}", (0, hip[1], 0.06))


def _livery(name: str, frame: Frame, paint: Linear, accent: Linear) -> tuple[Pattern, Material]:
    low, high = frame.leg, frame.leg + frame.body[2]
    middle = (low + high) / 2

    def bands(first: F64, second: F64 | None = None) -> F64:
        fields = np.zeros((len(first), 3))
        fields[:, 0] = 0.5 + SHARP * first
        if second is not None:
            fields[:, 1] = 0.5 + SHARP * second
        return fields

    makers: dict[str, Pattern] = {
        "none": plain,
        "a waist band": lambda p: bands(low + 0.115 - p[:, 2], low + 0.05 - p[:, 2]),
        "a chest stripe": lambda p: bands(0.05 - np.abs(p[:, 1])),
        "a dipped belly": lambda p: bands(middle - 0.02 - p[:, 2]),
        "a slanted sash": lambda p: bands(0.05 - p[:, 1] + 0.8 * (p[:, 2] - middle), -0.05 - p[:, 1] + 0.8 * (p[:, 2] - middle)),
    }
    return makers[name], finish.enamel(paint, accent, paint)


def _torso(assembly: Assembly, frame: Frame, paint: Material, pattern: Pattern, joint: Material) -> None:
    deep, wide, high = frame.body
    low, middle = frame.leg, frame.leg + high / 2
    if frame.kind in ("box", "television", "slim"):
        shell = box(deep, wide, high, 0.045, 3).moved(z=middle)
    elif frame.kind == "barrel":
        r = wide / 2
        profile = [(0.0, low), (r * 0.72, low), (r * 0.8, low + 0.015), (r * 0.97, low + high * 0.35), (r, low + high * 0.5)]
        profile += [(r * 0.97, low + high * 0.65), (r * 0.8, low + high - 0.015), (r * 0.72, low + high), (0.0, low + high)]
        shell = turned(profile, 40).scaled(0.84, 1.0, 1.0)
        for level in (0.22, 0.78):
            assembly.add("torso", hoop(r * 0.915, 0.013, 40).scaled(0.84, 1, 1).moved(z=low + high * level), joint)
    elif frame.kind == "egg":
        shell = ball(deep / 2 * 1.08, wide / 2, high * 0.56, 4).mapped(_egg).moved(z=middle)
    else:
        r = wide / 2
        arc = [(r * np.cos(a), low + high * 0.45 + high * 0.55 * np.sin(a)) for a in np.linspace(0, np.pi / 2, 10)]
        shell = turned(((0.0, low), (r * 0.9, low), (r, low + 0.025), *arc), 40).scaled(0.84, 1.0, 1.0)
    assembly.add("torso", shell, paint, pattern)
    assembly.add("torso", cylinder(0.05, 0.08, 0.0, 20).moved(z=low + high + 0.012), joint)
    assembly.add("root", box(deep * 0.6, wide * 0.62, 0.06, 0.02, 2).moved(z=low - 0.008), joint)


def _egg(points: F64) -> F64:
    height = points[:, 2:3] / np.abs(points[:, 2]).max()
    return np.concatenate((points[:, :2] * (1 - 0.16 * height), points[:, 2:3]), axis=1)


def _head(assembly: Assembly, frame: Frame, paint: Material, ears: str, accent: Material) -> None:
    deep, wide, high = frame.head
    middle = frame.head_middle
    if frame.kind in ("box", "television"):
        shape = box(deep, wide, high, 0.035, 3)
    elif frame.kind == "barrel":
        shape = cylinder(wide / 2, high, 0.02, 40).scaled(deep / wide, 1, 1)
    elif frame.kind == "dome":
        arc = [(wide / 2 * np.cos(a), high * (np.sin(a) - 0.5)) for a in np.linspace(0, np.pi / 2, 10)]
        shape = turned(((wide * 0.46, -high / 2 - 0.012), *arc), 40).scaled(deep / wide, 1, 1)
    elif frame.kind == "egg":
        shape = ball(deep / 2, wide / 2, high / 2, 4)
    else:
        shape = tapered(deep * 0.86, wide * 0.86, high * 1.1, deep, wide, 0.03).moved(z=-high * 0.55)
    assembly.add("head", shape.at(middle), paint)
    for _, sign in SIDES if ears != "none" else ():
        place = middle + np.array((0, sign * wide * 0.5, 0))
        outward = np.array((0, sign, 0))
        if ears == "cones":
            ear: Shape = rod(place - outward * 0.01, place + outward * 0.06, high * 0.2, high * 0.06, 20)
        elif ears == "bolts":
            ear = rod(place - outward * 0.01, place + outward * 0.05, high * 0.1, None, 6)
        else:
            ear = cylinder(high * 0.26, 0.05, 0.012).turned(x=90).at(place)
        assembly.add("head", ear, accent)


def _limbs(assembly: Assembly, frame: Frame, limb: Material, end: Material, joint: Material, traits: Traits) -> None:
    for side, sign in SIDES:
        shoulder, elbow, wrist = (assembly.place_of(f"{bone}_{side}") for bone in ("arm", "fore", "hand"))
        assembly.add(f"arm_{side}", ball(0.058).at(shoulder), limb)
        assembly.add(f"arm_{side}", rod(shoulder, elbow, 0.03, None, 16), joint)
        assembly.add(f"fore_{side}", ball(0.042).at(elbow), joint)
        cuff = turned(
            ((0.034, -frame.arm * 0.9), (0.046, -frame.arm * 0.86), (0.04, -frame.arm * 0.2), (0.03, -frame.arm * 0.14)), 24
        )
        assembly.add(f"fore_{side}", cuff.at(elbow), end)
        add_hand(assembly, f"hand_{side}", word(traits["hands"]), wrist, sign, end, joint)
        hip, knee, ankle = (assembly.place_of(f"{bone}_{side}") for bone in ("thigh", "shin", "foot"))
        assembly.add(f"thigh_{side}", ball(0.05).at(hip), joint)
        assembly.add(f"thigh_{side}", rod(hip, knee, 0.036, None, 16), joint)
        assembly.add(f"shin_{side}", ball(0.044).at(knee), joint)
        length = knee[2] - ankle[2]
        greave = turned(((0.052, -length), (0.056, -length * 0.9), (0.046, -length * 0.2), (0.036, -length * 0.08)), 24)
        assembly.add(f"shin_{side}", greave.at(knee), limb)
        add_foot(assembly, f"foot_{side}", word(traits["feet"]), ankle, end)


def _scarf(assembly: Assembly, frame: Frame, material: Material) -> None:
    neck = frame.leg + frame.body[2] + 0.03
    assembly.add("torso", hoop(0.07, 0.028, 28, 12).scaled(1, 1.1, 0.85).moved(z=neck), material)
    tail = (
        tapered(0.02, 0.07, 0.16, 0.018, 0.05, 0.008)
        .turned(x=8, y=4)
        .at((frame.body[0] / 2 + 0.018, frame.body[1] * 0.34, neck - 0.16))
    )
    assembly.add("torso", tail, material)


def _keypoints(assembly: Assembly, frame: Frame) -> None:
    """OpenPose's eighteen: the face on the head's front and sides, then the joints themselves."""
    deep, wide, high = frame.head
    middle = frame.head_middle
    assembly.keypoint("nose", "head", middle + np.array((deep / 2, 0, -high * 0.05)))
    assembly.keypoint("neck", "torso", (0, 0, frame.leg + frame.body[2]))
    names = {"shoulder": "arm", "elbow": "fore", "wrist": "hand", "hip": "thigh", "knee": "shin", "ankle": "foot"}
    for name, bone in names.items():
        for side, _ in SIDES:
            assembly.keypoint(f"{side}_{name}", f"{bone}_{side}", assembly.place_of(f"{bone}_{side}"))
    for side, sign in SIDES:
        assembly.keypoint(f"{side}_eye", "head", middle + np.array((deep / 2, sign * wide * 0.22, high * 0.1)))
        assembly.keypoint(f"{side}_ear", "head", middle + np.array((0, sign * wide / 2, 0)))
