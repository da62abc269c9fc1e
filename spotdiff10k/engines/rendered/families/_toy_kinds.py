"""Turned toys: stacking rings, rocket, nesting doll, snowman, jack-in-the-box, spinning top."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._shapes import F64
from spotdiff10k.engines.rendered.families._solids import (
    ball,
    box,
    cylinder,
    extruded,
    hoop,
    rod,
    softened,
    tapered,
    tube,
    turned,
)
from spotdiff10k.engines.rendered.families._toy_parts import CREAM, SIDES, SKIN, Kit, add_emblem, add_face, add_trim
from spotdiff10k.engines.rendered.model import Material

RINGS = 5


def _lathe(profile: tuple[tuple[float, float], ...], kit: Kit, steps: int = 8) -> list[tuple[float, float]]:
    return [(radius * kit.wide, level * kit.tall) for radius, level in softened(profile, steps)]


def stacking_rings(assembly: Assembly, kit: Kit) -> None:
    base = 0.2 * kit.wide
    assembly.bone("base", "root", (0, 0, 0))
    assembly.add(
        "base", turned(((base, 0.0), (base * 1.04, 0.01), (base, 0.045), (base * 0.5, 0.055), (0.0, 0.055)), 44), kit.main
    )
    parent, level = "base", 0.06
    step = 0.108 * kit.tall
    tones = (kit.second, kit.main, kit.extra, kit.second, kit.main)
    for i in range(RINGS):
        radius = (0.165 - 0.021 * i) * kit.wide
        bone = assembly.bone(f"ring{i + 1}", parent, (0, 0, level))
        thick = step * 0.53
        assembly.add(bone, hoop(radius - thick * 0.55, thick, 44, 16).moved(z=level + step * 0.5), tones[i])
        assembly.add(bone, cylinder(0.032, step, 0.0, 20).moved(z=level + step * 0.5), kit.material(CREAM))
        parent, level = bone, level + step
    assembly.bone("top", parent, (0, 0, level))
    middle = np.array((0.0, 0.0, level + 0.07))
    assembly.add("top", ball(0.085).at(middle), kit.extra if kit.emblem == "none" else kit.main)
    add_face(assembly, "top", middle, 0.085)
    add_emblem(assembly, kit, "base", np.array((0.15 * kit.wide, 0.0, 0.052)), "top", 0.07)
    add_trim(assembly, kit, "top", middle + (0, 0, 0.085), middle + (0.05, 0, -0.08), 0.05)


def rocket(assembly: Assembly, kit: Kit) -> None:
    profile = _lathe(((0.1, 0.12), (0.13, 0.2), (0.155, 0.38), (0.15, 0.55), (0.125, 0.66)), kit)
    low, high = profile[0][1], profile[-1][1]
    assembly.bone("base", "root", (0, 0, low))
    assembly.add("base", turned(profile, 56), kit.main, kit.around(low, high - low))
    assembly.bone("top", "base", (-profile[-1][0], 0, high))
    nose = _lathe(((0.125, 0.66), (0.1, 0.76), (0.06, 0.86), (0.012, 0.93)), kit)
    assembly.add("top", turned([*nose, (0.0, nose[-1][1] + 0.01)], 48), kit.second)
    for level in (low + 0.02, high - 0.012):
        assembly.add(
            "base",
            hoop(float(np.interp(level, [z for _, z in profile], [r for r, _ in profile])) + 0.002, 0.012, 48, 8).moved(z=level),
            kit.extra,
        )
    fin = np.array(((0.0, 0.0), (0.15, -0.18), (0.17, -0.17), (0.1, 0.05), (0.0, 0.16)))
    for i in range(4):
        bone = assembly.bone(
            f"fin{i + 1}", "base", (0.1 * np.cos(np.pi / 2 * i + np.pi / 4), 0.1 * np.sin(np.pi / 2 * i + np.pi / 4), low + 0.1)
        )
        plate = extruded(fin * (kit.wide, 1.0), 0.035, 0.01).turned(x=90).moved(x=0.105 * kit.wide, y=0.0175, z=low + 0.06)
        assembly.add(bone, plate.turned(z=45.0 + 90.0 * i), kit.second)
    nozzle = turned(((0.085, low - 0.075), (0.06, low), (0.0, low)), 32)
    assembly.add("base", nozzle, finish.metal((0.35, 0.35, 0.38)))
    window = 0.5 * kit.tall
    radius = float(np.interp(window, [z for _, z in profile], [r for r, _ in profile]))
    for angle in (0.0, 180.0):
        assembly.add(
            "base", hoop(0.062, 0.014, 32, 10).turned(y=90).moved(x=radius - 0.002, z=window).turned(z=angle), finish.metal()
        )
        assembly.add(
            "base", ball(0.02, 0.058, 0.058).moved(x=radius - 0.006, z=window).turned(z=angle), finish.glass((0.03, 0.09, 0.14))
        )
    place = 0.3 * kit.tall
    reach = float(np.interp(place, [z for _, z in profile], [r for r, _ in profile]))
    add_emblem(assembly, kit, "base", np.array((reach + 0.0, 0.0, place)), "front", 0.11)
    add_trim(assembly, kit, "top", np.array((0.0, 0.0, nose[-1][1])), np.array((radius * 0.9, 0.0, 0.64 * kit.tall)), radius)


def nesting_doll(assembly: Assembly, kit: Kit) -> None:
    body = _lathe(((0.13, 0.0), (0.15, 0.015), (0.2, 0.15), (0.215, 0.28), (0.2, 0.39)), kit)
    seam = body[-1][1]
    assembly.bone("base", "root", (0, 0, 0))
    assembly.add(
        "base",
        turned([*body, (body[-1][0] - 0.02, seam), (body[-1][0] - 0.03, 0.06), (0.0, 0.05)], 56, 40.0),
        kit.main,
        kit.around(0.0, seam),
    )
    assembly.bone("top", "base", (-body[-1][0], 0, seam))
    head = _lathe(((0.2, 0.39), (0.165, 0.5), (0.145, 0.57), (0.15, 0.65), (0.125, 0.74), (0.06, 0.795)), kit)
    shell = [*head, (0.0, head[-1][1] + 0.012)]
    assembly.add("top", turned([(head[0][0] - 0.02, seam + 0.001), *shell], 56, 40.0), kit.second)
    assembly.add("base", hoop(body[-1][0] + 0.001, 0.009, 56, 8).moved(z=seam - 0.006), kit.extra)
    middle = np.array((0.03 * kit.wide, 0.0, 0.655 * kit.tall))
    face = ball(0.13 * kit.wide, 0.118 * kit.wide, 0.118 * kit.tall)
    assembly.add("top", face.at(middle), kit.material(SKIN))
    add_face(assembly, "top", middle, 0.125 * kit.wide, 0.11)
    for _, sign in SIDES:
        assembly.add(
            "top",
            ball(0.014, 0.028, 0.024, 2).at(middle + (0.107 * kit.wide, sign * 0.062 * kit.wide, -0.02)),
            kit.material((0.8, 0.2, 0.22)),
        )
    small = _lathe(((0.1, 0.06), (0.135, 0.16), (0.12, 0.3), (0.09, 0.36), (0.1, 0.44), (0.05, 0.5)), kit)
    assembly.add("base", turned([*small, (0.0, small[-1][1] + 0.006)], 36), kit.extra)
    add_face(assembly, "base", np.array((0.0, 0.0, 0.43 * kit.tall)), 0.1 * kit.wide, 0.12)
    add_emblem(assembly, kit, "base", np.array((0.213 * kit.wide, 0.0, 0.24 * kit.tall)), "front", 0.14)
    add_trim(
        assembly, kit, "top", np.array((0.0, 0.0, head[-1][1] + 0.01)), np.array((0.155 * kit.wide, 0.0, 0.52 * kit.tall)), 0.15
    )


def snowman(assembly: Assembly, kit: Kit) -> None:
    snow = Material((0.88, 0.9, 0.94), roughness=0.8, sheen=0.3, bump=0.15, bump_frequency=30.0, tint=0.05)
    sizes = (0.21 * kit.wide, 0.155 * kit.wide, 0.115 * kit.wide)
    levels = (sizes[0] * 0.93, sizes[0] * 1.75 + sizes[1] * 0.6, sizes[0] * 1.75 + sizes[1] * 1.9 + sizes[2] * 0.45)
    names = ("base", "middle", "top")
    parent = "root"
    for name, size, level in zip(names, sizes, levels, strict=True):
        parent = assembly.bone(name, parent, (0, 0, max(0.0, level - size * 0.85)))
        assembly.add(name, ball(size, level=4).mapped(_flattened).moved(z=level), snow)
    head = np.array((0.0, 0.0, levels[2]))
    coal = finish.matt((0.02, 0.02, 0.022))
    for _, sign in SIDES:
        assembly.add("top", ball(0.017, level=2).at(head + sizes[2] * np.array((0.86, sign * 0.36, 0.32))), coal)
        shoulder = np.array((0.0, sign * sizes[1] * 0.9, levels[1] + 0.03))
        side = "left" if sign > 0 else "right"
        arm = assembly.bone(f"arm_{side}", "middle", shoulder)
        twig = finish.wood((0.13, 0.07, 0.035))
        hand = shoulder + (0.05, sign * 0.2, 0.1)
        assembly.add(arm, rod(shoulder, hand, 0.014, 0.009, 8), twig)
        assembly.add(
            arm, [rod(hand, hand + (0.03 * k, sign * 0.05, 0.045 - 0.02 * abs(k)), 0.008, 0.004, 6) for k in (-1, 0, 1)], twig
        )
        assembly.add(arm, ball(0.034, 0.03, 0.04, 2).at(hand), kit.second)
    assembly.add(
        "top",
        [ball(0.009, level=2).at(head + sizes[2] * np.array((0.9, 0.14 * k, -0.34 + 0.05 * k * k))) for k in (-2, -1, 0, 1, 2)],
        coal,
    )
    assembly.add(
        "top",
        rod(head + (sizes[2] * 0.9, 0, 0), head + (sizes[2] * 0.9 + 0.12, 0, -0.012), 0.022, 0.003, 14),
        finish.matt((0.85, 0.28, 0.02)),
    )
    assembly.add(
        "middle",
        [ball(0.02, level=2).at((sizes[1] * float(np.sqrt(1 - z * z)), 0, levels[1] + sizes[1] * z)) for z in (0.5, 0.05, -0.4)],
        kit.extra,
    )
    wool = finish.cloth(kit.paint, kit.accent)
    neck = levels[2] - sizes[2] * 0.78
    assembly.add("middle", hoop(0.1 * kit.wide, 0.034, 36, 12).moved(z=neck), wool, kit.around(neck - 0.1, 0.2))
    assembly.add(
        "middle", tapered(0.03, 0.075, 0.2, 0.028, 0.07, 0.01).turned(x=170, y=6).at((0.115 * kit.wide, 0.05, neck)), wool
    )
    brim = levels[2] + sizes[2] * 0.72
    hat = ((0.15, 0.0), (0.152, 0.008), (0.148, 0.018), (0.092, 0.02), (0.088, 0.1), (0.096, 0.16), (0.0, 0.163))
    assembly.add("top", turned([(r * kit.wide, z) for r, z in hat], 40, 35.0).moved(z=brim), finish.matt(kit.paint))
    assembly.add("top", hoop(0.09 * kit.wide, 0.011, 36, 8).scaled(1, 1, 1.8).moved(z=brim + 0.036), kit.second)
    add_emblem(assembly, kit, "base", np.array((sizes[0] * 0.985, 0.0, levels[0])), "front", 0.12)
    add_trim(assembly, kit, "top", np.array((0.0, 0.0, brim + 0.16)), np.array((sizes[1] * 0.9, 0.0, neck - 0.03)), 0.1)


def _flattened(points: F64) -> F64:
    return np.stack((points[:, 0], points[:, 1], np.maximum(points[:, 2], -0.93 * np.abs(points[:, 2]).max())), axis=1)


def jack_in_the_box(assembly: Assembly, kit: Kit) -> None:
    size = 0.3 * kit.wide
    assembly.bone("base", "root", (0, 0, 0))
    assembly.add("base", box(size, size, size, 0.012, 2, 0.018).moved(z=size / 2), kit.main, kit.around(0.0, size))
    assembly.add("base", box(size * 0.86, size * 0.86, 0.012, 0.002).moved(z=size + 0.001), finish.dark())
    edges = [
        box(0.03, 0.03, size + 0.012, 0.006).at((sx * size / 2, sy * size / 2, size / 2)) for sx in (1, -1) for sy in (1, -1)
    ]
    assembly.add("base", edges, kit.second)
    assembly.bone("lid", "base", (-size / 2, 0, size))
    lid = box(0.022, size + 0.03, size + 0.03, 0.008).turned(y=-18).at((-size / 2 - 0.055, 0, size + size / 2 - 0.02))
    assembly.add("lid", lid, kit.second)
    for facing, place in (
        ("front", (size / 2 + 0.004, 0, size / 2)),
        ("left", (0, size / 2 + 0.004, size / 2)),
        ("right", (0, -size / 2 - 0.004, size / 2)),
    ):
        add_emblem(assembly, kit, "base", np.array(place), facing, size * 0.46)
    height = 0.26 * kit.tall
    shares = np.linspace(0, 1, 121)
    coil = np.stack((0.07 * np.cos(shares * 44), 0.07 * np.sin(shares * 44), size - 0.01 + height * shares), axis=1)
    chain: list[str] = []
    for i in range(4):
        chain.append(assembly.bone(f"spring{i + 1}", chain[-1] if chain else "base", (0, 0, size + height * i / 4)))
    assembly.add_bent(chain, (0, 0, size + height), tube(coil, 0.011, 8), finish.metal())
    assembly.bone("top", chain[-1], (0, 0, size + height))
    middle = np.array((0.0, 0.0, size + height + 0.13))
    assembly.add(
        "top", turned(((0.0, -0.1), (0.12, -0.085), (0.07, 0.0), (0.0, 0.02)), 10, 10.0).at(middle - (0, 0, 0.05)), kit.extra
    )
    assembly.add("top", ball(0.115).at(middle), kit.material(SKIN))
    add_face(assembly, "top", middle, 0.115)
    assembly.add("top", ball(0.032).at(middle + (0.118, 0, -0.01)), kit.material((0.75, 0.03, 0.03)))
    for _, sign in SIDES:
        assembly.add(
            "top",
            ball(0.05, level=2).at(middle + (-0.02, sign * 0.11, 0.03)),
            Material(kit.third, roughness=0.9, sheen=0.6, bump=0.5, bump_frequency=80.0),
        )
        hand = np.array((0.1, sign * 0.13, -0.1)) + middle
        arm = assembly.bone("arm_left" if sign > 0 else "arm_right", "top", middle + (0, sign * 0.05, -0.1))
        assembly.add(arm, rod(middle + (0, sign * 0.05, -0.1), hand, 0.02, 0.03, 12), kit.second)
        assembly.add(arm, ball(0.034, level=2).at(hand), kit.material(CREAM))
    hat = turned(((0.085, 0.0), (0.05, 0.08), (0.004, 0.17)), 32)
    if kit.trim in ("none", "a bow", "a bell", "a flag"):
        assembly.add("top", hat.turned(y=-10).at(middle + (-0.015, 0, 0.085)), kit.main)
        assembly.add("top", ball(0.026, level=2).at(middle + (-0.045, 0, 0.255)), kit.extra)
    add_trim(assembly, kit, "top", middle + (-0.02, 0, 0.11 if kit.trim != "a flag" else 0.2), middle + (0.08, 0, -0.09), 0.08)


def spinning_top(assembly: Assembly, kit: Kit) -> None:
    body = _lathe(
        ((0.012, 0.0), (0.02, 0.03), (0.1, 0.1), (0.24, 0.22), (0.27, 0.29), (0.22, 0.36), (0.1, 0.41), (0.05, 0.45)), kit, 10
    )
    assembly.bone("base", "root", (0, 0, 0.0))
    assembly.bone("middle", "base", (0, 0, 0.29 * kit.tall))
    assembly.add("middle", turned(body, 64), kit.main, kit.around(0.05 * kit.tall, 0.4 * kit.tall))
    rim = max(body)
    assembly.add("middle", hoop(rim[0], 0.014, 64, 8).moved(z=rim[1]), kit.extra)
    assembly.bone("top", "middle", (0, 0, body[-1][1]))
    top = body[-1][1]
    assembly.add("top", turned(((0.05, top - 0.01), (0.03, top + 0.02), (0.024, top + 0.13), (0.03, top + 0.14)), 24), kit.second)
    knob = np.array((0.0, 0.0, top + 0.18))
    assembly.add("top", ball(0.055).at(knob), kit.extra)
    add_emblem(
        assembly, kit, "middle", np.array((0.195 * kit.wide, 0.0, 0.364 * kit.tall)), "top", 0.11, 34.0 * kit.tall / kit.wide
    )
    add_trim(assembly, kit, "top", knob + (0, 0, 0.05), knob + (0.045, 0, -0.02), 0.05)
