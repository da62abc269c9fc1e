"""Pair pictures: two views of one subject side by side in one picture, as Subjects200K keeps them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from spotdiff10k.errors import RecipeError
from spotdiff10k.training.foreign.values import Box, Listed

FIELDS = ("width", "height", "pad")
LARGEST = 8192
"""Pixels."""


@dataclass(frozen=True, slots=True)
class PairLayout:
    """Two views of one size, `pad` pixels from the top, from the left and from each other."""

    width: int  # pixels of one view
    height: int
    pad: int

    @property
    def parts(self) -> tuple[Box, Box]:
        """Left and right."""
        right = self.width + 2 * self.pad
        return Box(self.pad, self.pad, self.width, self.height), Box(right, self.pad, self.width, self.height)


def parse_pairs(text: str) -> PairLayout:
    """Read `width=512,pad=16`; the height is the width where none is given. Raises RecipeError."""
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if name not in FIELDS or not number.isascii() or not number.isdecimal() or int(number[:9]) > LARGEST:
            raise RecipeError(f"--pairs has '{part}'; expected pixels such as width=512,pad=16 (or with height=).")
        found[name] = int(number)
    width = found.get("width", 0)
    layout = PairLayout(width, found.get("height", width), found.get("pad", 0))
    if not layout.width or not layout.height:
        raise RecipeError(f"--pairs should say how wide one view is, such as width=512,pad=16; found '{text}'.")
    return layout


def split_pairs(listed: Iterable[Listed], layout: PairLayout) -> Iterator[Listed]:
    """Every picture as its two views; one that names no subject is a subject of its own."""
    for one in listed:
        for side, part in zip(("left", "right"), layout.parts, strict=True):
            yield replace(one, key=f"{one.key}:{side}", subject=one.subject or one.key, part=part)
