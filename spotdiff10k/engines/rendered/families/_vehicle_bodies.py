"""The body of a car, pickup, van or bus, built over its plan."""

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern
from spotdiff10k.engines.rendered.families._shapes import F64, Shape, joined, pair
from spotdiff10k.engines.rendered.families._solids import ball, box, extruded, tube
from spotdiff10k.engines.rendered.families._vehicle_hull import BELT, FLANK, GUTTER, ROOF_EDGE, SILL, Hull
from spotdiff10k.engines.rendered.families._vehicle_parts import TAIL_LIGHT, WARM_LIGHT, bumper, lamp
from spotdiff10k.engines.rendered.families._vehicle_plans import CarPlan
from spotdiff10k.engines.rendered.model import Material

PANEL = 0.008
"""How far doors and lids stand out from the skin, metres."""
GLAZING = 0.0115
WINDOW_GAP = 0.042
"""From a side window's top to the roof line."""
WHEEL_WIDTH = 0.085


def build_body(assembly: Assembly, plan: CarPlan, hull: Hull, paint: Material, pattern: Pattern, lamps: str) -> None:
    """Add bones "body", "door_left", "door_right", "bonnet", "boot" and everything fixed to them, without decals and gear."""
    _bones(assembly, plan, hull)
    assembly.add("body", hull.skin(), paint, pattern)
    inside = box((plan.axles[1] - plan.axles[0]) + 0.28, 2 * (plan.half_width - WHEEL_WIDTH) - 0.03, 0.2, 0.01)
    assembly.add("body", inside.moved(x=sum(plan.axles) / 2, z=plan.floor + 0.095), finish.dark())
    _doors(assembly, plan, hull, paint, pattern)
    _lids(assembly, plan, hull, paint, pattern)
    for start, end in plan.glass:
        opens = plan.boot is not None and plan.boot[0] <= start and end <= plan.boot[1] + 1e-6
        assembly.add("boot" if opens else "body", hull.lid(start, end, GLAZING + (PANEL if opens else 0.0)), finish.glass())
    _windows(assembly, plan, hull)
    _front(assembly, plan, hull, lamps)
    _back(assembly, plan, hull)
    if plan.fenders:
        _fenders(assembly, plan, paint, pattern)


def _bones(assembly: Assembly, plan: CarPlan, hull: Hull) -> None:
    side = float(hull.half_width_at(plan.door[1]))
    assembly.bone("body", "root", (0.0, 0.0, plan.wheel_radius))
    for name, sign in (("door_left", 1), ("door_right", -1)):
        assembly.bone(name, "body", (plan.door[1], sign * side, plan.belt * 0.7))
    assembly.bone("bonnet", "body", (plan.bonnet[0], 0.0, float(hull.top_at(plan.bonnet[0]))))
    if plan.boot is not None:
        hinge = (plan.boot[1], 0.0, float(hull.top_at(plan.boot[1])))
    elif plan.bed is not None:
        hinge = (hull.rear, 0.0, float(hull.top_at(hull.rear)))
    else:
        hinge = (hull.rear, 0.0, plan.floor + 0.08 + plan.gate_height)
    assembly.bone("boot", "body", hinge)


def _doors(assembly: Assembly, plan: CarPlan, hull: Hull, paint: Material, pattern: Pattern) -> None:
    start, end = plan.door
    leaf = hull.panel(start, end, SILL, GUTTER, PANEL)
    opening = hull.panel(start + 0.012, end - 0.012, FLANK, GUTTER, 0.003)
    handle = box(0.055, 0.016, 0.014, 0.005).at((start + 0.055, hull.side_at(start, plan.belt - 0.05) + 0.014, plan.belt - 0.055))
    stalk = (end - 0.05, hull.side_at(end, plan.belt) + 0.02, plan.belt + 0.03)
    mirror = ball(0.016, 0.034, 0.026, 2).at(stalk)
    for name, mirrored in (("door_left", False), ("door_right", True)):
        parts = [part.mirrored() if mirrored else part for part in (leaf, opening, handle, mirror)]
        assembly.add(name, (parts[0], parts[3]), paint, pattern)
        assembly.add("body", parts[1], finish.dark())
        assembly.add(name, parts[2], finish.metal())


def _lids(assembly: Assembly, plan: CarPlan, hull: Hull, paint: Material, pattern: Pattern) -> None:
    start, end = plan.bonnet
    assembly.add("bonnet", hull.lid(start, end, PANEL, edge=BELT if plan.top[-2][1] < plan.belt else ROOF_EDGE), paint, pattern)
    assembly.add("body", hull.lid(start + 0.012, end - 0.012, 0.003), finish.dark())
    if plan.boot is not None:
        assembly.add("boot", hull.lid(plan.boot[0], plan.boot[1], PANEL), paint, pattern)
        assembly.add("body", hull.lid(plan.boot[0] + 0.012, plan.boot[1] - 0.012, 0.003), finish.dark())
        return
    bottom = float(hull.top_at(hull.rear)) if plan.bed else plan.floor + 0.08
    wide = 2 * float(hull.half_width_at(hull.rear)) - 0.05
    gate = box(0.022, wide, plan.gate_height, 0.008).at((hull.rear - 0.004, 0, bottom + plan.gate_height / 2))
    assembly.add("boot", gate, paint, pattern)
    assembly.add(
        "boot", box(0.014, 0.09, 0.014, 0.004).at((hull.rear - 0.02, 0, bottom + plan.gate_height * 0.42)), finish.metal()
    )
    if plan.bed:
        _bed(assembly, plan, hull, paint, pattern)
        return
    assembly.add(
        "body",
        box(0.012, wide - 0.03, plan.gate_height - 0.03, 0.003).at((hull.rear + 0.003, 0, bottom + plan.gate_height / 2)),
        finish.dark(),
    )
    for across in (-0.25, 0.25):
        pane = box(0.012, wide * 0.4, plan.gate_height * 0.38, 0.02).at(
            (hull.rear - 0.012, wide * across, bottom + plan.gate_height * 0.72)
        )
        assembly.add("boot", pane, finish.glass())


def _bed(assembly: Assembly, plan: CarPlan, hull: Hull, paint: Material, pattern: Pattern) -> None:
    """The walls of a pickup's open bed."""
    start, end = plan.bed or (0.0, 0.0)
    floor = float(hull.top_at(start))
    wide = float(hull.half_width_at(start))
    wall = box(end - start - 0.01, 0.035, plan.gate_height + 0.03, 0.01).moved(
        x=(start + end) / 2, y=wide - 0.01, z=floor + plan.gate_height / 2 - 0.01
    )
    assembly.add("body", (wall, wall.mirrored()), paint, pattern)
    rail = box(end - start, 0.042, 0.016, 0.006).moved(x=(start + end) / 2, y=wide - 0.01, z=floor + plan.gate_height + 0.008)
    assembly.add("body", (rail, rail.mirrored()), finish.dark())
    assembly.add(
        "body", box(end - start - 0.02, 2 * wide - 0.06, 0.02, 0.003).at(((start + end) / 2, 0, floor + 0.008)), finish.dark()
    )


def pane(hull: Hull, start: float, end: float, low: float, gap: float = WINDOW_GAP) -> Shape | None:
    """A side window on the left that follows the roof line; None where the roof is too low for one."""
    places = np.linspace(start, end, 15)
    high = hull.top_at(places) - gap
    open_places = high > low + 0.01
    if open_places.sum() < 3:
        return None
    x, z = places[open_places], high[open_places]
    outline = np.concatenate((((x[0], low), (x[-1], low)), np.stack((x, z), axis=1)[::-1]))
    plate = extruded(outline, 0.01)

    def upright(points: F64) -> F64:
        side = np.array([hull.side_at(float(x), float(z)) for x, z in points[:, :2]])
        return np.stack((points[:, 0], side + points[:, 2] + GLAZING - 0.007, points[:, 1]), axis=1)

    return Shape(upright(plate.vertices), np.ascontiguousarray(plate.faces[:, ::-1]), plate.crease_degrees)


def _windows(assembly: Assembly, plan: CarPlan, hull: Hull) -> None:
    for start, end in plan.windows:
        window = pane(hull, start, end, plan.belt + 0.012)
        if window is None:
            continue
        opens = plan.door[0] - 0.01 <= start and end <= plan.door[1] + 0.02
        for bone, shape in (("door_left", window), ("door_right", window.mirrored())):
            assembly.add(bone if opens else "body", shape, finish.glass())


def _front(assembly: Assembly, plan: CarPlan, hull: Hull, lamps: str) -> None:
    x, wide = hull.front, float(hull.half_width_at(hull.front))
    level = (float(hull.top_at(hull.front - 0.03)) + plan.floor) / 2 + 0.022
    lens, surround = lamp(lamps, 0.085)
    for sign in (1, -1):
        assembly.add("body", lens.at((x + 0.006, sign * (wide - 0.075), level)), finish.glow(WARM_LIGHT, 0.35))
        assembly.add("body", surround.at((x + 0.001, sign * (wide - 0.075), level)), finish.metal())
    grille = box(0.02, wide * 0.82, 0.07, 0.012, 2).at((x - 0.002, 0, level - 0.005))
    assembly.add("body", grille, finish.dark())
    bars = [box(0.026, wide * 0.74, 0.008, 0.002).at((x, 0, level - 0.027 + 0.022 * i)) for i in range(3)]
    assembly.add("body", bars, finish.metal())
    assembly.add("body", bumper(wide, plan.floor + 0.03, x, 0.05), finish.dark((0.05, 0.05, 0.055)))
    assembly.add("body", box(0.012, 0.11, 0.034, 0.004).at((x + 0.032, 0, plan.floor + 0.032)), finish.matt((0.85, 0.84, 0.7)))


def _back(assembly: Assembly, plan: CarPlan, hull: Hull) -> None:
    x, wide = hull.rear, float(hull.half_width_at(hull.rear))
    level = plan.floor + 0.12
    light = box(0.022, 0.036, 0.075, 0.008, 2).at((x + 0.004, wide - 0.03, level))
    assembly.add("body", pair(light), finish.glow(TAIL_LIGHT, 0.25))
    assembly.add("body", bumper(wide, plan.floor + 0.03, x, 0.05), finish.dark((0.05, 0.05, 0.055)))
    assembly.add("body", box(0.012, 0.11, 0.034, 0.004).at((x - 0.032, 0, plan.floor + 0.032)), finish.matt((0.85, 0.84, 0.7)))
    pipe = tube(((x + 0.08, -wide * 0.5, plan.floor - 0.004), (x - 0.045, -wide * 0.5, plan.floor - 0.004)), 0.014)
    assembly.add("body", pipe, finish.metal())


def _fenders(assembly: Assembly, plan: CarPlan, paint: Material, pattern: Pattern) -> None:
    """Round wings over the wheels of an old car, and the running boards between them."""
    angles = np.linspace(np.radians(-18), np.radians(198), 15)
    reach = plan.wheel_radius * 1.22
    thick = 0.064 * np.sqrt(np.maximum(0.16, np.sin(np.clip(angles, 0.12, np.pi - 0.12))))
    wings = []
    for axle in plan.axles:
        path = [(axle + reach * np.cos(a), plan.half_width - 0.005, plan.wheel_radius + reach * np.sin(a)) for a in angles]
        wings.append(tube(path, list(thick), 12))
    board = box(plan.axles[1] - plan.axles[0] - 0.2, 0.1, 0.025, 0.01).moved(
        x=sum(plan.axles) / 2, y=plan.half_width, z=plan.floor + 0.01
    )
    assembly.add("body", pair(joined(wings)), paint, pattern)
    assembly.add("body", pair(board), finish.dark())
