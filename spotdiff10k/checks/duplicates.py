"""duplicates: the same picture twice in a group, pictures and subjects that other groups have too, pictures to stay away from."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._pixels import blank
from spotdiff10k.committed import GroupView, SampleView
from spotdiff10k.duplicates import bits, blocklist, cutting, look, phash, subjects
from spotdiff10k.duplicates.across import (
    COMPARED_BITS,
    FARTHEST,
    HASH,
    LOOK,
    SUBJECT_HASH,
    SetView,
    crowd_of,
    distances,
    nearest_blocked,
    nearest_hashes,
    nearest_looks,
    view_set,
)
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.luma import luma as luma_of
from spotdiff10k.measures import Limit, Measures
from spotdiff10k.set_measures import SetGroup, SetMeasures

BY_NUMBER = "likeness of groups with their bones, less what their number makes"
"""Told as setup of the look at the set: that is taken anew where an earlier version did neither."""
NO_BLOCKLIST = "the recipe names no blocklist"
NO_EMBEDDINGS = "the check identity noted no embeddings, by which subjects are told apart whatever their poses"
NO_GROUPS = "there is no group"
ALONE = "the group has no two samples"
NOTED = "duplicates"
WARM_SIDE = 64
SAME_LOOK = 0.88
"""Similarity of two subjects from which they count as the same."""
SAME_SUBJECT = 1.08
"""The same, of how alike two groups are by all their views."""


class Duplicates:
    """Hashes pictures and subjects, and looks for near ones in the group, in earlier groups and in a list of blocked pictures.

    `twin_bits` and `nearest_hash` count differing bits of the picture's hash and of the subject's together: samples with
    the same plate are near in the first, samples of one subject in one pose are near in the second, only copies in both.
    `nearest_hash` also counts what the subjects' looks differ by, since hashes do not see colours.
    """

    version: ClassVar[int] = 2
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {"blocklist": ()}
    ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"twin_bits": (0.0, float(COMPARED_BITS))}
    group_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {}
    across_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {
        "nearest_hash": (0.0, FARTHEST),
        "nearest_in_split": (-1.0, 1.0),
        "nearest_in_other_split": (-1.0, 1.0),
        "subject_in_split": (subjects.FARTHEST, subjects.NEAREST),
        "subject_in_other_split": (subjects.FARTHEST, subjects.NEAREST),
        "nearest_blocked": (0.0, float(phash.BITS)),
    }
    set_ranges: ClassVar[Mapping[str, tuple[float, float]]] = {"crossing_share": (0.0, 1.0)}
    # From benchmarks/duplicate_subjects.py, 1,000 distinct rendered subjects of 4 samples: a picture encoded again is 12 from
    # itself in 99 of 100, one with its subject's hues turned by 8 degrees 39, and the nearest samples of two subjects 81 at
    # least. Two samples of a group differ in 40 bits at least (a potted plant, turned; 1,816 groups), a copy as JPEG in 12 at
    # most. Unrelated pictures differ in 60 of 256 at least (29 million pairs). At a likeness of 0.88 no distinct subject is
    # refused.
    limits: ClassVar[Mapping[str, Limit]] = {
        "twin_bits": Limit(low=28.0),
        "nearest_hash": Limit(low=45.0),
        "nearest_in_split": Limit(high=SAME_LOOK),
        "nearest_in_other_split": Limit(high=SAME_LOOK),
        "subject_in_split": Limit(high=SAME_SUBJECT),
        "subject_in_other_split": Limit(high=SAME_SUBJECT),
        "nearest_blocked": Limit(low=44.0),
        "crossing_share": Limit(high=0.0),
    }

    def __init__(self, blocklist: str = "") -> None:
        self._blocklist = _read_blocklist(blocklist)
        self.set_setup = BY_NUMBER + (f" blocklist {self._blocklist.digest}" if self._blocklist else "")

    @classmethod
    def warm_up(cls) -> None:
        """Compile what hashes and compares."""
        inside = np.ones((WARM_SIDE, WARM_SIDE), np.bool_)
        alpha = np.where(inside, np.uint8(255), np.uint8(0))
        picture = blank(WARM_SIDE, WARM_SIDE, 3)
        brightness = luma_of(picture)
        for pixels in (inside, alpha, brightness):
            pixels.flags.writeable = False  # as decoded ones are, which makes a kernel of its own
        facts_of(picture, alpha, inside, brightness)
        bits.others(np.zeros((2, COMPARED_BITS // 64), np.uint64))
        subjects.warm_up()

    def measure(self, group: GroupView) -> Measures:
        """Hash every sample, and find the one of its group that is nearest to it."""
        facts = {sample.key: sample.once(NOTED, partial(_facts, sample)) for sample in group.samples}
        if len(facts) == 1:
            return Measures({key: {} for key in facts}, unchecked={"twin_bits": ALONE}, facts=facts)
        if not facts:
            return Measures({})
        keys = tuple(facts)
        nearest = bits.others(np.stack([phash.from_text(facts[key][HASH] + facts[key][SUBJECT_HASH]) for key in keys]))
        samples = {key: {"twin_bits": float(found)} for key, found in zip(keys, nearest.bits, strict=True)}
        evidence = {key: f"nearest in the group: {keys[other]}" for key, other in zip(keys, nearest.index, strict=True)}
        return Measures(samples, evidence=evidence, facts=facts)

    def measure_set(self, groups: Sequence[SetGroup]) -> SetMeasures:
        """Find for each sample the nearest of earlier groups, and the nearest blocked picture where there is a list of them."""
        unchecked = {} if self._blocklist else {"nearest_blocked": NO_BLOCKLIST}
        if not groups:
            return SetMeasures(unchecked=dict.fromkeys((*self.across_ranges, *self.set_ranges), NO_GROUPS))
        view = view_set(groups)
        samples: dict[str, dict[str, float]] = {key: {} for key in view.keys}
        words: dict[str, list[str]] = {key: [] for key in view.keys}
        hashes = nearest_hashes(view)
        inner, outer = nearest_looks(view, other_split=False), nearest_looks(view, other_split=True)
        for name, index, values in (
            ("nearest_hash", hashes.index, distances(view, hashes)),
            ("nearest_in_split", inner.index, inner.similarity),
            ("nearest_in_other_split", outer.index, outer.similarity),
        ):
            _add(samples, words, view.keys, name, index, values, view.keys)
        if (crowd := crowd_of(view, groups)) is None:
            unchecked.update(dict.fromkeys(("subject_in_split", "subject_in_other_split"), NO_EMBEDDINGS))
        else:
            names = [group.planned.id for group in groups]
            for name, other_split in (("subject_in_split", False), ("subject_in_other_split", True)):
                alike = subjects.nearest_subjects(crowd, other_split)
                _add(samples, words, view.keys, name, alike.index[view.groups], alike.likeness[view.groups], names)
        if self._blocklist:
            blocked = nearest_blocked(view, self._blocklist)
            values = blocked.bits.astype(np.float64)
            _add(samples, words, view.keys, "nearest_blocked", blocked.index, values, self._blocklist.names)
        share = crossing_share(view, outer.similarity)
        return SetMeasures(samples, {"crossing_share": share}, {key: "; ".join(said) for key, said in words.items()}, unchecked)


def crossing_share(view: SetView, similarity: npt.NDArray[np.float64]) -> float:
    """The share of groups with a subject that an earlier group of another split has too."""
    crossing = np.unique(view.groups[similarity > SAME_LOOK])
    return len(crossing) / len(np.unique(view.groups))


def _add(
    samples: dict[str, dict[str, float]],
    words: dict[str, list[str]],
    keys: Sequence[str],
    name: str,
    index: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    named: Sequence[str],
) -> None:
    """Add one measure to every sample, and whom it was measured to."""
    for key, other, value in zip(keys, index, values, strict=True):
        samples[key][name] = float(value)
        if other != NOBODY:
            words[key].append(f"{name}: {named[other]}")


def _facts(sample: SampleView) -> dict[str, str]:
    return facts_of(np.asarray(sample.picture, np.uint8), np.asarray(sample.mask, np.uint8), sample.inside, sample.luma)


def facts_of(
    picture: npt.NDArray[np.uint8],
    alpha: npt.NDArray[np.uint8],
    inside: npt.NDArray[np.bool_],
    luma: npt.NDArray[np.uint8],
) -> dict[str, str]:
    """What a sample's duplicates are found by, from its colours, mask, half-opaque pixels and brightness."""
    cells = cutting.cells_of(picture, alpha, inside)
    return {
        HASH: phash.to_text(phash.hash_of(luma)),
        SUBJECT_HASH: phash.to_text(phash.bits_of(phash.frequencies(cutting.on_grey(cells)))),
        LOOK: look.to_text(look.look_of(cells)),
    }


def _read_blocklist(path: str) -> blocklist.Blocklist | None:
    return blocklist.read(Path(path)) if path else None
