"""docs/formats.md names every field that is written."""

from dataclasses import fields
from pathlib import Path

import pytest

from spotdiff10k import index, preview, release, schema
from spotdiff10k.checks.structure import Structure
from spotdiff10k.samples import OPTIONAL_OUTPUTS
from spotdiff10k.verdicts import Verdict

DOCS = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(list(schema.RECORD_FIELDS), id="record"),
        pytest.param([*release.FIELDS, *release.SEALED_BESIDE], id="release"),
        pytest.param(list(index.COLUMNS), id="index"),
        pytest.param([field.name for field in fields(Verdict)], id="verdicts"),
        pytest.param(list(preview.TEXT_COLUMNS), id="preview"),
    ],
)
def test_every_field_is_named(names: list[str]) -> None:
    assert [name for name in names if f"`{name}`" not in DOCS and f"`{name} " not in DOCS] == []


def test_every_layer_is_named() -> None:
    assert [name for name in OPTIONAL_OUTPUTS if f"`{name}.png" not in DOCS] == []


def test_a_name_that_is_not_there_would_be_noticed() -> None:
    assert "`misplaced_members`" not in DOCS
    assert "misplaced_members" in Structure.group_ranges
