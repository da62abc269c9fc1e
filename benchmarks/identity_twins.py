"""Identity against matched-context twins on held-out subjects: every score beside every other, once.

    python benchmarks/identity_twins.py                                     pixels and masks alone
    python benchmarks/identity_twins.py --encoders mobilenet_v2 augnet      also what encoders see; needs their weights

Twins are other subjects of the family in the same poses on the same backgrounds. Pair AUC: two pictures of one subject that
differ in pose and background, against twins in the same cell. Group AUC: the means of both over a group. Swaps: one picture
of a group is a twin's, every pair of twins and every cell; caught when the group's lowest margin (a member's mean score with
the others, less that of the others among themselves) is lower than in all but 1 or 2 % of sound groups. In brackets 95 %
bootstrap intervals over contexts. Then what the check does at its shipped limits, which were set on other subjects.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from planted_identity import DEFECTS, judge
from twin_scores import below, cosines, margins_of, outcome, quantile, with_intervals
from twins import Context, Pictures, contexts, rendered

from spotdiff10k.identity.appearance import appearance
from spotdiff10k.identity.neural import SIDE, neural_blocks
from spotdiff10k.identity.verifier import NONE, load_verifier

SEED, CONTEXTS, TWINS = 202, 5, 4
POSES, BACKGROUNDS = 3, 3
BINS = 4
"""Of the plain colour histogram, per channel."""
INSIDE = 128
CLASSICAL = ("colours", "places", "texture", "outline")
"""Blocks of the descriptor that are shown by themselves."""

Vectors = dict[str, np.ndarray]


def histogram(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Square roots of a plain colour histogram inside a mask; of the whole picture where the mask is everywhere."""
    bins = (picture[mask >= INSIDE] // (256 // BINS)).astype(int) @ [BINS**2, BINS, 1]
    counts = np.bincount(bins, minlength=BINS**3)
    return np.sqrt(counts / max(1, counts.sum()))


def classical(made: Pictures) -> Vectors:
    """What needs no encoder: (twins, cells, D) by name."""
    found: defaultdict[str, list[np.ndarray]] = defaultdict(list)
    verifier = load_verifier()
    for picture, mask in _each(made):
        look = appearance(picture, mask)
        assert look.descriptor is not None
        found["colour histogram, whole picture"].append(histogram(picture, np.full_like(mask, 255)))
        found["colour histogram, in the mask"].append(histogram(picture, mask))
        for name in CLASSICAL:
            found[f"block {name}, untrained"].append(look.descriptor[name])
        found["all blocks, untrained"].append(np.concatenate([_unit(block) for block in look.descriptor.values()]))
        found["verifier, no encoder"].append(verifier.embed(look.descriptor))
    return _stacked(found, made)


def neural(name: str, made: Pictures) -> Vectors:
    """What an encoder sees, whole and in the mask, and the verifier that uses it."""
    from spotdiff10k.encoders import load_encoder

    encoder, small, verifier = load_encoder(name), load_encoder(name, input_size=SIDE), load_verifier(name)
    found: defaultdict[str, list[np.ndarray]] = defaultdict(list)
    stages = range(1, len(encoder.stages) + 1)
    for pictures, masks in zip(made.pictures, made.masks, strict=True):
        pairs = list(zip(pictures, masks, strict=True))
        seen = encoder.encode(pictures)
        found[f"{name}, whole picture"] += list(seen.pooled.numpy())
        for stage in stages:
            found[f"{name} stage {stage}, mean in the mask"] += list(_masked_means(seen.maps[stage - 1], masks))
        blocks = neural_blocks(small, pairs, stages)
        for stage in stages:
            found[f"{name} stage {stage}, masked crop"] += [block[f"mean{stage}"] for block in blocks]
        descriptors = [appearance(*pair).descriptor or {} for pair in pairs]
        found[f"verifier, {name}"] += [verifier.embed({**some, **more}) for some, more in zip(descriptors, blocks, strict=True)]
    return _stacked(found, made)


def _masked_means(maps: "np.ndarray", masks: np.ndarray) -> np.ndarray:
    from spotdiff10k.identity.neural import masked_moments

    return masked_moments(maps, masks.astype(np.float32) / 255)[0].numpy()


def _each(made: Pictures) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    for pictures, masks in zip(made.pictures, made.masks, strict=True):
        yield from zip(pictures, masks, strict=True)


def _unit(values: np.ndarray) -> np.ndarray:
    return values / max(float(np.linalg.norm(values)), 1e-12)


def _stacked(found: dict[str, list[np.ndarray]], made: Pictures) -> Vectors:
    return {name: np.stack(rows).reshape(*made.masks.shape[:2], -1) for name, rows in found.items()}


def by_family(vectors: np.ndarray, chosen: Sequence[Context]) -> dict[str, dict[str, float]]:
    """Swaps caught at 1 % false refusals of all families together, and the mean agreement of sound groups, by family."""
    scores = cosines(vectors)
    ones = np.ones(len(scores))
    limit = quantile(outcome(scores, POSES, BACKGROUNDS).sound, ones, 0.01)
    rows = {}
    for family in sorted({context.family for context in chosen}):
        own = scores[[context.family == family for context in chosen]]
        found = outcome(own, POSES, BACKGROUNDS)
        lowest = min(float(margins_of(own[:, twin, :, twin]).min()) for twin in range(TWINS))
        caught = below(found.swapped, np.ones(len(own)), limit)
        rows[family] = {"swaps at 1 %": caught, "lowest sound margin": lowest}
    return rows


def main() -> None:
    """Render, look, compare, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", nargs="*", default=[])
    parser.add_argument("--judged", nargs="*", default=[NONE], help="verifiers whose check is tried at its shipped limits")
    parser.add_argument("--seed", type=int, default=SEED, help="of the held-out subjects")
    parser.add_argument("--contexts", type=int, default=CONTEXTS, help="of each family")
    parser.add_argument("--workers", type=int, default=2, help="processes that render")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    chosen = contexts(arguments.seed, arguments.contexts, TWINS, POSES, BACKGROUNDS)
    columns: defaultdict[str, list[np.ndarray]] = defaultdict(list)
    judged: dict[str, list[dict[str, list[str]]]] = {encoder: [] for encoder in arguments.judged}
    for number, (context, made) in enumerate(zip(chosen, rendered(chosen, arguments.workers), strict=True)):
        parts = [classical(made), *(neural(encoder, made) for encoder in arguments.encoders)]
        for name, vectors in (item for part in parts for item in part.items()):
            columns[name].append(vectors)
        for encoder, outcomes in judged.items():
            outcomes.append(judge(made, context, load_verifier(encoder), number))
    report(chosen, {name: np.stack(parts) for name, parts in columns.items()}, judged, arguments.json)


def report(chosen: Sequence[Context], columns: Vectors, judged: dict[str, list[dict[str, list[str]]]], path: Path | None) -> None:
    """Print the tables, and write them."""
    rows = {}
    print(f"{len(chosen) * TWINS} subjects in {len(chosen)} contexts of {TWINS} twins, {POSES} poses x {BACKGROUNDS} backgrounds")
    for name, vectors in columns.items():
        rows[name] = with_intervals(outcome(cosines(vectors), POSES, BACKGROUNDS), len(vectors))
        cells = "  ".join(f"{figure} {value:.3f} [{low:.3f}, {high:.3f}]" for figure, (value, low, high) in rows[name].items())
        print(f"{name:40s} {cells}")
    families = {name: by_family(columns[name], chosen) for name in columns if name.startswith("verifier")}
    for name, found in families.items():
        print(name, json.dumps(found))
    limits = {encoder: _shares(outcomes) for encoder, outcomes in judged.items()}
    for encoder, shares in limits.items():
        for defect in ("sound", *DEFECTS):
            print(f"at the shipped limits, {encoder}: {defect}: {shares[defect]}")
    if path:
        document = {"scores": rows, "families": families, "shipped limits": limits}
        path.write_text(json.dumps(document, indent=1) + "\n")


def _shares(outcomes: Sequence[dict[str, list[str]]]) -> dict[str, dict[str, float]]:
    """For each defect the share of groups refused at all, and by each measure."""
    shares: dict[str, dict[str, float]] = {}
    for defect in ("sound", *DEFECTS):
        refusals = [refused for outcome_ in outcomes for refused in outcome_[defect]]
        names = sorted({name for refused in refusals for name in refused.split()})
        shares[defect] = {"groups": len(refusals), "refused": float(np.mean([bool(refused) for refused in refusals]))}
        shares[defect] |= {name: float(np.mean([name in refused.split() for refused in refusals])) for name in names}
    return shares


if __name__ == "__main__":
    main()
