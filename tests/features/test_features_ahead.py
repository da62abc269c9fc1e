"""The next thing is made while this one is used."""

import threading
from collections.abc import Iterator

import pytest

from spotdiff10k.features.ahead import ahead


def test_all_come_in_order() -> None:
    assert list(ahead(range(5), lambda number: number * number)) == [0, 1, 4, 9, 16]
    assert list(ahead([], str)) == []


def test_the_next_is_made_while_this_one_is_used_and_no_more_than_that() -> None:
    made: list[int] = []
    second = threading.Event()

    def make(number: int) -> int:
        made.append(number)
        if number == 1:
            second.set()
        return number

    found = ahead(range(4), make)
    assert next(found) == 0
    assert second.wait(10)
    assert made == [0, 1]
    found.close()


def test_an_error_comes_where_its_item_would() -> None:
    def make(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    found = ahead(range(4), make)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(found)


def test_items_are_not_asked_for_before_their_turn() -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for number in range(5):
            asked.append(number)
            yield number

    found = ahead(items(), lambda number: number)
    next(found)
    assert asked == [0, 1]
    found.close()
