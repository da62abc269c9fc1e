"""A photograph to import, and the names of subjects."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

LONGEST_ID = 60
DIGITS = 8
"""Of the digest of a name that cannot be spelt whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A photograph to import, with what is said of it."""

    file: str  # path inside the folder, with forward slashes
    subject: str  # an id
    class_noun: str
    description: str
    licence: str
    source: str
    pose: str = ""
    elevation_degrees: float | None = None  # of the camera above the horizon


def slug(text: str) -> str:
    """A name as an id: lower-case letters and digits, words joined by dashes; "" for what has none.

    What has letters that are not Latin, or too many, ends in a digest of the whole name, so that different names stay different.
    """
    apart = unicodedata.normalize("NFKD", text)
    plain = "-".join(re.findall(r"[a-z0-9]+", apart.encode("ascii", "ignore").decode().lower()))
    foreign = any(letter.isalnum() and not letter.isascii() for letter in apart)
    if not foreign and len(plain) <= LONGEST_ID:
        return plain
    whole = unicodedata.normalize("NFKC", text).casefold().encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(whole).hexdigest()[:DIGITS]
    return f"{plain[: LONGEST_ID - DIGITS - 1].strip('-')}-{digest}".strip("-")
