"""Every figure that a measurement allows, and what each means on a given set."""

from spotdiff10k.training.evidence.by_subject import Float64
from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.evidence.kinds import KINDS
from spotdiff10k.training.evidence.measuring import Measured
from spotdiff10k.training.evidence.probes import can_be_asked, chance
from spotdiff10k.training.evidence.retrieval import SMALL_GALLERY
from spotdiff10k.training.results import Meaning

READERS = ("", "_strongest", "_taught", "_network")
SOURCES = 3
"""Pictures that a swap takes codes from; they are not searched."""


def values_of(measured: Measured, weights: Float64) -> dict[str, Float64]:
    """(R,) of every figure that the measurement allows, by name."""
    return {kind.name: kind.statistic(measured, weights) for kind in KINDS if all(need in measured for need in kind.needs)}


def meanings(held_out: HeldOut, width: int) -> tuple[Meaning, ...]:
    """What every figure is on this set, with what knowing nothing would give."""
    known = _chances(held_out, width)
    return tuple(Meaning(kind.name, kind.title, kind.sentence, kind.better, known.get(kind.name), kind.bounds) for kind in KINDS)


def _chances(held_out: HeldOut, width: int) -> dict[str, float]:
    chances = dict.fromkeys(("subject_read", "subject_in_pose", "subject_in_background"), 1.0 / held_out.subjects)
    for factor in ("pose", "background"):
        if can_be_asked(level := getattr(held_out.labels, factor)):
            chances |= dict.fromkeys((*(f"{factor}_leak{how}" for how in READERS), f"{factor}_read"), chance(level))
    asked = held_out.own.any(1)
    if asked.any():
        own, gallery = held_out.own[asked].sum(1), held_out.gallery[asked].sum(1)
        drawn = min(1.0, (SMALL_GALLERY - 1) / max(1, held_out.subjects - 1))
        found, among_few = (own / (own + (gallery - own) * share) for share in (1.0, drawn))
        chances |= {"paired": 0.5, "recall_at_1": float(found.mean()), "shortcut_margin": 0.0}
        chances["recall_at_1_of_32"] = float(among_few.mean())
        chances["swap"] = 1.0 / max(1, len(held_out) - SOURCES)
    return {**chances, "squared_cosine": 1.0 / width}
