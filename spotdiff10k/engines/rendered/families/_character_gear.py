"""What a person carries: hats, scarves and backpacks."""

import numpy as np

from spotdiff10k.engines.rendered.builder import SubjectBuilder
from spotdiff10k.engines.rendered.families._character_anatomy import SIDES, Person
from spotdiff10k.engines.rendered.families._finishes import Linear, cloth, shade
from spotdiff10k.engines.rendered.families._hats import HATS
from spotdiff10k.engines.rendered.geometry import rounded_box, tube, vector

HAT_LEAN = (0.0, -9.0, 0.0)
STRAP_STEPS = 9


def add_hat(builder: SubjectBuilder, body: Person, kind: str, colour: Linear, trim: Linear) -> None:
    inks = (builder.material(cloth(colour)), builder.material(cloth(trim)))
    snug = kind in ("beanie", "cap", "sun hat", "wizard hat", "bowler hat")
    radius = (1.10 if snug else 0.80) * body.head
    base = body.at(-0.10, 0.0, 0.40 if snug else 0.90)
    for mesh, ink in HATS[kind](radius):
        builder.part("head", mesh.rotated(HAT_LEAN).moved(base), inks[ink])


def add_scarf(builder: SubjectBuilder, body: Person, colour: Linear) -> None:
    ink = builder.material(cloth(colour))
    neck = body.neck + vector(0.0, 0.0, -0.004)
    builder.part("neck", builder.strap(neck, (0.15, 0.0, 1.0), 0.052, 0.034), ink)
    for aside, long, turn in ((0.035, 0.17, 6.0), (-0.015, 0.12, -7.0)):
        front = builder.skin_point(body.chest + vector(0.0, aside, 0.06), (1.0, 0.0, 0.0), "top")
        tail = rounded_box((0.020, 0.050, long), 0.009).moved((0.0, 0.0, -0.5 * long))
        builder.part("chest", tail.rotated((turn, -6, 0)).moved(front + vector(0.014, 0.0, 0.045)), ink)


def add_backpack(builder: SubjectBuilder, body: Person, colour: Linear, trim: Linear) -> None:
    main, second = builder.material(cloth(colour)), builder.material(cloth(trim))
    strap = builder.material(cloth(shade(colour, 0.6)))
    back = builder.skin_point(body.chest, (-1.0, 0.0, 0.0), "top")
    tall, wide = 0.86 * body.torso, 1.55 * body.girth
    center = back + vector(-0.050, 0.0, -0.02)
    builder.part("chest", rounded_box((0.12, wide, tall), 0.045, 4).moved(center), main)
    builder.part(
        "chest", rounded_box((0.06, 0.72 * wide, 0.42 * tall), 0.024).moved(center + vector(-0.065, 0, -0.18 * tall)), second
    )
    builder.part(
        "chest", rounded_box((0.125, 1.02 * wide, 0.22 * tall), 0.04, 4).moved(center + vector(-0.004, 0, 0.40 * tall)), second
    )
    for _, sign in SIDES:
        middle = body.chest + vector(0.0, sign * 0.50 * body.girth, 0.02)
        angles = np.radians(np.linspace(158.0, -42.0, STRAP_STEPS))
        path = [builder.skin_point(middle, (np.cos(a), sign * 0.1, np.sin(a)), "top") for a in angles]
        builder.part("chest", tube(path, 0.013, 8, rounded=True), strap)
