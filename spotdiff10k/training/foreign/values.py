"""Where the pictures of a foreign set lie, and what is said of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

SPLITS: Mapping[str, str] = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "held-out": "test",
    "heldout": "test",
}
"""What people call the splits."""


class Piece(Protocol):
    """Where the bytes of one picture lie."""

    @property
    def name(self) -> str:
        """For people: the path inside the set."""
        ...

    def read(self) -> bytes:
        """All of it, of bounded size. Raises UnusablePhotoError."""
        ...


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in pixels from its top left."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.left},{self.top},{self.width},{self.height}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One picture as a set lists it. What is not told is ""."""

    key: str  # unique in the set
    subject: str
    picture: Piece
    pose: str = ""
    background: str = ""
    family: str = ""
    split: str = ""
    mask: Piece | None = None
    plate: Piece | None = None
    part: Box | None = None  # of the picture


@dataclass(frozen=True, slots=True)
class Listing:
    """The pictures of a set in its order, and what was left out."""

    pictures: tuple[Listed, ...]
    failed: tuple[tuple[str, str], ...]  # what, and why
