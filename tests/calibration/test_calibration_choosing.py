"""Which thresholds are chosen, from values made up for the purpose."""

import math
from dataclasses import replace

import numpy as np
import pytest

from spotdiff10k.calibration.choosing import choose, with_chosen
from spotdiff10k.calibration.observed import GoodGroup, Observed, Planting
from spotdiff10k.calibration.owning import own_again, own_stand
from spotdiff10k.calibration.scales import Scale
from spotdiff10k.calibration.sides import Chosen, Side
from spotdiff10k.limits import Rule, Scope
from spotdiff10k.measures import Limit

GROUPS, SAMPLES = 200, 4
SEVERE = {("far", 0): True, ("near", 0): False}
GOOD = np.linspace(-1.0, 1.0, 100)


def rule(name: str, limit: Limit | None = None) -> Rule:
    check, _, measure = name.partition(".")
    return Rule(check, measure, Scope.SAMPLE, Limit(), limit or Limit())


def observed(**planted: float) -> Observed:
    """Good values of three measures around 0; `planted` shifts the first measure of a defect by so much."""
    rng = np.random.default_rng(0)
    seen = Observed()
    for place in range(GROUPS):
        values = {name: tuple(rng.normal(size=SAMPLES)) for name in ("one.sees", "one.blind", "two.sees")}
        values["one.same"] = (1.0,) * SAMPLES
        seen.good.append(GoodGroup(f"g{place}", f"lamp:{place}", SAMPLES, values))
    for defect, shift in planted.items():
        seen.planted[defect, 0] = [
            Planting(
                f"g{place}",
                {
                    "one.sees": (float(rng.normal(shift)),),
                    "one.blind": (float(rng.normal()),),
                    "one.same": (1.0,),
                    "two.sees": (-float(rng.normal(shift)),),
                },
            )
            for place in range(100)
        ]
    return seen


RULES = [rule("one.sees"), rule("one.blind"), rule("one.same"), rule("two.sees")]


def names(chosen: list[Chosen]) -> list[tuple[str, str]]:
    return [(f"{one.rule.check}.{one.rule.measure}", one.side) for one in chosen]


def test_only_the_sides_that_see_a_defect_get_a_threshold() -> None:
    chosen = choose(observed(far=20.0, near=5.0), RULES, SEVERE, 0.01)
    assert names(chosen) == [("one.sees", "high"), ("two.sees", "low")]


def test_a_threshold_lies_beyond_every_good_value_and_before_the_severe_defect() -> None:
    seen = observed(far=20.0, near=5.0)
    chosen = choose(seen, RULES, SEVERE, 0.01)
    first = next(one for one in chosen if one.rule.check == "one")
    assert max(seen.good_values("one.sees")) < first.value < min(one.values["one.sees"][0] for one in seen.planted["far", 0])


def test_a_threshold_moves_out_where_nothing_severe_is_lost() -> None:
    hugging = choose(observed(near=50.0), RULES, SEVERE, 0.01)[0].value
    seen = observed(far=50.0)
    moved = choose(seen, RULES, SEVERE, 0.01)[0].value
    assert 1.2 * hugging < moved <= 1.6 * hugging
    assert all(one.values["one.sees"][0] > moved for one in seen.planted["far", 0])


def test_a_threshold_that_nothing_severe_needs_moves_out_of_the_tail() -> None:
    seen = observed(far=50.0)
    for planted in seen.planted["far", 0]:
        planted.values.update({"three.sees": planted.values["one.sees"], "four.sees": planted.values["one.sees"]})
    for one in seen.good:
        one.values.update({"three.sees": one.values["one.sees"][::-1], "four.sees": one.values["two.sees"]})
    near = [planted.values["one.sees"][0] for planted in seen.planted["far", 0]]
    for planted, value in zip(seen.planted["far", 0], near, strict=True):
        planted.values["one.sees"] = (4.2 if value == min(near) else value,)
    rules = [*RULES, rule("three.sees"), rule("four.sees")]
    chosen = {one.rule.check: one.value for one in choose(seen, rules, SEVERE, 0.01)}
    assert chosen["one"] > 4.2  # three others catch what lies there
    alone = choose(seen, [rule("one.sees")], SEVERE, 0.01)[0].value
    assert max(seen.good_values("one.sees")) < alone < 4.2


def test_an_authors_wider_limit_stands_where_it_loses_nothing_that_needs_it() -> None:
    """Of 400 good samples none is where an author has seen some of thousands."""
    assert choose(observed(far=50.0), [rule("one.sees", Limit(high=12.0))], SEVERE, 0.01) == []
    near = choose(observed(far=12.0), [rule("one.sees", Limit(high=12.0))], SEVERE, 0.01)[0].value
    assert near < 10.0  # half of what is severe lies before the own limit


def test_a_threshold_stays_where_severe_defects_are_near() -> None:
    near = choose(observed(far=6.0), [rule("one.sees")], SEVERE, 0.001)[0].value
    assert near <= choose(observed(near=50.0), [rule("one.sees")], SEVERE, 0.001)[0].value


def test_the_free_half_of_the_budget_goes_where_severe_defects_are_missed() -> None:
    seen = observed(far=3.5)
    for place, planted in enumerate(seen.planted["far", 0]):
        planted.values["two.sees"] = (-1.0 if place % 2 else -50.0,)
    chosen = {one.rule.check: one.value for one in choose(seen, RULES, SEVERE, 0.02)}
    mild = {one.rule.check: one.value for one in choose(seen, RULES, {("far", 0): False}, 0.02)}
    assert chosen["one"] < mild["one"]


def test_a_threshold_lies_among_the_values_that_are_possible_whatever_the_tail() -> None:
    narrow = [
        Rule("one", "sees", Scope.SAMPLE, Limit(-5.0, 5.0), Limit()),
        Rule("two", "sees", Scope.SAMPLE, Limit(-4.5), Limit()),
    ]
    for target in (0.1, 0.01, 1e-4, 1e-8):
        chosen = choose(observed(near=5.0), narrow, SEVERE, target)
        assert chosen
        assert all(one.rule.possible.low < one.value < one.rule.possible.high for one in chosen)


def near_its_end(planted: float) -> Observed:
    """Good values from 0.05 to 0.4 of a measure that cannot be less than 0, such as how much two poses differ."""
    rng = np.random.default_rng(5)
    seen = Observed()
    seen.good = [GoodGroup(f"g{i}", f"lamp:{i}", 1, {"one.variety": (0.05 + 0.35 * rng.beta(1, 3),)}) for i in range(140)]
    seen.planted["far", 0] = [Planting(f"g{i}", {"one.variety": (planted * rng.uniform(),)}) for i in range(48)]
    return seen


def variety(own: float) -> Rule:
    return Rule("one", "variety", Scope.GROUP, Limit(0.0, 1.0), Limit(low=own))


@pytest.mark.parametrize("planted", [0.0, 1e-5, 0.001])
def test_a_tail_does_not_reach_over_what_is_planted_at_the_end_of_the_possible(planted: float) -> None:
    seen = near_its_end(planted)
    (chosen,) = choose(seen, [variety(-math.inf)], SEVERE, 0.01)
    assert planted < chosen.value <= min(seen.good_values("one.variety"))


def test_a_fitted_tail_stops_short_of_a_severe_defect_that_lies_apart() -> None:
    seen = near_its_end(0.045)
    good = min(seen.good_values("one.variety"))
    for own in (-math.inf, good + 0.001):
        (chosen,) = choose(seen, [variety(own)], SEVERE, 1e-7)
        assert max(one.values["one.variety"][0] for one in seen.planted["far", 0]) < chosen.value < good


def test_a_limit_of_its_own_stays_where_severe_defects_lie_among_the_good() -> None:
    seen = near_its_end(0.04)
    for place, planted in enumerate(seen.planted["far", 0]):
        planted.values["one.variety"] = (0.005 + 0.0003 * place,)
    seen.good[0].values["one.variety"] = (0.001,)
    assert choose(seen, [variety(0.035)], SEVERE, 0.02) == []
    assert choose(seen, [variety(0.035)], SEVERE, 0.01) != []  # one of 140 is more than half of the budget


def side(name: str, own: float, planted: np.ndarray, good: np.ndarray = GOOD) -> Side:
    """A side with good values and with a severe defect planted in a hundred."""
    return Side(rule(name), Scale("high", math.inf), own, good, {("far", 0): planted})


def test_an_own_limit_stands_where_its_measure_alone_sees_a_severe_defect() -> None:
    """One of a hundred lies between the limits: less than any budget is spent for, and nobody else sees it."""
    seen = np.append(np.linspace(5.0, 6.0, 99), 3.5)
    first, blind, also = side("one.sees", 3.0, seen), side("one.blind", 3.0, GOOD), side("two.sees", 3.0, seen)
    assert list(own_stand({first: 4.0, blind: 4.0}, SEVERE, 0.005).values()) == [3.0, 4.0]
    assert list(own_stand({first: 4.0, also: 3.2}, SEVERE, 0.005).values()) == [4.0, 3.2]


def test_own_limits_stand_only_as_far_as_the_budget_goes() -> None:
    seen = np.linspace(5.0, 6.0, 100)
    dear = side("one.sees", 3.0, seen, np.append(GOOD, 3.1))
    assert dear.refused(3.0) > 0.005
    assert list(own_stand({dear: 4.0}, SEVERE, 0.005).values()) == [4.0]
    assert list(own_stand({dear: 4.0}, SEVERE, 0.05).values()) == [3.0]


def test_a_small_loss_of_one_own_limit_does_not_hide_a_larger_one_of_another() -> None:
    """One of a hundred is lost to all by the first measure, which is little; the check of the second loses a tenth by itself."""
    first, second = np.linspace(5.0, 6.0, 100), np.linspace(5.0, 6.0, 100)
    first[0], second[0], second[50:60] = 3.5, 0.0, 2.5
    limits = dict.fromkeys([side("one.sees", 3.0, first), side("two.sees", 2.0, second)], 4.0)
    assert list(own_again(limits, SEVERE, 0.005, 0.001).values()) == [4.0, 2.0]


def test_measures_across_groups_keep_their_limits() -> None:
    across = [replace(one, scope=Scope.ACROSS) for one in RULES]
    assert choose(observed(far=20.0), across, SEVERE, 0.01) == []


def test_errors_that_are_all_but_nothing_get_no_threshold_there() -> None:
    rng = np.random.default_rng(6)
    seen = Observed()
    seen.good = [GoodGroup(f"g{i}", f"lamp:{i}", 1, {"one.error": (float(10 ** rng.uniform(-12, -6)),)}) for i in range(200)]
    seen.planted["far", 0] = [Planting(f"g{i}", {"one.error": (0.0 if i % 2 else 1e-3,)}) for i in range(48)]
    (chosen,) = choose(seen, [Rule("one", "error", Scope.SAMPLE, Limit(0.0, 1.0), Limit())], SEVERE, 0.01)
    assert (chosen.side, chosen.value < 1e-3) == ("high", True)


def test_a_defect_that_nothing_sees_moves_no_threshold() -> None:
    blind = {"one.sees": (0.0,), "one.blind": (0.0,), "two.sees": (0.0,)}
    seen, more = observed(near=5.0), observed(near=5.0)
    rng = np.random.default_rng(7)
    more.planted["far", 0] = [Planting(f"g{i}", {name: (float(rng.normal()),) for name in blind}) for i in range(48)]
    assert choose(more, RULES, SEVERE, 0.05) == choose(seen, RULES, SEVERE, 0.05)


def test_what_only_the_spare_half_of_the_budget_catches_is_caught() -> None:
    seen = observed(far=3.0)
    level = [rule("one.sees")]
    assert choose(seen, level, {("far", 0): False}, 0.0005) == []
    (chosen,) = choose(seen, level, SEVERE, 0.05)
    assert np.mean([one.values["one.sees"][0] > chosen.value for one in seen.planted["far", 0]]) > 0.5


def test_a_larger_budget_gives_a_tighter_threshold() -> None:
    thresholds = [choose(observed(far=50.0), RULES, {("far", 0): True}, target)[0].value for target in (0.001, 0.01, 0.2)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_the_chosen_thresholds_refuse_no_more_new_samples_than_was_asked_for() -> None:
    chosen = choose(observed(far=4.0), RULES, SEVERE, 0.1)
    assert len(chosen) == 2
    rng = np.random.default_rng(9)
    fresh = {name: rng.normal(size=(20_000, SAMPLES)) for name in ("one.sees", "two.sees")}
    refused = np.zeros((20_000, SAMPLES), bool)
    for one in chosen:
        values = fresh[f"{one.rule.check}.{one.rule.measure}"]
        refused |= values > one.value if one.side == "high" else values < one.value
    assert 0.02 < refused.mean() <= 0.1


def test_an_own_limit_that_refuses_good_groups_is_moved_out() -> None:
    strict = [rule("one.blind", Limit(high=0.0)), rule("one.same", Limit(high=1.0))]
    chosen = choose(observed(far=20.0), strict, SEVERE, 0.01)
    assert names(chosen) == [("one.blind", "high")]
    refused = sum(value > chosen[0].value for value in observed(far=20.0).good_values("one.blind"))
    assert refused <= 0.01 * GROUPS * SAMPLES


def test_a_good_value_that_is_no_number_does_not_drag_the_threshold_away() -> None:
    seen = observed(far=20.0)
    seen.good[0].values["one.sees"] = (math.nan, 0.0, 0.0, 0.0)
    chosen = choose(seen, RULES, SEVERE, 0.1)
    assert all(math.isfinite(one.value) and abs(one.value) < 20 for one in chosen)


def test_thresholds_are_written_as_recipes_write_them() -> None:
    chosen = [Chosen(rule("one.sees"), "high", 3.0), Chosen(rule("two.sees"), "low", -2.0)]
    assert with_chosen({"one": {"encoder": "none"}}, chosen) == {
        "one": {"encoder": "none", "sees_max": 3.0},
        "two": {"sees_min": -2.0},
    }
