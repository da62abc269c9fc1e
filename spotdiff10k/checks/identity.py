"""identity: whether every picture of a group is of one subject, and none a copy of another.

Two-sided. Too far from the others is another subject; the same pixels in another pose are a copy. A trained verifier says
how well two pictures agree about the subject; it looks at masked pixels, and with an encoder at masked features too. A
member answers to all others of its group: one that is like any single sibling is not let pass for that.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from spotdiff10k.committed import GroupView
from spotdiff10k.identity.appearance import Appearance, appearance
from spotdiff10k.identity.copying import likeness
from spotdiff10k.identity.members import GroupScores, score_group
from spotdiff10k.identity.neural import SIDE, neural_blocks, stages_of
from spotdiff10k.identity.tensors import F32
from spotdiff10k.identity.verifier import NONE, load_verifier
from spotdiff10k.measures import Limit, Measures

FEWEST = 3
"""Members that show their subject, below which nobody can be told from the rest."""
DIGITS = 6
"""Of every measure; what comes after differs between processors."""
NAN = float("nan")


class Identity:
    """Measures how well the members of a group agree about their subject.

    same_subject: mean agreement with the members that differ in pose and background. margin: agreement with all others, less
    that of the others among themselves. copy: likeness, pixel by pixel, to the nearest member in another pose. cohesion:
    mean same_subject. clique: share of the members in the largest set that all accept each other.
    """

    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"encoder": (NONE, "augnet", "mobilenet_v2")}
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "same_subject": (-1.0, 1.0),
        "margin": (-2.0, 2.0),
        "copy": (0.0, 1.0),
    }
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"cohesion": (-1.0, 1.0), "clique": (0.0, 1.0)}
    # From 1,152 development subjects in 3 x 3 groups, each scored by a verifier that had not seen it: one sound group in a
    # hundred has a margin below -0.25, one in a thousand a cohesion below 0.42. No two poses of 576 subjects were more alike
    # than 0.93. `python benchmarks/identity_training.py` prints them; docs/identity.md has the rates on held-out subjects.
    limits: ClassVar[Mapping[str, Limit]] = {
        "margin": Limit(low=-0.25),
        "copy": Limit(high=0.96),
        "cohesion": Limit(low=0.35),
        "clique": Limit(low=0.6),
    }

    @classmethod
    def warm_up(cls) -> None:
        """Compile what looks at pictures."""
        look = appearance(np.full((64, 64, 3), 128, np.uint8), np.full((64, 64), 255, np.uint8))
        likeness(look.channels, look.crop.cover, look.channels, look.crop.cover)
        if look.descriptor is not None:
            load_verifier().embed(look.descriptor)

    def __init__(self, encoder: str = NONE) -> None:
        self._encoder = encoder
        self._verifier = load_verifier(encoder)
        self.setup = f"verifier {self._verifier.digest}"
        if encoder != NONE:
            from spotdiff10k.encoders import encoder_setup

            self.setup += f", {encoder_setup(encoder, SIDE)}"

    def measure(self, group: GroupView) -> Measures:
        """Measure every sample and the group. A mask that shows next to nothing has no identity: NaN, which refuses it."""
        looks = [appearance(sample.picture, sample.mask) for sample in group.samples]
        poses = np.array([sample.cell.pose_index for sample in group.samples], np.int64)
        backgrounds = np.array([sample.cell.background_index for sample in group.samples], np.int64)
        scores = score_group(self._embeddings(group, looks), poses, backgrounds)
        by_sample: dict[str, Sequence[float]] = {
            "same_subject": scores.same_subject.tolist(),
            "margin": scores.margin.tolist(),
            "copy": _copies(looks, poses),
        }
        unchecked = _unchecked(looks, poses)
        keys = [sample.key for sample in group.samples]
        samples = {
            key: {name: _rounded(values[at]) for name, values in by_sample.items() if name not in unchecked}
            for at, key in enumerate(keys)
        }
        whole = {"cohesion": scores.cohesion, "clique": len(scores.clique) / max(1, len(keys))}
        found = {name: _rounded(value) for name, value in whole.items() if name not in unchecked}
        return Measures(samples, found, _evidence(group.planned.id, keys, scores), unchecked)

    def _embeddings(self, group: GroupView, looks: Sequence[Appearance]) -> list[F32 | None]:
        """One embedding a sample; None where nothing can be said."""
        seen = [at for at, look in enumerate(looks) if look.descriptor is not None]
        neural: dict[int, Mapping[str, F32]] = {}
        if self._encoder != NONE and seen:
            from spotdiff10k.encoders import load_encoder

            pairs = [(group.samples[at].picture, group.samples[at].mask) for at in seen]
            blocks = neural_blocks(load_encoder(self._encoder, input_size=SIDE), pairs, stages_of(self._verifier.blocks))
            neural = dict(zip(seen, blocks, strict=True))
        return [
            None if look.descriptor is None else self._verifier.embed({**look.descriptor, **neural.get(at, {})})
            for at, look in enumerate(looks)
        ]


def _copies(looks: Sequence[Appearance], poses: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[float]:
    """For each sample its likeness to the nearest in another pose; NaN where it shows nothing."""
    nearest = [NAN if look.descriptor is None else 0.0 for look in looks]
    for first in range(len(looks)):
        for second in range(first):
            if poses[first] != poses[second] and not looks[first].crop.is_empty and not looks[second].crop.is_empty:
                one, other = looks[first], looks[second]
                found = likeness(one.channels, one.crop.cover, other.channels, other.crop.cover)
                nearest[first], nearest[second] = max(nearest[first], found), max(nearest[second], found)
    return nearest


def _unchecked(looks: Sequence[Appearance], poses: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, str]:
    """Measures that this group cannot have, with the reason."""
    shown = sum(look.descriptor is not None for look in looks)
    reasons: dict[str, str] = {}
    if shown < FEWEST:
        reason = f"{shown} samples show their subject; at least {FEWEST} are needed to tell one from the rest"
        reasons.update(dict.fromkeys(("same_subject", "margin", "cohesion", "clique"), reason))
    if len(np.unique(poses)) < 2:
        reasons["copy"] = "all samples have one pose"
    return reasons


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
