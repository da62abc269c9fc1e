"""Planted defects of identity, and what the check says of them at its shipped limits."""

from collections.abc import Callable

import numpy as np
from PIL import Image
from twins import Context, Pictures

from spotdiff10k.calibration.regions import extremities, limb
from spotdiff10k.checks.identity import Identity
from spotdiff10k.identity.appearance import appearance
from spotdiff10k.identity.measuring import embeddings_of, measure_members
from spotdiff10k.identity.rows import load_rows
from spotdiff10k.identity.verifier import Verifier

LIMB_SHARE, LEAST_CHROMA, TINT = 0.08, 48.0, 32.0
"""Of the mask; steps of 255; steps of 255."""
SMALLER = 0.9
TO_CHROMA = np.array([(-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312)])
FROM_CHROMA = np.array([(0.0, 1.402), (-0.344136, -0.714136), (1.772, 0.0)])
"""Blue and red difference of JFIF's YCbCr, and back."""

Group = tuple[np.ndarray, np.ndarray]
"""Pictures (cells, H, W, 3) and masks (cells, H, W)."""
Plant = Callable[[Group, Group, Context, np.random.Generator], Group]
"""Takes a group, a twin's group, and makes the group with a defect."""


def sibling(group: Group, twin: Group, _context: Context, random: np.random.Generator) -> Group:
    """One cell shows the twin."""
    return _replaced(group, twin, [int(random.integers(len(group[0])))])


def sibling_in_a_pose(group: Group, twin: Group, context: Context, random: np.random.Generator) -> Group:
    """Every cell of one pose shows the twin."""
    pose = int(random.integers(len(context.groups[0].poses)))
    return _replaced(group, twin, [at for at, cell in enumerate(context.groups[0].cells) if cell.pose_index == pose])


def copied(group: Group, _twin: Group, context: Context, random: np.random.Generator) -> Group:
    """One cell shows the pixels of another pose on its background, a tenth smaller."""
    cells = context.groups[0].cells
    target = int(random.integers(len(cells)))
    sources = [
        at
        for at, cell in enumerate(cells)
        if cell.background_index == cells[target].background_index and cell.pose_index != cells[target].pose_index
    ]
    source = int(random.choice(sources))
    pictures, masks = group[0].copy(), group[1].copy()
    size = masks.shape[1]
    small = round(size * SMALLER)
    start = (size - small) // 2
    masks[target] = 0
    inner = (slice(start, start + small), slice(start, start + small))
    masks[target][inner] = np.asarray(Image.fromarray(group[1][source]).resize((small, small), Image.Resampling.LANCZOS))
    pictures[target][inner] = np.asarray(Image.fromarray(group[0][source]).resize((small, small), Image.Resampling.LANCZOS))
    return pictures, masks


def limb_recoloured(group: Group, _twin: Group, _context: Context, random: np.random.Generator) -> Group:
    """A limb of 8 % of the mask takes the opposite hue in one cell, as bright as before."""
    at = int(random.integers(len(group[0])))
    pictures = group[0].copy()
    inside = group[1][at] >= 128
    tips = extremities(inside, 5)
    part = limb(inside, tips[int(random.integers(len(tips)))], LIMB_SHARE)
    colours = pictures[at][part].astype(np.float64)
    chroma = colours @ TO_CHROMA.T
    length = np.sqrt((chroma**2).sum(axis=1, keepdims=True))
    direction = np.where(length > 0, chroma / np.maximum(length, 1e-9), (1.0, 0.0))
    moved = -direction * np.maximum(length, LEAST_CHROMA) - chroma
    pictures[at][part] = np.rint(np.clip(colours + moved @ FROM_CHROMA.T, 0, 255))
    return pictures, group[1]


def tinted(group: Group, _twin: Group, _context: Context, random: np.random.Generator) -> Group:
    """The subject of one cell is shifted in colour, as bright as before."""
    at = int(random.integers(len(group[0])))
    pictures = group[0].copy()
    angle = random.uniform(0, 2 * np.pi)
    shift = np.array([np.cos(angle), np.sin(angle)]) * TINT @ FROM_CHROMA.T
    pictures[at] = np.rint(np.clip(pictures[at] + group[1][at][..., None] / 255 * shift, 0, 255))
    return pictures, group[1]


DEFECTS: dict[str, Plant] = {
    "sibling": sibling,
    "sibling in a pose": sibling_in_a_pose,
    "copied from another pose": copied,
    "limb recoloured (8 %)": limb_recoloured,
    "subject tinted (32)": tinted,
}


def judge(made: Pictures, context: Context, verifier: Verifier, seed: int) -> dict[str, list[str]]:
    """By defect, for each group the measures that refuse it, "" for none; "sound" is without a defect."""
    random = np.random.default_rng(seed)
    groups = list(zip(made.pictures, made.masks, strict=True))
    found: dict[str, list[str]] = {"sound": [refusals(group, context, verifier) for group in groups]}
    for name, plant in DEFECTS.items():
        pairs = [(groups[at], groups[(at + 1) % len(groups)]) for at in range(len(groups))]
        found[name] = [refusals(plant(own, twin, context, random), context, verifier) for own, twin in pairs]
    return found


def refusals(group: Group, context: Context, verifier: Verifier) -> str:
    """The names of the measures that do not hold, in one text; of those that need nothing but pictures and masks."""
    cells = context.groups[0].cells
    pairs = list(zip(*group, strict=True))
    looks = [appearance(*pair) for pair in pairs]
    poses, backgrounds = np.array([cell.pose_index for cell in cells]), np.array([cell.background_index for cell in cells])
    measured = measure_members(looks, embeddings_of(verifier, looks, pairs), poses, backgrounds, rows=load_rows())
    values = {**measured.members, **{name: [value] for name, value in measured.group.items()}}
    limits = {name: limit for name, limit in Identity.limits.items() if name in values}
    return " ".join(name for name, limit in limits.items() if not all(limit.holds(value) for value in values[name]))


def _replaced(group: Group, other: Group, cells: list[int]) -> Group:
    pictures, masks = group[0].copy(), group[1].copy()
    pictures[cells], masks[cells] = other[0][cells], other[1][cells]
    return pictures, masks
