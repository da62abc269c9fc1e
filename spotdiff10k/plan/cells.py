"""plan.parquet: one row a cell, written and read in row groups that hold whole groups."""

import io
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spotdiff10k.errors import RunError
from spotdiff10k.plan.values import Plan
from spotdiff10k.types import BackgroundLevel, PlannedCell, PlannedGroup, PoseLevel, SubjectLevel

ROWS_A_ROW_GROUP = 8192
"""About; a row group holds at least one whole group."""

_WORD = pa.dictionary(pa.int32(), pa.string())
SUBJECT_COLUMNS = ("family", "identity", "class_noun", "subject_description", "subject_source", "subject_licence")
SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("group", _WORD),
        ("ordinal", pa.int32()),
        ("split", _WORD),
        ("reserve", pa.bool_()),
        ("subject", _WORD),
        ("family", _WORD),
        ("identity", pa.int64()),
        ("class_noun", _WORD),
        ("subject_description", _WORD),
        ("subject_source", _WORD),
        ("subject_licence", _WORD),
        ("pose", _WORD),
        ("background", _WORD),
        ("pose_index", pa.int16()),
        ("background_index", pa.int16()),
        ("seed", pa.int64()),
        ("attempt", pa.int16()),
        ("caption", pa.string()),
        ("caption_without_subject", _WORD),
    ]
)


def batch_size(plan: Plan) -> int:
    """Groups in a row group."""
    return max(1, ROWS_A_ROW_GROUP // int(plan.facts.counts["cells_a_group"]))


def parquet(plan: Plan, rows: int) -> Iterator[bytes]:
    """The bytes of plan.parquet, `rows` groups at a time."""
    sink = _Drain()
    groups = iter(plan)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), SCHEMA, compression="zstd", store_schema=False) as writer:
        while batch := list(islice(groups, rows)):
            writer.write_batch(_record_batch(batch))
            yield sink.drained()
    yield sink.drained()


class _Drain(io.RawIOBase):
    """A file that keeps only what has not been taken out of it yet."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.parts.append(part)
        self.position += len(part)
        return len(part)

    def tell(self) -> int:
        return self.position

    def drained(self) -> bytes:
        """What was written since the last call."""
        data = b"".join(self.parts)
        self.parts.clear()
        return data


def _record_batch(groups: Sequence[PlannedGroup]) -> pa.RecordBatch:
    cells = [cell for group in groups for cell in group.cells]
    owner = np.repeat(np.arange(len(groups), dtype=np.int32), [len(group.cells) for group in groups])
    subjects = [group.subject for group in groups]

    def repeated(words: Sequence[str]) -> pa.DictionaryArray:
        encoded = pa.array(words).dictionary_encode()
        return pa.DictionaryArray.from_arrays(encoded.indices.take(pa.array(owner)), encoded.dictionary)

    def numbers(values: Sequence[int], kind: type[np.integer[Any]]) -> pa.Array:
        return pa.array(np.asarray(values, kind)[owner])

    columns = {
        "key": pa.array([cell.key for cell in cells]),
        "group": repeated([group.id for group in groups]),
        "ordinal": numbers([group.ordinal for group in groups], np.int32),
        "split": repeated([group.split for group in groups]),
        "reserve": pa.array(np.asarray([group.reserve for group in groups])[owner]),
        "subject": repeated([subject.id for subject in subjects]),
        "family": repeated([subject.family for subject in subjects]),
        "identity": numbers([subject.identity for subject in subjects], np.int64),
        "class_noun": repeated([subject.class_noun for subject in subjects]),
        "subject_description": repeated([subject.description for subject in subjects]),
        "subject_source": repeated([subject.source for subject in subjects]),
        "subject_licence": repeated([subject.licence for subject in subjects]),
        "pose": pa.array([g.poses[c.pose_index].id for g in groups for c in g.cells]).dictionary_encode(),
        "background": pa.array([g.backgrounds[c.background_index].id for g in groups for c in g.cells]).dictionary_encode(),
        "pose_index": pa.array([cell.pose_index for cell in cells], pa.int16()),
        "background_index": pa.array([cell.background_index for cell in cells], pa.int16()),
        "seed": pa.array([cell.seed for cell in cells], pa.int64()),
        "attempt": pa.array([cell.attempt for cell in cells], pa.int16()),
        "caption": pa.array([cell.caption for cell in cells]),
        "caption_without_subject": pa.array([cell.caption_without_subject for cell in cells]).dictionary_encode(),
    }
    return pa.record_batch([columns[name] for name in SCHEMA.names], schema=SCHEMA)


class ParquetGroups:
    """The groups of a plan.parquet; holds one row group at a time."""

    def __init__(
        self, path: Path, poses: Sequence[PoseLevel], backgrounds: Sequence[BackgroundLevel], groups: int, rows: int
    ) -> None:
        self.path, self.count, self.rows = path, groups, rows
        self.poses = {level.id: level for level in poses}
        self.backgrounds = {level.id: level for level in backgrounds}
        self.held: tuple[int, list[PlannedGroup]] = (-1, [])

    def __len__(self) -> int:
        return self.count

    def groups(self, start: int, stop: int) -> Iterator[PlannedGroup]:
        """The groups with these ordinals. Raises RunError when the file cannot be read or does not hold them."""
        for number in range(start // self.rows, -(-stop // self.rows)):
            first = number * self.rows
            yield from self._held(number)[max(0, start - first) : stop - first]

    def _held(self, number: int) -> list[PlannedGroup]:
        """A row group, kept until another is asked for."""
        if self.held[0] != number:
            self.held = (number, self._row_group(number))
        return self.held[1]

    def _row_group(self, number: int) -> list[PlannedGroup]:
        try:
            with pq.ParquetFile(self.path) as file:
                table = file.read_row_group(number)
            groups = list(self._decode(table))
            expected = range(number * self.rows, min((number + 1) * self.rows, self.count))
            if [group.ordinal for group in groups] != list(expected):
                raise ValueError("its groups are not in plan order")
            return groups
        except (OSError, ValueError, KeyError, IndexError, pa.ArrowException) as error:
            raise RunError(f"{self.path} is not the plan that was written ({error}); restore it or plan anew.") from error

    def _decode(self, table: pa.Table) -> Iterator[PlannedGroup]:
        columns = {name: table.column(name).to_pylist() for name in SCHEMA.names}
        ordinals = table.column("ordinal").to_numpy()
        starts = [0, *(np.flatnonzero(np.diff(ordinals)) + 1).tolist(), len(ordinals)]
        for start, stop in pairwise(starts):
            if stop > start:
                yield self._group(columns, start, stop)

    def _group(self, columns: dict[str, list[Any]], start: int, stop: int) -> PlannedGroup:
        cells = tuple(
            PlannedCell(*values)
            for values in zip(
                columns["key"][start:stop],
                columns["pose_index"][start:stop],
                columns["background_index"][start:stop],
                columns["seed"][start:stop],
                columns["attempt"][start:stop],
                columns["caption"][start:stop],
                columns["caption_without_subject"][start:stop],
                strict=True,
            )
        )
        backgrounds = cells[-1].background_index + 1
        return PlannedGroup(
            id=columns["group"][start],
            ordinal=columns["ordinal"][start],
            split=columns["split"][start],
            reserve=columns["reserve"][start],
            subject=SubjectLevel(columns["subject"][start], *(columns[name][start] for name in SUBJECT_COLUMNS)),
            poses=tuple(self.poses[name] for name in columns["pose"][start:stop:backgrounds]),
            backgrounds=tuple(self.backgrounds[name] for name in columns["background"][start : start + backgrounds]),
            cells=cells,
        )
