"""Decoded pictures of one group, each decoded once however many checks and poses ask for it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

import numpy.typing as npt

from spotdiff10k.png.chunks import BrokenPngError
from spotdiff10k.png.reading import Scanlines, read, unfiltered
from spotdiff10k.png.slabs import Slabs
from spotdiff10k.samples import MAX_SIDE, Pixels, UnreadableMemberError, decode, refuse_cut_short

DECODED_BYTES = 128 * 2**20
"""Of decoded pictures that are kept at a time: 16 samples of six 512 x 512 layers fit."""


class Sized(Protocol):
    """What knows how much memory it takes."""

    @property
    def nbytes(self) -> int: ...


Kept = TypeVar("Kept", bound=Sized)
Array = TypeVar("Array", bound=npt.NDArray[Any])


class Decoded:
    """What was made of some bytes, so that who asks again (another check, the plate of another pose) has it at once.

    Bytes are known by being the same object, which costs nothing; who reads members sees to it that equal ones are. The
    oldest go when the budget is spent.
    """

    def __init__(self, budget: int = DECODED_BYTES) -> None:
        self._budget = budget
        self._slabs = Slabs()
        self._kept: dict[tuple[str, int], tuple[bytes, Sized]] = {}  # holds the bytes, so that no others take their place

    def check(self, data: bytes) -> None:
        """Make sure that a picture can be decoded; costs less than decoding, and `pixels` goes on from there.

        Raises UnreadableMemberError.
        """
        if ("pixels", id(data)) not in self._kept:
            self._keep("checked", data, lambda: checked(data, self._slabs))

    def pixels(self, data: bytes) -> Pixels:
        """The picture as an array that cannot be written to. Raises UnreadableMemberError."""
        return self.array("pixels", data, lambda: self._finished(data))

    def array(self, what: str, data: bytes, make: Callable[[], Array]) -> Array:
        """The array that was made of some bytes before, or is made now; it cannot be written to. `what` names its kind."""

        def locked() -> Array:
            array = make()
            array.flags.writeable = False
            return array

        return self._keep(what, data, locked)

    def _finished(self, data: bytes) -> Pixels:
        known = self._drop("checked", data)
        found = checked(data, self._slabs) if known is None else cast(Scanlines | Pixels, known)
        return unfiltered(found) if isinstance(found, Scanlines) else found

    def _keep(self, what: str, data: bytes, make: Callable[[], Kept]) -> Kept:
        key = what, id(data)
        if key not in self._kept:
            made = make()
            self._kept[key] = data, made
            self._budget -= made.nbytes
            while self._budget < 0 and len(self._kept) > 1:
                oldest, (its_data, _) = next(iter(self._kept.items()))
                self._drop(oldest[0], its_data)
        return cast(Kept, self._kept[key][1])

    def _drop(self, what: str, data: bytes) -> Sized | None:
        _, found = self._kept.pop((what, id(data)), (data, None))
        self._budget += found.nbytes if found is not None else 0
        return found


def checked(data: bytes, slabs: Slabs) -> Scanlines | Pixels:
    """A plain PNG inflated, with all its checksums compared; every other picture decoded. Raises UnreadableMemberError.

    What Pillow finds wrong is said in the words it always was, and what it does not look at is said after it.
    """
    refuse_cut_short(data)
    try:
        found = read(data, MAX_SIDE, slabs)
    except BrokenPngError as error:
        decode(data)
        raise UnreadableMemberError(f"it is a PNG that was altered ({error})") from error
    return decode(data) if found is None else found
