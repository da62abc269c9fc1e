"""YAML read safely, with the line of every key kept.

Values follow the YAML 1.2 core schema: `no` and `2024-01-01` are texts, `1e-3` is a number. Size, depth and the
number of values are bounded, so that aliases cannot blow a small file up.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from spotdiff10k.errors import RecipeError

Loc = tuple[str | int, ...]
"""Where a value is: ("engine", "size"); positions in lists are integers."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 20_000

_INTEGER = re.compile(r"[-+]?[0-9]{1,20}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,4})?")
_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


@dataclass(slots=True)
class Located:
    """Plain values, and where each came from: "tiny.yaml:12" or "--set seed=x"."""

    values: dict[str, Any]
    origins: dict[Loc, str] = field(default_factory=dict)

    def origin(self, loc: Loc) -> str:
        """Where the value at `loc` was written, or the nearest mapping around it."""
        for length in range(len(loc), -1, -1):
            if loc[:length] in self.origins:
                return self.origins[loc[:length]]
        return "recipe"


def read(text: str, name: str) -> Located:
    """Parse one YAML mapping called `name`. Raises RecipeError with name and line."""
    try:
        _refuse_what_is_not_plain(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecipeError(
            f"{name}:{mark.line + 1 if mark else 1}: this is not YAML: {error.problem or error.context}."
        ) from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{name}: this is not YAML text: {' '.join(str(error).split())}.") from error
    if not isinstance(node, yaml.MappingNode):
        raise RecipeError(f"{name}:1: a recipe is a mapping of names to values, such as 'name: my-set'; found something else.")
    builder = _Builder(name)
    values = builder.build(node, ())
    return Located(values, builder.origins)


def value(text: str) -> Any:
    """One YAML value, as after `--set a.b=`. Raises RecipeError."""
    try:
        _refuse_what_is_not_plain(text, "value")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise RecipeError(
            f"'{text[:80]}' is not a YAML value: {getattr(error, 'problem', '') or 'it cannot be read'}."
        ) from error
    return None if node is None else _Builder("value").build(node, ())


def _refuse_what_is_not_plain(text: str, name: str) -> None:
    """Walk the events, which need no recursion, before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if depth > MAX_DEPTH:
            raise RecipeError(f"{name}:{line}: values are nested more than {MAX_DEPTH} deep; a recipe needs four.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise RecipeError(f"{name}:{line}: the tag '{tag}' is not allowed; write plain values.")


class _Builder:
    """Turns nodes into values, counting them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.origins: dict[Loc, str] = {}
        self.count = 0

    def build(self, node: yaml.Node, loc: Loc) -> Any:
        self.count += 1
        if self.count > MAX_VALUES or len(loc) > MAX_DEPTH:
            raise RecipeError(
                f"{self._at(node)}: there are more than {MAX_VALUES} values; aliases count each time they are used."
            )
        self.origins.setdefault(loc, self._at(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*loc, position)) for position, item in enumerate(node.value)]
        return node.value if getattr(node, "style", None) is not None else plain(str(node.value))

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise RecipeError(f"{self._at(key_node)}: a key should be a name, found a list or a mapping.")
            key = str(key_node.value)
            if key in values:
                first = self.origins[(*loc, key)]
                raise RecipeError(f"{self._at(key_node)}: '{key}' is given twice; the first is at {first}. Remove one.")
            self.origins[(*loc, key)] = self._at(key_node)
            values[key] = self.build(value_node, (*loc, key))
        return values

    def _at(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"


def plain(text: str) -> str | int | float | bool | None:
    """What a text without quotes means."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
