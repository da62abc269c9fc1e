"""Whether a pose's turn means the same for every subject: joints turned back as planned, compared within a family.

Where a family's joints of one articulation lie alike about the vertical in other subjects (a head in front, left hips on the
left, a lamp that bows forward), a subject whose picture was made at another turn stands out by that turn. Joints that lie
elsewhere in every subject, such as a plant's stems, are given no weight.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spotdiff10k.checks._joints import Joints
from spotdiff10k.errors import DataError

FEWEST_OTHERS = 3
"""Other subjects that must have a joint for it to count."""
COHERENT = 0.5
"""How alike (0..1) a joint must lie in the others for it to count: squared length of the mean over the mean squared length."""
CLEAR_FIT = 0.8
"""How well (0..1) a subject's joints must agree on one turn for it to be believed."""
CLEAR_LENGTH = 0.03
"""Metres: root mean square distance from the vertical of the joints that count, the others counted with none."""
ALIKE = 0.7
"""Share of the joints of two subjects, by name, that both must have to be compared: a spinning top is no rocking horse."""
SEPARATOR = "|"
NUMBER_BYTES = 4

Plane = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Stand:
    """One subject in one pose: joints about their common middle, seen from above and turned back as planned."""

    kind: tuple[str, str]  # family, articulation
    places: Mapping[str, complex]  # joint name to x + iy, metres


def note(joints: Joints) -> str:
    """Joints as text: names, and where they are seen from above."""
    above = np.ascontiguousarray(joints.places[:, :2], "<f4").tobytes()
    return SEPARATOR.join((*joints.names, base64.b64encode(above).decode()))


def read_note(text: str, kind: tuple[str, str], turn_degrees: float) -> Stand:
    """A noted subject, turned back by its planned turn. Raises DataError for a text that is no note."""
    *names, coded = text.split(SEPARATOR)
    try:
        data = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"Noted joints are no base64 ({error}); measure the run again.") from error
    if not names or len(data) != 2 * NUMBER_BYTES * len(names):
        raise DataError(f"Noted joints have {len(data)} bytes, expected {2 * NUMBER_BYTES * len(names)}; measure the run again.")
    above = np.frombuffer(data, "<f4").astype(np.float64).reshape(-1, 2)
    plane: Plane = above[:, 0] + 1j * above[:, 1]
    back = np.exp(1j * np.radians(turn_degrees))
    return Stand(kind, dict(zip(names, ((plane - plane.mean()) * back).tolist(), strict=True)))


@dataclass(slots=True)
class _Sums:
    """What subjects add up to at one joint."""

    count: int = 0
    place: complex = 0j
    square: float = 0.0

    def add(self, other: "_Sums") -> None:
        """Add other sums."""
        self.count += other.count
        self.place += other.place
        self.square += other.square


Skeleton = frozenset[str]
Kind = tuple[tuple[str, str], Skeleton]


def front_errors(stands: Sequence[Stand]) -> list[float | None]:
    """Degrees (0..180) by which each is turned against the other subjects of its kind; None where that cannot be told."""
    sums: dict[Kind, dict[str, _Sums]] = {}
    for stand in stands:
        entries = sums.setdefault((stand.kind, frozenset(stand.places)), {})
        for name, place in stand.places.items():
            entries.setdefault(name, _Sums()).add(_Sums(1, place, abs(place) ** 2))
    gathered = {kind: _gathered(kind, sums) for kind in sums}
    return [_front_error(stand, gathered[stand.kind, frozenset(stand.places)]) for stand in stands]


def _gathered(kind: Kind, sums: Mapping[Kind, Mapping[str, _Sums]]) -> dict[str, _Sums]:
    """The sums of all subjects that are built alike."""
    found = {name: _Sums() for name in kind[1]}
    for (other, skeleton), entries in sums.items():
        if other == kind[0] and len(skeleton & kind[1]) >= ALIKE * len(skeleton | kind[1]):
            for name in skeleton & kind[1]:
                found[name].add(entries[name])
    return found


def _front_error(stand: Stand, sums: Mapping[str, _Sums]) -> float | None:
    together, apart = 0j, 0.0
    for name, place in stand.places.items():
        others = sums[name].count - 1
        if others < FEWEST_OTHERS:
            continue
        mean = (sums[name].place - place) / others
        square = (sums[name].square - abs(place) ** 2) / others
        coherence = abs(mean) ** 2 / square if square > 0.0 else 0.0
        if coherence >= COHERENT:
            together += coherence * place * mean.conjugate()
            apart += coherence * abs(place) * abs(mean)
    if apart < CLEAR_LENGTH**2 * len(stand.places) or abs(together) < CLEAR_FIT * apart:
        return None
    return float(abs(np.degrees(np.angle(together))))
