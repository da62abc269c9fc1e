"""Pictures are decoded once, and the oldest go when there is no room."""

import numpy as np
import pytest
import toy_runs

from spotdiff10k.decoded import Decoded
from spotdiff10k.samples import UnreadableMemberError


def picture(value: int) -> bytes:
    return toy_runs.png(np.full((8, 8, 3), value, np.uint8))


def test_the_same_bytes_are_decoded_once() -> None:
    decoded, data = Decoded(), picture(1)
    assert decoded.pixels(data) is decoded.pixels(data)


def test_pixels_are_the_same_whether_they_were_checked_before_or_not() -> None:
    decoded, data = Decoded(), picture(5)
    decoded.check(data)
    decoded.check(data)
    assert np.array_equal(decoded.pixels(data), Decoded().pixels(data))
    decoded.check(data)
    assert np.array_equal(decoded.pixels(data), np.full((8, 8, 3), 5))


def test_pixels_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Decoded().pixels(picture(1))[0, 0] = 0


def test_the_oldest_goes_when_the_budget_is_spent_and_comes_back_when_asked_for() -> None:
    decoded = Decoded(budget=2 * 8 * 8 * 3)
    data = [picture(value) for value in range(4)]
    first = decoded.pixels(data[0])
    for item in data[1:]:
        decoded.pixels(item)
    again = decoded.pixels(data[0])
    assert again is not first
    assert np.array_equal(again, first)


def test_one_picture_larger_than_the_budget_is_decoded_all_the_same() -> None:
    decoded, data = Decoded(budget=10), picture(3)
    decoded.check(data)
    assert decoded.pixels(data)[0, 0, 0] == 3
    assert decoded.pixels(data) is decoded.pixels(data)


def test_what_cannot_be_read_is_an_error_each_time() -> None:
    decoded, data = Decoded(), picture(1)[:-20]
    for ask in (decoded.check, decoded.pixels, decoded.check):
        with pytest.raises(UnreadableMemberError, match="cut short"):
            ask(data)
