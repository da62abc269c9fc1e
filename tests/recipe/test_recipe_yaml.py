"""YAML is read safely, bounded, and with the line of everything in it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.errors import RecipeError
from spotdiff10k.recipe import lines


def refusal(text: str) -> str:
    with pytest.raises(RecipeError) as found:
        lines.read(text, "my.yaml")
    return str(found.value)


def test_every_key_and_item_knows_its_line() -> None:
    located = lines.read("name: x\nsubjects:\n  count: 3\n  families:\n  - fox\n  - cat\n", "my.yaml")
    assert located.values == {"name": "x", "subjects": {"count": 3, "families": ["fox", "cat"]}}
    assert located.origin(("subjects", "count")) == "my.yaml:3"
    assert located.origin(("subjects", "families", 1)) == "my.yaml:6"
    assert located.origin(("subjects", "missing")) == "my.yaml:2"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("2024-01-01", "2024-01-01"),
        ("12:30:45", "12:30:45"),
        ("0o17", "0o17"),
        ("017", 17),
        ("1e-3", 0.001),
        ("1_000", "1_000"),
        ("-7", -7),
        ("'7'", "7"),
        ("~", None),
        ("", None),
        ("<<", "<<"),
        (".5", 0.5),
        ("5.", 5.0),
        (".", "."),
    ],
)
def test_plain_values_are_what_yaml_1_2_says(text: str, value: object) -> None:
    found = lines.value(text)
    assert found == value
    assert type(found) is type(value)


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    assert refusal("name: a\nseed: 1\nname: b\n").startswith("my.yaml:3: 'name' is given twice; the first is at my.yaml:1")


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!custom", "!!set", "!!omap", "!!str", "!"])
def test_tags_are_refused(tag: str) -> None:
    assert "tag" in refusal(f"name: {tag} [x]\n")


def test_text_that_is_not_yaml_is_refused_with_its_line() -> None:
    assert refusal("name: x\nsubjects: {count: 1\n").startswith("my.yaml:3: this is not YAML")
    assert refusal("name: x\n\tseed: 1\n").startswith("my.yaml:2: this is not YAML")
    assert refusal("name: \x00").startswith("my.yaml")
    assert refusal("a: *nowhere").startswith("my.yaml:1")


@pytest.mark.parametrize("text", ["", "# nothing", "- 1\n- 2\n", "just words", "[]", "--- a\n--- b\n"])
def test_a_recipe_that_is_no_mapping_is_refused(text: str) -> None:
    assert refusal(text).startswith("my.yaml")


def test_keys_are_names() -> None:
    assert "key should be a name" in refusal("? [a, b]\n: 1\n")


def test_aliases_cannot_blow_a_file_up() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    started = time.process_time()
    assert "aliases count each time" in refusal("\n".join(levels))
    assert time.process_time() - started < 5


def test_an_alias_to_itself_ends() -> None:
    assert refusal("a: &a [*a]")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_without_recursion(opening: str) -> None:
    assert "nested" in refusal("a: " + opening * 50_000 if opening != "- " else "- " * 5_000)


def test_a_harmless_alias_is_fine() -> None:
    assert lines.read("a: &a [1]\nb: *a\n", "my.yaml").values == {"a": [1], "b": [1]}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        lines.read(text, "my.yaml")
    except RecipeError as error:
        assert str(error).startswith("my.yaml")
        assert str(error).endswith(".")
