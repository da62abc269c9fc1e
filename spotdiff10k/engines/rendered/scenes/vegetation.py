"""Plants: broad-leaved trees, conifers, palms, bushes, grass and flowers, made of leaf cards about a solid core.

Leaves take the normal of the crown they belong to, so that a tree is lit as one soft volume.
A tree is built once as a `Plant` and put into the scene many times, turned and scaled.
"""

import math
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import scaled
from spotdiff10k.engines.rendered.scenes.looks import Rgb
from spotdiff10k.engines.rendered.scenes.props import Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.round_shapes import blob, tube
from spotdiff10k.engines.rendered.scenes.shapes import F64, GOLDEN_ANGLE, Point, Shape, cards, merged, placed, triangles, unit

LEAVES = Surface(scale=7.0, strength=0.22, translucency=0.45)
BARK = Surface(pattern=Pattern.BARK, scale=14.0, strength=0.5)
BLADES = Surface(scale=1.3, strength=0.35, translucency=0.5)
PETALS = Surface(strength=0.05, translucency=0.35)

CORE_DARKNESS = 0.5
"""The solid heart of a crown is this dark against its leaves."""
CROWN_WIDTH = 0.29
"""Half width of a crown as a share of its tree's height, to the middles of its outer clumps."""


@dataclass(frozen=True, slots=True)
class Part:
    """One shape of a plant with its look."""

    shape: Shape
    colours: F64  # (V, 3)
    shade: F64  # (V,)
    surface: Surface


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant of unit size at the origin, to be planted many times."""

    parts: tuple[Part, ...]


def plant(props: PropBuilder, template: Plant, at: Point, height: float, yaw: float, tint: float = 1.0) -> None:
    """Put a plant into the scene, `height` metres tall, its colours times `tint`."""
    for part in template.parts:
        props.add(placed(part.shape, at, yaw, height), part.colours * tint, part.surface, part.shade)


def _part(shape: Shape, colour: Rgb | F64, surface: Surface, shade: float | F64 = 1.0) -> Part:
    count = len(shape.positions)
    colours = np.broadcast_to(np.asarray(colour, dtype=np.float64), (count, 3))
    return Part(shape, colours, np.broadcast_to(np.asarray(shade, dtype=np.float64), (count,)), surface)


def _leaf_cards(rng: np.random.Generator, points: F64, outward: F64, size: float) -> Shape:
    """Diamond leaves at the points, facing roughly outward, with the crown's normals."""
    count = len(points)
    facing = unit(outward + 0.9 * rng.normal(size=(count, 3)))
    along = unit(np.cross(facing, rng.normal(size=(count, 3))))
    across = np.cross(facing, along)
    length = size * rng.uniform(0.7, 1.35, size=(count, 1))
    normals = unit(outward + 0.25 * facing)
    return cards(points, along * length, across * length * 0.62, normals)


def _crown(rng: np.random.Generator, clumps: F64, radii: F64, leaves: int, size: float, light: Rgb, dark: Rgb) -> list[Part]:
    """Leaves on the surfaces of clumps (N, 3) of the given radii, and dark cores inside them."""
    share = radii**2 / (radii**2).sum()
    owner = np.repeat(np.arange(len(clumps)), np.maximum(8, (share * leaves).astype(int)))
    directions = unit(rng.normal(size=(len(owner), 3)) + np.array([0.0, 0.0, 0.25]))
    depth = rng.uniform(0.72, 1.08, size=(len(owner), 1))
    points = clumps[owner] + directions * radii[owner, None] * depth * np.array([1.0, 1.0, 0.85])
    middle = clumps.mean(axis=0)
    outward = unit(0.55 * directions + 0.6 * unit(points - middle))
    low, high = points[:, 2].min(), points[:, 2].max()
    rise = (points[:, 2] - low) / max(1e-6, high - low)
    openness = np.clip(0.52 + 0.36 * rise + 0.3 * (depth[:, 0] - 0.72) / 0.36 + 0.2 * directions[:, 2], 0.2, 1.0)
    mix = np.clip(0.15 + 0.7 * openness + 0.22 * rng.normal(size=len(owner)), 0.0, 1.15)[:, None]
    colours = np.asarray(dark) * (1 - mix) + np.asarray(light) * mix
    hearts = [blob(rng, clump, radius * 0.8, 0.12, 1, (1, 1, 0.85)) for clump, radius in zip(clumps, radii, strict=True)]
    core = merged(hearts)
    return [
        _part(_leaf_cards(rng, points, outward, size), np.repeat(colours, 4, axis=0), LEAVES, np.repeat(openness, 4)),
        _part(core, scaled(dark, CORE_DARKNESS), LEAVES, 0.55),
    ]


def broadleaf(rng: np.random.Generator, light: Rgb, dark: Rgb, bark: Rgb, leaves: int = 1500, spread: float = 1.0) -> Plant:
    """A round-crowned tree one metre tall: a forked trunk under clumps of leaves."""
    count = int(rng.integers(7, 11))
    angles = np.arange(count) * GOLDEN_ANGLE + rng.uniform(0, 6.28)
    ring = np.sqrt((np.arange(count) + 0.5) / count) * CROWN_WIDTH * spread
    height = 0.80 - 0.32 * (ring / (CROWN_WIDTH * spread)) ** 1.5 + rng.uniform(-0.06, 0.06, size=count)
    clumps = np.stack([np.cos(angles) * ring, np.sin(angles) * ring, height], axis=1)
    radii = rng.uniform(0.16, 0.225, size=count) * (1.1 - 0.5 * ring)
    lean = rng.uniform(-0.03, 0.03, size=2)
    fork = np.array([lean[0], lean[1], 0.42])
    wood = [tube([(0, 0, -0.02), (lean[0] * 0.5, lean[1] * 0.5, 0.2), fork], [0.05, 0.034, 0.026], 8)]
    wood += [tube([fork - [0, 0, 0.05], fork * 0.4 + clump * 0.6, clump], [0.018, 0.012, 0.006], 5) for clump in clumps[::2]]
    trunk = merged(wood)
    shade = np.clip(1.1 - trunk.positions[:, 2] * 1.4, 0.3, 1.0)
    return Plant((*_crown(rng, clumps, radii, leaves, 0.023, light, dark), _part(trunk, bark, BARK, shade)))


def bush(rng: np.random.Generator, light: Rgb, dark: Rgb, leaves: int = 800) -> Plant:
    """A low round bush one metre tall and somewhat wider."""
    count = int(rng.integers(4, 7))
    angles = np.arange(count) * GOLDEN_ANGLE + rng.uniform(0, 6.28)
    ring = np.sqrt(np.arange(count) / count) * 0.5
    clumps = np.stack([np.cos(angles) * ring, np.sin(angles) * ring, 0.55 - 0.35 * ring + 0.1 * rng.random(count)], axis=1)
    radii = rng.uniform(0.3, 0.42, size=count)
    return Plant(tuple(_crown(rng, clumps, radii, leaves, 0.05, light, dark)))


def _fronds(rng: np.random.Generator, tiers: int) -> tuple[F64, F64, F64, F64, F64]:
    """Branches of a conifer: root, tip, side vector, height share and normal of each."""
    roots, tips, sides, rises = [], [], [], []
    for tier in range(tiers):
        rise = tier / tiers
        reach = 0.27 * (1 - rise) ** 0.85 + 0.018
        count = max(7, int(20 - 12 * rise))
        angles = (np.arange(count) + rng.uniform(0, 1)) * (2 * math.pi / count) + rng.uniform(-0.15, 0.15, size=count)
        outward = np.stack([np.cos(angles), np.sin(angles), np.zeros(count)], axis=1)
        length = reach * rng.uniform(0.72, 1.12, size=(count, 1))
        height = 0.12 + 0.86 * rise + rng.uniform(-0.015, 0.015, size=(count, 1))
        root = np.array([0.0, 0.0, 1.0]) * (height + 0.05)
        drop = length * rng.uniform(0.28, 0.5, size=(count, 1))
        roots.append(root + outward * 0.01)
        tips.append(np.array([0.0, 0.0, 1.0]) * (height - drop + 0.02) + outward * length)
        sides.append(np.stack([-np.sin(angles), np.cos(angles), np.zeros(count)], axis=1) * length * 0.42)
        rises.append(np.full(count, rise))
    root_points, tip_points, side_vectors = np.concatenate(roots), np.concatenate(tips), np.concatenate(sides)
    outward_all = unit((tip_points - root_points) * np.array([1.0, 1.0, 0.0]))
    return root_points, tip_points, side_vectors, np.concatenate(rises), unit(outward_all + np.array([0, 0, 0.75]))


def conifer(rng: np.random.Generator, light: Rgb, dark: Rgb, bark: Rgb, snow: float = 0.0, tiers: int = 17) -> Plant:
    """A spruce one metre tall: whorls of drooping, ragged fronds; `snow` 0..1 lies on them."""
    root, tip, side, rise, normals = _fronds(rng, tiers)
    middle = root * 0.45 + tip * 0.55
    ragged = [0.75 + 0.5 * rng.random((len(root), 1)) for _ in range(4)]
    leftish = root * 0.15 + tip * 0.85 + side * 0.62 * ragged[0] - np.array([0, 0, 0.012])
    rightish = root * 0.15 + tip * 0.85 - side * 0.62 * ragged[1] - np.array([0, 0, 0.012])
    left, right = middle + side * ragged[2], middle - side * ragged[3]
    parts = [(root, left, leftish), (root, rightish, right), (root, leftish, tip), (root, tip, rightish)]
    needles = merged([triangles(*part, normals) for part in parts])
    outness = np.concatenate([np.tile(np.array([0.0, 0.8, 1.0]), len(root)) for _ in parts])
    lift = np.concatenate([np.repeat(rise, 3) for _ in parts])
    mix = np.clip(outness * 0.85 + 0.15 * rng.normal(size=len(outness)), 0, 1)[:, None]
    colours = np.asarray(dark) * (1 - mix) + np.asarray(light) * mix
    openness = np.clip(0.25 + 0.55 * outness + 0.3 * lift, 0, 1)
    made = [_part(needles, colours, LEAVES, openness)]
    made.append(_part(tube([(0, 0, -0.02), (0, 0, 0.5), (0, 0, 0.98)], [0.026, 0.018, 0.004], 7), bark, BARK, 0.6))
    if snow > 0:
        lying = rng.random(len(root)) < 0.35 + 0.65 * snow
        up = np.array([0, 0, 0.012])
        inner = root * 0.6 + tip * 0.4
        quilt = [
            triangles(inner[lying] + up, left[lying] * 0.6 + tip[lying] * 0.4 + up, tip[lying] + up * 0.4, normals[lying]),
            triangles(inner[lying] + up, tip[lying] + up * 0.4, right[lying] * 0.6 + tip[lying] * 0.4 + up, normals[lying]),
        ]
        made.append(_part(merged(quilt), (0.82, 0.87, 0.95), Surface(strength=0.05, translucency=0.15), 0.95))
    return Plant(tuple(made))


def palm(rng: np.random.Generator, light: Rgb, dark: Rgb, bark: Rgb) -> Plant:
    """A coconut palm one metre tall: a bent trunk and arching feathered fronds."""
    lean = rng.uniform(0.05, 0.16)
    trunk_points = [(lean * t * t, 0.0, 0.86 * t - 0.02) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
    top = np.array([lean, 0.0, 0.84])
    leaflets: list[Shape] = []
    for index in range(13):
        angle = index * GOLDEN_ANGLE + rng.uniform(-0.2, 0.2)
        out = np.array([math.cos(angle), math.sin(angle), 0.0])
        rise, reach = rng.uniform(0.02, 0.2), rng.uniform(0.3, 0.4)
        steps = np.linspace(0.06, 1.0, 13)[:, None]
        spine = top + out * steps * reach + np.array([0, 0, 1.0]) * (rise * steps - (0.16 + rise) * steps**2.2)
        ahead = unit(np.gradient(spine, axis=0))
        side = unit(np.cross(ahead, np.array([0.0, 0.0, 1.0])))
        width = 0.085 * np.sin(np.clip(steps * 3.0, 0, math.pi * 0.93)) + 0.012
        for sign in (-1.0, 1.0):
            tips = spine + side * width * sign + ahead * 0.045 - np.array([0, 0, 0.35]) * width
            normals = unit(np.cross(ahead, side) * -1.0 * np.sign(np.cross(ahead, side)[:, 2:]) * -1.0 + side * sign * 0.3)
            leaflets.append(triangles(spine - ahead * 0.011, spine + ahead * 0.014, tips, normals))
    leaf_shape = merged(leaflets)
    mix = rng.uniform(0, 1, size=(len(leaf_shape.positions), 1))
    colours = np.asarray(dark) * (1 - mix) + np.asarray(light) * mix
    trunk = tube(trunk_points, [0.028, 0.02, 0.017, 0.016, 0.02], 8)
    return Plant((_part(leaf_shape, colours, LEAVES, 0.9), _part(trunk, bark, BARK)))
