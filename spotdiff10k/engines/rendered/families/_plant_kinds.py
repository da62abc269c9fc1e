"""The kinds of plants, each grown into a garden."""

from collections.abc import Callable

import numpy as np

from spotdiff10k.engines.rendered.families import _finishes as finish
from spotdiff10k.engines.rendered.families._foliage import TUFT_SECTIONS, bloom, heart_shaped, lance, leaf, oval, sword
from spotdiff10k.engines.rendered.families._garden import BROWN, STEM_BONES, YELLOW, Frond, Garden, curve
from spotdiff10k.engines.rendered.families._shapes import F64, Shape
from spotdiff10k.engines.rendered.families._solids import ball, hoop, rod, tube
from spotdiff10k.engines.rendered.model import Material


def sunflower(garden: Garden) -> None:
    path = curve(garden.ground, 0.5 * garden.tall, 150.0, 0.05)
    chain = garden.stem("stem", path, 0.02, 0.015, garden.stalk)
    head = garden.assembly.bone("head", chain[-1], path[-1])
    garden.heads.append(head)
    garden.flower(head, path[-1] + (0.02, 0, 0.01), "sunflower", 0.165 * garden.bloom * garden.broad, 72.0, 0.0, BROWN)
    garden.assembly.add(head, ball(0.03, 0.045, 0.045, 2).at(path[-1]), garden.stalk)
    for i in range(4 + int(garden.count * 3)):
        spot = 3 + 2 * i
        azimuth = 137.0 * i + 60
        shape = leaf(0.2 * garden.broad, 0.13, heart_shaped, 30.0, -30.0, garden.marking)
        garden.frond(f"leaf{i + 1}", chain[min(3, spot // 4)], path[min(spot, 13)], azimuth, shape, garden.green)
    garden.perch = (head, path[-1] + (0.0, 0.0, 0.12 * garden.bloom))


def tulip_plant(garden: Garden) -> None:
    count = 3 + int(garden.count * 3.99)
    for i in range(count):
        azimuth = 360.0 / count * i + 20
        start = garden.ground + 0.35 * garden.radius * np.array((np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0))
        path = curve(start, (0.34 + 0.07 * ((i * 2) % 3)) * garden.tall, azimuth, 0.07)
        chain = garden.stem(f"stem{i + 1}_", path, 0.014, 0.012, garden.stalk)
        head = garden.assembly.bone(f"head{i + 1}", chain[-1], path[-1])
        garden.heads.append(head)
        garden.flower(head, path[-1] - (0, 0, 0.006), "tulip", 0.1 * garden.bloom, 10.0, azimuth, YELLOW)
        shape = leaf(0.3 * garden.broad, 0.085, lance, 78.0, 30.0, garden.marking, 0.5)
        garden.frond(f"leaf{i + 1}", "pot", start, azimuth + 40, shape, garden.green)
    garden.perch = (garden.heads[0], path[-1] + (0.0, 0.0, 0.1))


def cactus(garden: Garden) -> None:
    garden.supple = 0.55
    path = curve(garden.ground - (0, 0, 0.02), 0.46 * garden.tall, 90.0, 0.02)
    trunk = 0.108 * garden.broad
    chain = _ribbed(garden, "stem", "pot", path, trunk)
    arms = ((1, 9, 90.0, 0.17), (2, 7, -90.0, 0.2), (2, 11, 20.0, 0.1))[: 1 + int(garden.count * 2.99)]
    for i, (_, spot, azimuth, rise) in enumerate(arms):
        away = np.array((np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0.0))
        shares = np.linspace(0, np.pi / 2, 9)
        bow = (
            path[spot]
            + away * (0.19 * np.sin(shares))[:, None]
            + np.stack((0 * shares, 0 * shares, 0.07 * (1 - np.cos(shares))), axis=1)
        )
        arm = np.concatenate((bow, bow[-1] + np.linspace(0.1, 1, 8)[:, None] * np.array((0, 0, rise * garden.tall))))
        names = _ribbed(garden, f"arm{i + 1}_", chain[spot // 4], arm, trunk * 0.58, listed=False)
        garden.fronds.append(Frond(names[1], names[2], azimuth, 0.7))
        _cactus_flower(garden, names[-1], arm[-1] + (0, 0, trunk * 0.5), 0.035)
    head = garden.assembly.bone("head", chain[-1], path[-1])
    _cactus_flower(garden, head, path[-1] + (0, 0, trunk * 0.95), 0.055)
    garden.perch = (chain[-1], path[-1] + (0.06, 0.02, trunk * 0.6))


def _cactus_flower(garden: Garden, bone: str, place: F64, size: float) -> None:
    garden.flower(bone, place, "cup", size * garden.bloom * 1.35, 8.0, 0.0, YELLOW)


def _ribbed(garden: Garden, name: str, parent: str, path: F64, radius: float, listed: bool = True) -> list[str]:
    """A fluted column along a path with a round end; light spines on its ribs."""
    joints = path[np.linspace(0, len(path) - 1, STEM_BONES + 1).astype(int)]
    chain: list[str] = []
    for i, joint in enumerate(joints[:-1]):
        chain.append(garden.assembly.bone(f"{name}{i + 1}", chain[-1] if chain else parent, joint))
    cap = np.linspace(0, np.pi / 2, 7)[1:]
    ahead = path[-1] - path[-2]
    ahead = ahead / np.sqrt((ahead * ahead).sum())
    full = np.concatenate((path, path[-1] + np.sin(cap)[:, None] * radius * ahead))
    radii = np.concatenate((np.full(len(path), radius), radius * np.cos(cap)))
    radii[-1] = 0.004
    smooth = tube(full, list(radii), 40)
    count = 40
    vertices = smooth.vertices.copy()
    rings = vertices[: len(full) * count].reshape(len(full), count, 3)
    flute = 1 + 0.09 * np.cos(np.arange(count) * 2 * np.pi / count * 10)
    middle = rings.mean(axis=1, keepdims=True)
    vertices[: len(full) * count] = (middle + (rings - middle) * flute[None, :, None]).reshape(-1, 3)
    fields = np.zeros((len(vertices), 3))
    stripes = (
        0.5 + 0.8 * (np.cos(np.arange(count) * 2 * np.pi / count * 10) - 0.55) if garden.marking != "none" else np.zeros(count)
    )
    fields[: len(full) * count, 0] = np.tile(stripes, len(full))
    shape = Shape(vertices, smooth.faces, 70.0, fields)
    garden.assembly.add_bent(chain, joints[-1], shape, garden.green)
    spine = finish.matt((0.75, 0.68, 0.5))
    for i in range(1, len(path), 2):
        for rib in range(0, 10, 2):
            point = middle[i, 0] + (rings[i, rib * 4] - middle[i, 0]) * 1.08
            thorn = rod(point, point + (rings[i, rib * 4] - middle[i, 0]) * 0.3, 0.0045, 0.001, 5)
            garden.assembly.add(chain[min(STEM_BONES - 1, i * STEM_BONES // len(path))], thorn, spine)
    if listed:
        garden.stems.append(chain)
    return chain


def snake_plant(garden: Garden) -> None:
    count = 7 + int(garden.count * 5)
    for i in range(count):
        azimuth = 137.5 * i
        reach = garden.radius * (0.15 + 0.5 * (i / count))
        root = garden.ground + reach * np.array((np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0))
        length = (0.62 - 0.3 * i / count + garden.jitter(0.03)) * garden.tall
        shape = leaf(length, 0.105 * garden.broad, sword, 88.0 - 9 * i / count, 84.0 - 14 * i / count, garden.marking, 0.35)
        garden.frond(f"blade{i + 1}", "pot", root, azimuth, shape, garden.green, 0.8)
    garden.perch = ("blade3_tip", garden.assembly.place_of("blade3_tip") + (0.0, 0.0, 0.02))


def palm(garden: Garden) -> None:
    path = curve(garden.ground, 0.34 * garden.tall, 200.0, 0.06)
    bark = Material(
        (0.22, 0.13, 0.06), finish.shade((0.22, 0.13, 0.06), 0.6), roughness=0.85, tint=0.4, bump=0.4, bump_frequency=50.0
    )
    chain = garden.stem("trunk", path, 0.04, 0.027, bark)
    for i in range(1, len(path), 2):
        ring = hoop(0.04 - 0.013 * i / len(path), 0.008, 20, 6).at(path[i])
        garden.assembly.add(chain[min(3, i // 4)], ring, bark)
    count = 7 + int(garden.count * 4)
    for i in range(count):
        azimuth = 360.0 / count * i + garden.jitter(8.0)
        high = 60.0 if i % 2 else 32.0
        shape = leaf(0.46 * garden.broad, 0.15, lance, high, high - 105.0, garden.marking, 0.5)
        garden.frond(f"frond{i + 1}", chain[-1], path[-1], azimuth, _notched(shape), garden.green)
    garden.perch = (chain[-1], path[-1] + (0.0, 0.0, 0.06))


def _notched(shape: Shape) -> Shape:
    """A feathered leaf: its margin goes in and out."""
    vertices = shape.vertices.copy()
    rings = vertices[:-2].reshape(-1, 8, 3)
    rings[1:-1:2, :, 1] *= 0.45
    return Shape(vertices, shape.faces, 40.0, shape.fields)


def succulent(garden: Garden) -> None:
    rings = ((5, 66.0, 0.09), (7, 46.0, 0.13), (9, 24.0, 0.16), (10, 8.0, 0.18))[: 3 + int(garden.count * 1.99)]
    for level, (count, pitch, length) in enumerate(rings):
        for i in range(count):
            azimuth = 360.0 / count * i + 17.0 * level
            root = garden.ground + (
                0.012 * np.cos(np.radians(azimuth)),
                0.012 * np.sin(np.radians(azimuth)),
                0.055 - 0.012 * level,
            )
            shape = leaf(length * 1.5 * garden.broad, 0.12, oval, pitch, pitch + 34.0, garden.marking, 0.35)
            thick = Shape(shape.vertices, shape.faces, shape.crease_degrees, shape.fields)
            garden.frond(f"leaf{level}_{i + 1}", "pot", root, azimuth, thick, garden.green, 0.75)
    path = curve(garden.ground, 0.3 * garden.tall, 30.0, 0.08)
    chain = garden.stem("stem", path, 0.009, 0.007, garden.stalk)
    head = garden.assembly.bone("head", chain[-1], path[-1])
    garden.heads.append(head)
    for i in range(5):
        spot = path[-1] + (0.035 * np.cos(1.26 * i), 0.035 * np.sin(1.26 * i), 0.0)
        garden.flower(head, spot, "cup", 0.038 * garden.bloom, 26.0, 72.0 * i, YELLOW)
    garden.perch = (head, path[-1] + (0.0, 0.0, 0.03))


def topiary_tree(garden: Garden) -> None:
    path = curve(garden.ground, 0.5 * garden.tall, 80.0, 0.02)
    chain = garden.stem("trunk", path, 0.02, 0.016, finish.wood((0.24, 0.13, 0.06)))
    head = garden.assembly.bone("head", chain[-1], path[-1])
    garden.heads.append(head)
    places = [(chain[2], path[9], 0.13), (head, path[-1] + (0, 0, 0.12), 0.18)]
    if garden.count > 0.5:
        places = [(head, path[-1] + (0, 0, 0.1), 0.23)]
    for bone, middle, radius in places:
        _foliage_ball(garden, bone, np.asarray(middle, float), radius * garden.broad)
    garden.perch = (head, path[-1] + (0.04, 0.0, 0.23 * garden.broad))


def _foliage_ball(garden: Garden, bone: str, middle: F64, radius: float) -> None:
    green = garden.green
    garden.assembly.add(bone, ball(radius * 0.93, level=3).at(middle), finish.leaf(finish.shade(garden.leaf, 0.6)))
    tuft = leaf(radius * 0.42, radius * 0.3, lance, 22.0, 60.0, "none", 0.25, TUFT_SECTIONS)
    for i in range(64):
        polar = np.arccos(1 - 2 * (i + 0.5) / 64)
        turn = np.degrees(np.pi * (1 + 5**0.5) * i)
        direction = np.array((np.sin(polar) * np.cos(np.radians(turn)), np.sin(polar) * np.sin(np.radians(turn)), np.cos(polar)))
        shape = tuft.turned(z=garden.jitter(180.0)).aimed(direction).at(middle + direction * radius * 0.84)
        garden.assembly.add(bone, shape, green)
        if i % 7 == 3:
            flower = bloom("cup", 0.045 * garden.bloom, garden.petal, YELLOW)
            for part, material in flower:
                garden.assembly.add(bone, part.aimed(direction).at(middle + direction * radius * 1.08), material)


def fern(garden: Garden) -> None:
    count = 11 + int(garden.count * 6)
    for i in range(count):
        azimuth = 137.5 * i
        high = 84.0 - 42.0 * i / count
        root = garden.ground + 0.03 * np.array((np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth)), 0.3))
        shape = leaf((0.36 + 0.12 * (i % 3) / 2) * garden.broad * garden.tall, 0.1, lance, high, high - 92.0, garden.marking, 0.3)
        garden.frond(f"frond{i + 1}", "pot", root, azimuth, _notched(shape), garden.green)
    garden.perch = ("frond2_tip", garden.assembly.place_of("frond2_tip") + (0.0, 0.0, 0.02))


def daisy_bush(garden: Garden) -> None:
    count = 6 + int(garden.count * 5)
    for i in range(count):
        azimuth = 137.5 * i
        path = curve(garden.ground, (0.3 + 0.1 * (i % 3)) * garden.tall, azimuth, 0.05 + 0.13 * i / count * garden.broad)
        chain = garden.stem(f"stem{i + 1}_", path, 0.008, 0.006, garden.stalk)
        head = garden.assembly.bone(f"head{i + 1}", chain[-1], path[-1])
        garden.heads.append(head)
        garden.flower(head, path[-1], "daisy", 0.085 * garden.bloom, 40.0, azimuth, YELLOW)
        for j in (5, 9):
            shape = leaf(0.12, 0.05, lance, 40.0, 0.0, "none")
            garden.assembly.add(chain[j // 4], shape.turned(z=azimuth + 90.0 * j).at(path[j]), garden.green)
    for i in range(10):
        shape = leaf(0.17 * garden.broad, 0.07, lance, 50.0, -10.0, "none")
        garden.frond(f"leaf{i + 1}", "pot", garden.ground, 36.0 * i, shape, garden.green)
    garden.perch = (garden.heads[0], path[-1] + (0.0, 0.0, 0.03))


def rubber_plant(garden: Garden) -> None:
    path = curve(garden.ground, 0.48 * garden.tall, 20.0, 0.06)
    chain = garden.stem("stem", path, 0.017, 0.01, finish.leaf((0.12, 0.09, 0.04)))
    count = 9 + int(garden.count * 5)
    for i in range(count):
        spot = 3 + int(13 * i / (count - 1))
        shape = leaf(0.25 * garden.broad * (1.1 - 0.4 * i / count), 0.125, oval, 52.0, 5.0, garden.marking, 0.2)
        garden.frond(f"leaf{i + 1}", chain[min(3, spot // 4)], path[spot], 137.5 * i, shape, garden.green)
    garden.perch = (chain[-1], path[-1] + (0.0, 0.0, 0.03))


MAKERS: dict[str, Callable[[Garden], None]] = {
    "sunflower": sunflower,
    "tulip plant": tulip_plant,
    "cactus": cactus,
    "snake plant": snake_plant,
    "palm": palm,
    "succulent": succulent,
    "topiary tree": topiary_tree,
    "fern": fern,
    "daisy bush": daisy_bush,
    "rubber plant": rubber_plant,
}
