"""index.parquet: where every member of every released sample lies, so that nothing has to scan a shard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spotdiff10k.tables import from_rows, read_table, table_bytes

if TYPE_CHECKING:
    import pyarrow

COLUMNS = ("key", "group", "subject", "pose", "background", "split", "attempt", "shard", "members")
BATCH_ROWS = 1024


@dataclass(frozen=True, slots=True)
class IndexedMember:
    """One member of a released sample."""

    suffix: str  # "mask.png"
    offset: int  # bytes from the start of the shard to the data
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class IndexedSample:
    """One row of index.parquet: a released sample, the ids of its levels, and where it lies."""

    key: str
    group: str
    subject: str
    pose: str
    background: str
    split: str
    attempt: int
    shard: str  # "shards/train-00000.tar"
    members: tuple[IndexedMember, ...]


def index_bytes(samples: Iterable[IndexedSample]) -> bytes:
    """The file that lists these samples."""
    return table_bytes(from_rows((_row(sample) for sample in samples), schema()))


def read_index(path: Path) -> Iterator[IndexedSample]:
    """The rows of index.parquet, in order. Raises DataError when it is missing, damaged or not an index."""
    for batch in read_table(path, schema()).to_batches(BATCH_ROWS):
        for row in batch.to_pylist():
            members = tuple(
                IndexedMember(item["suffix"], item["offset"], item["bytes"], item["sha256"]) for item in row.pop("members")
            )
            yield IndexedSample(**row, members=members)


def schema() -> "pyarrow.Schema":
    """The columns of index.parquet."""
    import pyarrow as pa

    member = pa.struct(
        [
            pa.field("suffix", pa.string(), nullable=False),
            pa.field("offset", pa.int64(), nullable=False),
            pa.field("bytes", pa.int64(), nullable=False),
            pa.field("sha256", pa.string(), nullable=False),
        ]
    )
    kinds = {"attempt": pa.int32(), "members": pa.list_(pa.field("element", member, nullable=False))}
    return pa.schema([pa.field(name, kinds.get(name, pa.string()), nullable=False) for name in COLUMNS])


def _row(sample: IndexedSample) -> dict[str, Any]:
    row = {name: getattr(sample, name) for name in COLUMNS[:-1]}
    members = [
        {"suffix": member.suffix, "offset": member.offset, "bytes": member.size, "sha256": member.sha256}
        for member in sample.members
    ]
    return {**row, "members": members}
