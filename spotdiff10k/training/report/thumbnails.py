"""Small copies of pictures inside the page, each decoded and encoded once."""

import base64
import io
from collections.abc import Callable

from PIL import Image as Pictures

from spotdiff10k.errors import DataError
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.types import Image

SIDE = 128
"""Pixels."""
QUALITY = 78
METHOD = 4


class Thumbnails:
    """Pictures by their position, as WebP inside the page."""

    def __init__(self, picture: Callable[[int], Image], side: int = SIDE) -> None:
        """`side` in pixels."""
        self._picture = picture
        self._side = side
        self._made: dict[int, str] = {}

    def image(self, index: int, words: str) -> Markup:
        """An element that shows a picture; one that cannot be read any more is told in words."""
        data = self.data(index)
        if not data:
            return tag("span", {"class_": "absent"}, "cannot be read")
        sides = {"width": self._side, "height": self._side, "loading": "lazy"}
        return tag("img", {"src": f"data:image/webp;base64,{data}", "alt": words, **sides})

    def data(self, index: int) -> str:
        """A picture as base64 WebP; "" when it cannot be read any more."""
        if index not in self._made:
            self._made[index] = self._encoded(index)
        return self._made[index]

    def _encoded(self, index: int) -> str:
        try:
            picture = Pictures.fromarray(self._picture(index))
        except DataError:
            return ""
        picture = picture.resize((self._side, self._side), Pictures.Resampling.LANCZOS)
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=QUALITY, method=METHOD)
        return base64.b64encode(buffer.getvalue()).decode("ascii")
