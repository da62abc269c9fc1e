"""Every registered check keeps to the protocol: it measures, names what it can measure, and never decides."""

import dataclasses
import math

import pytest
import toy_runs

from spotdiff10k import registry
from spotdiff10k.limits import Scope, read_rules
from spotdiff10k.measures import Check, Limit, Measures

CHECKS = registry.names("checks")


@pytest.fixture(params=CHECKS)
def check(request: pytest.FixtureRequest) -> Check:
    made = registry.find("checks", request.param)()
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


def test_good_samples_pass_its_own_limits(check: Check) -> None:
    found = measured(check)
    name = type(check).__module__.rpartition(".")[2]
    for rule in read_rules({}):
        if rule.check == name:
            values = list(found.samples.values()) if rule.scope is Scope.SAMPLE else [found.group]
            reason = found.unchecked.get(rule.measure, "")
            assert [text for value in values if (text := rule.fault(value.get(rule.measure), reason))] == []
