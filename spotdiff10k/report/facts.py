"""Totals, digests and versions of a run, as they are told at the top and at the end of a report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spotdiff10k import __version__
from spotdiff10k.recipe import Recipe
from spotdiff10k.release import digest_of
from spotdiff10k.report.values import Tallies
from spotdiff10k.run import Run
from spotdiff10k.stage import Stage
from spotdiff10k.verdicts import Verdict
from spotdiff10k.verification.files import sealed_files


def describe_run(
    run: Run, recipe: Recipe, release: Mapping[str, Any] | None, rows: Sequence[Verdict], tallies: Tallies
) -> dict[str, Any]:
    """The facts that a summary quotes."""
    refused = [row for row in rows if not row.accepted]
    return {
        "lead": _lead(recipe, tallies),
        "size": recipe.engine.size,
        "licence": recipe.licence,
        "bytes": _release_bytes(run, release) if release else _folder_bytes(run.groups),
        "bytes_of": "the sealed release" if release else "groups as made",
        "digest": f"sha256:{digest_of(run.release)}" if release else "",
        "judged": bool(rows),
        "refused_samples": sum(1 for row in refused if row.sample),
        "refused_groups": sum(1 for row in refused if not row.sample),
    }


def _lead(recipe: Recipe, tallies: Tallies) -> str:
    poses, backgrounds = recipe.poses.count, recipe.backgrounds.count
    return (
        f"{_many(tallies.groups, 'subject')}, each in {_many(poses, 'pose')} on {_many(backgrounds, 'background')}: "
        f"{_many(tallies.pictures, 'picture')} of {recipe.engine.size} × {recipe.engine.size} pixels, "
        "in which pose and background vary independently and on purpose."
    )


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _release_bytes(run: Run, release: Mapping[str, Any]) -> int:
    return sum(seal.size for seal in sealed_files(release)[0].values()) + run.release.stat().st_size


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*/*.tar"))


def version_list(stage: Stage, release: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """Names and values: the engine, the libraries that decide bytes, and the fingerprint of what was asked for."""
    recipe = stage.recipe
    engine = (release or {}).get("engine", {})
    versions: Mapping[str, Any] = (release or {}).get("versions", {"spotdiff10k": __version__})
    told = [("engine", f"{engine.get('name', recipe.engine.name)} {engine.get('version', '')}".strip())]
    told += [(str(name), str(value)) for name, value in versions.items()]
    told += [("fingerprint", stage.fingerprint), ("seed", str(recipe.seed)), ("licence", recipe.licence)]
    return tuple(told)
