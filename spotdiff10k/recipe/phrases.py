"""Says what a field allows, from the JSON schema, for error sentences and for the reference alike."""

from collections.abc import Iterator, Mapping
from typing import Any

from spotdiff10k.recipe.lines import Loc

Schema = Mapping[str, Any]

_PLAIN = {"string": "a text", "boolean": "true or false", "null": "nothing"}


def at(schema: Schema, loc: Loc) -> Schema | None:
    """The part of a JSON schema that describes the value at `loc`, or None where nothing may be."""
    node: Schema | None = schema
    for part in loc:
        if node is None:
            return None
        node = next((found for option in options(schema, node) if (found := _inside(option, part)) is not None), None)
    return node


def keys(schema: Schema, loc: Loc) -> list[str]:
    """The names a mapping at `loc` may have; empty where any name may be."""
    node = at(schema, loc)
    return [name for option in options(schema, node or {}) for name in option.get("properties", {})]


def allowed(schema: Schema, loc: Loc) -> str:
    """What may be written at `loc`, such as "an integer from 64 to 2048, a multiple of 8"; empty when nothing may."""
    node = at(schema, loc)
    return "" if node is None else phrase(schema, node)


def phrase(schema: Schema, node: Schema) -> str:
    """What a part of a JSON schema allows, in words."""
    return " or ".join(dict.fromkeys(_phrase(schema, option) for option in options(schema, node)))


def resolve(schema: Schema, node: Schema) -> Schema:
    """Follow one `$ref`."""
    found: Schema = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return found


def options(schema: Schema, node: Schema) -> Iterator[Schema]:
    """What a value may be, one by one, with references followed."""
    node = resolve(schema, node)
    branches = node.get("anyOf") or node.get("oneOf")
    if not branches:
        yield node
    for branch in branches or ():
        yield from options(schema, branch)


def _inside(node: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        return node.get("items")
    extra = node.get("additionalProperties")
    return node.get("properties", {}).get(part) or (extra if isinstance(extra, Mapping) else None)


def _phrase(schema: Schema, node: Schema) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return "one of " + ", ".join(f"`{name}`" for name in node["enum"])
    kind = node.get("type")
    if kind in ("integer", "number"):
        return _number(node, "an integer" if kind == "integer" else "a number")
    if kind == "array":
        return f"a list, each {phrase(schema, node.get('items', {}))}"
    if kind == "object":
        names = ", ".join(f"`{name}`" for name in node.get("properties", {}))
        return f"a mapping with {names}" if names else "a mapping of names"
    if "pattern" in node:
        return f"a text of the form `{node['pattern']}`"
    return _PLAIN.get(str(kind), "a value")


def _number(node: Schema, text: str) -> str:
    low = node.get("minimum")
    high = node.get("maximum", node["exclusiveMaximum"] - 1 if "exclusiveMaximum" in node else None)
    if low is not None and high is not None:
        text += f" from {low:,} to {high:,}"
    elif low is not None:
        text += f", at least {low:,}"
    return text + (f", a multiple of {node['multipleOf']}" if "multipleOf" in node else "")
