"""Whatever a recipe says, it gives a plan or a sentence: never a traceback."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotdiff10k import plan, recipe
from spotdiff10k.errors import PlanError, RecipeError
from spotdiff10k.traits import catalogue

BASE = yaml.safe_load(recipe.dump(recipe.load("tiny")))
TEXT = recipe.text_of("tiny") + "\npurpose: dataset\nlicence: CC0-1.0\nrepair: {attempts: 1}\n"
MOST_SUBJECTS = 60
"""Larger plans are right too, and too slow to make ten thousand of."""

NUMBERS = st.one_of(
    st.integers(-2, 12),
    st.sampled_from([16, 48, 64, 99, 100, 128, 256, 511, 2048, 4096, 10**6, 10**7, 2**53 - 1, 2**53, 2**64, 10**30]),
    st.floats(),
)
WORDS = """
rendered procedural vehicle robot meadow walk sit front left plate depth canny png jpg webp dataset control mask structure
nothing family palette CC0-1.0 meshes images . .. / /nonexistent no null true 1e5 ~
"""
NAMES = st.sampled_from(WORDS.split())
LEAVES = st.one_of(NUMBERS, NAMES, st.booleans(), st.none(), st.text(max_size=12))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(NAMES, st.text(max_size=8)), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = sorted(set(BASE) | {key for part in BASE.values() if isinstance(part, dict) for key in part})


def paths(values: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(values, dict):
        return [path]
    return [path, *(found for key, inner in values.items() for found in paths(inner, (*path, key)))]


PATHS = [path for path in paths(BASE) if path]


def some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=5, unique=True)


def fractions(train: int, rest: int) -> dict[str, float]:
    train, validation = train / 100, (100 - train) * rest / 10_000
    return {"train": train, "validation": validation, "test": 1 - train - validation}


PLAUSIBLE: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("seed",): st.integers(0, 2**53 - 1),
    ("purpose",): st.sampled_from(["dataset", "control"]),
    ("engine", "size"): st.integers(8, 256).map(lambda eighth: 8 * eighth),
    ("subjects", "count"): st.integers(1, 50),
    ("subjects", "reserve"): st.integers(0, 9),
    ("subjects", "families"): some_of(tuple(catalogue("subjects"))),
    ("subjects", "least_difference"): st.floats(0, 30),
    ("poses", "levels"): st.integers(1, 60),
    ("poses", "count"): st.integers(1, 6),
    ("poses", "articulations"): some_of(tuple(BASE["poses"]["articulations"])),
    ("poses", "turns"): some_of(tuple(BASE["poses"]["turns"])),
    ("poses", "depends_on"): st.sampled_from(["nothing", "family", "palette"]),
    ("backgrounds", "levels"): st.integers(1, 200),
    ("backgrounds", "count"): st.integers(1, 6),
    ("backgrounds", "kinds"): some_of(tuple(catalogue("backgrounds"))),
    ("backgrounds", "depends_on"): st.sampled_from(["nothing", "family", "palette"]),
    ("outputs", "layers"): some_of(("plate", "shadow", "depth", "normal", "canny", "skeleton")),
    ("splits",): st.builds(fractions, st.integers(0, 100), st.integers(0, 100)),
}


@st.composite
def plausible_recipes(draw: st.DrawFn) -> str:
    """The tiny recipe with values that are allowed one by one, and not always together."""
    values = yaml.safe_load(yaml.safe_dump(BASE))
    for path in draw(st.lists(st.sampled_from(sorted(PLAUSIBLE)), max_size=9, unique=True)):
        part = values if len(path) == 1 else values[path[0]]
        part[path[-1]] = draw(PLAUSIBLE[path])
    return str(yaml.safe_dump(values))


@st.composite
def mutated_recipes(draw: st.DrawFn) -> str:
    """A plausible recipe with a few values replaced, dropped, renamed or added."""
    values = yaml.safe_load(draw(plausible_recipes()))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(PATHS))
        parent = values
        for key in path[:-1]:
            parent = parent.get(key, {}) if isinstance(parent, dict) else {}
        if not isinstance(parent, dict):
            continue
        change = draw(st.sampled_from(("replace", "replace", "replace", "drop", "rename", "add")))
        if change in ("drop", "rename"):
            parent.pop(path[-1], None)
        if change == "replace":
            parent[path[-1]] = draw(VALUES)
        elif change != "drop":
            parent[draw(st.one_of(st.sampled_from(KEYS), NAMES, st.text(max_size=6)))] = draw(VALUES)
    return str(yaml.safe_dump(values, allow_unicode=True))


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """The text of a recipe with characters and lines moved, doubled, dropped and added."""
    text = TEXT
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 6))):
        place, other = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
        start, stop = min(place, other), min(max(place, other), min(place, other) + 12)
        junk = chance.choice(
            list("[]{}:,&*!|>'\"#%@`-? \n\t\0~0159aé\u2028") + ["&a ", "*a", "!!int ", "<<: ", "---\n", text[start:stop]]
        )
        text = text[:start] + junk + text[chance.choice((start, stop)) :] or "x"
    return text


OVERRIDES = st.lists(
    st.builds(
        lambda path, value: f"{'.'.join(path)}={value}",
        st.one_of(st.sampled_from(PATHS), st.lists(st.text(max_size=4), max_size=3)),
        st.one_of(LEAVES, st.text(max_size=10)),
    ),
    max_size=3,
)


def plan_or_sentence(text: str, overrides: list[str]) -> str:
    """What came of a recipe: "plan", or the kind of the error, whose sentence is checked."""
    try:
        loaded = recipe.parse(text, "fuzz.yaml", Path("/nonexistent"), overrides)
        assert recipe.parse(recipe.dump(loaded), "recipe.yaml", Path("/")) == loaded
        if loaded.subjects.count + loaded.subjects.reserve > MOST_SUBJECTS or loaded.backgrounds.levels > 600:
            return "large"
        made = plan.make(loaded)
        group = made.group(len(made) - 1)
        assert len(group.cells) == loaded.poses.count * loaded.backgrounds.count
        return "plan"
    except (RecipeError, PlanError) as error:
        told = str(error)
        assert told
        assert told[-1] in ".?", told
        assert all(len(line) < 1200 for line in told.splitlines())
        assert not any(word in told for word in ("Traceback", "object at 0x", "pydantic", "<class"))
        return type(error).__name__


ANY = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


@settings(ANY, max_examples=60)
@given(plausible_recipes())
def test_plausible_recipes_give_a_plan_or_a_sentence(text: str) -> None:
    plan_or_sentence(text, [])


@settings(ANY, max_examples=60)
@given(mutated_recipes(), OVERRIDES)
def test_mutated_recipes_give_a_plan_or_a_sentence(text: str, overrides: list[str]) -> None:
    plan_or_sentence(text, overrides)


@settings(ANY, max_examples=100)
@given(damaged_texts())
def test_damaged_texts_give_a_plan_or_a_sentence(text: str) -> None:
    plan_or_sentence(text, [])


@pytest.mark.storm
@settings(ANY, max_examples=4000)
@given(plausible_recipes())
def test_four_thousand_plausible_recipes_give_a_plan_or_a_sentence(text: str) -> None:
    plan_or_sentence(text, [])


@pytest.mark.storm
@settings(ANY, max_examples=3000)
@given(mutated_recipes(), OVERRIDES)
def test_three_thousand_mutated_recipes_give_a_plan_or_a_sentence(text: str, overrides: list[str]) -> None:
    plan_or_sentence(text, overrides)


@pytest.mark.storm
@settings(ANY, max_examples=3000)
@given(damaged_texts())
def test_three_thousand_damaged_texts_give_a_plan_or_a_sentence(text: str) -> None:
    plan_or_sentence(text, [])


def test_the_fuzz_reaches_plans_and_both_kinds_of_errors() -> None:
    text = recipe.dump(recipe.load("tiny"))
    assert plan_or_sentence(text, []) == "plan"
    assert plan_or_sentence(text, ["seed=x"]) == "RecipeError"
    assert plan_or_sentence(text, ["subjects.least_difference=99", "subjects.families=[vehicle]"]) == "PlanError"
