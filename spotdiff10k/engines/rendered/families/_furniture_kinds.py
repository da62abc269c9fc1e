"""Chairs, tables and cases: each returns the bone, the middle and the half width of the surface things lie on."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly
from spotdiff10k.engines.rendered.families._furniture_parts import (
    SIDES,
    Style,
    add_back,
    add_emblem,
    add_legs,
    add_slider,
    grid,
    knob,
)
from spotdiff10k.engines.rendered.families._outlines import rounded
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import box, cylinder, extruded, loft, rod, tube, turned

Surface = tuple[str, F64, float]
HOLLOW = finish.dark((0.035, 0.028, 0.022))


def _corners(x: float, y: float) -> list[tuple[float, float]]:
    return [(x, y), (-x, y), (x, -y), (-x, -y)]


def chair(assembly: Assembly, style: Style) -> Surface:
    seat, deep, wide = 0.4 * style.tall, 0.36, 0.37 * style.wide
    assembly.bone("body", "root", (0, 0, seat))
    add_legs(assembly, style, _corners(deep * 0.42, wide * 0.42), seat - 0.01)
    assembly.add("body", box(deep, wide, 0.036, 0.014, 2).moved(z=seat), style.paint)
    assembly.bone("lid", "body", (-deep / 2, 0, seat + 0.02))
    assembly.add("lid", grid(deep * 0.9, wide * 0.92, 0.05, 0.024).moved(z=seat + 0.04), style.cloth, style.pattern)
    add_back(assembly, style, -deep * 0.46, seat, 0.42 * style.tall, wide)
    return "lid", np.array((0.0, 0.0, seat + 0.064)), wide / 2


def rocking_chair(assembly: Assembly, style: Style) -> Surface:
    surface = chair(assembly, style)
    for _, sign in SIDES:
        y = sign * 0.37 * style.wide * 0.42
        path = [(0.4 * np.sin(a), y, 0.42 - 0.42 * np.cos(a) - 0.012) for a in np.linspace(-1.0, 0.95, 17)]
        assembly.add("body", tube([(x * 0.95, y, z - 0.03) for x, y, z in path], 0.02, 10), style.accent)
        start = (-0.14, sign * 0.2 * style.wide, 0.4 * style.tall + 0.17)
        assembly.add("body", box(0.32, 0.045, 0.024, 0.01, 2).at((0.0, start[1], start[2])), style.accent)
        for x in (0.13, -0.13):
            assembly.add("body", rod((x, start[1], start[2]), (x, start[1] * 0.95, 0.4 * style.tall - 0.01), 0.012), style.paint)
    return surface


def stool(assembly: Assembly, style: Style) -> Surface:
    seat, radius = 0.46 * style.tall, 0.2 * style.wide
    assembly.bone("body", "root", (0, 0, seat))
    add_legs(assembly, style, _corners(radius * 0.6, radius * 0.6), seat - 0.01)
    assembly.add("body", cylinder(radius * 0.94, 0.036, 0.01, 48).moved(z=seat), style.paint)
    assembly.bone("top", "body", (0, 0, seat + 0.03))
    profile = [(radius * 0.9, 0.0), (radius * 1.02, 0.02), (radius * 1.02, 0.045), (radius * 0.93, 0.066)]
    rings = profile + [(radius * share, 0.066 + 0.012 * (1 - share)) for share in np.linspace(0.82, 0.0, 10)]
    assembly.add("top", turned(rings, 48, 50.0).moved(z=seat + 0.018), style.cloth, style.pattern)
    ring = [(radius * 0.78 * np.cos(a), radius * 0.78 * np.sin(a), seat * 0.36) for a in np.linspace(0, 2 * np.pi, 25)[:-1]]
    assembly.add("body", tube(ring, 0.011, 8, ring=True), style.accent)
    add_emblem(assembly, "top", style, np.array((0.0, 0.0, seat + 0.09)), "top", radius * 0.9)
    return "top", np.array((0.0, 0.0, seat + 0.095)), radius


def armchair(assembly: Assembly, style: Style) -> Surface:
    seat, deep, wide = 0.26 * style.tall, 0.46, 0.56 * style.wide
    assembly.bone("body", "root", (0, 0, seat))
    add_legs(assembly, style, _corners(deep * 0.4, wide * 0.42), 0.11)
    assembly.add("body", grid(deep, wide, seat - 0.09, 0.04).moved(z=(seat + 0.09) / 2), style.cloth, style.pattern)
    assembly.bone("lid", "body", (-deep * 0.4, 0, seat))
    assembly.add("lid", grid(deep * 0.86, wide * 0.66, 0.11, 0.05).moved(z=seat + 0.045, x=0.03), style.paint)
    for _, sign in SIDES:
        arm = grid(deep, 0.12, 0.24, 0.058).at((0.0, sign * wide * 0.44, seat + 0.05))
        assembly.add("body", arm, style.cloth, style.pattern)
    assembly.bone("back", "body", (-deep * 0.42, 0, seat))
    back = grid(0.15, wide * 0.98, 0.5 * style.tall, 0.068).turned(y=-8).at((-deep * 0.47, 0, seat + 0.2 * style.tall))
    assembly.add("back", back, style.cloth, style.pattern)
    add_emblem(assembly, "back", style, np.array((-deep * 0.47 + 0.08, 0.0, seat + 0.32 * style.tall)), "front", 0.16)
    return "lid", np.array((0.03, 0.0, seat + 0.1)), wide * 0.33


def round_table(assembly: Assembly, style: Style) -> Surface:
    top, radius = 0.48 * style.tall, 0.36 * style.wide
    assembly.bone("body", "root", (0, 0, top))
    add_legs(assembly, style, _corners(radius * 0.52, radius * 0.52), top - 0.01, thick=0.026)
    assembly.add("body", cylinder(radius * 0.7, 0.05, 0.006, 48).moved(z=top - 0.035), style.paint)
    assembly.bone("top", "body", (0, 0, top))
    rings = [(radius * 0.96, 0.0), (radius, 0.008), (radius, 0.028), (radius * 0.98, 0.036)]
    rings += [(radius * share, 0.036) for share in np.linspace(0.9, 0.0, 16)]
    assembly.add("top", turned(rings, 64, 40.0).moved(z=top), style.accent, style.pattern)
    add_emblem(assembly, "top", style, np.array((0.0, 0.0, top + 0.035)), "top", radius * 0.62)
    return "top", np.array((-0.02, 0.0, top + 0.037)), radius * 0.9


def desk(assembly: Assembly, style: Style) -> Surface:
    top, deep, wide = 0.44 * style.tall, 0.36, 0.72 * style.wide
    assembly.bone("body", "root", (0, 0, top))
    add_legs(assembly, style, _corners(deep * 0.42, wide * 0.44), top - 0.03)
    assembly.add("body", box(deep, wide, 0.03, 0.008).moved(z=top), style.paint)
    assembly.bone("lid", "body", (-deep * 0.46, 0, top + 0.016))
    assembly.add("lid", grid(deep * 0.96, wide * 0.98, 0.024, 0.008).moved(z=top + 0.028), style.accent, style.pattern)
    case = 0.15
    for i, (_, sign) in enumerate(SIDES):
        y = sign * wide * 0.3
        assembly.add("body", _open_case(deep * 0.9, wide * 0.33, case).at((0, y, top - 0.015 - case / 2)), style.paint)
        _drawer(
            assembly,
            style,
            f"drawer{i + 1}",
            "body",
            np.array((deep * 0.45, y, top - 0.015 - case / 2)),
            wide * 0.33 - 0.03,
            case - 0.03,
            deep * 0.8,
        )
    add_emblem(assembly, "lid", style, np.array((0.02, 0.0, top + 0.038)), "top", 0.17)
    return "lid", np.array((-0.03, 0.0, top + 0.04)), wide * 0.42


def _open_case(deep: float, wide: float, high: float, wall: float = 0.014) -> Shape:
    """A box about the origin that is open to the front."""
    outline = np.array(((-wide / 2, -high / 2), (wide / 2, -high / 2), (wide / 2, high / 2), (-wide / 2, high / 2)))
    inner = outline * ((wide - 2 * wall) / wide, (high - 2 * wall) / high)
    rings = [(outline, -deep / 2), (outline, deep / 2), (inner, deep / 2), (inner, -deep / 2 + wall)]
    sections = np.array([[(x, y, z) for y, z in ring] for ring, x in rings])
    return loft(sections, 30.0)


def _drawer(assembly: Assembly, style: Style, name: str, parent: str, front: F64, wide: float, high: float, deep: float) -> None:
    bone = add_slider(assembly, name, parent, front)
    assembly.add(bone, grid(0.022, wide + 0.022, high + 0.02, 0.008).at(front + (0.008, 0, 0)), style.accent, style.pattern)
    tray = _tray(deep * 0.92, wide * 0.96, high * 0.72)
    assembly.add(bone, tray.at(front - (deep * 0.46, 0, 0.01)), finish.wood((0.55, 0.36, 0.17)))
    handles = (0.0,) if wide < 0.34 else (-wide * 0.26, wide * 0.26)
    assembly.add(bone, [knob(style).at(front + (0.018, y, 0)) for y in handles], style.knob_material)


def _tray(deep: float, wide: float, high: float) -> Shape:
    """A shallow box about the origin that is open at the top."""
    case = _open_case(high, wide, deep)
    vertices = case.vertices
    return Shape(np.stack((-vertices[:, 2], vertices[:, 1], vertices[:, 0]), axis=1), case.faces, case.crease_degrees)


def _door(assembly: Assembly, style: Style, name: str, hinge: F64, wide: float, high: float, sign: int) -> None:
    bone = assembly.bone(name, "body", hinge)
    middle = hinge + (0.01, -sign * wide / 2, 0)
    assembly.add(bone, grid(0.024, wide, high, 0.008).at(middle), style.accent, style.pattern)
    frame = rounded(
        np.array(
            ((-wide * 0.36, -high * 0.4), (wide * 0.36, -high * 0.4), (wide * 0.36, high * 0.4), (-wide * 0.36, high * 0.4))
        ),
        0.03,
        3,
    )
    ring = [(0.014, y, z) for y, z in frame]
    assembly.add(bone, tube(ring, 0.007, 6, ring=True).at(middle), style.paint)
    assembly.add(bone, knob(style).at(middle + (0.012, -sign * wide * 0.42, 0)), style.knob_material)
    add_emblem(assembly, bone, style, middle + (0.011, 0, high * 0.16), "front", wide * 0.5)


def _sides(assembly: Assembly, style: Style, deep: float, wide: float, low: float, high: float) -> None:
    """Panels on both sides and the back of a case, with its mark, so that it is known from every turn."""
    middle = np.array((0.0, 0.0, low + high / 2))
    for side, sign in SIDES:
        place = middle + (0, sign * wide / 2, 0)
        assembly.add("body", box(deep * 0.74, 0.016, high * 0.84, 0.006).at(place), style.accent)
        add_emblem(assembly, "body", style, place + (0, sign * 0.007, high * 0.14), side, min(deep * 0.5, high * 0.3))
    back = middle - (deep / 2, 0, 0)
    assembly.add("body", box(0.016, wide * 0.8, high * 0.84, 0.006).at(back), style.accent, style.pattern)
    add_emblem(assembly, "body", style, back - (0.007, 0, 0), "back", min(wide, high) * 0.32)


def chest_of_drawers(assembly: Assembly, style: Style) -> Surface:
    deep, wide, high, foot = 0.34, 0.54 * style.wide, 0.56 * style.tall, 0.11
    assembly.bone("body", "root", (0, 0, foot))
    add_legs(assembly, style, _corners(deep * 0.4, wide * 0.42), foot + 0.005)
    row = high / 3
    for i in range(3):
        level = foot + high - row * (i + 0.5)
        assembly.add("body", _open_case(deep, wide, row).at((0, 0, level)), style.paint)
        _drawer(
            assembly, style, f"drawer{i + 1}", "body", np.array((deep / 2, 0.0, level)), wide - 0.045, row - 0.04, deep * 0.88
        )
    assembly.add("body", box(deep + 0.04, wide + 0.04, 0.026, 0.008).moved(z=foot + high + 0.01), style.paint)
    _sides(assembly, style, deep, wide, foot, high)
    add_emblem(assembly, "drawer2", style, np.array((deep / 2 + 0.018, 0.0, foot + high / 2)), "front", row * 0.62)
    return "body", np.array((0.0, 0.0, foot + high + 0.024)), wide / 2


def wardrobe(assembly: Assembly, style: Style) -> Surface:
    deep, wide, high, foot = 0.32, 0.5 * style.wide, 0.78 * style.tall, 0.1
    assembly.bone("body", "root", (0, 0, foot))
    add_legs(assembly, style, _corners(deep * 0.4, wide * 0.42), foot + 0.005)
    base = 0.17
    _sides(assembly, style, deep, wide, foot, high)
    assembly.add("body", _open_case(deep, wide, high - base).at((0, 0, foot + base + (high - base) / 2)), style.paint)
    assembly.add("body", _open_case(deep, wide, base).at((0, 0, foot + base / 2)), style.paint)
    _drawer(
        assembly, style, "drawer1", "body", np.array((deep / 2, 0.0, foot + base / 2)), wide - 0.045, base - 0.04, deep * 0.88
    )
    for name, sign in (("door_left", 1), ("door_right", -1)):
        hinge = np.array((deep / 2 + 0.002, sign * (wide / 2 - 0.006), foot + base + (high - base) / 2))
        _door(assembly, style, name, hinge, wide / 2 - 0.009, high - base - 0.02, sign)
    assembly.add(
        "body", rod((0, -wide * 0.46, foot + high - 0.09), (0, wide * 0.46, foot + high - 0.09), 0.01), style.knob_material
    )
    for i, tone in enumerate((0.6, 1.0, 1.35)):
        y = wide * (0.22 * i - 0.24)
        cloth = box(deep * 0.62, 0.07, 0.32, 0.02, 2).at((0, y, foot + high - 0.27))
        assembly.add("body", cloth, finish.cloth(finish.shade(style.emblem_paint.base, tone)))
    cornice = np.array(
        ((-wide / 2 - 0.03, 0.0), (wide / 2 + 0.03, 0.0), (wide / 2 + 0.03, 0.03), (0.0, 0.085), (-wide / 2 - 0.03, 0.03))
    )
    top = extruded(cornice, deep + 0.04, 0.004).turned(x=90, z=90).moved(x=deep / 2 + 0.02 - deep - 0.04 + 0.0, z=foot + high)
    assembly.add("body", top, style.accent)
    return "body", np.array((0.02, 0.0, foot + high + 0.05)), wide * 0.1


def bookcase(assembly: Assembly, style: Style) -> Surface:
    deep, wide, high, foot = 0.26, 0.46 * style.wide, 0.78 * style.tall, 0.07
    assembly.bone("body", "root", (0, 0, foot))
    add_legs(assembly, style, _corners(deep * 0.36, wide * 0.42), foot + 0.005)
    row = (high - 0.2) / 2
    _sides(assembly, style, deep, wide, foot, high)
    for i in range(2):
        level = foot + high - row * (i + 0.5)
        assembly.add("body", _open_case(deep, wide, row).at((0, 0, level)), style.paint)
        tones = np.random.default_rng(len(style.emblem) + i).uniform(0.45, 1.5, 9)
        across = -wide * 0.43
        for j, tone in enumerate(tones):
            thick = 0.028 + 0.014 * ((j * 5) % 3) / 2
            if across + thick > wide * 0.43:
                break
            tall = row * (0.66 + 0.2 * ((j * 7) % 4) / 3)
            base = style.accent.base if j % 2 else style.emblem_paint.base
            book = box(deep * 0.7, thick, tall, 0.004).at((0.0, across + thick / 2, level - row / 2 + 0.014 + tall / 2))
            assembly.add("body", book, finish.matt(finish.shade(base, float(tone))))
            across += thick + 0.003
    assembly.add("body", _open_case(deep, wide, 0.2).at((0, 0, foot + 0.1)), style.paint)
    for name, sign in (("door_left", 1), ("door_right", -1)):
        hinge = np.array((deep / 2 + 0.002, sign * (wide / 2 - 0.006), foot + 0.1))
        _door(assembly, style, name, hinge, wide / 2 - 0.009, 0.18, sign)
    assembly.add("body", box(deep + 0.03, wide + 0.03, 0.022, 0.007).moved(z=foot + high + 0.008), style.accent)
    return "body", np.array((0.0, 0.0, foot + high + 0.02)), wide / 2


KINDS: dict[str, Callable[[Assembly, Style], Surface]] = {
    "chair": chair,
    "rocking chair": rocking_chair,
    "stool": stool,
    "armchair": armchair,
    "round table": round_table,
    "desk": desk,
    "chest of drawers": chest_of_drawers,
    "wardrobe": wardrobe,
    "bookcase": bookcase,
}
