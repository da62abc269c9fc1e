"""One integer is one identity; catalogues say what can be drawn."""

import collections

import pytest

from spotdiff10k.traits import Colour, FamilySpec, TraitSpec, catalogue, describe, draw, noun

FAMILY = FamilySpec(
    name="cup",
    noun="{kind}",
    description="a {glaze} {kind}",
    accessories=(("saucer", "a saucer"), ("stripe", "{stripe} stripes")),
    traits=(
        TraitSpec("kind", options=("mug", "bowl", "urn"), stratum=True),
        TraitSpec("glaze", palette="paint", stratum=True),
        TraitSpec("width", low=0.5, high=1.5),
        TraitSpec("saucer", chance=0.5),
        TraitSpec("stripe", options=("thin", "wide"), only_for={"kind": ("mug",)}),
    ),
)

PHRASES = [(name, family) for name in ("subjects", "backgrounds") for family in catalogue(name)]


def test_an_identity_always_has_the_same_traits() -> None:
    assert draw(FAMILY, 12345) == draw(FAMILY, 12345)


def test_the_low_digits_run_through_every_stratum_exactly_once() -> None:
    seen = collections.Counter()
    for identity in range(FAMILY.strata):
        traits = draw(FAMILY, identity)
        assert isinstance(traits["glaze"], Colour)
        seen[traits["kind"], traits["glaze"].name] += 1
    assert len(seen) == FAMILY.strata
    assert set(seen.values()) == {1}


def test_the_rest_of_the_integer_varies_what_is_not_a_stratum() -> None:
    widths = {draw(FAMILY, rest * FAMILY.strata)["width"] for rest in range(50)}
    assert len(widths) == 50
    assert all(0.5 <= float(width) <= 1.5 for width in widths)  # type: ignore[arg-type]


def test_a_trait_that_does_not_apply_is_none_and_is_not_spoken_of() -> None:
    bowls = [draw(FAMILY, identity) for identity in range(300) if draw(FAMILY, identity)["kind"] == "bowl"]
    assert bowls
    assert {traits["stripe"] for traits in bowls} == {"none"}
    assert all("stripes" not in describe(FAMILY, traits) for traits in bowls)


def test_a_flag_comes_up_as_often_as_its_chance_says() -> None:
    count = sum(bool(draw(FAMILY, identity)["saucer"]) for identity in range(2000))
    assert 900 < count < 1100


def test_a_description_names_colour_kind_and_extras_in_english() -> None:
    traits = {"kind": "mug", "glaze": Colour("orange", (1.0, 0.5, 0.0)), "width": 1.0, "saucer": True, "stripe": "wide"}
    assert describe(FAMILY, traits) == "an orange mug with a saucer and wide stripes"
    assert noun(FAMILY, traits) == "mug"
    assert traits["glaze"].hex == "#ff8000"


@pytest.mark.parametrize(("folder", "family"), PHRASES)
def test_every_shipped_family_draws_and_describes_without_leftovers(folder: str, family: str) -> None:
    spec = catalogue(folder)[family]
    for identity in range(0, 4000, 97):
        text = describe(spec, draw(spec, identity))
        assert text == text.strip()
        assert not {"{", "}", "_"} & set(text), text
        assert "none" not in text.split(), text
        assert "  " not in text, text
