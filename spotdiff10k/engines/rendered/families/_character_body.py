"""A person's bones and skin: head, torso, arms with hands, legs."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person
from spotdiff10k.engines.rendered.geometry import unit, vector

OPENPOSE_ORDER = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist", "right_hip",
    "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip


def add_skeleton(builder: SubjectBuilder, body: Person) -> None:
    builder.bone("root", None, body.hip)
    builder.bone("spine", "root", body.waist)
    builder.bone("chest", "spine", body.chest)
    builder.bone("neck", "chest", body.neck - vector(0.0, 0.0, 0.02))
    builder.bone("head", "neck", body.neck + vector(0.0, 0.0, 0.02))
    for side, sign in SIDES:
        builder.bone(f"arm_{side}_upper", "chest", body.shoulder(sign))
        builder.bone(f"arm_{side}_lower", f"arm_{side}_upper", body.elbow(sign))
        builder.bone(f"arm_{side}_hand", f"arm_{side}_lower", body.wrist(sign))
        builder.bone(f"leg_{side}_upper", "root", body.hip_joint(sign))
        builder.bone(f"leg_{side}_lower", f"leg_{side}_upper", body.knee(sign))
        builder.bone(f"leg_{side}_foot", f"leg_{side}_lower", body.ankle(sign))
        builder.leg(f"leg_{side}_upper", f"leg_{side}_lower", f"leg_{side}_foot")


def add_torso(builder: SubjectBuilder, body: Person, layer: str = "body", grown: float = 0.0) -> None:
    """Pelvis, belly, chest and shoulders, every radius larger by `grown`."""
    girth = body.girth
    depth = girth * body.belly
    builder.ellipsoid(
        "root", body.hip + vector(0.0, 0.0, 0.022), np.array([0.80 * girth, 0.95 * girth, 0.085]) + grown, layer=layer
    )
    builder.ellipsoid(
        "spine",
        body.waist + vector(0.10 * depth, 0.0, 0.0),
        np.array([depth, 0.96 * girth, 0.36 * body.torso]) + grown,
        blend=0.06,
        layer=layer,
    )
    builder.ellipsoid("chest", body.chest, np.array([0.80 * girth, girth, 0.36 * body.torso]) + grown, blend=0.06, layer=layer)
    left, right = body.shoulder(1.0) * vector(1, 0.86, 1), body.shoulder(-1.0) * vector(1, 0.86, 1)
    builder.cone("chest", left, right, 1.30 * body.limb + grown, 1.30 * body.limb + grown, blend=0.04, layer=layer)


def add_arms(builder: SubjectBuilder, body: Person) -> None:
    limb = body.limb
    for side, sign in SIDES:
        shoulder, elbow, wrist = body.shoulder(sign), body.elbow(sign), body.wrist(sign)
        builder.cone(f"arm_{side}_upper", shoulder, elbow, 1.28 * limb, 1.08 * limb, blend=0.03)
        builder.cone(f"arm_{side}_lower", elbow, wrist, 1.08 * limb, 0.92 * limb, blend=0.02)
        _hand(builder, body, side, sign)


def _hand(builder: SubjectBuilder, body: Person, side: str, sign: float) -> None:
    """A mitten of four fingers and a thumb that points forward."""
    bone, limb, wrist = f"arm_{side}_hand", body.limb, body.wrist(sign)
    along = body.arm_heading(sign)
    across = np.array([1.0, 0.0, 0.0])
    palm = wrist + along * (1.05 * limb)
    builder.cone(bone, palm - across * 0.35 * limb, palm + across * 0.35 * limb, 1.0 * limb, 1.0 * limb, blend=0.014)
    for place in (-0.75, -0.25, 0.25, 0.75):
        base = palm + across * (place * limb) + along * (0.5 * limb)
        tip = base + along * (1.35 - 0.35 * abs(place - 0.1)) * limb - across * 0.05 * limb
        builder.cone(bone, base, tip, 0.40 * limb, 0.34 * limb, blend=0.006)
    thumb = palm + across * 0.95 * limb - along * 0.2 * limb
    builder.cone(bone, thumb, thumb + unit(along + 0.9 * across) * 0.95 * limb, 0.44 * limb, 0.36 * limb, blend=0.008)


def add_legs(builder: SubjectBuilder, body: Person) -> None:
    limb = body.limb
    for side, sign in SIDES:
        hip, knee, ankle = body.hip_joint(sign), body.knee(sign), body.ankle(sign)
        builder.cone(f"leg_{side}_upper", hip, knee, min(1.85 * limb, 0.50 * body.girth), 1.38 * limb, blend=0.03)
        builder.cone(f"leg_{side}_lower", knee, ankle, 1.38 * limb, 1.12 * limb, blend=0.02)
        toe = ankle * vector(1.0, 1.0, 0.0) + vector(1.3 * limb, 0.0, 0.9 * limb)
        builder.cone(f"leg_{side}_foot", ankle * vector(1.0, 1.0, 0.6), toe, 0.8 * limb, 0.6 * limb, blend=0.02)


def add_head(builder: SubjectBuilder, body: Person) -> None:
    size, at = body.head, body.at
    builder.cone(
        "neck",
        body.neck - vector(0.0, 0.0, 0.05),
        body.neck + vector(0.0, 0.0, 0.05),
        1.45 * body.limb,
        1.40 * body.limb,
        blend=0.03,
    )
    builder.ellipsoid("head", at(-0.02, 0.0, 0.08), size * np.array([0.96, 0.96, 0.98]), blend=0.02)
    builder.ellipsoid("head", at(0.10, 0.0, -0.38), size * np.array([0.78, 0.80, 0.62]), blend=0.30 * size)
    builder.ellipsoid("head", at(0.40, 0.0, -0.66), size * np.array([0.34, 0.36, 0.26]), blend=0.25 * size)
    for _, sign in SIDES:
        builder.ellipsoid("head", at(0.45, sign * 0.44, -0.30), size * np.array([0.36, 0.34, 0.30]), blend=0.22 * size)
        builder.ellipsoid(
            "head", at(-0.08, sign * 0.97, -0.10), size * np.array([0.17, 0.13, 0.25]), (0, 0, sign * 18), 0.04 * size
        )
        builder.ellipsoid(
            "head", at(-0.0, sign * 1.07, -0.08), size * np.array([0.09, 0.07, 0.14]), (0, 0, sign * 18), 0.03 * size, cut=True
        )


def add_nose(builder: SubjectBuilder, body: Person, shape: str) -> None:
    size = body.head
    base = builder.skin_point(body.at(0.0, 0.0, -0.16), (1.0, 0.0, 0.0))
    radii = {"button": (0.12, 0.13, 0.11), "round": (0.16, 0.18, 0.15), "long": (0.24, 0.11, 0.13), "pointed": (0.20, 0.10, 0.10)}
    builder.ellipsoid("head", base, size * np.array(radii[shape]), (0, 12 if shape == "long" else 0, 0), blend=0.07 * size)


def add_keypoints(builder: SubjectBuilder, body: Person, eyes: dict[str, np.ndarray]) -> None:
    """All eighteen, in OpenPose's order."""
    places: dict[str, tuple[str, object]] = {
        "nose": ("head", builder.skin_point(body.at(0.0, 0.0, -0.16), (1.0, 0.0, 0.0))),
        "neck": ("chest", 0.5 * (body.shoulder(1.0) + body.shoulder(-1.0))),
    }
    for side, sign in SIDES:
        places |= {
            f"{side}_shoulder": (f"arm_{side}_upper", body.shoulder(sign)),
            f"{side}_elbow": (f"arm_{side}_lower", body.elbow(sign)),
            f"{side}_wrist": (f"arm_{side}_hand", body.wrist(sign)),
            f"{side}_hip": (f"leg_{side}_upper", body.hip_joint(sign)),
            f"{side}_knee": (f"leg_{side}_lower", body.knee(sign)),
            f"{side}_ankle": (f"leg_{side}_foot", body.ankle(sign)),
            f"{side}_eye": ("head", eyes[side]),
            f"{side}_ear": ("head", body.at(-0.05, sign * 1.05, -0.10)),
        }
    for name in OPENPOSE_ORDER:
        bone, point = places[name]
        builder.keypoint(name, bone, point)  # type: ignore[arg-type]
