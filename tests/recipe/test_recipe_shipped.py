"""The shipped recipes, the reference and the schema say what the models say."""

import json
from pathlib import Path

import pytest

from spotdiff10k import recipe
from spotdiff10k.recipe import reference
from spotdiff10k.recipe.schema import Recipe

SHIPPED = sorted(recipe.shipped())


def test_the_recipes_that_the_docs_promise_are_there() -> None:
    assert {"tiny", "quickstart", "spotdiff10k"} <= set(SHIPPED)
    made = {name: recipe.load(name) for name in ("tiny", "quickstart", "spotdiff10k")}
    assert {name: found.samples for name, found in made.items()} == {"tiny": 24, "quickstart": 864, "spotdiff10k": 10_000}
    assert {name: found.engine.size for name, found in made.items()} == {"tiny": 128, "quickstart": 256, "spotdiff10k": 512}
    assert (made["spotdiff10k"].poses.levels, made["spotdiff10k"].backgrounds.levels) == (12, 128)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_recipe_is_commented_and_points_to_its_schema(name: str) -> None:
    text = recipe.text_of(name)
    assert text.startswith("# yaml-language-server: $schema=")
    assert f"spotdiff10k build {name}" in text
    assert recipe.load(name).name == name


def test_the_reference_is_fresh() -> None:
    told = "run: python -m spotdiff10k.recipe.reference"
    assert (reference.DOCS / reference.MARKDOWN).read_text(encoding="utf-8") == reference.markdown(), told
    assert (reference.DOCS / reference.SCHEMA).read_text(encoding="utf-8") == reference.schema_text(), told


def test_the_reference_describes_every_field() -> None:
    text = reference.markdown()

    def check(model: type, prefix: str) -> None:
        for name, field in model.model_fields.items():
            assert f"`{prefix}{name}`" in text
            assert field.description, f"{prefix}{name} has no description"
            if isinstance(field.annotation, type) and hasattr(field.annotation, "model_fields"):
                check(field.annotation, f"{prefix}{name}.")

    check(Recipe, "")
    assert "| |" not in text


def test_the_reference_can_be_written(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert json.loads((tmp_path / reference.SCHEMA).read_text())["title"] == "spotdiff10k recipe"


def test_the_schema_refuses_unknown_keys_everywhere() -> None:
    schema = json.loads(reference.schema_text())
    parts = [schema, *schema["$defs"].values()]
    assert [
        part.get("title") for part in parts if part.get("type") == "object" and part["additionalProperties"] is not False
    ] == []
