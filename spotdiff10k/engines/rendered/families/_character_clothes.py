"""What a person wears: tops, trousers, shorts, skirts and shoes, each a flesh layer that follows the body's weights."""

import numpy as np

from spotdiff10k.engines.rendered import patterns
from spotdiff10k.engines.rendered.builder import BODY, SubjectBuilder, Surface
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person
from spotdiff10k.engines.rendered.families._character_body import add_torso
from spotdiff10k.engines.rendered.families._finishes import Linear, cloth
from spotdiff10k.engines.rendered.geometry import F64, vector

CLOTH = 0.013
"""Metres from the skin to the outside of a garment."""
GARMENT_CELL, SHOE_CELL = 0.0165, 0.0135
SKIRT_STEPS = 4
STAR_TIP, STAR_VALLEY = 0.088, 0.038
"""Metres from the middle of the star on a shirt."""
PLANE = 1.0
"""Half width (metres) of the ellipsoids that cut hems nearly flat."""


def _below(builder: SubjectBuilder, layer: str, bone: str, height: float) -> None:
    """Cut away all of a layer so far that is below a height."""
    builder.ellipsoid(bone, (0.0, 0.0, height - 0.5), (PLANE, PLANE, 0.5), blend=0.006, layer=layer, cut=True)


def _above(builder: SubjectBuilder, layer: str, bone: str, height: float) -> None:
    builder.ellipsoid(bone, (0.0, 0.0, height + 0.5), (PLANE, PLANE, 0.5), blend=0.006, layer=layer, cut=True)


def add_top(
    builder: SubjectBuilder, body: Person, colours: tuple[Linear, Linear, Linear], style: str, sleeves: str, bib: bool
) -> None:
    """A shirt, `colours`: cloth, its pattern, and the bib of dungarees."""
    material = builder.material(cloth(*colours))

    def fields(surface: Surface) -> F64:
        first = _top_pattern(surface, body, style)
        second = np.zeros(len(first))
        if bib:
            front = patterns.both(
                patterns.beyond(surface.points, (0, 0, -1), -(body.leg + 0.66 * body.torso)),
                patterns.EDGE + 9.0 * (0.62 * body.girth - np.abs(surface.points[:, 1])),
            )
            waist = patterns.beyond(surface.points, (0, 0, -1), -(body.leg + 0.28 * body.torso))
            straps = patterns.EDGE + 9.0 * (0.018 - np.abs(np.abs(surface.points[:, 1]) - 0.46 * body.girth))
            second = patterns.either(np.where(surface.on("root", "spine", "chest"), np.maximum(front, waist), 0.0), straps)
        return np.stack([first, second, np.zeros(len(first))], axis=1)

    builder.layer("top", material, fields, GARMENT_CELL, (BODY,), covers=True)
    add_torso(builder, body, "top", CLOTH)
    _below(builder, "top", "root", body.leg - 0.005)
    limb = body.limb
    neck = body.neck + vector(0.0, 0.0, 0.012)
    builder.cone("chest", neck - vector(0, 0, 0.06), neck - vector(0, 0, 0.03), 1.9 * limb, 1.75 * limb, blend=0.02, layer="top")
    share = {"short": 0.42, "long": 0.94, "none": 0.0}[sleeves]
    for side, sign in SIDES:
        shoulder, elbow, wrist = body.shoulder(sign), body.elbow(sign), body.wrist(sign)
        if sleeves == "none":
            continue
        end = shoulder + (elbow - shoulder) * min(1.0, share / 0.5)
        builder.cone(f"arm_{side}_upper", shoulder, end, 1.34 * limb + CLOTH, 1.14 * limb + 1.1 * CLOTH, blend=0.025, layer="top")
        if sleeves == "long":
            cuff = shoulder + (wrist - shoulder) * share
            builder.cone(f"arm_{side}_lower", elbow, cuff, 1.14 * limb + CLOTH, 1.04 * limb + CLOTH, blend=0.015, layer="top")


def _top_pattern(surface: Surface, body: Person, style: str) -> F64:
    points = surface.points
    torso = surface.on("root", "spine", "chest", "neck")
    if style == "striped shirt":
        along = np.array([0.0, 0.0, 1.0])
        return patterns.bands(points, along, 16.0)
    if style == "dotted shirt":
        return patterns.spots(points, 13.0, 5, 0.36)
    if style == "checked shirt":
        return checks(points, 90.0)
    if style == "two-tone shirt":
        return np.where(torso, patterns.beyond(points, (0, 0, 1), body.leg + 0.46 * body.torso), 1.0)
    if style == "raglan shirt":
        below = np.maximum(0.0, body.chest[2] - points[:, 2])
        return np.asarray(patterns.EDGE + 9.0 * (np.abs(points[:, 1]) - 0.86 * body.girth - 0.25 * below), np.float64)
    if style == "star shirt":
        return _star(points, body)
    if style == "banded shirt":
        band = patterns.EDGE + 9.0 * (0.034 - np.abs(points[:, 2] - body.chest[2]))
        return np.where(torso, band, 0.0)
    return np.zeros(len(points))


def checks(points: F64, frequency: float) -> F64:
    """A chequerboard seen from the front; `frequency` in radians a metre."""
    return np.asarray(patterns.EDGE + 0.5 * np.sin(frequency * points[:, 2]) * np.sin(frequency * points[:, 1]), np.float64)


def _star(points: F64, body: Person) -> F64:
    """A five-pointed star on the chest and one on the back."""
    y, z = points[:, 1], points[:, 2] - body.chest[2] + 0.02
    tenth = np.pi / 5.0
    angle = np.abs((np.arctan2(y, z) + tenth) % (2.0 * tenth) - tenth)  # from the nearest tip
    outline = STAR_TIP * STAR_VALLEY * np.sin(tenth) / (STAR_TIP * np.sin(angle) + STAR_VALLEY * np.sin(tenth - angle))
    return np.asarray(patterns.EDGE + 12.0 * (outline - np.sqrt(y * y + z * z)), np.float64)


def add_trousers(builder: SubjectBuilder, body: Person, colour: Linear, second: Linear, short: bool, pattern: str) -> None:
    material = builder.material(cloth(colour, second))

    def fields(surface: Surface) -> F64:
        side_stripe = (
            patterns.EDGE
            + 12.0 * (0.012 - np.abs(surface.points[:, 0]))
            - 40.0 * np.maximum(0.0, 0.5 * body.girth - np.abs(surface.points[:, 1]))
        )
        first = side_stripe if pattern == "side stripe" else np.zeros(len(surface.points))
        if pattern == "checked":
            first = checks(surface.points, 95.0)
        return np.stack([first, 0 * first, 0 * first], axis=1)

    builder.layer("bottoms", material, fields, GARMENT_CELL, (BODY,), covers=True)
    girth, limb = body.girth, body.limb
    grown = 0.75 * CLOTH
    builder.ellipsoid(
        "root", body.hip + vector(0.0, 0.0, 0.022), np.array([0.80 * girth, 0.95 * girth, 0.085]) + grown, layer="bottoms"
    )
    builder.ellipsoid("spine", body.waist, np.array([0.8 * girth, 0.92 * girth, 0.08]) + 0.4 * grown, blend=0.05, layer="bottoms")
    for side, sign in SIDES:
        hip, knee, ankle = body.hip_joint(sign), body.knee(sign), body.ankle(sign)
        thigh = min(1.85 * limb, 0.50 * girth) + grown
        if short:
            end = hip + 0.62 * (knee - hip)
            builder.cone(f"leg_{side}_upper", hip, end, thigh, 1.62 * limb + 1.3 * CLOTH, blend=0.02, layer="bottoms")
            continue
        builder.cone(f"leg_{side}_upper", hip, knee, thigh, 1.42 * limb + grown, blend=0.02, layer="bottoms")
        hem = knee + 0.86 * (ankle - knee)
        builder.cone(f"leg_{side}_lower", knee, hem, 1.42 * limb + grown, 1.32 * limb + CLOTH, blend=0.015, layer="bottoms")


def add_skirt(builder: SubjectBuilder, body: Person, colour: Linear, second: Linear, hem_height: float, pattern: str) -> None:
    """A flared skirt down to a height above the ground."""
    material = builder.material(cloth(colour, second))

    def fields(surface: Surface) -> F64:
        first = np.zeros(len(surface.points))
        if pattern == "checked":
            first = checks(surface.points, 80.0)
        if pattern == "side stripe":
            first = patterns.EDGE + 9.0 * (0.02 - np.abs(surface.points[:, 2] - hem_height - 0.035))
        return np.stack([first, 0 * first, 0 * first], axis=1)

    builder.layer("bottoms", material, fields, GARMENT_CELL, covers=True)
    girth = body.girth
    for side, sign in SIDES:
        builder.bone(f"cloth_{side}", f"leg_{side}_upper", body.hip_joint(sign))
    top = body.waist - vector(0, 0, 0.01)
    builder.ellipsoid("spine", top, (0.86 * girth, 0.98 * girth, 0.06), layer="bottoms")
    for i in range(SKIRT_STEPS):
        low, high = i / SKIRT_STEPS, (i + 1) / SKIRT_STEPS
        start, end = (top * (1 - share) + np.array([0, 0, hem_height]) * share for share in (low, high))
        wide = [0.86 * girth + 0.070 * share for share in (low, high)]
        if i < SKIRT_STEPS // 2:
            builder.cone("root", start, end, wide[0], wide[1], blend=0.02, layer="bottoms")
            continue
        for side, sign in SIDES:  # the lower half goes with the thighs
            aside = np.array([0.0, sign * 0.25 * girth, 0.0])
            narrow = [width - 0.16 * girth for width in wide]
            builder.cone(f"cloth_{side}", start + aside, end + aside, narrow[0], narrow[1], blend=0.05, layer="bottoms")
    _below(builder, "bottoms", "root", hem_height)


def add_shoes(builder: SubjectBuilder, body: Person, colour: Linear, sole_colour: Linear, boots: bool) -> None:
    material = builder.material(cloth(colour, sole_colour))
    limb = body.limb

    def fields(surface: Surface) -> F64:
        sole = patterns.beyond(surface.points, (0, 0, -1), -0.36 * limb)
        return np.stack([sole, 0 * sole, 0 * sole], axis=1)

    builder.layer("shoes", material, fields, SHOE_CELL, covers=True)
    for side, sign in SIDES:
        bone, ankle = f"leg_{side}_foot", body.ankle(sign)
        ground = ankle * vector(1.0, 1.0, 0.0)
        heel, toe = ground + vector(-0.15 * limb, 0, 1.05 * limb), ground + vector(1.65 * limb, sign * 0.2 * limb, 0.98 * limb)
        builder.cone(bone, heel, toe, 1.22 * limb, 1.30 * limb, blend=0.02, layer="shoes")
        top = ankle + vector(0, 0, (1.9 if boots else 0.25) * limb)
        builder.cone(bone, heel, top, 1.25 * limb, (1.42 if boots else 1.28) * limb, blend=0.03, layer="shoes")
    builder.ellipsoid("root", (0.0, 0.0, -0.5), (PLANE, PLANE, 0.5), blend=0.008, layer="shoes", cut=True)
