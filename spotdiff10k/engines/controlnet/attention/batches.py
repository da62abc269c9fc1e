"""Who sees whom in one batch of pictures: groups, their sources, and the tokens that sources give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.engines.controlnet.attention.regions import Grid, region_on
from spotdiff10k.engines.controlnet.attention.sharing import Sharing
from spotdiff10k.engines.controlnet.seams import Member
from spotdiff10k.types import Mask

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Circle:
    """The pictures of one group in a batch. Circles share nothing with each other."""

    group: str
    rows: tuple[int, ...]  # positions in the batch
    sources: tuple[int, ...]  # positions in `rows` of those whose subject the others see
    anchors: tuple[int, ...]  # positions in `rows` of the group's anchors


@dataclass(frozen=True, slots=True)
class SharedBatch:
    """A batch, in its order."""

    circles: tuple[Circle, ...]
    regions: tuple[Mask, ...]  # one a picture

    def __len__(self) -> int:
        return len(self.regions)


@dataclass(frozen=True, slots=True)
class Picked:
    """The tokens that the sources of a circle give in layers of one grid, one after the other."""

    tokens: Indices  # (T,) positions in the circle's tokens, laid end to end: row * (rows * columns) + cell
    owners: Indices  # (T,) position in the circle's `rows` of the picture each comes from
    counts: tuple[int, ...]  # tokens of each picture that gives any, in order


def batch_of(members: Sequence[Member], sharing: Sharing) -> SharedBatch:
    """Sort a batch into circles, in the order in which groups first appear."""
    rows: dict[str, list[int]] = {}
    for row, member in enumerate(members):
        rows.setdefault(member.group, []).append(row)
    return SharedBatch(
        circles=tuple(_circle(group, tuple(own), members, sharing) for group, own in rows.items()),
        regions=tuple(member.region for member in members),
    )


def picked(batch: SharedBatch, circle: Circle, given: Sequence[int], grid: Grid, coverage: float) -> Picked:
    """The subject tokens of some of the circle's pictures on a layer's grid; none where no region covers enough of a cell."""
    found = [np.flatnonzero(region_on(batch.regions[circle.rows[place]], grid, coverage)) for place in given]
    count = grid[0] * grid[1]
    return Picked(
        tokens=np.concatenate([np.array([], np.int64), *(place * count + own for place, own in zip(given, found, strict=True))]),
        owners=np.repeat(np.array(given, np.int64), [len(own) for own in found]),
        counts=tuple(len(own) for own in found),
    )


def _circle(group: str, rows: tuple[int, ...], members: Sequence[Member], sharing: Sharing) -> Circle:
    """A member that is there again, to fill a batch up, gives nothing a second time."""
    own = [members[row] for row in rows]
    firsts = [place for place, member in enumerate(own) if not any(member is other for other in own[:place])]
    anchors = tuple(place for place in firsts if own[place].anchor)
    sources = tuple(firsts) if sharing.sources == "all" else anchors
    return Circle(group, rows, sources, anchors)
