"""The shell of a room: walls in panels, skirting, windows with curtains, pictures, and the light that such a room has."""

import math
from dataclasses import dataclass

import numpy as np

from spotdiff10k.engines.rendered.scenes.colours import linear
from spotdiff10k.engines.rendered.scenes.looks import Rgb, Room
from spotdiff10k.engines.rendered.scenes.props import MATT, Pattern, PropBuilder, Surface
from spotdiff10k.engines.rendered.scenes.shapes import Shape, box, merged, panel, placed

PANEL = 0.8
"""Metres: walls are cut into strips, because triangles that reach behind the camera are not drawn."""
LEFT, BACK, RIGHT, FRONT = 0, 1, 2, 3
"""Walls by where they are in the picture: at -y, at -x, at +y, and behind the camera."""
SKIRTING_HEIGHT, SKIRTING_DEPTH = 0.11, 0.025
GLAZING = 0.045
WHITE_PAINT: Rgb = linear(0.1, 0.04, 0.93)
VIEW = Surface(pattern=Pattern.VIEW, strength=0.0)
VIEW_RADIANCE = 1.8
NIGHT_TINT: Rgb = (0.25, 0.42, 1.0)
CLOTH = Surface(pattern=Pattern.FABRIC, scale=1.2, strength=0.3, translucency=0.5)


@dataclass(frozen=True, slots=True)
class Shell:
    """The measures of a room about the stage, and how its walls look. Metres."""

    half_x: float
    half_y: float
    height: float
    colour: Rgb
    surface: Surface
    trim: Rgb = WHITE_PAINT

    def wall(self, side: int, along: float, height: float, out: float = 0.0) -> tuple[float, float, float]:
        """A point on a wall: `along` metres from its middle (to the right as one faces it), `out` metres into the room."""
        if side == BACK:
            return (-self.half_x + out, along, height)
        if side == FRONT:
            return (self.half_x - out, -along, height)
        if side == LEFT:
            return (along * -1.0, -self.half_y + out, height)
        return (along, self.half_y - out, height)

    def length(self, side: int) -> float:
        """Full length of a wall."""
        return 2 * (self.half_y if side in (BACK, FRONT) else self.half_x)

    def yaw(self, side: int) -> float:
        """Turn of furniture that stands with its back (its -x side) against the wall."""
        return {BACK: 0.0, RIGHT: -math.pi / 2, FRONT: math.pi, LEFT: math.pi / 2}[side]

    def room(self) -> Room:
        """For the shading kernels."""
        return Room(1, self.half_x, self.half_y, self.height)


RIGHTWARDS = {BACK: (0.0, 1.0, 0.0), FRONT: (0.0, -1.0, 0.0), LEFT: (-1.0, 0.0, 0.0), RIGHT: (1.0, 0.0, 0.0)}


def _strip(shell: Shell, side: int, low: float, high: float, out: float = 0.0) -> Shape:
    """A wall from one height to another, in strips, with uv in metres."""
    count = math.ceil(shell.length(side) / PANEL)
    width = shell.length(side) / count
    strips = []
    for index in range(count):
        along = -shell.length(side) / 2 + (index + 0.5) * width
        flat = panel(shell.wall(side, along, (low + high) / 2, out), RIGHTWARDS[side], (0.0, 0.0, 1.0), width, high - low)
        strips.append(flat._replace(uv=flat.uv + np.array([along, (low + high) / 2])))
    return merged(strips)


def _inward(shape: Shape, side: int, shell: Shell) -> Shape:
    toward = {BACK: (1.0, 0.0, 0.0), FRONT: (-1.0, 0.0, 0.0), LEFT: (0.0, 1.0, 0.0), RIGHT: (0.0, -1.0, 0.0)}[side]
    del shell
    return shape._replace(normals=np.tile(np.array([toward]), (len(shape.positions), 1)))


def build_walls(props: PropBuilder, shell: Shell, wainscot: Rgb | None = None, accent: Rgb | None = None) -> None:
    """Four walls with skirting, a picture rail where there is a wainscot; the back wall may have a colour of its own."""
    for side in (LEFT, BACK, RIGHT, FRONT):
        colour = accent if accent is not None and side == BACK else shell.colour
        props.add(_inward(_strip(shell, side, 0.0, shell.height), side, shell), colour, shell.surface, casts=False)
        if wainscot is not None:
            boards = Surface(pattern=Pattern.BOARDS, scale=7.0, strength=0.2)
            props.add(_inward(_strip(shell, side, 0.0, 0.95, 0.015), side, shell), wainscot, boards, casts=False)
            _rail(props, shell, side, 0.95, 0.05, wainscot)
        _rail(props, shell, side, SKIRTING_HEIGHT / 2, SKIRTING_HEIGHT, shell.trim)
        _rail(props, shell, side, shell.height - 0.05, 0.1, shell.trim)


def _rail(props: PropBuilder, shell: Shell, side: int, middle: float, height: float, colour: Rgb) -> None:
    count = math.ceil(shell.length(side) / PANEL)
    width = shell.length(side) / count
    for index in range(count):
        at = shell.wall(side, -shell.length(side) / 2 + (index + 0.5) * width, middle, SKIRTING_DEPTH / 2)
        props.add(box(at, (SKIRTING_DEPTH, width, height), shell.yaw(side)), colour, MATT, casts=False)


def window(
    props: PropBuilder,
    shell: Shell,
    side: int,
    along: float,
    width: float,
    height: float,
    seed: int,
    curtain: Rgb | None,
    sill: float = 0.85,
    daylight: float = 1.0,
) -> None:
    """A glazed window with frame, bars, sill and, perhaps, curtains."""
    middle = sill + height / 2
    yaw = shell.yaw(side)
    pane = panel(shell.wall(side, along, middle, 0.012), RIGHTWARDS[side], (0.0, 0.0, 1.0), width, height)
    glass = VIEW._replace(seed=float(seed), emission=VIEW_RADIANCE * daylight)
    tint = (1.0, 1.0, 1.0) if daylight > 0.5 else NIGHT_TINT
    props.add(_inward(pane._replace(uv=pane.uv * 1.1), side, shell), tint, glass, 0.0, casts=False)
    across, upright = (0.05, width + 0.14, 0.07), (0.05, 0.07, height + 0.14)
    bars = [(0.0, height / 2, across), (0.0, -height / 2, across), (-width / 2, 0.0, upright), (width / 2, 0.0, upright)]
    bars += [(0.0, 0.0, (0.04, GLAZING, height)), (0.0, height * 0.12, (0.04, width, GLAZING))]
    for shift, lift, size in bars:
        props.add(box(shell.wall(side, along + shift, middle + lift, 0.03), size, yaw), shell.trim, MATT, casts=False)
    props.add(box(shell.wall(side, along, sill - 0.06, 0.07), (0.16, width + 0.26, 0.04), yaw), shell.trim)
    if curtain is not None:
        _curtains(props, shell, side, along, width, sill + height, curtain)


def _curtains(props: PropBuilder, shell: Shell, side: int, along: float, width: float, top: float, colour: Rgb) -> None:
    """Two gathered curtains on a rod."""
    drop = top + 0.1 - 0.04
    for end in (-1.0, 1.0):
        steps = np.linspace(-0.5, 0.5, 25)
        shift = along + end * (width / 2 + 0.13) + steps * 0.46
        folds = 0.10 + 0.035 * np.sin(steps * 38.0)
        columns = [[shell.wall(side, a, z, f) for a, f in zip(shift, folds, strict=True)] for z in (0.04, top + 0.1)]
        positions = np.array(columns).reshape(-1, 3)
        low = np.arange(24)
        faces = np.concatenate([np.stack([low, low + 1, low + 26], axis=1), np.stack([low, low + 26, low + 25], axis=1)])
        toward = np.array(shell.wall(side, 0.0, 0.0, 1.0)) - np.array(shell.wall(side, 0.0, 0.0, 0.0))
        sideways = np.array(RIGHTWARDS[side])
        normals = toward - np.tile(np.cos(steps * 38.0) * 0.9, 2)[:, None] * sideways
        normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
        uv = np.stack([np.tile(steps * 0.46, 2), np.repeat([0.0, drop], 25)], axis=1)
        props.add(Shape(positions, normals, faces, uv), colour, CLOTH, np.tile(0.72 + 0.28 * np.sin(steps * 38.0), 2))
    rod = box(shell.wall(side, along, top + 0.11, 0.1), (0.025, width + 1.1, 0.025), shell.yaw(side))
    props.add(rod, (0.05, 0.045, 0.04), Surface(gloss=0.5))


def picture(
    props: PropBuilder,
    shell: Shell,
    side: int,
    along: float,
    middle: float,
    width: float,
    height: float,
    colours: tuple[Rgb, Rgb],
    frame: Rgb,
    seed: int,
) -> None:
    """A framed painting on a wall."""
    yaw = shell.yaw(side)
    props.add(
        box(shell.wall(side, along, middle, 0.02), (0.04, width + 0.09, height + 0.09), yaw),
        frame,
        Surface(gloss=0.3),
        casts=False,
    )
    mount = box(shell.wall(side, along, middle, 0.038), (0.012, width + 0.02, height + 0.02), yaw)
    props.add(mount, (0.8, 0.78, 0.72), MATT, casts=False)
    art = Surface(pattern=Pattern.PAINTING, scale=1.0 / max(0.3, width * 0.7), second=colours[1], seed=float(seed))
    inner = panel(shell.wall(side, along, middle, 0.046), RIGHTWARDS[side], (0.0, 0.0, 1.0), width * 0.84, height * 0.82)
    props.add(_inward(inner, side, shell), colours[0], art, casts=False)


def against(props_at: Shape, shell: Shell, side: int, along: float, depth: float) -> Shape:
    """Furniture built about the origin (front to +x) put with its back to a wall; `depth` is its full depth."""
    return placed(props_at, shell.wall(side, along, 0.0, depth / 2 + 0.03), shell.yaw(side))
