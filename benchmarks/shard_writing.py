"""Joining shards with digests, against `cp` + `sha256sum` and against `webdataset.ShardWriter` + `sha256sum`, in one run.

    python benchmarks/shard_writing.py --megabytes 1500 --rounds 5 --folder /tmp

All three move the same groups (16 samples of seven members, sizes as of 512² pictures, bytes that do not compress) and
end with the sha256 of every shard. Ours does more: it also takes the sha256 of every member and compares it with the
one that was measured, and it syncs every shard to disk before it is renamed into place. `cp` and ShardWriter do not sync;
so each is also timed with a `sync` after it. Bars: 0.8 x cp + sha256sum, 1.5 x ShardWriter + sha256sum.
"""

import argparse
import hashlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from spotdiff10k.joining import Piece, PieceMember, join
from spotdiff10k.shards import shards_at_once
from spotdiff10k.tar import group_bytes
from spotdiff10k.types import FinishedGroup, FinishedSample

SAMPLES_A_GROUP = 16
GROUPS_A_SHARD = 16
MEMBER_BYTES = {
    "depth.png": 30_000,
    "json": 5_000,
    "mask.png": 6_000,
    "normal.png": 60_000,
    "plate.png": 330_000,
    "png": 340_000,
    "shadow.png": 40_000,
}
"""About what the rendered engine makes at 512²."""


def make_groups(folder: Path, megabytes: int) -> list[Path]:
    """Committed groups of together about `megabytes`."""
    rng = np.random.default_rng(0)
    paths: list[Path] = []
    for number in range(max(1, megabytes * 10**6 // (SAMPLES_A_GROUP * sum(MEMBER_BYTES.values())))):
        name = f"g{number:06d}"
        samples = tuple(
            FinishedSample(f"{name}-p{index // 4:02d}-b{index % 4:02d}", {s: rng.bytes(size) for s, size in MEMBER_BYTES.items()})
            for index in range(SAMPLES_A_GROUP)
        )
        path = folder / f"{name}.tar"
        path.write_bytes(b"".join(group_bytes(FinishedGroup(name, samples))))
        paths.append(path)
    return paths


def pieces_of(path: Path) -> Piece:
    """A whole group as a piece, with the digests that `validate` would have measured."""
    from spotdiff10k.committed import read_tar

    stored, data = read_tar(path)
    members = tuple(PieceMember(m.name, m.offset, m.size, m.sha256) for m in stored.members)
    return Piece(path, 0, len(data), members)


def ours(groups: list[Piece], folder: Path) -> list[str]:
    """Join shards, as many at a time as `shard` does."""

    def write(start: int) -> str:
        return join(folder / f"train-{start // GROUPS_A_SHARD:05d}.tar", groups[start : start + GROUPS_A_SHARD])

    with ThreadPoolExecutor(shards_at_once()) as pool:
        return list(pool.map(write, range(0, len(groups), GROUPS_A_SHARD)))


def copied(paths: list[Path], folder: Path) -> list[str]:
    """`cp` of the same bytes, then `sha256sum` of the copies."""
    subprocess.run(["cp", *paths, folder], check=True)
    return sha256sum(sorted(folder.iterdir()))


def webdataset_written(samples: Callable[[], Iterator[dict[str, bytes]]], folder: Path) -> list[str]:
    """ShardWriter, given bytes that are in memory already, then `sha256sum` of the shards."""
    import webdataset

    per_shard = SAMPLES_A_GROUP * GROUPS_A_SHARD
    with webdataset.ShardWriter(f"{folder}/train-%05d.tar", maxcount=per_shard, maxsize=10**12, verbose=0, mtime=0) as writer:
        for sample in samples():
            writer.write(sample)
    return sha256sum(sorted(folder.iterdir()))


def sha256sum(paths: list[Path]) -> list[str]:
    """Digests by the command of that name."""
    done = subprocess.run(["sha256sum", *paths], check=True, capture_output=True, text=True)
    return [line.split()[0] for line in done.stdout.splitlines()]


def stored_samples(groups: list[Piece]) -> Iterator[dict[str, bytes]]:
    """The samples as webdataset takes them; reading them is part of its time, as reading is of ours."""
    for group in groups:
        data = group.path.read_bytes()
        sample: dict[str, bytes] = {}
        for member in group.members:
            key, _, suffix = member.name.partition(".")
            if sample and sample["__key__"] != key:
                yield sample
                sample = {}
            sample["__key__"] = key  # type: ignore[assignment]
            sample[suffix] = data[member.offset : member.offset + member.size]
        yield sample


def cpu_seconds() -> float:
    """Of this process and the commands it ran."""
    return sum(
        usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def timed(write: Callable[[Path], list[str]], root: Path, sync: bool) -> tuple[float, float]:
    """Seconds until the last digest (with `sync`, until the bytes are on disk): by the clock, and of all cores together."""
    folder = Path(tempfile.mkdtemp(dir=root))
    subprocess.run(["sync"], check=True)
    began, used = time.perf_counter(), cpu_seconds()
    write(folder)
    if sync:
        subprocess.run(["sync", "-f", folder], check=True)
    seconds = time.perf_counter() - began, cpu_seconds() - used
    shutil.rmtree(folder)
    return seconds


def check(groups: list[Piece], root: Path) -> None:
    """That what is timed is right: our digests are those of sha256sum."""
    folder = Path(tempfile.mkdtemp(dir=root))
    digests = ours(groups[:GROUPS_A_SHARD], folder)
    expected = b"".join(group.path.read_bytes() for group in groups[:GROUPS_A_SHARD]) + bytes(1024)
    assert digests == [hashlib.sha256(expected).hexdigest()] == sha256sum(sorted(folder.iterdir()))
    shutil.rmtree(folder)


def main() -> None:
    """Time all ways in turn and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a real disk, not a memory file system")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        root = Path(name)
        (root / "groups").mkdir()
        paths = make_groups(root / "groups", options.megabytes)
        groups = [pieces_of(path) for path in paths]
        check(groups, root)
        size = sum(path.stat().st_size for path in paths) / 1e6
        ways: dict[str, tuple[Callable[[Path], list[str]], bool]] = {
            "ours, synced": (lambda folder: ours(groups, folder), False),
            "cp + sha256sum": (lambda folder: copied(paths, folder), False),
            "cp + sha256sum + sync": (lambda folder: copied(paths, folder), True),
            "ShardWriter + sha256sum": (lambda folder: webdataset_written(lambda: stored_samples(groups), folder), False),
            "ShardWriter + sha256sum + sync": (lambda folder: webdataset_written(lambda: stored_samples(groups), folder), True),
        }
        seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(options.rounds):  # interleaved, so that a noisy machine is noisy for all
            for way, (write, sync) in ways.items():
                seconds[way].append(timed(write, root, sync))
    own = seconds["ours, synced"]
    for way, times in seconds.items():
        middle, best = (pick(wall for wall, _ in times) for pick in (statistics.median, min))
        cores = min(used for _, used in times)
        ratios = [middle / statistics.median(wall for wall, _ in own), best / min(wall for wall, _ in own)]
        print(
            f"{way:32} median {middle:5.2f} s, best {best:5.2f} s ({cores:4.2f} s of cores, {size / best:4.0f} MB/s): "
            f"ours is {ratios[0]:4.2f} x by median, {ratios[1]:4.2f} x by best"
        )


if __name__ == "__main__":
    main()
