"""shard: join the accepted groups into shards, index and preview them, and seal the release, last of all."""

import re
from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest

from spotdiff10k import preview, verdicts
from spotdiff10k.cores import usable_cores
from spotdiff10k.deciding import decide
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.index import index_bytes
from spotdiff10k.joining import intact_digest, join
from spotdiff10k.layout import Shard, layout
from spotdiff10k.limits import read_rules
from spotdiff10k.release import FileSeal, read_release, unseal, write_release, write_sealed
from spotdiff10k.run import TEMP_PREFIX, Run, driver_lock
from spotdiff10k.sealing import gather
from spotdiff10k.selection import released
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict
from spotdiff10k.verification.files import sealed_files

OUR_FILES = re.compile(r"[a-z]+-[0-9]{5,}\.(?:tar|parquet)|" + re.escape(TEMP_PREFIX) + ".*")
"""What `shard` may remove from `shards/` and `preview/`: what it writes there itself, and leftovers of a killed write."""
CORES_PER_SHARD = 3
"""A shard keeps this many cores busy: the copy and two hashes."""
LEAST_AT_ONCE = 2
"""Shards that are written at a time at least: one is copied while the other waits for the disk."""


@dataclass(slots=True)
class ShardSummary:
    """What shard made or found; files by their path in the release."""

    digest: str = ""  # sha256 of release.json
    groups_planned: int = 0
    groups: int = 0
    samples: int = 0
    shards: int = 0
    bytes: int = 0  # of all shards
    written: list[str] = field(default_factory=list)  # not there before as they should be
    removed: list[str] = field(default_factory=list)


def shard(run: Run, workers: int = 0) -> ShardSummary:
    """Make and seal the release of a validated run; what is there already, intact, is left alone.

    Raises DataError when no group was accepted, RunError when a committed group, or a threshold, changed after the run
    was validated.
    """
    stage = open_stage(run)
    with driver_lock(run):
        return make_release(stage, workers)


def make_release(stage: Stage, workers: int = 0) -> ShardSummary:
    """Shard and seal; the caller holds the driver lock."""
    run, rows = stage.run, verdicts.read(stage.run.verdicts)
    _refuse_stale(stage, rows)
    groups = _released(stage, rows)
    shards = list(layout(run, groups, stage.recipe.shards.groups_per_shard))
    summary = ShardSummary(
        groups_planned=sum(not group.reserve for group in stage.groups()),
        groups=len(groups),
        samples=sum(len(item.samples) for item in shards),
        shards=len(shards),
        bytes=sum(item.size for item in shards),
    )
    sealed = _sealed_before(run)
    seals = _write_shards(run, shards, summary)
    if write_sealed(run, run.index, index_bytes(sample for item in shards for sample in item.samples)):
        summary.written.append(run.index.name)
    for name, (found, written) in preview.write_previews(run, shards, stage.recipe.preview.size, workers, sealed).items():
        seals[name] = found
        summary.written += [name] if written else []
    _remove_stale(run, seals.keys(), summary)
    document = gather(stage, rows, groups, Counter(item.split for item in shards), seals)
    summary.digest, written = write_release(run, document)
    summary.written += [run.release.name] if written else []
    return summary


def _refuse_stale(stage: Stage, rows: list[Verdict]) -> None:
    """A seal lists the thresholds that decided: so the verdicts have to be what thresholds and measures say now."""
    now = decide(stage, {row.group for row in rows}, read_rules(stage.recipe.checks))
    if any(old != new for old, new in zip_longest(rows, now.rows)):
        raise RunError(
            f"{stage.run.verdicts} is older than the thresholds in recipe.yaml or than the measures. "
            f"Run: spotdiff10k validate {stage.run.root}"
        )
    if now.set_refusals:
        raise DataError(f"The set does not pass as a whole, so it is not released: {' '.join(now.set_refusals)}")


def _released(stage: Stage, rows: list[Verdict]) -> list[PlannedGroup]:
    accepted = {row.group for row in rows if not row.sample and row.accepted}
    groups = released(stage.groups(), accepted)
    if not groups:
        reasons = Counter(row.check for row in rows if not row.accepted).most_common(1)
        why = f" Most often by the check '{reasons[0][0]}'." if reasons else ""
        raise DataError(f"There is nothing to release: every group of {stage.run.root} is refused.{why} See verdicts.parquet.")
    return groups


def _sealed_before(run: Run) -> dict[str, FileSeal]:
    """What the seal that is there now says of files; nothing when there is none, or a broken one."""
    try:
        return sealed_files(read_release(run.release))[0]
    except DataError:
        return {}


def _write_shards(run: Run, shards: list[Shard], summary: ShardSummary) -> dict[str, FileSeal]:
    """Write the shards that are not there as they should be; path to seal."""

    def write(item: Shard) -> tuple[FileSeal, bool]:
        path = run.root / item.path
        digest = intact_digest(path, item.members, item.size)
        if digest is not None:
            return FileSeal(item.size, digest), False
        unseal(run)
        return FileSeal(item.size, join(path, item.pieces)), True

    seals: dict[str, FileSeal] = {}
    with ThreadPoolExecutor(shards_at_once()) as pool:
        for item, (seal, written) in zip(shards, pool.map(write, shards), strict=True):
            seals[item.path] = seal
            summary.written += [item.path] if written else []
    return seals


def shards_at_once() -> int:
    """How many shards to write at a time on this machine."""
    return max(LEAST_AT_ONCE, usable_cores() // CORES_PER_SHARD)


def _remove_stale(run: Run, kept: Collection[str], summary: ShardSummary) -> None:
    """Remove what an earlier sealing left in `shards/` and `preview/`; files that are not ours stay."""
    for folder in (run.shards, run.preview):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = path.relative_to(run.root).as_posix()
            if name not in kept and OUR_FILES.fullmatch(path.name) and not path.is_dir():
                unseal(run)
                path.unlink()
                summary.removed.append(name)
