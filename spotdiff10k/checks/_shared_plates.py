"""Plates across groups: a background level has one plate, whoever stands before it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._signature import read_signature
from spotdiff10k.set_measures import SetGroup
from spotdiff10k.types import BackgroundLevel

Colours = npt.NDArray[np.int16]
PAIR = 2


class SharedPlate(NamedTuple):
    """One sample's plate among those of its background level."""

    key: str
    level: str  # the id of the background level
    groups: int  # that have the level, the sample's own among them
    difference: float  # grey levels to the other groups' plate; 0 where no other group has the level


def compare_plates(groups: Sequence[SetGroup], check: str, fact: str) -> Iterator[SharedPlate]:
    """Compare the signatures that `check` noted as `fact` with those of the other groups of the same background level.

    Each group has one voice: its first sample's plate. Three and more are compared with the middle of all; of two that
    disagree nobody knows which is wrong, so both differ by all of it.
    """
    voices: dict[BackgroundLevel, dict[str, Colours]] = defaultdict(dict)
    plates: list[tuple[str, BackgroundLevel, Colours]] = []
    for group in groups:
        for cell in group.planned.cells:
            level = group.planned.backgrounds[cell.background_index]
            colours = read_signature(group.fact(check, cell.key, fact))
            voices[level].setdefault(group.planned.id, colours)
            plates.append((cell.key, level, colours))
    compared = {level: _compared(list(said.values())) for level, said in voices.items()}
    for key, level, colours in plates:
        worst = max(float(np.abs(colours - other).max(initial=0)) for other in compared[level])
        yield SharedPlate(key, level.id, len(voices[level]), worst)


def _compared(voices: list[Colours]) -> list[Colours]:
    """What the plates of a level are compared with."""
    if len(voices) <= PAIR:
        return voices
    return [np.sort(np.stack(voices), axis=0)[(len(voices) - 1) // 2]]
