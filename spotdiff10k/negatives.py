"""Hard negatives: refused samples, with the reason as their label, in a WebDataset tar of their own.

A refused sample is a near miss, which is what a checker or a preference model learns from. They come from committed
groups that may be incomplete, so they are no release: nothing seals them and no split is promised.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spotdiff10k import verdicts
from spotdiff10k.committed import member_bytes, read_tar, tar_paths
from spotdiff10k.errors import RunError
from spotdiff10k.run import Run, driver_lock, write_atomically
from spotdiff10k.samples import RECORD
from spotdiff10k.stage import open_stage
from spotdiff10k.tar import END_OF_ARCHIVE, sample_bytes
from spotdiff10k.types import FinishedSample
from spotdiff10k.verdicts import Verdict

LABEL = "refusal.json"


@dataclass(slots=True)
class NegativesSummary:
    """What was exported."""

    samples: int = 0
    repeated: int = 0  # left out, since an earlier attempt has the same picture
    skipped: int = 0  # refused samples of which there are no bytes, or that are no sample at all
    bytes: int = 0
    by_check: dict[str, int] = field(default_factory=dict)


def export(run: Run, target: Path) -> NegativesSummary:
    """Write every refused attempt of the run to the tar `target`; the same verdicts are the same bytes.

    Keys are `<sample key>-a<attempt>`; `key.refusal.json` says which check refused it, by which measure, and why.
    Raises RunError when nothing was refused, or when the target is there already.
    """
    stage = open_stage(run)
    with driver_lock(run):
        refused = [row for row in verdicts.read(stage.run.verdicts) if row.sample and not row.accepted]
        if not refused:
            raise RunError(f"Nothing in {run.root} was refused, so there is nothing to export.")
        if target.exists():
            raise RunError(f"{target} is there already; choose another file, or remove it.")
        summary = NegativesSummary()
        summary.bytes = write_atomically(target, _chunks(run, refused, summary))
    return summary


def _chunks(run: Run, refused: list[Verdict], summary: NegativesSummary) -> Iterator[bytes]:
    counts: Counter[str] = Counter()
    groups: dict[str, list[Verdict]] = {}
    for row in refused:
        groups.setdefault(row.group, []).append(row)
    for group, rows in groups.items():
        rounds = [member_bytes(*read_tar(path)) for path in tar_paths(run, group)]
        judged_in = {row: _judged_in(row, rounds) for row in rows}
        seen: set[tuple[str, bytes]] = set()
        for row in sorted(rows, key=lambda row: (row.sample, row.attempt)):
            members = rounds[row.attempt].get(row.sample, {}) if row.attempt < len(rounds) else {}
            if RECORD not in members:
                summary.skipped += 1
                continue
            shown = (row.sample, _digest_of_pixels(members))
            if shown in seen:
                summary.repeated += 1
                continue
            seen.add(shown)
            summary.samples += 1
            counts[row.check or verdicts.EARLIER] += 1
            label = _label(row, _refused_with(row, [other for other in rows if judged_in[other] == judged_in[row]]))
            yield from sample_bytes(FinishedSample(f"{row.sample}-a{row.attempt}", {**members, LABEL: label}))
    summary.by_check = dict(sorted(counts.items()))
    yield END_OF_ARCHIVE


def _digest_of_pixels(members: Mapping[str, bytes]) -> bytes:
    """Of all that a sample shows: its record tells the attempt, which alone makes no other picture."""
    digest = hashlib.sha256()
    for suffix in sorted(members.keys() - {RECORD}):
        digest.update(f"{suffix}:{len(members[suffix])}:".encode() + members[suffix])
    return digest.digest()


def _judged_in(row: Verdict, rounds: Sequence[Mapping[str, object]]) -> int:
    """The round that an attempt was refused in: the last one before it was made again. Each round holds what was made in it."""
    made_again = (number for number in range(row.attempt + 1, len(rounds)) if row.sample in rounds[number])
    return next(made_again, len(rounds)) - 1


def _refused_with(row: Verdict, rows: list[Verdict]) -> list[str]:
    """Those of one round that the same measure refuses: one that fell out of line may have drawn them along.

    None where no measure of today refuses it: earlier thresholds are not one measure.
    """
    if not row.check:
        return []
    return sorted({other.sample for other in rows if (other.check, other.measure) == (row.check, row.measure)} - {row.sample})


def _label(row: Verdict, refused_with: list[str]) -> bytes:
    values = {
        "attempt": row.attempt,
        "check": row.check,
        "evidence": row.evidence,
        "measure": row.measure,
        "reason": row.reason,
        "refused_by": row.refused_by,
        "refused_with": refused_with,
        "split": row.split,
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
