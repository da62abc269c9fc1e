"""Whether all records of a release have the same fields of the same kinds."""

from collections.abc import Iterator, Mapping, Sequence

from spotdiff10k.index import IndexedSample
from spotdiff10k.verification.problems import Problem


class Shapes:
    """Counts the shapes of records."""

    def __init__(self, samples: Sequence[IndexedSample]) -> None:
        self._shards = {sample.key: sample.shard for sample in samples}
        self._first: dict[tuple[tuple[str, str], ...], str] = {}  # shape to the least key that has it
        self._counts: dict[tuple[tuple[str, str], ...], int] = {}

    def add(self, shapes: Mapping[str, Mapping[str, str]]) -> None:
        """Take in the shapes of some records, by key."""
        for key, fields in shapes.items():
            shape = tuple(sorted(fields.items()))
            self._first[shape] = min(key, self._first.get(shape, key))
            self._counts[shape] = self._counts.get(shape, 0) + 1

    def problems(self) -> Iterator[Problem]:
        """One for each shape but the most frequent."""
        if len(self._counts) < 2:
            return
        usual = max(self._counts, key=lambda shape: (self._counts[shape], shape))
        for shape, key in sorted(self._first.items(), key=lambda item: item[1]):
            if shape != usual:
                names = sorted({name for name, _ in set(shape) ^ set(usual)})
                text = f"its fields are not those of the other records: {', '.join(names)}."
                yield Problem(self._shards[key], text, f"{key}.json", key)
