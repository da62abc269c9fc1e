"""HTML and SVG made from text: whatever is no Markup is escaped, so a subject's name can never become a tag."""

from collections.abc import Iterable
from html import escape

VOID = frozenset({"meta", "img", "input", "br", "line", "rect", "circle", "path", "polyline", "polygon", "use", "link"})
"""Elements without an end tag, or without content."""
Child = "str | Markup | None | Iterable[Child]"


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, attributes: dict[str, object] | None = None, *children: "Content") -> Markup:
    """An element; attributes that are None or False are left out, `class_` is written class."""
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(_text(value))}"')
        for key, value in (attributes or {}).items()
        if value is not None and value is not False
    )
    if name in VOID and not children:
        return Markup(f"<{name}{told}>" if name in ("meta", "img", "input", "br", "link") else f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


Content = str | Markup | None | Iterable["Content"]


def joined(*children: Content) -> Markup:
    """Contents one after the other; None is nothing."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(child, quote=False))
        elif child is not None:
            parts.append(joined(*child))
    return Markup("".join(parts))


def _text(value: object) -> str:
    """Numbers as short as a drawing needs them."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
    return str(value)
