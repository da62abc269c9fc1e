"""Road vehicles: hatchback, saloon, pickup, van, bus, beetle, racing car, tractor."""

from dataclasses import replace

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families import _vehicle_parts as parts
from spotdiff10k.engines.rendered.families._assembly import Assembly, Pattern, Poses, bend, plain
from spotdiff10k.engines.rendered.families._finishes import colour, number, word
from spotdiff10k.engines.rendered.families._marks import decal, upright
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import box, cylinder, extruded, rod, tapered
from spotdiff10k.engines.rendered.families._vehicle_bodies import WHEEL_WIDTH, build_body
from spotdiff10k.engines.rendered.families._vehicle_hull import Hull
from spotdiff10k.engines.rendered.families._vehicle_plans import PLANS, CarPlan, hull_of, stretched
from spotdiff10k.engines.rendered.families._vehicle_specials import RACER, TRACTOR, Trim, racing_car, tractor
from spotdiff10k.engines.rendered.model import Material, SubjectModel
from spotdiff10k.traits import Traits

SPECIALS = {"racing car": (RACER, racing_car), "tractor": (TRACTOR, tractor)}
WHEELS = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")


def assemble(traits: Traits, identity: int) -> tuple[Assembly, Poses]:
    """The vehicle's parts and its articulations."""
    assembly = Assembly("vehicle")
    assembly.bone("root", None, (0.0, 0.0, 0.0))
    kind = word(traits["type"])
    if kind in SPECIALS:
        _special(assembly, kind, traits)
        return assembly, poses()
    plan = stretched(PLANS[kind], 0.94 + 0.12 * number(traits, "length"), 0.9 + 0.25 * number(traits, "height"))
    _car(assembly, plan, traits)
    return assembly, poses()


def build(traits: Traits, identity: int) -> SubjectModel:
    """The vehicle of these traits, facing +x."""
    assembly, articulations = assemble(traits, identity)
    assembly.joints(assembly.bones)
    return assembly.finish(articulations)


def poses() -> Poses:
    """What a vehicle does: it steers, opens up, tips over on two wheels and rears."""
    steer = {WHEELS[0]: (0.0, 20.0, 30.0), WHEELS[1]: (0.0, 20.0, 30.0)}
    away = {WHEELS[0]: (0.0, 50.0, -32.0), WHEELS[1]: (0.0, 50.0, -32.0)}
    doors = {"door_left": (0.0, 0.0, -58.0), "door_right": (0.0, 0.0, 58.0)}
    return {
        "stand": bend(),
        "walk": bend(**steer, body=(5.0, -3.0, 0.0)),
        "look": bend(**away, door_left=(0.0, 0.0, -62.0)),
        "reach": bend(bonnet=(0.0, -52.0, 0.0), body=(0.0, 4.0, 0.0)),
        "sit": bend(**doors, body=(0.0, -5.0, 0.0)),
        "lean": bend(root=(24.0, 0.0, 0.0), **away),
        "wave": bend(root=(0.0, -20.0, 0.0), **steer, door_right=(0.0, 0.0, 50.0)),
        "stretch": bend(**doors, bonnet=(0.0, -58.0, 0.0), boot=(0.0, 62.0, 0.0), **steer),
    }


def _car(assembly: Assembly, plan: CarPlan, traits: Traits) -> None:
    hull = hull_of(plan)
    base, accent = colour(traits, "paint"), colour(traits, "accent")
    pattern, paint = livery(word(traits["pattern"]), plan, base, accent)
    build_body(assembly, plan, hull, paint, pattern, word(traits["lamps"]))
    look = wheel_look(traits)
    for axle, end in ((plan.axles[1], "front"), (plan.axles[0], "rear")):
        for side, sign in (("left", 1), ("right", -1)):
            centre = (axle, sign * (plan.half_width - WHEEL_WIDTH * (0.42 if not plan.fenders else 0.3)), plan.wheel_radius)
            bone = assembly.bone(f"wheel_{end}_{side}", "root", centre)
            parts.wheel(assembly, bone, centre, plan.wheel_radius, WHEEL_WIDTH, look)
    _roof(assembly, plan, hull, traits)
    _decals(assembly, plan, hull, traits)
    _extras(assembly, plan, hull, traits)


def _special(assembly: Assembly, kind: str, traits: Traits) -> None:
    plan, make = SPECIALS[kind]
    accent = colour(traits, "accent")
    pattern, paint = livery(word(traits["pattern"]), plan, colour(traits, "paint"), accent)
    trim = Trim(
        paint=paint,
        pattern=pattern,
        accent=finish.enamel(accent),
        gear=finish.enamel(colour(traits, "gear_colour")),
        ink=finish.enamel(colour(traits, "decal_colour")),
        decal=word(traits["decal"]),
        chequered=word(traits["pattern"]) == "chequered sides",
        two_tone=bool(traits["two_tone"]),
        lamps=word(traits["lamps"]),
        look=wheel_look(traits),
    )
    hull = make(assembly, trim)
    _extras(assembly, plan, hull, traits)


def wheel_look(traits: Traits) -> parts.WheelLook:
    """Rims in metal, in a dark or in one of the paints."""
    rims = {
        "silver": finish.metal(),
        "dark": finish.metal((0.08, 0.08, 0.09)),
        "accent": finish.enamel(colour(traits, "accent")),
        "paint": finish.enamel(colour(traits, "paint")),
    }
    return parts.WheelLook(word(traits["rims"]), rims[word(traits["rim_colour"])], bool(traits["white_walls"]))


def livery(name: str, plan: CarPlan, base: finish.Linear, accent: finish.Linear) -> tuple[Pattern, Material]:
    """A pattern of straight bands, which stays sharp on large triangles because its fields are linear."""
    paint = replace(finish.enamel(base, accent, base), fourth=accent)
    sharp = 24.0  # field units a metre; the seam is as wide as widths / sharp
    low, high = plan.belt - 0.13, plan.belt - 0.05

    def bands(*edges: F64) -> F64:
        fields = [0.5 + sharp * edge for edge in edges] + [np.zeros(len(edges[0]))] * (3 - len(edges))
        return np.stack(fields, axis=1)

    makers: dict[str, Pattern] = {
        "none": plain,
        "two racing stripes": lambda p: bands(0.095 - np.abs(p[:, 1]), 0.025 - np.abs(p[:, 1])),
        "a broad stripe": lambda p: bands(0.085 - np.abs(p[:, 1])),
        "side bands": lambda p: bands(high - p[:, 2], low - p[:, 2]),
        "a dipped lower half": lambda p: bands(plan.belt - 0.075 - p[:, 2]),
        "slanted bands": lambda p: bands(*(0.6 * p[:, 2] - 0.16 - p[:, 0] + x for x in (0.06, -0.08, -0.16))),
        "chequered sides": plain,
    }
    return makers[name], paint


def _roof(assembly: Assembly, plan: CarPlan, hull: Hull, traits: Traits) -> None:
    middle = sum(plan.roof) / 2
    top = np.array((middle, 0.0, float(hull.top_at(middle)) + 0.008))
    length = plan.roof[1] - plan.roof[0]
    half_width = hull.side_at(middle, float(top[2])) - 0.03
    if traits["two_tone"]:
        cover = hull.lid(plan.roof[0] + 0.005, plan.roof[1] + 0.01, 0.006)
        assembly.add("body", cover, finish.enamel(colour(traits, "accent")))
    parts.roof_gear(assembly, "body", word(traits["roof"]), top, length, half_width, colour(traits, "gear_colour"))


def _decals(assembly: Assembly, plan: CarPlan, hull: Hull, traits: Traits) -> None:
    if word(traits["pattern"]) == "chequered sides":
        _chequers(assembly, plan, hull, finish.enamel(colour(traits, "accent")))
    name = word(traits["decal"])
    mark = decal(name, 0.12)
    if mark is None:
        return
    ink, ground = finish.enamel(colour(traits, "decal_colour")), finish.enamel((0.86, 0.85, 0.8))
    door = (plan.door[0] + plan.door[1]) / 2
    height = (plan.belt + plan.floor) / 2 + 0.02
    disc = cylinder(0.088, 0.004, 0.0, 36)
    for bone, facing, sign in (("door_left", "left", 1), ("door_right", "right", -1)):
        place = np.array((door, sign * (float(hull.half_width_at(door)) + 0.0085), height))
        assembly.add(bone, upright(disc, facing).at(place), ground)
        assembly.add(bone, upright(mark, facing).at(place), ink)
    middle = (plan.bonnet[0] + plan.bonnet[1]) / 2
    slope = float(hull.top_at(plan.bonnet[1] - 0.02) - hull.top_at(plan.bonnet[0] + 0.02)) / (
        plan.bonnet[1] - plan.bonnet[0] - 0.04
    )
    tilt = float(np.degrees(np.arctan(-slope)))
    place = np.array((middle, 0.0, float(hull.top_at(middle)) + 0.022))
    assembly.add("bonnet", upright(disc, "top").turned(y=tilt).at(place), ground)
    assembly.add("bonnet", upright(mark, "top").turned(y=tilt).at(place), ink)


def _chequers(assembly: Assembly, plan: CarPlan, hull: Hull, ink: Material) -> None:
    size = 0.036
    count = int((plan.axles[1] - plan.axles[0] - 2.2 * plan.wheel_radius) / size)
    start = sum(plan.axles) / 2 - count * size / 2
    for column in range(count):
        x = start + (column + 0.5) * size
        inside = plan.door[0] < x < plan.door[1]
        side = float(hull.half_width_at(x)) + (0.0085 if inside else 0.001)
        square = box(size, 0.006, size, 0.0).at((x, side, plan.belt - 0.085 - size * (column % 2)))
        assembly.add("door_left" if inside else "body", square, ink)
        assembly.add("door_right" if inside else "body", square.mirrored(), ink)


def _extras(assembly: Assembly, plan: CarPlan, hull: Hull, traits: Traits) -> None:
    rear, gear = word(traits["rear"]), finish.enamel(colour(traits, "gear_colour"))
    deck = float(hull.top_at(hull.rear + 0.03))
    if plan.bed:
        deck += plan.gate_height
    if rear == "a rear spoiler":
        wing = tapered(0.1, 2 * plan.half_width * 0.94, 0.018, 0.09, 2 * plan.half_width * 0.94, 0.006, -0.01)
        assembly.add("body", wing.moved(x=hull.rear + 0.04, z=deck + 0.075), gear)
        for side in (1, -1):
            post = rod(
                (hull.rear + 0.05, side * plan.half_width * 0.6, deck - 0.02),
                (hull.rear + 0.04, side * plan.half_width * 0.6, deck + 0.08),
                0.011,
            )
            assembly.add("body", post, finish.dark())
    elif rear == "a spare wheel at the back":
        centre = np.array((hull.rear - 0.045, 0.0, plan.floor + 0.19))
        assembly.add("boot", cylinder(0.095, 0.07, 0.02).turned(y=90).at(centre), finish.rubber())
        assembly.add("boot", cylinder(0.068, 0.08, 0.012).turned(y=90).at(centre), gear)
    elif rear == "a flag at the back":
        foot = np.array((hull.rear + 0.05, -plan.half_width * 0.7, deck - 0.02))
        assembly.add("body", rod(foot, foot + np.array((-0.02, 0, 0.3)), 0.006), finish.metal())
        outline = np.array(((0.0, 0.0), (-0.17, 0.05), (0.0, 0.1)))
        cloth = extruded(outline, 0.006)
        assembly.add("body", _standing(cloth).at(foot + np.array((-0.016, 0.003, 0.19))), gear)
    if traits["bull_bar"]:
        _bull_bar(assembly, plan, hull)


def _standing(plate: Shape) -> Shape:
    """A plate in x and y put upright in x and z."""
    return plate.turned(x=90.0)


def _bull_bar(assembly: Assembly, plan: CarPlan, hull: Hull) -> None:
    wide, x, low = plan.half_width * 0.62, hull.front + 0.06, plan.floor + 0.02
    for height in (0.06, 0.13):
        assembly.add("body", rod((x, -wide, low + height), (x, wide, low + height), 0.012), finish.metal())
    for side in (1, -1):
        assembly.add("body", rod((x - 0.06, side * wide, low), (x, side * wide, low + 0.145), 0.013), finish.metal())
