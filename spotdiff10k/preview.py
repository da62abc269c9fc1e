"""preview/*.parquet: thumbnails with their factors, for the dataset viewer and for people who want to look first."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from spotdiff10k.errors import DataError
from spotdiff10k.executors import Task
from spotdiff10k.index import IndexedMember, IndexedSample
from spotdiff10k.layout import Shard
from spotdiff10k.release import FileSeal, unseal
from spotdiff10k.run import Run, write_atomically
from spotdiff10k.samples import decode, picture_suffix
from spotdiff10k.spread import spread
from spotdiff10k.tables import from_rows, read_table, table_bytes

if TYPE_CHECKING:
    import pyarrow

FOLDER = "preview"
MOST_ROWS = 20_000
"""Pictures in all previews of a release; above it, every n-th group is shown, whole."""
ROWS_PER_ROW_GROUP = 100
"""The dataset viewer reads one row group for a page of pictures."""
JPEG_QUALITY = 88
RECIPE_KEY = b"spotdiff10k.preview"
TEXT_COLUMNS = ("key", "group", "subject", "pose", "background", "split", "caption")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One picture to show small."""

    sample: IndexedSample
    caption: str
    picture: IndexedMember


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """One preview file to be: the shown groups of one shard."""

    name: str  # "train-00000.parquet"
    thumbnails: tuple[Thumbnail, ...]
    size: int  # pixels, side of a thumbnail

    @property
    def digest(self) -> str:
        """Of all that decides the file's bytes; it is kept in the file, which is current as long as it matches."""
        parts = [str(self.size), str(JPEG_QUALITY)]
        parts += [f"{item.sample.key} {item.picture.sha256} {item.caption}" for item in self.thumbnails]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PreviewWork:
    """Makes preview files wherever an executor runs it."""

    run: Run

    def warm_up(self) -> None:
        """Import what writes Parquet."""
        import pyarrow.parquet  # noqa: F401

    def open(self) -> Callable[[PreviewFile], bool]:
        """One preview file: read the pictures from their shard, make them small, write the file."""
        return self.make

    def make(self, planned: PreviewFile) -> bool:
        """Write one preview file."""
        rows = (_row(self.run.root, item, planned.size) for item in planned.thumbnails)
        data = table_bytes(from_rows(rows, schema(planned.digest)), ROWS_PER_ROW_GROUP)
        write_atomically(self.run.preview / planned.name, data)
        return True


def write_previews(
    run: Run, shards: Sequence[Shard], size: int, workers: int, sealed: Mapping[str, FileSeal]
) -> dict[str, tuple[FileSeal, bool]]:
    """Bring the preview of these shards up to date; path to its seal and whether it had to be written.

    `sealed` is what an earlier seal says of files; a preview that differs from it is made again.
    """
    planned = list(plan_previews(shards, size))
    stale = [
        item for item in planned if not _is_current(run.preview / item.name, item.digest, sealed.get(f"{FOLDER}/{item.name}"))
    ]
    if stale:
        unseal(run)
    for _ in spread(PreviewWork(run), (Task(item.name, item) for item in stale), workers):
        pass
    names = {item.name for item in stale}
    return {f"{FOLDER}/{item.name}": (FileSeal.of(run.preview / item.name), item.name in names) for item in planned}


def plan_previews(shards: Sequence[Shard], size: int) -> Iterator[PreviewFile]:
    """Which pictures are shown: all of them, or whole groups at even distances."""
    total = sum(len(shard.samples) for shard in shards)
    stride = -(-total // MOST_ROWS)
    place = 0
    for shard in shards:
        captions = {cell.key: cell.caption for group in shard.groups for cell in group.cells}
        shown = {group.id for index, group in enumerate(shard.groups, start=place) if index % stride == 0}
        place += len(shard.groups)
        thumbnails = tuple(
            Thumbnail(sample, captions[sample.key], _picture(sample)) for sample in shard.samples if sample.group in shown
        )
        if thumbnails:
            yield PreviewFile(f"{shard.stem}.parquet", thumbnails, size)


def schema(digest: str = "") -> "pyarrow.Schema":
    """The columns of a preview, with the notes that make `datasets` show pictures instead of bytes."""
    import pyarrow as pa

    features: dict[str, Any] = {name: {"dtype": "string", "_type": "Value"} for name in TEXT_COLUMNS}
    features["picture"] = {"_type": "Image"}
    fields = [pa.field(name, pa.string(), nullable=False) for name in TEXT_COLUMNS]
    fields.append(pa.field("picture", pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])))
    notes = {b"huggingface": json.dumps({"info": {"features": features}}).encode(), RECIPE_KEY: digest.encode()}
    return pa.schema(fields, metadata=notes)


def _picture(sample: IndexedSample) -> IndexedMember:
    by_suffix = {member.suffix: member for member in sample.members}
    return by_suffix[picture_suffix(tuple(by_suffix))]


def _row(root: Path, item: Thumbnail, size: int) -> dict[str, Any]:
    with (root / item.sample.shard).open("rb") as file:
        file.seek(item.picture.offset)
        pixels = decode(file.read(item.picture.size))
    row: dict[str, Any] = {name: getattr(item.sample, name) for name in TEXT_COLUMNS[:-1]}
    return {**row, "caption": item.caption, "picture": {"bytes": thumbnail(pixels, size), "path": f"{item.sample.key}.jpg"}}


def thumbnail(pixels: Any, size: int) -> bytes:
    """A picture as a small JPEG, its longer side `size` pixels; never made larger."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _is_current(path: Path, digest: str, sealed: FileSeal | None) -> bool:
    """Whether a preview file shows what it should, and is as it was sealed; where no seal is left, that all of it can be read."""
    try:
        table = read_table(path, schema())
        found = (table.schema.metadata or {}).get(RECIPE_KEY, b"")
        return bool(found == digest.encode()) and (sealed is None or FileSeal.of(path) == sealed)
    except (DataError, OSError):
        return False
