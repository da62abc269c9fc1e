"""What release.json says: gathered from the plan, the verdicts and the files, and from nothing else."""

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from spotdiff10k import __version__, registry
from spotdiff10k.limits import Rule, chosen_checks, read_rules
from spotdiff10k.release import FORMAT, SEALED_BESIDE, FileSeal
from spotdiff10k.samples import expected_members
from spotdiff10k.stage import Stage
from spotdiff10k.types import PlannedGroup
from spotdiff10k.verdicts import EARLIER, Verdict

LIBRARIES = ("numpy", "numba", "pillow", "pyarrow", "trimesh")
"""What decides bytes besides our own code."""


def gather(
    stage: Stage,
    rows: Sequence[Verdict],
    released: Sequence[PlannedGroup],
    shards: Mapping[str, int],
    seals: Mapping[str, FileSeal],
) -> dict[str, Any]:
    """The document to seal. `shards` counts them by split; `seals` are those of shards and previews, by path."""
    files = {**seals, **{name: FileSeal.of(stage.run.root / name) for name in SEALED_BESIDE}}
    engine = stage.recipe.engine.name
    return {
        "format": FORMAT,
        "name": stage.recipe.name,
        "purpose": stage.recipe.purpose,
        "licence": stage.recipe.licence,
        "engine": {"name": engine, "version": registry.find("engines", engine).version},
        "versions": library_versions(),
        "fingerprint": stage.fingerprint,
        "members": list(expected_members(stage.settings)),
        "calibration": stage.recipe.calibration,
        "checks": _checks(stage),
        "counts": _counts(stage, rows, released, shards),
        "refused": _refused(rows),
        "files": {path: {"bytes": item.size, "sha256": item.sha256} for path, item in files.items()},
    }


def library_versions() -> dict[str, str]:
    """Versions of what decides bytes, by name."""
    found = {"python": platform.python_version(), "spotdiff10k": __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _checks(stage: Stage) -> dict[str, Any]:
    """Each check with its version and the thresholds that decided."""
    rules = read_rules(stage.recipe.checks)
    return {
        name: {
            "version": check.version,
            "limits": {rule.measure: str(rule.limit) for rule in rules if rule.check == name and _bounds(rule)},
        }
        for name, check in chosen_checks(stage.recipe.checks).items()
    }


def _bounds(rule: Rule) -> bool:
    return rule.limit != type(rule.limit)()


def _counts(stage: Stage, rows: Sequence[Verdict], released: Sequence[PlannedGroup], shards: Mapping[str, int]) -> dict[str, Any]:
    """Groups and samples: planned, made, accepted, repaired, released, and released by split."""
    planned = [group for group in stage.groups() if not group.reserve]
    samples = [row for row in rows if row.sample and not row.superseded]
    groups = [row for row in rows if not row.sample]
    accepted = [row for row in samples if row.accepted]
    names = {group.id for group in released}
    splits: dict[str, dict[str, int]] = {split: {"groups": 0, "samples": 0, "shards": count} for split, count in shards.items()}
    for group in released:
        splits[group.split]["groups"] += 1
        splits[group.split]["samples"] += len(group.cells)
    return {
        "planned": {"groups": len(planned), "samples": sum(len(group.cells) for group in planned)},
        "made": {"groups": len(groups), "samples": sum(1 for row in rows if row.sample)},
        "accepted": {"groups": sum(row.accepted for row in groups), "samples": len(accepted)},
        "repaired": {"samples": sum(row.attempt > 0 for row in accepted if row.group in names)},
        "released": {"groups": len(released), "samples": sum(len(group.cells) for group in released)},
        "splits": splits,
    }


def _refused(rows: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    """Check to how many samples (with history) and groups it refused."""
    samples: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for row in rows:
        if not row.accepted:
            (samples if row.sample else groups)[row.check or EARLIER] += 1
    return {name: {"groups": groups[name], "samples": samples[name]} for name in sorted({*samples, *groups})}
