"""Subjects too alike are found exactly, without comparing all pairs."""

import pytest

from spotdiff10k.errors import PlanError
from spotdiff10k.plan import subjects
from spotdiff10k.plan.likeness import COLOUR_SPAN, LikenessIndex, oklab
from spotdiff10k.seeds import seed_for
from spotdiff10k.traits import Colour, FamilySpec, Traits, TraitSpec, catalogue, draw

CUP = FamilySpec(
    name="cup",
    noun="cup",
    description="a {glaze} cup",
    accessories=(),
    traits=(
        TraitSpec("shape", options=("mug", "bowl", "urn"), stratum=True, weight=3),
        TraitSpec("glaze", palette="paint", stratum=True, weight=2),
        TraitSpec("foot", options=("ring", "flat"), weight=1),
        TraitSpec("lid", chance=0.5, weight=1),
        TraitSpec("width", low=0.5, high=1.5, weight=1),
    ),
)


def distance_by_hand(family: FamilySpec, one: Traits, other: Traits) -> float:
    total = 0.0
    for spec in family.traits:
        here, there = one[spec.name], other[spec.name]
        if isinstance(here, Colour) and isinstance(there, Colour):
            lab = [oklab(here.rgb), oklab(there.rgb)]
            total += spec.weight * min(1.0, sum((a - b) ** 2 for a, b in zip(*lab, strict=True)) ** 0.5 / COLOUR_SPAN)
        elif spec.options or spec.chance >= 0:
            total += spec.weight * (here != there)
        else:
            total += min(spec.weight, spec.weight * abs(float(here) - float(there)) / (spec.high - spec.low))
    return total


def admitted_by_hand(family: FamilySpec, drawn: list[Traits], least: float) -> list[bool]:
    kept: list[Traits] = []
    told = []
    for traits in drawn:
        told.append(all(distance_by_hand(family, traits, other) >= least for other in kept))
        if told[-1]:
            kept.append(traits)
    return told


@pytest.mark.parametrize("least", [0.5, 1.0, 1.5, 2.5, 3.0, 4.5])
def test_the_index_admits_exactly_what_comparing_all_pairs_admits(least: float) -> None:
    drawn = [draw(CUP, seed_for(0, "cup", i)) for i in range(250)]
    index = LikenessIndex(CUP, least)
    found = [index.admit(traits) for traits in drawn]
    assert found == admitted_by_hand(CUP, drawn, least)
    assert not all(found)


@pytest.mark.parametrize(("name", "least"), [("vehicle", 8.0), ("quadruped", 12.0)])
def test_the_index_is_exact_for_shipped_families(name: str, least: float) -> None:
    family = catalogue("subjects")[name]
    drawn = [draw(family, seed_for(1, name, i) // family.strata * family.strata + i % 2) for i in range(150)]
    index = LikenessIndex(family, least)
    found = [index.admit(traits) for traits in drawn]
    assert found == admitted_by_hand(family, drawn, least)
    assert True in found
    assert False in found


def test_the_index_compares_few_subjects() -> None:
    family = catalogue("subjects")["vehicle"]
    index = LikenessIndex(family, 4.0)
    compared = 0
    for i in range(2000):
        traits = draw(family, seed_for(2, i))
        compared += sum(1 for _ in index.candidates(index.features(traits)))
        index.admit(traits)
    assert compared < 0.02 * 2000 * 1999 / 2


def test_oklab_knows_published_values() -> None:
    # https://bottosson.github.io/posts/oklab: white is (1, 0, 0); red is (0.628, 0.225, 0.126)
    assert oklab((1.0, 1.0, 1.0)) == pytest.approx((1.0, 0.0, 0.0), abs=1e-3)
    assert oklab((1.0, 0.0, 0.0)) == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)


def test_no_least_difference_admits_twins() -> None:
    index = LikenessIndex(CUP, 0.0)
    traits = draw(CUP, 5)
    assert index.admit(traits)
    assert index.admit(traits)


def test_subjects_never_repeat_and_fill_families_and_strata_evenly() -> None:
    drawn, rejected = subjects.procedural(("vehicle", "quadruped"), 61, 4.0, 3)
    assert len({(subject.family, subject.identity) for subject in drawn}) == 61
    assert sorted(sum(subject.family == name for subject in drawn) for name in rejected) == [30, 31]
    for name in rejected:
        strata = [subject.stratum for subject in drawn if subject.family == name]
        assert len(set(strata)) == len(strata)


def test_an_exhausted_family_is_a_sentence() -> None:
    with pytest.raises(PlanError, match=r"The family 'vehicle' has no room for more than \d+ subjects .* Lower subjects.count"):
        subjects.procedural(("vehicle",), 400, 21.0, 0)


def test_more_subjects_leave_earlier_ones_as_they_were() -> None:
    few, _ = subjects.procedural(("vehicle", "quadruped"), 10, 4.0, 3)
    many, _ = subjects.procedural(("vehicle", "quadruped"), 30, 4.0, 3)
    assert many[:10] == few
