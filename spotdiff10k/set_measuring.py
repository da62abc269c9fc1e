"""Measuring the set as a whole by the checks that look across groups; findings are kept beside the groups' measures."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spotdiff10k.errors import RunError
from spotdiff10k.limits import Rule, Scope, chosen_checks, make_check
from spotdiff10k.measures import Check, as_dict, from_json, set_setup_of, setup_of, to_json
from spotdiff10k.run import write_atomically
from spotdiff10k.set_measures import SetCheck, SetGroup, SetMeasures
from spotdiff10k.stage import Stage

FORMAT = 1
KEPT = 2
"""Findings that are kept: those on all candidates, and those on what remains after refusals."""


class SetMeasurer:
    """Runs the checks of a recipe that look across groups; the same groups are not looked at twice."""

    def __init__(self, stage: Stage, rules: Sequence[Rule]) -> None:
        self._stage = stage
        self._path = _path(stage)
        asked = {rule.check for rule in rules if rule.scope in (Scope.ACROSS, Scope.SET)}
        self._names = tuple(name for name in chosen_checks(stage.recipe.checks) if name in asked)

    @property
    def wanted(self) -> bool:
        """Whether any check of the recipe looks across groups."""
        return bool(self._names)

    def measure(self, groups: Sequence[SetGroup]) -> dict[str, SetMeasures]:
        """What each check finds in these groups, by its name. Raises RunError when a check's measures are incomplete."""
        made = {name: make_check(name, self._stage.recipe.checks) for name in self._names}
        digest = _digest({name: (check.version, setup_of(check), set_setup_of(check)) for name, check in made.items()}, groups)
        kept = _read_kept(self._path)
        if list(kept)[-1:] != [digest]:
            found = kept.pop(digest) if digest in kept else self._find(made, groups)
            kept[digest] = found  # last, where `latest` looks for it
            _write_kept(self._path, kept)
        return kept[digest]

    def _find(self, checks: Mapping[str, Check], groups: Sequence[SetGroup]) -> dict[str, SetMeasures]:
        keys = {cell.key for group in groups for cell in group.planned.cells}
        found: dict[str, SetMeasures] = {}
        for name, check in checks.items():
            if not isinstance(check, SetCheck):
                raise RunError(
                    f"The check {name} names measures of the set and is no SetCheck; docs/add-a-check.md says what that is."
                )
            measures = found[name] = check.measure_set(groups)
            wanted = measures.samples or check.across_ranges.keys() - measures.unchecked.keys()
            if wanted and measures.samples.keys() != keys:
                raise RunError(f"The check {name} measured {len(measures.samples)} of {len(keys)} samples of the set.")
        return found


def latest(stage: Stage) -> dict[str, SetMeasures]:
    """What the checks last found in the set, by name, for reports; empty where none looked."""
    kept = list(_read_kept(_path(stage)).values())
    return kept[-1] if kept else {}


def _path(stage: Stage) -> Path:
    return stage.run.measures / "set.json"


def _read_kept(path: Path) -> dict[str, dict[str, SetMeasures]]:
    """What was found before, by digest, oldest first; nothing where that cannot be used: it is then simply found again."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            return {}
        return {str(item["groups"]): {name: _read(it) for name, it in item["checks"].items()} for item in document["found"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write_kept(path: Path, kept: Mapping[str, Mapping[str, SetMeasures]]) -> None:
    newest = list(kept.items())[-KEPT:]
    document = {"format": FORMAT, "found": [{"groups": digest, "checks": _document(found)} for digest, found in newest]}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    write_atomically(path, text.encode() + b"\n")


def _digest(checks: Mapping[str, tuple[int, str, str]], groups: Sequence[SetGroup]) -> str:
    """Of all that the findings depend on."""
    digest = hashlib.sha256(json.dumps(checks, sort_keys=True).encode())
    for group in groups:
        told = [group.planned, dict(group.measured)]
        digest.update(json.dumps(told, sort_keys=True, default=as_dict).encode())
    return digest.hexdigest()


def _document(found: Mapping[str, SetMeasures]) -> dict[str, Any]:
    return {
        name: {
            "samples": {key: to_json(values) for key, values in item.samples.items()},
            "whole": to_json(item.whole),
            "evidence": dict(item.evidence),
            "unchecked": dict(item.unchecked),
            "unseen": {key: dict(texts) for key, texts in item.unseen.items()},
        }
        for name, item in found.items()
    }


def _read(item: Mapping[str, Any]) -> SetMeasures:
    return SetMeasures(
        samples={str(key): from_json(values) for key, values in item["samples"].items()},
        whole=from_json(item["whole"]),
        evidence={str(key): str(text) for key, text in item["evidence"].items()},
        unchecked={str(key): str(text) for key, text in item["unchecked"].items()},
        unseen={str(key): {str(name): str(text) for name, text in texts.items()} for key, texts in item["unseen"].items()},
    )
