"""Numbers out of JSON that anybody may have written."""

import numpy as np
import pytest

from spotdiff10k.checks._numbers import number, numbers


@pytest.mark.parametrize("told", [0, -3, 2.5, 1e6])
def test_numbers_are_read(told: float) -> None:
    assert number(told) == told


@pytest.mark.parametrize("told", [None, True, "1.0", "nan", float("nan"), float("inf"), -1e300, 10**400, [1.0], {}])
def test_what_is_no_believable_number_is_not_read(told: object) -> None:
    assert number(told) is None


def test_nested_lists_become_an_array() -> None:
    found = numbers([[1, 2.0], [3, 4]], (2, 2))
    assert found is not None
    assert found.dtype == np.float64
    assert found.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "told", [None, 1.0, [], [[1, 2]], [[1, 2], [3]], [[1, 2], [3, 10**400]], [[1, 2], [3, "4"]], "12", {0: [1, 2]}]
)
def test_lists_of_another_shape_or_with_anything_else_in_them_do_not(told: object) -> None:
    assert numbers(told, (2, 2)) is None


def test_lists_in_lists_without_end_are_looked_at_no_deeper_than_the_shape() -> None:
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    assert numbers(deep, (1, 1)) is None
