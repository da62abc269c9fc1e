"""The measures of a set: dependences of the plan that is left, and what probes tell."""

import numpy as np

from spotdiff10k.checks._leaks import Told, background_gap, preferred, some_entries, tells
from spotdiff10k.checks._ridge import F64, Labels
from spotdiff10k.checks._set_table import Notes, SetTable
from spotdiff10k.plan import independence
from spotdiff10k.seeds import seed_for

FEWEST_GROUPS = 20
MOST_GROUPS = 1500
"""Groups that probes look at; of a larger set, some at random."""
ROOT = 0
"""Root of the seeds: the same set, the same permutations."""
KNOWN = 0.97
"""Share of the entries in which a cell of the background must be free to be used."""
FEWEST_CELLS = 12
"""Of such colours; with fewer, backgrounds say nothing."""
NO_CELLS = "the subjects leave too little of the backgrounds free"
NOT_SHARED = "no two subjects share a cell"
FEW_ALIKE = "too few groups have another of their family to exchange backgrounds with"
ONE_FAMILY = "the set has one family"


def probed_groups(count: int) -> list[int]:
    """Which of so many groups are probed, in order."""
    return sorted(_rng("groups").permutation(count)[:MOST_GROUPS].tolist())


def certain_dependence(table: SetTable, words: list[str]) -> dict[str, float]:
    """Cramér's V beyond chance of every pair, 0 where a permutation test does not find it certain."""
    found = independence.measure(table.poses, table.backgrounds, table.families, table.palette, ROOT)
    measured: dict[str, float] = {}
    for test in found:
        measured[f"{test.factor}_by_{test.on}"] = min(1.0, test.strength) if test.p_value <= independence.P_VALUE else 0.0
        words.append(
            f"{test.factor} by {test.on}: V {test.cramers_v:.3f} (chance {test.by_chance:.3f}, p {test.p_value:g}),"
            f" {test.bits:.3f} bits beyond chance"
        )
    return measured


def probe(table: SetTable, notes: Notes, words: list[str]) -> tuple[dict[str, float], dict[str, str]]:
    """What can be told from what: measures, and the reasons for those that could not be taken."""
    found: dict[str, Told | str] = {}
    entries = _Entries.of(notes)
    families = table.family_numbers
    several = len(set(table.families)) > 1
    enough = entries.backgrounds.shape[1] >= FEWEST_CELLS and len(set(entries.groups.tolist())) >= FEWEST_GROUPS
    reason = "" if several and enough else (NO_CELLS if several else ONE_FAMILY)
    found["family_from_background"] = reason or tells(entries.backgrounds, entries.groups, families, _rng("background"))
    found["background_gap"] = reason or _gap(entries, families) or FEW_ALIKE
    found["family_from_pose"] = tells(*_poses(table), families, _rng("pose")) if several else ONE_FAMILY
    found["subject_from_background"] = preferred(notes.backgrounds, notes.context, True, _rng("same")) or NOT_SHARED
    own = preferred(notes.subjects, notes.context, False, _rng("subject"))
    measured = {name: told.certain for name, told in found.items() if isinstance(told, Told)}
    words.extend(f"{name}: {told}" for name, told in found.items() if isinstance(told, Told))
    unchecked = {name: told for name, told in found.items() if isinstance(told, str)}
    if own is None:
        unchecked["subject_from_subject"] = NOT_SHARED
    else:
        measured["subject_from_subject"] = own.share
        words.append(f"subject_from_subject: {own}")
    return measured, unchecked


def _gap(entries: "_Entries", families: Labels) -> Told | None:
    return background_gap(entries.subjects, entries.backgrounds, entries.groups, families, _rng("gap"))


class _Entries:
    """One row for each background of each group: the mean over its poses, of the cells that are free nearly everywhere."""

    def __init__(self, groups: Labels, subjects: F64, backgrounds: F64) -> None:
        self.groups, self.subjects, self.backgrounds = groups, subjects, backgrounds

    @classmethod
    def of(cls, notes: Notes) -> "_Entries":
        context = notes.context
        levels = int(context.backgrounds.max()) + 1
        places, row_of = np.unique(context.groups * levels + context.backgrounds, return_inverse=True)
        known = np.isfinite(notes.backgrounds)
        counts = _sums(row_of, known.astype(float))
        backgrounds = _sums(row_of, np.where(known, notes.backgrounds, 0.0)) / np.maximum(counts, 1.0)
        subjects = _sums(row_of, notes.subjects) / np.bincount(row_of)[:, None]
        columns = (counts > 0).mean(axis=0) >= KNOWN
        rows = np.flatnonzero((counts[:, columns] > 0).all(axis=1))
        rows = rows[some_entries(len(rows), _rng("entries"))]
        groups = places[rows] // levels
        return cls(groups.astype(np.int64), subjects[rows], backgrounds[np.ix_(rows, np.flatnonzero(columns))])


def _sums(rows: Labels, values: F64) -> F64:
    """Rows of values (N, D) that share a number, summed."""
    found = np.zeros((int(rows.max()) + 1, values.shape[1]))
    np.add.at(found, rows, values)
    return found


def _poses(table: SetTable) -> tuple[F64, Labels]:
    """One row for each pose of each group: which level it is; and the group."""
    levels = table.poses.ravel()
    groups = np.repeat(np.arange(len(table.poses)), table.poses.shape[1])
    rows = some_entries(len(levels), _rng("poses"))
    return np.eye(int(levels.max()) + 1)[levels[rows]], groups[rows].astype(np.int64)


def _rng(purpose: str) -> np.random.Generator:
    return np.random.default_rng(seed_for(ROOT, "checks", "balance", purpose))
