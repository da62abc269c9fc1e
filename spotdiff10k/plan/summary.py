"""What a plan says of itself: counts, balance of levels, sharing and dependence, for plan.json and for people."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from spotdiff10k.errors import PlanError
from spotdiff10k.plan.independence import Dependence
from spotdiff10k.plan.subjects import Drawn

Columns = npt.NDArray[np.int32]


def counts(splits: Sequence[str], regular: int, cells: int, names: Iterable[str]) -> dict[str, Any]:
    """Groups and samples, all together and in each split, in the order of `names`; `cells` is of one group."""
    taken, spare = Counter(splits[:regular]), Counter(splits[regular:])
    return {
        "groups": regular,
        "reserve": len(splits) - regular,
        "samples": regular * cells,
        "cells_a_group": cells,
        "splits": {
            name: {"groups": taken[name], "reserve": spare[name], "samples": taken[name] * cells} for name in names if taken[name]
        },
    }


def balance(drawn: Sequence[Drawn], splits: Sequence[str], sets: Mapping[str, tuple[Sequence[str], Columns]]) -> dict[str, Any]:
    """How often the regular groups take each level, and the widest gap between two levels inside a family and a split.

    `sets` is factor → (level ids, the groups' sets).
    """
    families = [subject.family for subject in drawn]
    tables: dict[str, Any] = {
        "family": dict(sorted(Counter(families).items())),
        "palette": dict(sorted(Counter(subject.colour for subject in drawn).items())),
    }
    for factor, (ids, columns) in sets.items():
        taken = np.bincount(columns.ravel(), minlength=len(ids))
        tables[factor] = {
            "levels": dict(zip(ids, taken.tolist(), strict=True)),
            "gap": int(np.ptp(taken)),
            "gap_inside_a_family": _gap(columns, families, len(ids)),
            "gap_inside_a_split": _gap(columns, splits, len(ids)),
        }
    return tables


def _gap(columns: Columns, labels: Sequence[str], levels: int) -> int:
    names, numbers = np.unique(np.asarray(labels), return_inverse=True)
    table = np.bincount((numbers[:, None] * levels + columns).ravel(), minlength=len(names) * levels).reshape(-1, levels)
    return int(np.ptp(table, axis=1).max())


def refuse_confounded(tests: Iterable[Dependence], purpose: str) -> None:
    """Raise PlanError when factors depend on each other, unless the recipe says that this is a control."""
    found = [test for test in tests if test.confounded]
    if not found or purpose == "control":
        return
    worst = max(found, key=lambda test: test.strength)
    raise PlanError(
        f"This plan is confounded: {worst.factor} levels depend on {worst.on} (Cramér's V {worst.cramers_v:.2f}, "
        f"{worst.by_chance:.2f} by chance, p = {worst.p_value:g}), so nothing learnt from it could tell the two apart. "
        f"Set {worst.factor}s.depends_on to nothing, or declare the recipe a control with purpose: control."
    )


def fingerprint(*parts: Any) -> str:
    """The sha256 of plain values as canonical JSON."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
