"""A recipe as YAML with every default written out."""

import yaml

from spotdiff10k.recipe.folders import unlocated
from spotdiff10k.recipe.lines import plain
from spotdiff10k.recipe.schema import Recipe

HEADER = (
    "# The resolved recipe: every default is written out. Thresholds may be edited here; "
    "for all else, plan a changed copy anew.\n"
)
WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Quotes every text that would be read as something else, by this reader (YAML 1.2) as by others (YAML 1.1)."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(plain(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(recipe: Recipe) -> str:
    """The resolved recipe as YAML: the same recipe gives the same bytes, wherever people's own folders lie."""
    values = unlocated(recipe.model_dump(mode="json"))
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None)
    return HEADER + str(text)
