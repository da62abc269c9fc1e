"""Where the shipped folders `pipelines` and `manifests` are, and safe YAML reading."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from spotdiff10k.errors import RecipeError

SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser is ten times faster than the other and just as safe."""


def shelf(name: str) -> Path:
    """The folder `pipelines` or `manifests`: inside an installed package, beside it in a checkout."""
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name


@cache
def manifest(name: str) -> Mapping[str, Any]:
    """The shipped catalogue `manifests/<name>.yaml` as plain values; do not modify what is returned.

    Raises RecipeError when it is missing or is not a mapping.
    """
    path = shelf("manifests") / f"{name}.yaml"
    if not path.is_file():
        raise RecipeError(f"The catalogue manifests/{name}.yaml is missing from this installation; reinstall spotdiff10k.")
    values = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - both are safe loaders
    if not isinstance(values, dict):
        raise RecipeError(f"manifests/{name}.yaml should be a mapping, found {type(values).__name__}.")
    return values
