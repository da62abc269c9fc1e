"""Every licence that a table of models names can be judged."""

from collections.abc import Iterator
from typing import Any

import pytest

from spotdiff10k.licences.table import terms_of
from spotdiff10k.resources import manifest


def named(value: Any) -> Iterator[str]:
    """Every value under a key `licence`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "licence" else named(inner)


@pytest.mark.parametrize("name", ["models", "families"])
def test_the_terms_of_every_model_are_known(name: str) -> None:
    licences = set(named(manifest(name)))
    assert licences
    assert [licence for licence in sorted(licences) if not terms_of(licence, of_outputs=True).known] == []
