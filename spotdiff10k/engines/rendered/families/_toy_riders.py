"""Toys that roll and rock: rocking horse, pull-along duck, train, plane."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._outlines import rounded
from spotdiff10k.engines.rendered.families._solids import ball, box, cylinder, extruded, hoop, rod, tapered, tube, turned
from spotdiff10k.engines.rendered.families._toy_parts import CREAM, SIDES, Kit, add_emblem, add_face, add_trim, add_wheel

ROCK_RADIUS = 0.62
"""Of the circle on which a rocking horse rolls, metres."""


def rocking_horse(assembly: Assembly, kit: Kit) -> None:
    seat = 0.4 * kit.tall
    assembly.bone("base", "root", (0, 0, ROCK_RADIUS))
    wood = finish.wood((0.42, 0.25, 0.1))
    for _, sign in SIDES:
        path = [
            (ROCK_RADIUS * np.sin(a), sign * 0.13, ROCK_RADIUS * (1 - np.cos(a)) + 0.02) for a in np.linspace(-0.82, 0.82, 25)
        ]
        assembly.add("base", tube(path, 0.022, 10), kit.second)
    for x in (-0.28, 0.28):
        level = ROCK_RADIUS - float(np.sqrt(ROCK_RADIUS**2 - x * x)) + 0.03
        assembly.add("base", rod((x, -0.13, level), (x, 0.13, level), 0.016), wood)
    assembly.bone("middle", "base", (0, 0, seat))
    body = ball(0.25, 0.115 * kit.wide, 0.115, 4).at((0, 0, seat))
    assembly.add("middle", body, kit.main, kit.along(-0.25, 0.5))
    for x, out in ((0.15, 0.06), (-0.15, -0.07)):
        for _, sign in SIDES:
            foot = np.array((x + out, sign * 0.125, ROCK_RADIUS - float(np.sqrt(ROCK_RADIUS**2 - (x + out) ** 2)) + 0.03))
            hip = np.array((x, sign * 0.07, seat - 0.03))
            assembly.add("middle", rod(foot, hip, 0.024, 0.045, 14), kit.material(kit.paint))
            assembly.add("middle", ball(0.034, 0.03, 0.026, 2).at(foot), kit.second)
    assembly.bone("top", "middle", (0.17, 0, seat + 0.05))
    neck = [(0.15, 0, seat + 0.02), (0.22, 0, seat + 0.14), (0.27, 0, seat + 0.25)]
    assembly.add("top", tube(neck, (0.088, 0.07, 0.056), 20), kit.material(kit.paint))
    head = np.array((0.3, 0.0, seat + 0.27))
    muzzle = tube([head + (-0.03, 0, 0.01), head + (0.07, 0, -0.03), head + (0.15, 0, -0.075)], (0.064, 0.054, 0.042), 20)
    assembly.add("top", muzzle, kit.material(kit.paint))
    assembly.add("top", ball(0.05, 0.046, 0.046, 2).at(head + (0.145, 0, -0.073)), kit.second)
    for _, sign in SIDES:
        assembly.add(
            "top",
            rod(head + (-0.02, sign * 0.036, 0.045), head + (-0.03, sign * 0.05, 0.12), 0.022, 0.004, 10),
            kit.material(kit.paint),
        )
        assembly.add("top", ball(0.015, level=2).at(head + (0.045, sign * 0.05, 0.022)), finish.glass())
    mane = [ball(0.045, 0.024, 0.05, 2).at((0.14 + 0.03 * i - 0.005 * i, 0, seat + 0.13 + 0.05 * i)) for i in range(5)]
    assembly.add("top", mane, kit.extra)
    tail = assembly.bone("tail", "middle", (-0.23, 0, seat + 0.05))
    path = [(-0.22 - 0.12 * t, 0, seat + 0.06 + 0.05 * np.sin(t * 2.2) - 0.2 * t * t) for t in np.linspace(0, 1, 10)]
    assembly.add(tail, tube(path, list(np.interp(np.linspace(0, 1, 10), (0, 0.6, 1), (0.022, 0.045, 0.008))), 12), kit.extra)
    saddle = ball(0.12, 0.128 * kit.wide, 0.06, 3).at((-0.02, 0, seat + 0.075))
    assembly.add("middle", saddle, kit.second)
    assembly.add(
        "middle", hoop(0.122, 0.012, 36, 8).scaled(1, kit.wide, 1).turned(y=90).at((0.0, 0, seat)), finish.matt((0.2, 0.08, 0.03))
    )
    for facing, sign in (("left", 1), ("right", -1)):
        add_emblem(assembly, kit, "middle", np.array((-0.02, sign * 0.122 * kit.wide, seat + 0.0)), facing, 0.1)
    add_trim(assembly, kit, "top", head + (-0.03, 0, 0.062), np.array((0.28, 0.0, seat + 0.1)), 0.08)


def pull_along_duck(assembly: Assembly, kit: Kit) -> None:
    wheel = 0.085
    assembly.bone("base", "root", (0, 0, wheel))
    assembly.add("base", box(0.5, 0.2 * kit.wide, 0.04, 0.016, 2).moved(z=wheel + 0.01), finish.wood((0.5, 0.32, 0.14)))
    for x, end in ((0.17, "front"), (-0.17, "rear")):
        for side, sign in SIDES:
            add_wheel(assembly, kit, f"wheel_{end}_{side}", "base", np.array((x, sign * (0.1 * kit.wide + 0.03), wheel)), wheel)
    assembly.bone("middle", "base", (0, 0, wheel + 0.03))
    seat = wheel + 0.03 + 0.14 * kit.tall
    body = ball(0.25, 0.145 * kit.wide, 0.15 * kit.tall, 4).at((0, 0, seat))
    assembly.add("middle", body, kit.main, kit.along(-0.25, 0.5))
    assembly.add("middle", rod((-0.2, 0, seat + 0.03), (-0.31, 0, seat + 0.13), 0.07, 0.012, 16), kit.main)
    assembly.bone("top", "middle", (0.14, 0, seat + 0.08))
    head = np.array((0.2, 0.0, seat + 0.26 * kit.tall))
    assembly.add("top", rod((0.13, 0, seat + 0.05), head, 0.085, 0.075, 20), kit.material(kit.paint))
    assembly.add(
        "top", ball(0.11).at(head), kit.material(kit.accent) if kit.pattern == "a dipped half" else kit.material(kit.paint)
    )
    add_face(assembly, "top", head, 0.11, 0.15, smile=False)
    beak = ball(0.085, 0.06, 0.02, 2)
    assembly.add(
        "top",
        [beak.turned(y=-8).at(head + (0.13, 0, -0.012)), beak.scaled(0.85).turned(y=10).at(head + (0.118, 0, -0.036))],
        finish.enamel((0.9, 0.36, 0.02)),
    )
    for side, sign in SIDES:
        shoulder = np.array((0.06, sign * 0.13 * kit.wide, seat + 0.05))
        bone = assembly.bone(f"arm_{side}", "middle", shoulder)
        wing = ball(0.14, 0.026, 0.085, 3).turned(y=14, z=sign * 8).at(shoulder + (-0.1, sign * 0.012, -0.01))
        assembly.add(bone, wing, kit.second)
        tip = ball(0.07, 0.024, 0.05, 2).turned(y=20, z=sign * 8).at(shoulder + (-0.19, sign * 0.02, 0.01))
        assembly.add(bone, tip, kit.extra)
        mark = shoulder + (-0.1, sign * 0.036, -0.01)
        add_emblem(assembly, kit, bone, mark, side, 0.075)
    cord = [(0.25 + 0.22 * t, 0, wheel + 0.01 - 0.06 * t + 0.04 * np.sin(t * 7)) for t in np.linspace(0, 1, 16)]
    assembly.add("base", tube(cord, 0.006, 6), finish.cloth(CREAM))
    assembly.add("base", ball(0.026, level=2).at(cord[-1]), kit.extra)
    add_trim(assembly, kit, "top", head + (0, 0, 0.105), head + (0.06, 0, -0.11), 0.08)


def toy_train(assembly: Assembly, kit: Kit) -> None:
    wheel, wide = 0.075, 0.2 * kit.wide
    assembly.bone("base", "root", (0.1, 0, wheel))
    assembly.add("base", box(0.5, wide, 0.045, 0.014, 2).at((0.16, 0, wheel + 0.02)), kit.second)
    for x, size in ((0.32, wheel), (0.16, wheel), (-0.01, wheel * 1.4)):
        for side, sign in SIDES:
            name = f"wheel{int(100 * x) + 1}_{side}".replace("-", "m")
            add_wheel(assembly, kit, name, "base", np.array((x, sign * (wide / 2 + 0.026), size)), size)
    boiler = (
        turned([(0.088 * kit.wide, z) for z in np.linspace(-0.15, 0.15, 22)], 40, 40.0).turned(y=90).at((0.25, 0, wheel + 0.135))
    )
    assembly.bone("middle", "base", (0.1, 0, wheel + 0.04))
    assembly.add("middle", boiler, kit.main, kit.along(0.1, 0.3))
    assembly.add(
        "middle",
        ball(0.03, 0.08 * kit.wide, 0.08 * kit.wide).at((0.4, 0, wheel + 0.135)),
        kit.material(CREAM) if kit.emblem == "none" else kit.extra,
    )
    add_face(assembly, "middle", np.array((0.352, 0.0, wheel + 0.135)), 0.078 * kit.wide, 0.16)
    high = 0.3 * kit.tall
    cab = box(0.19, wide, high, 0.016, 2, 0.02).at((0.005, 0, wheel + 0.03 + high / 2))
    assembly.add("middle", cab, kit.main, kit.along(-0.09, 0.19))
    for sign in (1, -1):
        pane = box(0.1, 0.012, high * 0.34, 0.02).at((0.005, sign * (wide / 2 + 0.001), wheel + 0.03 + high * 0.72))
        assembly.add("middle", pane, finish.glass())
        add_emblem(
            assembly,
            kit,
            "middle",
            np.array((0.005, sign * (wide / 2 + 0.002), wheel + 0.03 + high * 0.3)),
            "left" if sign > 0 else "right",
            0.085,
        )
    assembly.add("middle", box(0.012, wide * 0.6, high * 0.3, 0.02).at((0.102, 0, wheel + 0.03 + high * 0.78)), finish.glass())
    assembly.bone("lid", "middle", (-0.1, 0, wheel + 0.035 + high))
    roof = box(0.24, wide + 0.06, 0.028, 0.012, 2).at((0.005, 0, wheel + 0.045 + high))
    assembly.add("lid", roof, kit.second)
    assembly.bone("top", "middle", (0.33, 0, wheel + 0.2))
    chimney = turned(((0.03, 0.0), (0.03, 0.08), (0.05, 0.12), (0.056, 0.15), (0.044, 0.15), (0.0, 0.12)), 28)
    assembly.add("top", chimney.at((0.33, 0, wheel + 0.2)), kit.extra)
    assembly.add("middle", ball(0.034).at((0.2, 0, wheel + 0.225)), finish.metal((0.75, 0.5, 0.14)))
    assembly.bone("wagon", "base", (-0.12, 0, wheel))
    assembly.add("wagon", rod((-0.07, 0, wheel + 0.01), (-0.2, 0, wheel + 0.01), 0.012), finish.metal())
    assembly.add("wagon", box(0.26, wide, 0.12, 0.014, 2).at((-0.3, 0, wheel + 0.075)), kit.extra)
    for x, y, tone in ((-0.36, 0.03, kit.paint), (-0.28, -0.03, kit.accent), (-0.23, 0.04, CREAM)):
        assembly.add("wagon", box(0.085, 0.085, 0.085, 0.01, 2).turned(z=x * 300).at((x, y, wheel + 0.165)), kit.material(tone))
    for x in (-0.22, -0.38):
        for side, sign in SIDES:
            add_wheel(
                assembly,
                kit,
                f"wheel{int(-100 * x)}b_{side}",
                "wagon",
                np.array((x, sign * (wide / 2 + 0.02), wheel * 0.85)),
                wheel * 0.85,
                0.035,
            )
    add_trim(assembly, kit, "middle", np.array((-0.02, 0.0, wheel + 0.06 + high)), np.array((0.415, 0.0, wheel + 0.02)), 0.08)


def toy_plane(assembly: Assembly, kit: Kit) -> None:
    level, wheel = 0.2 * kit.tall, 0.06
    assembly.bone("base", "root", (0.05, 0, wheel))
    shares = np.linspace(0, 1, 24)
    path = np.stack((-0.4 + 0.68 * shares, 0 * shares, level + 0.05 * (1 - shares) ** 2), axis=1)
    radii = np.interp(shares, (0, 0.5, 0.8, 1), (0.03, 0.085, 0.098, 0.08)) * kit.wide
    assembly.bone("middle", "base", (0.1, 0, level))
    assembly.add("middle", tube(path, list(radii), 32), kit.main, kit.along(-0.4, 0.68))
    wing = rounded(np.array(((-0.1, 0.0), (0.1, 0.0), (0.07, 0.46), (-0.09, 0.46))), 0.05)
    lower = level - 0.035
    for side, sign in SIDES:
        bone = assembly.bone(f"arm_{side}", "middle", (0.1, sign * 0.06, lower))
        for z in (lower, lower + 0.17):
            plate = extruded(wing, 0.024, 0.008).at((0.1, 0.02, z))
            assembly.add(bone, plate if sign > 0 else plate.mirrored(), kit.second)
        for y in (0.2, 0.38):
            assembly.add(
                bone,
                [rod((x, sign * y, lower), (x, sign * y, lower + 0.18), 0.008) for x in (0.05, 0.15)],
                finish.wood((0.5, 0.32, 0.14)),
            )
        add_emblem(assembly, kit, bone, np.array((0.1, sign * 0.33, lower + 0.2)), "top", 0.1)
        add_wheel(assembly, kit, f"wheel_{side}", "base", np.array((0.13, sign * 0.1, wheel)), wheel, 0.03)
        assembly.add("base", rod((0.13, sign * 0.1, wheel), (0.11, sign * 0.04, level - 0.04), 0.011), finish.metal())
    tail = assembly.bone("tail", "middle", (-0.36, 0, level + 0.05))
    fin = (
        extruded(rounded(np.array(((-0.09, 0.0), (0.08, 0.0), (-0.02, 0.16), (-0.1, 0.16))), 0.03), 0.02, 0.006)
        .turned(x=90)
        .at((-0.34, 0.01, level + 0.07))
    )
    plane = extruded(rounded(np.array(((-0.06, -0.17), (0.06, -0.14), (0.06, 0.14), (-0.06, 0.17))), 0.04), 0.02, 0.006).at(
        (-0.36, 0, level + 0.05)
    )
    assembly.add(tail, [fin, plane], kit.extra)
    nose = assembly.bone("nose", "middle", (0.29, 0, level))
    assembly.add(nose, ball(0.05, 0.078 * kit.wide, 0.078 * kit.wide).at((0.28, 0, level)), kit.extra)
    for angle in (25.0, 205.0):
        blade = tapered(0.014, 0.034, 0.21, 0.01, 0.055, 0.006).turned(x=angle).at((0.335, 0, level))
        assembly.add(nose, blade, finish.wood((0.42, 0.25, 0.1)))
    assembly.add(nose, ball(0.026, level=2).at((0.345, 0, level)), finish.metal())
    assembly.bone("top", "middle", (0.02, 0, level + 0.07))
    head = np.array((0.02, 0.0, level + 0.14))
    assembly.add("top", ball(0.062).at(head), kit.material((0.82, 0.52, 0.36)))
    assembly.add("top", ball(0.066, 0.066, 0.05, 3).at(head + (-0.01, 0, 0.026)), finish.matt((0.2, 0.08, 0.03)))
    add_face(assembly, "top", head, 0.06, 0.14)
    assembly.add("middle", hoop(0.075, 0.012, 28, 8).at((0.02, 0, level + 0.082)), finish.dark())
    assembly.add("middle", cylinder(0.03, 0.05, 0.01, 20).at((-0.34, 0, 0.03)), finish.rubber())
    assembly.add("middle", rod((-0.34, 0, 0.03), (-0.35, 0, level + 0.04), 0.01), finish.metal())
    add_trim(assembly, kit, "top", head + (-0.01, 0, 0.07), head + (0.03, 0, -0.06), 0.05)
