"""identity: whether every picture of a group is of one subject, and none a copy of another.

Two-sided. Too far from the others is another subject; the same pixels in another pose are a copy. A trained verifier says
how well two pictures agree about the subject; it looks at masked pixels, and with an encoder at masked features too. Another says
how well all pictures of a pose, as one, agree with those of the other poses. With an encoder that no verifier was trained for,
the mean of its patch tokens inside the mask says both, untrained. A member answers to all others of its group: one that is like
any single sibling is not let pass for that.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks import _bodies
from spotdiff10k.checks._colour_map import COLOUR_MAP, NoColourMapError, read_colour_map
from spotdiff10k.checks._sights import plain_sights, sights_of
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.encoders import encoder_setup
from spotdiff10k.features import rows_of
from spotdiff10k.identity.appearance import Appearance, appearance
from spotdiff10k.identity.foreground import VERSION as FOREGROUND
from spotdiff10k.identity.foreground import has_verifier
from spotdiff10k.identity.measuring import BY_SCORES, ONE_LEVEL, embeddings_of, foreground_of, measure_members
from spotdiff10k.identity.members import ACCEPTED_PAIR, GroupScores
from spotdiff10k.identity.neural import MOMENTS, SIDE, Pair, grey_cut_out, stages_of
from spotdiff10k.identity.noted import facts_of
from spotdiff10k.identity.rows import load_rows
from spotdiff10k.identity.tensors import F32
from spotdiff10k.identity.verifier import NONE, load_verifier
from spotdiff10k.measures import Limit, Measures

SHAPE = "shape_error"
DIGITS = 6
"""Of every measure; what comes after differs between processors."""


class Identity:
    """Measures how well the members of a group agree about their subject.

    same_subject: mean agreement with the members that differ in pose and background. margin: agreement with all others, less
    that of the others among themselves. pose_agreement: how surely its pose, averaged over backgrounds, shows who the other
    poses show, -1 to 1 (with an encoder that no verifier was trained for, agreement of the means). copy: likeness, pixel by
    pixel, to the nearest member in another pose. novelty: how far the colours of a part differ from all pictures of its pose in
    a way that no other pose shows, beyond what the other members have of that. tint: how new the colours of the whole are to
    its background, given those on the others. shape_error: the share of the surface that no bone carries into the other poses.
    cohesion: mean agreement of pairs that differ in both. division: how much one pose or background is a group of its own.
    clique: share of the members in the largest set that all accept each other.
    """

    version: ClassVar[int] = 4
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"encoder": (NONE, "mobilenet_v2", "augnet", "dinov2", "clip", "siglip")}
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "same_subject": (-1.0, 1.0),
        "margin": (-2.0, 2.0),
        "pose_agreement": (-1.0, 1.0),
        "copy": (0.0, 1.0),
        "novelty": (-2.0, 2.0),
        "tint": (-1.0, 1.0),
        SHAPE: (0.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "cohesion": (-1.0, 1.0),
        "division": (-2.0, 2.0),
        "clique": (0.0, 1.0),
    }
    # From development subjects in 3 x 3 groups, 1,152 of them, each scored by a verifier that had not seen it; 800 others for
    # pose_agreement, novelty, tint and clique. Each bound lies where next to no sound group is beyond it, since rare light makes
    # long tails; those of novelty and pose_agreement, which alone see paint and a sibling in a whole pose, where a few in a
    # thousand samples are, or one since shape_error shares the work of pose_agreement; that of shape_error beyond all of 6,300
    # good samples. docs/identity.md has rates on held-out subjects.
    limits: ClassVar[Mapping[str, Limit]] = {
        "same_subject": Limit(low=0.2),
        "margin": Limit(low=-0.36),
        "pose_agreement": Limit(low=-0.2),
        "copy": Limit(high=0.93),
        "novelty": Limit(high=0.48),
        "tint": Limit(high=0.32),
        SHAPE: Limit(high=0.012),
        "cohesion": Limit(low=0.3),
        "division": Limit(high=0.5),
        "clique": Limit(low=0.7),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what looks at pictures."""
        pair = (np.full((64, 64, 3), 128, np.uint8), np.full((64, 64), 255, np.uint8))
        for pixels in pair:
            pixels.flags.writeable = False  # as decoded pictures are, which makes a kernel of its own
        _bodies.warm_up()
        looks, levels = [appearance(*pair, np.eye(3, 4))] * 4, np.arange(4)
        grey_cut_out(*pair)
        vectors, sights = embeddings_of(load_verifier(), looks, [pair] * 4), plain_sights(looks[0])
        measure_members(looks, vectors, levels // 2, levels % 2, rows=load_rows(), sights=sights)

    @classmethod
    def limits_with(cls, options: Mapping[str, str]) -> Mapping[str, Limit]:
        """Without a verifier nothing is known of what agreement means: its measures have no limits until they are calibrated."""
        if has_verifier(options["encoder"]):
            return cls.limits
        return {name: limit for name, limit in cls.limits.items() if name not in BY_SCORES}

    def __init__(self, encoder: str = NONE) -> None:
        self._encoder = encoder
        self._verifier = load_verifier(encoder) if has_verifier(encoder) else None
        self._rows = load_rows() if self._verifier else None
        self._features = ""  # what decides the features that are kept; a verifier that was trained anew takes the same ones
        if encoder != NONE and self._verifier is not None:
            self._features = f"moments v{MOMENTS} of {stages_of(self._verifier.blocks)}, {encoder_setup(encoder, SIDE)}"
        elif encoder != NONE:
            self._features = f"foreground v{FOREGROUND}, {encoder_setup(encoder)}"
        self.setup = self._setup()

    def _setup(self) -> str:
        if self._verifier is None or self._rows is None:
            return self._features
        named = f"verifier {self._verifier.digest}, rows {self._rows.digest}"
        return named if self._encoder == NONE else f"{named}, {encoder_setup(self._encoder, SIDE)}"

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample and the group. A mask that shows next to nothing has no identity: NaN, which refuses it."""
        pairs = [(sample.picture, sample.mask, _to_own_colours(sample)) for sample in group.samples]
        looks = [sample.once("appearance", partial(appearance, *pair)) for sample, pair in zip(group.samples, pairs, strict=True)]
        poses = np.array([sample.cell.pose_index for sample in group.samples], np.int64)
        backgrounds = np.array([sample.cell.background_index for sample in group.samples], np.int64)
        embeddings = self._embeddings(looks, pairs, group)
        sights = sights_of(group.samples, looks, [colour_map for _, _, colour_map in pairs])
        accepted = ACCEPTED_PAIR if self._verifier else None
        found = measure_members(looks, embeddings, poses, backgrounds, accepted, self._rows, sights)
        keys = [sample.key for sample in group.samples]
        if self._encoder != NONE:
            embeddings = embeddings_of(load_verifier(NONE), looks, pairs)
        shapes, unchecked = _shapes(group.samples, poses), dict(found.unchecked)
        taken = {name: values for name, values in found.members.items() if name not in unchecked}
        if isinstance(shapes, str):
            unchecked[SHAPE] = shapes
        else:
            taken[SHAPE] = shapes
        samples = {key: {name: _rounded(values[at]) for name, values in taken.items()} for at, key in enumerate(keys)}
        whole = {name: _rounded(value) for name, value in found.group.items() if name not in found.unchecked}
        evidence = _evidence(group.planned.id, keys, found.scores)
        return Measures(samples, whole, evidence, unchecked, facts_of(keys, embeddings))

    def _embeddings(self, looks: Sequence[Appearance], pairs: Sequence[Pair], group: GroupView) -> list[F32 | None]:
        kept = rows_of(group, f"identity-{self._encoder}", self._features) if self._features else None
        if self._verifier is None:
            return foreground_of(self._encoder, looks, pairs, kept)
        return embeddings_of(self._verifier, looks, pairs, kept)


def _shapes(samples: Sequence[SampleView], poses: npt.NDArray[np.int64]) -> list[float] | str:
    """How far each sample's body is from those of other poses, or why that cannot be had."""
    if len(np.unique(poses)) < 2:
        return ONE_LEVEL.format(factor="pose")
    bodies = _bodies.bodies_of_all(samples)
    return bodies if isinstance(bodies, str) else _bodies.shape_errors(bodies, poses).tolist()


def _to_own_colours(sample: SampleView) -> npt.NDArray[np.float64] | None:
    """(3, 4), undoing the colour map that its engine recorded; None where none is, or none that can be undone.

    Whether the picture keeps to the map is for `pixel_lock` to say.
    """
    if COLOUR_MAP not in sample.annotations:
        return None
    try:
        back = read_colour_map(sample.annotations).inverse()
    except NoColourMapError:
        return None
    return np.column_stack([back.matrix, back.offset])


def _evidence(group: str, keys: Sequence[str], scores: GroupScores) -> dict[str, str]:
    """Which members stand apart, in words."""
    if not scores.clique:
        return {}
    words = {
        key: f"not in the largest set of {len(scores.clique)} members that all accept each other"
        for at, key in enumerate(keys)
        if at not in scores.clique
    }
    apart = f"; apart: {', '.join(words)}" if words else ""
    return {**words, group: f"medoid {keys[scores.medoid]}{apart}"}


def _rounded(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # + 0.0: no -0.0
