"""Memory of pictures is used again, but never while anyone can still see it."""

import gc
from collections.abc import Iterator

import numpy as np
import pytest

from spotdiff10k.png import slabs
from spotdiff10k.png.slabs import SLAB_BYTES, Slabs


@pytest.fixture(autouse=True)
def none_idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(slabs, "_idle", [])
    gc.freeze()  # what was there before is not looked at, so that collecting all that a test makes is quick
    yield
    gc.unfreeze()


def address(array: np.ndarray) -> int:
    return int(array.ctypes.data)


def test_pieces_of_a_slab_do_not_overlap() -> None:
    some = Slabs()
    pieces = [some.take(size) for size in (1, 63, 64, 65, 1000, SLAB_BYTES - 5000, 9000)]
    for number, piece in enumerate(pieces):
        piece[:] = number
    assert all((piece == number).all() for number, piece in enumerate(pieces))


def test_a_slab_is_used_again_when_all_that_was_cut_from_it_is_gone() -> None:
    before = address(Slabs().take(1000))
    gc.collect()
    assert address(Slabs().take(1000)) == before


@pytest.mark.parametrize(
    "keep",
    [
        lambda piece: piece,
        lambda piece: piece[10:20],
        lambda piece: piece[10:30].reshape(4, 5).T[1:],
        lambda piece: piece[:32].view(">u2"),
        lambda piece: memoryview(piece)[3:9],
        lambda piece: np.asarray(piece.data),
        lambda piece: np.frombuffer(piece, np.uint8, 7, 5),
        lambda piece: np.lib.stride_tricks.sliding_window_view(piece[:50], 9)[::7],
    ],
)
def test_a_slab_is_not_used_again_while_anything_of_it_is_seen(keep) -> None:
    some = Slabs()
    piece = some.take(1000)
    piece[:] = 7
    kept = keep(piece)
    expected = bytes(kept) if isinstance(kept, memoryview) else kept.tobytes()
    del some, piece
    gc.collect()
    for _ in range(4):
        Slabs().take(SLAB_BYTES)[:] = 9
        gc.collect()
    assert (bytes(kept) if isinstance(kept, memoryview) else kept.tobytes()) == expected


def test_what_is_larger_than_a_slab_has_one_of_its_own() -> None:
    assert Slabs().take(SLAB_BYTES + 1).size == SLAB_BYTES + 1
    gc.collect()
    assert slabs._idle == []


def test_few_slabs_are_kept() -> None:
    many = [Slabs().take(SLAB_BYTES) for _ in range(5)]
    del many
    gc.collect()
    assert len(slabs._idle) == slabs.MOST_IDLE
