"""The plates of a set as a set of their own, each once, for the control that trains on backgrounds alone."""

from collections.abc import Sequence

from spotdiff10k.samples import pixels_digest
from spotdiff10k.training.views import GroupedSet, Indices, View
from spotdiff10k.types import Image, Mask


class PlateSet:
    """Different plates among some pictures of a set; `place[n]` is the one behind the n-th of those pictures."""

    def __init__(self, grouped: GroupedSet, rows: Indices) -> None:
        """Decode every plate once to find out which are alike. Raises DataError when a picture has none."""
        self.name, self.digest = grouped.name, grouped.digest
        self._grouped = grouped
        self._first: list[int] = []
        self._digests: list[str] = []
        self.place: list[int] = []
        known: dict[str, int] = {}
        for row in rows.tolist():
            plate = grouped.plate(row)
            if plate is None:
                raise ValueError("this set has no plates")
            digest = pixels_digest(plate)
            if digest not in known:
                known[digest] = len(self._first)
                self._first.append(row)
                self._digests.append(digest)
            self.place.append(known[digest])

    @property
    def views(self) -> Sequence[View]:
        """One a plate."""
        return [View(f"plate-{number}", f"plate-{number}", "", "", "", "train") for number in range(len(self._first))]

    def picture(self, index: int) -> Image:
        """The plate, decoded now."""
        plate = self._grouped.plate(self._first[index])
        if plate is None:
            raise ValueError("a plate that was there is there no more")
        return plate

    def mask(self, index: int) -> Mask | None:
        """There is no subject."""
        return None

    def plate(self, index: int) -> Image | None:
        """The plate."""
        return self.picture(index)

    def pixels(self, index: int) -> str:
        """The sha256 of its pixels."""
        return self._digests[index]
