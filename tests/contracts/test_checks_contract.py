"""Every registered check keeps to the protocol: it measures, names what it can measure, and never decides."""

import dataclasses
import math
from collections.abc import Sequence

import pytest
import toy_runs

from spotdiff10k import registry
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.measures import Check, Limit, Measures
from spotdiff10k.set_measures import SetCheck, SetGroup, SetMeasures

CHECKS = registry.names("checks")


@pytest.fixture(params=CHECKS)
def named(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def check(named: str) -> Check:
    made = registry.find("checks", named)()
    assert isinstance(made, Check)
    return made


def measured(check: Check) -> Measures:
    group = toy_runs.some_group()
    return check.measure(toy_runs.view(group, toy_runs.finished(group)))


def test_its_version_is_a_positive_number(check: Check) -> None:
    assert type(check.version) is int
    assert check.version >= 1


def test_its_ranges_and_limits_fit_each_other(check: Check) -> None:
    ranges = [check.ranges, check.group_ranges, getattr(check, "across_ranges", {}), getattr(check, "set_ranges", {})]
    possible = {name: values for one in ranges for name, values in one.items()}
    assert len(possible) == sum(len(one) for one in ranges)
    assert set(check.limits) <= set(possible)
    for low, high in possible.values():
        assert low < high
    for limit in check.limits.values():
        assert isinstance(limit, Limit)
        assert limit.low <= limit.high


def test_it_measures_all_that_it_names_for_every_sample(check: Check) -> None:
    found = measured(check)
    assert list(found.samples) == [cell.key for cell in toy_runs.some_group().cells]
    assert all(set(values) == set(check.ranges) - set(found.unchecked) for values in found.samples.values())
    assert set(found.group) == set(check.group_ranges) - set(found.unchecked)
    assert all(reason for reason in found.unchecked.values())


def test_it_returns_finite_numbers_inside_their_ranges(check: Check) -> None:
    found = measured(check)
    for ranges, values in [(check.ranges, v) for v in found.samples.values()] + [(check.group_ranges, found.group)]:
        for name, value in values.items():
            assert type(value) is float
            assert math.isfinite(value)
            assert ranges[name][0] <= value <= ranges[name][1]


def test_it_says_the_same_twice(check: Check) -> None:
    assert measured(check) == measured(check)


def test_a_group_without_samples_has_no_sample_measures(check: Check) -> None:
    group = toy_runs.some_group()
    view = dataclasses.replace(toy_runs.view(group, toy_runs.finished(group)), samples=())
    assert check.measure(view).samples == {}


def test_good_samples_pass_its_own_limits(check: Check, named: str) -> None:
    found = measured(check)
    for rule in read_rules({named: {}}):
        if rule.check == named and rule.scope in (Scope.SAMPLE, Scope.GROUP):
            values = list(found.samples.values()) if rule.scope is Scope.SAMPLE else [found.group]
            reason = found.unchecked.get(rule.measure, "")
            assert [text for value in values if (text := rule.fault(value.get(rule.measure), reason))] == []


def measured_set(check: SetCheck, name: str, ordinals: Sequence[int]) -> SetMeasures:
    groups = [toy_runs.some_group(ordinal) for ordinal in ordinals]
    views = [toy_runs.view(group, toy_runs.finished(group)) for group in groups]
    assert isinstance(check, Check)
    return check.measure_set([SetGroup(group, {name: check.measure(view)}) for group, view in zip(groups, views, strict=True)])


@pytest.fixture(params=[name for name in CHECKS if hasattr(registry.find("checks", name), "measure_set")])
def set_check(request: pytest.FixtureRequest) -> tuple[str, SetCheck]:
    made = registry.find("checks", request.param)()
    assert isinstance(made, SetCheck)
    return request.param, made


@pytest.mark.parametrize("ordinals", [(1,), (1, 2, 3)])
def test_it_measures_a_set_of_any_size_or_says_why_not(set_check: tuple[str, SetCheck], ordinals: tuple[int, ...]) -> None:
    name, check = set_check
    found = measured_set(check, name, ordinals)
    across = set(check.across_ranges) - set(found.unchecked)
    keys = {cell.key for ordinal in ordinals for cell in toy_runs.some_group(ordinal).cells}
    assert found.samples.keys() == keys or not (found.samples or across)
    assert all(set(values) == across for values in found.samples.values())
    assert set(found.whole) == set(check.set_ranges) - set(found.unchecked)
    ranges = {**check.across_ranges, **check.set_ranges}
    for values in (*found.samples.values(), found.whole):
        for measure, value in values.items():
            assert type(value) is float
            assert ranges[measure][0] <= value <= ranges[measure][1]


def test_it_says_the_same_of_a_set_twice(set_check: tuple[str, SetCheck]) -> None:
    name, check = set_check
    assert measured_set(check, name, (1, 2, 3)) == measured_set(check, name, (1, 2, 3))
