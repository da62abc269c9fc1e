"""Train the verifiers that the identity check ships, and find its thresholds, on development subjects.

    python benchmarks/identity_training.py --out manifests/verifiers
    python benchmarks/identity_training.py --out manifests/verifiers --encoders mobilenet_v2
    python benchmarks/identity_training.py --out manifests/verifiers --encoders augnet --seeds 101

Thresholds come from cross-validation: contexts in four parts, each scored by a verifier that was trained on the others.
The shipped verifier is trained on all of them. Held-out subjects (benchmarks/identity_twins.py) have other seeds. With the one
that needs no encoder comes the verifier of rows (rows.safetensors), which compares poses as wholes for all of them.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from twins import Context, contexts, rendered

from spotdiff10k.identity import row_training, training
from spotdiff10k.identity.appearance import Appearance, appearance
from spotdiff10k.identity.mates import copies, faults_of_colour
from spotdiff10k.identity.members import score_group
from spotdiff10k.identity.neural import SIDE, neural_blocks
from spotdiff10k.identity.rows import FILE, MOST_ODDS, rows_bytes
from spotdiff10k.identity.training import Labels
from spotdiff10k.identity.verifier import NONE, Verifier, verifier_bytes
from spotdiff10k.types import PlannedGroup

SEEDS = (101, 303)
CONTEXTS, TWINS = 12, 4
FOLDS = 4
STAGES = {NONE: (), "augnet": (1, 2), "mobilenet_v2": (1, 2, 3, 4)}
"""Which stages each verifier looks at, and how much it is shrunk; chosen on development subjects (docs/identity.md)."""
SHRINKAGE = {NONE: 0.05, "augnet": 0.2, "mobilenet_v2": 0.2}
PERCENTS = (0.1, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Described:
    """Descriptors (N, D) of many contexts with their labels, and the blocks that a row is made of."""

    values: np.ndarray
    labels: Labels
    blocks: tuple[tuple[str, int], ...]
    highest: dict[str, list[float]]  # copy, novelty and tint, which need no verifier: the highest of each group


def describe(chosen: Sequence[Context], encoder: str, workers: int) -> Described:
    """Render contexts and describe every picture."""
    rows: list[np.ndarray] = []
    labels: list[tuple[int, int, int, int]] = []
    blocks: tuple[tuple[str, int], ...] = ()
    highest: dict[str, list[float]] = {"copy": [], "novelty": [], "tint": []}
    network = None
    if encoder != NONE:
        from spotdiff10k.encoders import load_encoder

        network = load_encoder(encoder, input_size=SIDE)
    for number, (context, made) in enumerate(zip(chosen, rendered(chosen, workers), strict=True)):
        for twin, group in enumerate(context.groups):
            pairs = list(zip(made.pictures[twin], made.masks[twin], strict=True))
            neural = neural_blocks(network, pairs, STAGES[encoder]) if network else [{} for _ in pairs]
            looks = [appearance(*pair) for pair in pairs]
            for name, values in mates(looks, group).items():
                highest[name].append(max(values))
            for cell, look, more in zip(group.cells, looks, neural, strict=True):
                descriptor = {**(look.descriptor or {}), **more}
                blocks = tuple((name, len(values)) for name, values in descriptor.items())
                rows.append(np.concatenate(list(descriptor.values())))
                labels.append((number, number * len(context.groups) + twin, cell.pose_index, cell.background_index))
    return Described(np.stack(rows), Labels(*np.array(labels, np.int64).T), blocks, highest)


def mates(looks: Sequence[Appearance], group: PlannedGroup) -> dict[str, list[float]]:
    """What members measure beside their mates."""
    poses = np.array([cell.pose_index for cell in group.cells])
    backgrounds = np.array([cell.background_index for cell in group.cells])
    novelty, tint = faults_of_colour(looks, poses, backgrounds)
    return {"copy": copies(looks, poses), "novelty": novelty, "tint": tint}


def train(data: Described, rows: np.ndarray, encoder: str, words: str) -> Verifier:
    """A verifier from some rows."""
    labels = data.labels
    some = Labels(labels.context[rows], labels.subject[rows], labels.pose[rows], labels.background[rows])
    return Verifier(encoder, data.blocks, *training.fit(data.values[rows], some, shrinkage=SHRINKAGE[encoder]), words)


def embed(verifier: Verifier, values: np.ndarray) -> np.ndarray:
    """(N, K) embeddings of (N, D) descriptors."""
    cuts = np.cumsum([length for _, length in verifier.blocks])[:-1]
    names = [name for name, _ in verifier.blocks]
    return np.stack([verifier.embed(dict(zip(names, np.split(row, cuts), strict=True))) for row in values])


def cross_validated(data: Described, encoder: str) -> dict[str, dict[str, float]]:
    """Quantiles of what sound groups measure, from the bad end, each scored by a verifier that did not see its context."""
    names = ("same_subject", "margin", "cohesion", "clique", "pair")
    lowest: dict[str, list[float]] = {name: [] for name in names}
    highest: dict[str, list[float]] = {**data.highest, "division": []}
    for fold in range(FOLDS):
        out = data.labels.context % FOLDS == fold
        verifier = train(data, np.flatnonzero(~out), encoder, "")
        for subject in np.unique(data.labels.subject[out]):
            rows = np.flatnonzero(data.labels.subject == subject)
            pose, background = data.labels.pose[rows], data.labels.background[rows]
            scores = score_group(list(embed(verifier, data.values[rows])), pose, background)
            lowest["same_subject"].append(float(scores.same_subject.min()))
            lowest["margin"].append(float(scores.margin.min()))
            lowest["cohesion"].append(scores.cohesion)
            lowest["clique"].append(len(scores.clique) / len(rows))
            lowest["pair"].append(float(scores.agreement.min()))
            highest["division"].append(scores.division)
    return {name: _quantiles(values, low=True) for name, values in lowest.items()} | {
        name: _quantiles(values, low=False) for name, values in highest.items()
    }


def cross_validated_rows(rows: row_training.Rows, blocks: row_training.Blocks) -> dict[str, float]:
    """Quantiles of the lowest pose agreement of sound groups, each scored by a verifier of rows that did not see its context."""
    lowest: list[float] = []
    for fold in range(FOLDS):
        out = rows.context % FOLDS == fold
        verifier = row_training.train(rows.of(~out), blocks, "")
        for subject in np.unique(rows.subject[out]):
            own = rows.subject == subject
            poses = rows.pose[own]
            values = rows.values[own]
            odds = [verifier.odds(values[at], values[np.arange(len(poses)) != at]) for at in range(len(poses))]
            lowest.append(min(odds) / MOST_ODDS)
    return _quantiles(lowest, low=True)


def _quantiles(values: Sequence[float], low: bool) -> dict[str, float]:
    """What this share of the groups is beyond."""
    return {f"{percent:g} %": float(np.percentile(values, percent if low else 100 - percent)) for percent in PERCENTS}


def main() -> None:
    """Render, describe, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--encoders", nargs="+", default=[NONE])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--contexts", type=int, default=CONTEXTS, help="of each family and seed")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    chosen = [context for seed in arguments.seeds for context in contexts(seed, arguments.contexts, TWINS)]
    count = sum(len(context.groups) for context in chosen)
    families, seeds = len({context.family for context in chosen}), " and ".join(map(str, arguments.seeds))
    words = f"{count} rendered subjects of {families} families, seeds {seeds}"
    for encoder in arguments.encoders:
        data = describe(chosen, encoder, arguments.workers)
        print(json.dumps({"encoder": encoder, "one sound group in so many is beyond": cross_validated(data, encoder)}, indent=2))
        verifier = train(data, np.arange(len(data.values)), encoder, words)
        (arguments.out / f"{encoder}.safetensors").write_bytes(verifier_bytes(verifier))
        if encoder == NONE:
            rows = row_training.rows_of(data.values, data.labels)
            print(json.dumps({"pose_agreement": cross_validated_rows(rows, data.blocks)}, indent=2))
            (arguments.out / FILE).write_bytes(rows_bytes(row_training.train(rows, data.blocks, words)))


if __name__ == "__main__":
    main()
