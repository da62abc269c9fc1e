"""Walks whose every part is balanced."""

from collections import Counter
from itertools import islice
from math import prod

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.plan.strata import Strata
from spotdiff10k.plan.walk import contexts, crossed, level_sets, round_length
from spotdiff10k.traits import catalogue, draw

RADICES = st.lists(st.integers(1, 6), min_size=1, max_size=3)


@settings(deadline=None)
@given(RADICES)
def test_a_walk_visits_every_combination_once(radices: list[int]) -> None:
    steps = [crossed(step, radices) for step in range(prod(radices))]
    assert len(set(steps)) == len(steps)
    assert all(0 <= digit < radix for digits in steps for digit, radix in zip(digits, radices, strict=True))
    assert crossed(prod(radices), radices) == steps[0]


@settings(deadline=None)
@given(RADICES)
def test_every_beginning_of_a_walk_is_balanced_in_each_digit(radices: list[int]) -> None:
    steps = [crossed(step, radices) for step in range(prod(radices))]
    for place, radix in enumerate(radices):
        taken = Counter(dict.fromkeys(range(radix), 0))
        for digits in steps:
            taken[digits[place]] += 1
            assert max(taken.values()) - min(taken.values()) <= 1


@settings(deadline=None)
@given(st.integers(1, 12).flatmap(lambda levels: st.tuples(st.just(levels), st.integers(1, levels))))
def test_level_sets_hold_different_levels_each_equally_often(pair: tuple[int, int]) -> None:
    levels, size = pair
    sets = level_sets(list(range(levels)), size)
    assert all(len(set(some)) == size for some in sets)
    taken = Counter(level for some in sets for level in some)
    assert set(taken.values()) == {len(sets) * size // levels}


@settings(deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32))
def test_a_round_pairs_every_pose_set_with_every_background_set(poses: int, backgrounds: int, seed: int) -> None:
    pair, other = (poses, min(2, poses)), (backgrounds, min(3, backgrounds))
    length = round_length(pair, other)
    walk = list(islice(contexts(pair, other, np.random.default_rng(seed)), length))
    table = Counter((pose, background) for some, others in walk for pose in some for background in others)
    assert len(table) == poses * backgrounds
    assert len(set(table.values())) == 1


def test_strata_are_all_reached_and_decoded_as_traits_decodes_them() -> None:
    family = catalogue("subjects")["vehicle"]
    strata = Strata.of(family, 7)
    assert strata.count == family.strata
    assert {strata.stratum(place) for place in range(strata.count)} == set(range(strata.count))
    names = [spec.name for spec in family.traits if spec.stratum]
    drawn = [draw(family, strata.identity(place, 12345)) for place in range(24)]
    for name in names:
        words = Counter(getattr(traits[name], "name", traits[name]) for traits in drawn)
        assert max(words.values()) - min(words.values()) <= 1


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 2**53 - 1))
def test_identities_fit_a_double(place: int, entropy: int) -> None:
    strata = Strata.of(catalogue("subjects")["quadruped"], 0)
    assert 0 <= strata.identity(place, entropy) < 2**53
