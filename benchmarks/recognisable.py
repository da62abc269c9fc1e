"""Are a thousand seeds a thousand recognisable subjects? Nearest neighbours under a pretrained encoder.

    python benchmarks/recognisable.py --subjects 1000

Every subject is rendered in `--poses` poses on one neutral studio level. A subject counts as recognised when its
pictures are nearer to each other (mean distance between different poses) than to the pictures of any other subject
of its family in those same poses. The encoder is augnet: spotdiff10k models fetch augnet.
Prints one row a feature and a family; whole-picture features are there to show what not to trust.
"""

import argparse
import io
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.encoders import Encoder, load_encoder
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.plan import levels
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedCell, PlannedGroup

NEUTRAL = BackgroundLevel("studio-00", "studio", 1, "in a grey studio under soft light", 12.0, 34.0)
SIZE = 224
RENDER_SIZE = 256
GREY = 128
"""What stands behind the cut-out subject, so that a feature's receptive field sees nothing else."""
BATCH = 24
HISTOGRAM_BINS = 4  # per channel
"""Colour histogram: the simplest feature that sees identity; here to compare with."""


def planned(count: int, seed: int, poses: tuple[int, ...]) -> dict[str, list[PlannedGroup]]:
    """The subjects a recipe of `count` subjects would have, by family, each in a few poses on the neutral background."""
    settings = recipe.load("spotdiff10k", [f"subjects.count={count}", f"seed={seed}"])
    chosen = tuple(levels.pose_levels(12, seed)[index] for index in poses)
    families: dict[str, list[PlannedGroup]] = {}
    for group in plan.make(settings).groups(reserve=False):
        cells = tuple(PlannedCell(f"{group.id}-p{p:02d}-b00", p, 0, 0, 0, "", "") for p in range(len(chosen)))
        alone = replace(group, poses=chosen, backgrounds=(NEUTRAL,), cells=cells)
        families.setdefault(group.subject.family, []).append(alone)
    return families


def render(group: PlannedGroup) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (P, R, R, 3) and masks (P, R, R) of one group."""
    engine = Rendered(EngineSettings(size=RENDER_SIZE, outputs=()))
    samples = next(iter(engine.generate([group]))).samples
    pictures = [np.asarray(Image.open(io.BytesIO(s.members["png"])).convert("RGB")) for s in samples]
    masks = [np.asarray(Image.open(io.BytesIO(s.members["mask.png"]))) for s in samples]
    return np.stack(pictures), np.stack(masks)


def crops(pictures: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The subject's square box on plain grey, resized to SIZE."""
    out_pictures = np.empty((len(pictures), SIZE, SIZE, 3), np.uint8)
    out_masks = np.empty((len(pictures), SIZE, SIZE), np.uint8)
    for index, (picture, mask) in enumerate(zip(pictures, masks, strict=True)):
        rows, columns = np.nonzero(mask > 127)
        half = max(np.ptp(rows), np.ptp(columns)) / 2 + 4
        y, x = (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2
        box = (round(x - half), round(y - half), round(x + half), round(y + half))
        alone = Image.composite(
            Image.fromarray(picture), Image.new("RGB", (RENDER_SIZE, RENDER_SIZE), (GREY,) * 3), Image.fromarray(mask)
        )
        out_pictures[index] = np.asarray(alone.crop(box).resize((SIZE, SIZE), Image.Resampling.BILINEAR))
        out_masks[index] = np.asarray(Image.fromarray(mask).crop(box).resize((SIZE, SIZE), Image.Resampling.BILINEAR))
    return out_pictures, out_masks


def histograms(pictures: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Square roots of colour histograms inside the mask (their distance is Hellinger's)."""
    found = []
    for picture, mask in zip(pictures, masks, strict=True):
        bins = (picture[mask > 127] // (256 // HISTOGRAM_BINS)).astype(int) @ [HISTOGRAM_BINS**2, HISTOGRAM_BINS, 1]
        counts = np.bincount(bins, minlength=HISTOGRAM_BINS**3)
        found.append(np.sqrt(counts / max(1, counts.sum())))
    return np.stack(found)


def masked_mean(maps: torch.Tensor, masks: np.ndarray) -> torch.Tensor:
    """Mean of the features inside soft masks (N, H, W) uint8: foreground feature averaging (arXiv 2311.00750)."""
    weights = torch.nn.functional.interpolate(torch.from_numpy(masks).float()[:, None] / 255, size=maps.shape[2:], mode="area")
    return (maps * weights).sum((2, 3)) / weights.sum((2, 3)).clamp_min(1e-6)


def features(encoder: Encoder, pictures: np.ndarray, masks: np.ndarray) -> dict[str, np.ndarray]:
    """Every feature of (N, S, S, 3) crops, each (N, D) and normalised."""
    columns: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(pictures), BATCH):
        batch, mask = pictures[start : start + BATCH], masks[start : start + BATCH]
        seen = encoder.encode(batch)
        for stage, maps in enumerate(seen.maps, 1):
            columns.setdefault(f"layer {stage}, inside the mask", []).append(masked_mean(maps, mask).numpy())
        columns.setdefault("whole crop, final embedding", []).append(seen.pooled.numpy())
        columns.setdefault("colour histogram in the mask", []).append(histograms(batch, mask))
    found = {name: unit(np.concatenate(parts)) for name, parts in columns.items()}
    found["layers 1 to 3, inside the mask"] = (
        np.concatenate([found[f"layer {n}, inside the mask"] for n in (1, 2, 3)], 1) / 3**0.5
    )
    return found


def unit(values: np.ndarray) -> np.ndarray:
    """Standardised over the set, then to unit length."""
    values = (values - values.mean(0)) / (values.std(0) + 1e-6)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def recognised(vectors: np.ndarray, poses: int) -> np.ndarray:
    """For each subject of one family, whether its own other-pose pictures are nearer than any other subject's.

    vectors (N * poses, D), unit length, subject-major. Compared over the same pairs of different poses.
    """
    count = len(vectors) // poses
    similarity = (vectors @ vectors.T).reshape(count, poses, count, poses)
    across = ~np.eye(poses, dtype=bool)
    means = similarity.transpose(0, 2, 1, 3)[:, :, across].mean(2)
    own = np.diag(means).copy()
    np.fill_diagonal(means, -np.inf)
    return own > means.max(1)


def main() -> None:
    """Render, encode, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--poses", type=int, nargs="+", default=[0, 3, 5, 8])
    parser.add_argument("--families", nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=Path, help="write pictures of subjects that were not recognised here")
    arguments = parser.parse_args()
    encoder = load_encoder("augnet", input_size=SIZE)
    families = planned(arguments.subjects, arguments.seed, tuple(arguments.poses))
    results: dict[str, dict[str, float]] = {}
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
        for family, groups in families.items():
            if arguments.families and family not in arguments.families:
                continue
            made = list(pool.map(render, groups, chunksize=4))
            pairs = [crops(*one) for one in made]
            pictures, masks = (np.concatenate(part) for part in zip(*pairs, strict=True))
            for name, vectors in features(encoder, pictures, masks).items():
                known = recognised(vectors, len(arguments.poses))
                results.setdefault(name, {})[family] = float(known.mean())
                if arguments.worst and name == "layers 1 to 3, inside the mask":
                    save_worst(arguments.worst, family, pictures, known, len(arguments.poses))
    count = sum(len(groups) for groups in families.values())
    print(f"{count} subjects, {len(arguments.poses)} poses each; share recognised among the subjects of their family")
    for name, row in results.items():
        cells = "  ".join(f"{family} {share:.3f}" for family, share in row.items())
        print(f"{name:32s} all {np.mean(list(row.values())):.3f} | {cells}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


def save_worst(folder: Path, family: str, pictures: np.ndarray, known: np.ndarray, poses: int) -> None:
    """A strip per subject that was taken for another."""
    folder.mkdir(parents=True, exist_ok=True)
    strips = [np.concatenate(list(pictures[i * poses : (i + 1) * poses]), axis=1) for i in np.flatnonzero(~known)[:12]]
    if strips:
        Image.fromarray(np.concatenate(strips)).save(folder / f"{family}.png")


if __name__ == "__main__":
    main()
