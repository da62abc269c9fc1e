"""One row of a table, or one sample of a tar, as the pictures it lists."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from spotdiff10k.training.foreign.columns import Columns
from spotdiff10k.training.foreign.values import Listed, Piece

MOST_TEXT = 500
"""Characters of a cell."""
TEXTS = ("pose", "background")
Failed = tuple[str, str]
ToPiece = Callable[[str, int], Piece]
"""Where the picture lies that a column names, by the column and which of several pictures it is. Raises Unlisted."""


class UnlistedError(ValueError):
    """A row lists no picture; the text says why."""


def listed_of(
    where: str, text_of: Callable[[str], str], piece_of: Callable[[str], Piece | None], columns: Columns
) -> Iterator[Listed | Failed]:
    """The pictures of one row.

    `where` names the row for people and its pictures for the set; `text_of` a column's text, "" where it has none;
    `piece_of` the bytes that a column names or holds, None where there are none.
    """
    pictures = columns["picture"]
    try:
        told = {name: _text(name, text_of(columns[name][0])) for name in ("subject", "family", "split", "key") if name in columns}
        for number in range(len(pictures)):
            yield _one(where, number, len(pictures), told, columns, text_of, piece_of)
    except UnlistedError as error:
        yield where, str(error)


def _one(
    where: str,
    number: int,
    of: int,
    told: Mapping[str, str],
    columns: Columns,
    text_of: Callable[[str], str],
    piece_of: Callable[[str], Piece | None],
) -> Listed:
    picture = piece_of(columns["picture"][number])
    if picture is None:
        raise UnlistedError(f"it has no picture in {columns['picture'][number]}")
    texts = {name: _text(name, text_of(_nth(columns[name], number))) for name in TEXTS if name in columns}
    key = told.get("key") or where
    return Listed(
        f"{key}:{number}" if of > 1 else key,
        told.get("subject", "") or (key if "subject" not in columns and of > 1 else ""),
        picture,
        texts.get("pose", ""),
        texts.get("background", ""),
        told.get("family", ""),
        told.get("split", ""),
        mask=piece_of(_nth(columns["mask"], number)) if "mask" in columns else None,
        plate=piece_of(_nth(columns["plate"], number)) if "plate" in columns else None,
    )


def _nth(columns: Sequence[str], number: int) -> str:
    return columns[number] if len(columns) > 1 else columns[0]


def _text(name: str, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > MOST_TEXT:
        raise UnlistedError(f"its {name} has more than {MOST_TEXT} characters")
    if not text.isprintable():
        raise UnlistedError(f"its {name} has characters that cannot be printed")
    return text


def as_text(value: Any) -> str:
    """A cell's value as an id: texts, whole numbers and truths; "" for what is none of these."""
    if isinstance(value, bool | int | str):
        return str(value)
    return ""
