"""A photograph to import, and the names of subjects."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_ID = 60


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


def slug(text: str) -> str:
    """A name as an id: lower-case letters and digits, words joined by dashes; "" for what has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-")
