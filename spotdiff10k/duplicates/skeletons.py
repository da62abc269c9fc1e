"""Skeletons of subjects, as the lengths of their bones: the same in every pose of one subject, and hardly ever in two subjects.

In rendered groups bones of one subject differ by 0.2 mm at most between poses, as they are rounded; of 8,011 pairs of distinct
subjects of one family with FEWEST bones or more 44 are within LOOSE of each other. So equal bones make two groups that
look much alike more so. Other bones say less against it: annotations may come from a plan, and not from the picture.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.rendered.jit import kernel

FACT = "skeleton"
STEP = 1e-4
"""Metres; a skeleton is noted in steps of this."""
FEWEST = 3
"""Bones that say something: a jug has one, of a length that others have too."""
LOOSE = 5.0
"""Steps by which bones of one subject may differ: root mean square."""
SEPARATOR = "|"
DIGITS = 12
"""Of the digest of a skeleton's names and parents; half as many bytes make a number."""
NONE = 0

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Noted = tuple[int, npt.NDArray[np.int32]]
"""Which joints it has, as a number, and the lengths of its bones in steps."""


@dataclass(frozen=True, slots=True)
class Skeletons:
    """Those of G groups, one after the other."""

    kinds: I64  # (G,) which joints; NONE where no skeleton was noted
    starts: I64  # (G + 1,) where the bones of each begin; the last is their number
    lengths: npt.NDArray[np.int32]  # steps


def note(names: Sequence[str], parents: Sequence[int], places: F64) -> str:
    """A skeleton as text, from its joints' places (J, 3) in metres; a joint whose parent is negative hangs from none."""
    bones = [(joint, parent) for joint, parent in enumerate(parents) if parent >= 0]
    kind = hashlib.sha256(SEPARATOR.join((*names, *map(str, parents))).encode()).hexdigest()[:DIGITS]
    lengths = [np.sqrt(((places[joint] - places[parent]) ** 2).sum()) for joint, parent in bones]
    steps = np.rint(np.array(lengths) / STEP).astype("<i4")
    return SEPARATOR.join((kind, base64.b64encode(steps.tobytes()).decode("ascii")))


def read_note(text: str) -> Noted:
    """A noted skeleton. Raises ValueError for a text that is none."""
    kind, _, coded = text.partition(SEPARATOR)
    try:
        return int(kind, 16), np.frombuffer(base64.b64decode(coded, validate=True), "<i4")
    except binascii.Error as error:
        raise ValueError(f"a skeleton is base64, found {coded[:20]!r}") from error


def skeleton_of(noted: Sequence[str]) -> Noted:
    """A group's skeleton from what its poses noted: the median of those with the joints of the first. Raises ValueError."""
    read = [read_note(text) for text in noted]
    alike = [lengths for kind, lengths in read if kind == read[0][0] and len(lengths) == len(read[0][1])] if read else []
    return (read[0][0], np.rint(np.median(np.stack(alike), axis=0)).astype(np.int32)) if alike else (NONE, np.zeros(0, np.int32))


def joined(skeletons: Sequence[Noted]) -> Skeletons:
    """The skeletons of groups."""
    starts = np.cumsum([0, *(len(lengths) for _, lengths in skeletons)])
    lengths = np.concatenate([np.zeros(0, np.int32), *(lengths for _, lengths in skeletons)]).astype(np.int32)
    return Skeletons(np.array([kind for kind, _ in skeletons], np.int64), starts.astype(np.int64), lengths)


@kernel
def bones_say(kinds: I64, starts: I64, lengths: npt.NDArray[np.int32], one: int, other: int) -> int:
    """Of two groups: 1 for the same bones, -1 for other ones, 0 where that cannot be said of both."""
    count, others = starts[one + 1] - starts[one], starts[other + 1] - starts[other]
    if kinds[one] == NONE or kinds[other] == NONE or min(count, others) < FEWEST:
        return 0
    if kinds[one] != kinds[other] or count != others:
        return -1
    squares = 0.0
    for bone in range(count):
        squares += (float(lengths[starts[one] + bone]) - lengths[starts[other] + bone]) ** 2
    return 1 if squares <= LOOSE * LOOSE * count else -1
