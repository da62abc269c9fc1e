"""Agreement: index, plan, verdicts and counts tell one story, groups are whole, splits share no subject."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from spotdiff10k.errors import DataError
from spotdiff10k.index import IndexedSample
from spotdiff10k.recipe import Recipe
from spotdiff10k.release import FileSeal
from spotdiff10k.samples import expected_members, group_of
from spotdiff10k.tar import BLOCK_BYTES, END_OF_ARCHIVE, padding
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import Verdict
from spotdiff10k.verification.problems import Problem

INDEX = "index.parquet"


def check_index(samples: Sequence[IndexedSample], seals: Mapping[str, FileSeal]) -> Iterator[Problem]:
    """Keys are well formed and unique, groups lie together in one shard of their split, shards are covered without a gap."""
    yield from _check_keys(samples)
    closed: set[str] = set()
    group, shard, end = "", "", 0
    for sample in samples:
        if sample.group != group:
            closed.add(group)
            group = sample.group
            if group in closed:
                yield Problem(
                    INDEX, f"the group {group} is torn apart: its samples should lie together in one shard.", sample=sample.key
                )
        elif sample.shard != shard:
            yield Problem(INDEX, f"the group {group} is torn apart between {shard} and {sample.shard}.", sample=sample.key)
        if sample.shard != shard:
            yield from _check_end(shard, end, seals)
            shard, end = sample.shard, 0
            if shard not in seals:
                yield Problem(INDEX, f"it places samples in {shard}, which is not part of the release.", sample=sample.key)
        if shard.rpartition("-")[0] != f"shards/{sample.split}":
            yield Problem(INDEX, f"it lies in {shard} and belongs to the split {sample.split}.", sample=sample.key)
        for member in sample.members:
            if member.offset - BLOCK_BYTES != end:
                text = f"its data should start at byte {end + BLOCK_BYTES} of {shard}, the index says {member.offset}."
                yield Problem(INDEX, text, f"{sample.key}.{member.suffix}", sample.key)
            end = member.offset + member.size + len(padding(member.size))
    yield from _check_end(shard, end, seals)
    named = {sample.shard for sample in samples}
    yield from (
        Problem(path, "the index knows of no sample in it.") for path in seals if path.startswith("shards/") and path not in named
    )


def _check_keys(samples: Iterable[IndexedSample]) -> Iterator[Problem]:
    seen: set[str] = set()
    for sample in samples:
        try:
            if group_of(sample.key) != sample.group:
                yield Problem(INDEX, f"it is listed under the group {sample.group}.", sample=sample.key)
        except DataError as error:
            yield Problem(INDEX, str(error), sample=sample.key)
        if sample.key in seen:
            yield Problem(INDEX, "it is listed twice.", sample=sample.key)
        seen.add(sample.key)


def _check_end(shard: str, end: int, seals: Mapping[str, FileSeal]) -> Iterator[Problem]:
    if shard in seals and seals[shard].size != end + len(END_OF_ARCHIVE):
        size = end + len(END_OF_ARCHIVE)
        text = f"its samples end at byte {end}, so it should have {size} bytes; it was sealed with {seals[shard].size}."
        yield Problem(shard, text)


def check_splits(samples: Iterable[IndexedSample]) -> Iterator[Problem]:
    """No subject is in two splits."""
    homes: dict[str, str] = {}
    told: set[str] = set()
    for sample in samples:
        home = homes.setdefault(sample.subject, sample.split)
        if home != sample.split and sample.subject not in told:
            told.add(sample.subject)
            text = f"the subject {sample.subject} is in the splits {home} and {sample.split}; a subject belongs to one."
            yield Problem(INDEX, text, sample=sample.key)


def check_plan(samples: Sequence[IndexedSample], planned: Iterable[PlannedGroup]) -> Iterator[Problem]:
    """Every released sample is planned as it is, groups are whole, and each split is in plan order."""
    groups: dict[str, list[IndexedSample]] = {}
    for sample in samples:
        groups.setdefault(sample.group, []).append(sample)
    order = {split: iter(_unique(s.group for s in samples if s.split == split)) for split in {s.split for s in samples}}
    unplanned = dict(groups)
    for group in planned:
        found = unplanned.pop(group.id, None)
        if found is None:
            continue
        yield from _check_group(group, found)
        if group.split in order and next(order[group.split], "") != group.id:
            yield Problem(INDEX, f"the group {group.id} does not lie where the plan's order puts it.")
    yield from (Problem(INDEX, f"the group {name} is in no plan.", sample=found[0].key) for name, found in unplanned.items())


def _check_group(group: PlannedGroup, found: Sequence[IndexedSample]) -> Iterator[Problem]:
    keys = [sample.key for sample in found]
    wanted = [cell.key for cell in group.cells]
    if keys != wanted:
        missing = [key for key in wanted if key not in set(keys)]
        what = f"{missing[0]} is missing" if missing else "its samples are out of order, or some nobody planned"
        yield Problem(INDEX, f"the group {group.id} is not whole: {what}.", sample=missing[0] if missing else "")
    cells = {cell.key: cell for cell in group.cells}
    for sample in found:
        cell = cells.get(sample.key)
        if cell is not None:
            said = (sample.subject, sample.pose, sample.background, sample.split)
            planned = (
                group.subject.id,
                group.poses[cell.pose_index].id,
                group.backgrounds[cell.background_index].id,
                group.split,
            )
            if said != planned:
                yield Problem(INDEX, f"it says {' / '.join(said)}, the plan says {' / '.join(planned)}.", sample=sample.key)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def check_verdicts(samples: Iterable[IndexedSample], rows: Iterable[Verdict]) -> Iterator[Problem]:
    """Every released sample and group was accepted, at the attempt that was released."""
    accepted = {(row.group, row.sample, row.attempt) for row in rows if row.accepted and row.sample}
    groups = {row.group for row in rows if row.accepted and not row.sample}
    for sample in samples:
        if (sample.group, sample.key, sample.attempt) not in accepted:
            yield Problem(
                "verdicts.parquet", f"its attempt {sample.attempt} was released without having been accepted.", sample=sample.key
            )
        elif sample.group not in groups:
            yield Problem(
                "verdicts.parquet", f"its group {sample.group} was released without having been accepted.", sample=sample.key
            )


def check_claims(release: Mapping[str, Any], chosen: Recipe, fingerprint: str | None) -> Iterator[Problem]:
    """release.json says of itself what recipe and plan say; `fingerprint` is the plan's, None where it cannot be read."""
    wanted = {
        "name": chosen.name,
        "purpose": chosen.purpose,
        "licence": chosen.licence,
        "members": list(expected_members(chosen.engine_settings())),
        "fingerprint": fingerprint or release["fingerprint"],
    }
    for name, value in wanted.items():
        if release[name] != value:
            yield Problem("release.json", f"its {name} is {release[name]!r}, recipe and plan say {value!r}.")


def check_counts(samples: Sequence[IndexedSample], release: Mapping[str, Any]) -> Iterator[Problem]:
    """release.json counts what the index lists."""
    groups = Counter({split: len({s.group for s in samples if s.split == split}) for split in {s.split for s in samples}})
    shards = Counter({split: len({s.shard for s in samples if s.split == split}) for split in groups})
    counted = Counter(sample.split for sample in samples)
    found = {split: {"groups": groups[split], "samples": counted[split], "shards": shards[split]} for split in sorted(groups)}
    counts = release["counts"]
    if counts.get("splits") != found:
        yield Problem("release.json", f"it counts {counts.get('splits')}, the index lists {found}.")
    if counts.get("released") != {"groups": groups.total(), "samples": len(samples)}:
        text = f"it counts {counts.get('released')} released, the index lists {groups.total()} groups and {len(samples)} samples."
        yield Problem("release.json", text)
