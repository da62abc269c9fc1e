"""Rendered subjects as the check of duplicates sees them: features and hashes, plain, recoloured and encoded again."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
from PIL import Image

from spotdiff10k import plan, recipe
from spotdiff10k.duplicates import cutting, phash
from spotdiff10k.duplicates.appearance import features_of
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.identity.appearance import appearance
from spotdiff10k.identity.verifier import load_verifier
from spotdiff10k.luma import luma
from spotdiff10k.types import EngineSettings, PlannedGroup

JPEG_QUALITY = 60
HUE_TURN_DEGREES, GAIN = 8.0, 1.06
"""A slight recolouring: every hue turned by so much, and brighter by six per cent."""
SIZE = 256
KINDS = ("plain", "recoloured", "encoded again")


class Seen(NamedTuple):
    """One group: (samples, kinds, numbers) features, (samples, kinds, words) hashes of picture and subject, and embeddings.

    These are (samples, K), of the plain pictures alone; zeros where too little of a subject is to be seen.
    """

    features: np.ndarray
    hashes: np.ndarray
    embeddings: np.ndarray


def planned(count: int, seed: int, poses: int, backgrounds: int, levels: int) -> list[PlannedGroup]:
    """The groups of a plan with few background levels, so that plates are soon made."""
    asked = [f"subjects.count={count}", f"seed={seed}", "subjects.reserve=0", f"engine.size={SIZE}"]
    asked += [f"poses.count={poses}", f"backgrounds.count={backgrounds}", f"backgrounds.levels={levels}"]
    return list(plan.make(recipe.load("spotdiff10k", asked)).groups(reserve=False))


def elsewhere(groups: Sequence[PlannedGroup], every: int) -> list[PlannedGroup]:
    """Every so-manieth subject again, in the poses and before the backgrounds of a group far away in the plan."""
    other = len(groups) // 2
    return [
        replace(groups[at], poses=groups[at - other].poses, backgrounds=groups[at - other].backgrounds)
        for at in range(0, len(groups), every)
    ]


def seen(groups: Sequence[PlannedGroup], workers: int) -> Iterator[Seen]:
    """Render groups and look at their samples, in order."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_see, groups, chunksize=4)


@cache
def _engine() -> Rendered:
    return Rendered(EngineSettings(size=SIZE, outputs=()))


def _see(group: PlannedGroup) -> Seen:
    features, hashes, embeddings = [], [], []
    verifier = load_verifier()
    for sample in next(iter(_engine().generate([group]))).samples:
        picture = np.asarray(Image.open(io.BytesIO(sample.members["png"])).convert("RGB"))
        mask = np.asarray(Image.open(io.BytesIO(sample.members["mask.png"])))
        found = [_of(version, mask) for version in (picture, recoloured(picture, mask), encoded_again(picture))]
        features.append([item[0] for item in found])
        hashes.append([item[1] for item in found])
        descriptor = appearance(picture, mask).descriptor
        embeddings.append(np.zeros(verifier.projection.shape[1]) if descriptor is None else verifier.embed(descriptor))
    return Seen(np.array(features, np.float32), np.array(hashes), np.array(embeddings, np.float32))


def _of(picture: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cells = cutting.cells_of(picture, mask, mask >= cutting.GREY)
    subject = phash.bits_of(phash.frequencies(cutting.on_grey(cells)))
    return features_of(cells), np.concatenate([phash.hash_of(luma(picture)), subject])


def recoloured(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The subject's hues turned a little about the grey axis, and a little brighter."""
    turn = np.deg2rad(HUE_TURN_DEGREES)
    axis = np.full((3, 3), (1 - np.cos(turn)) / 3)
    across = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) * np.sin(turn) / 3**0.5
    turned = picture @ (np.cos(turn) * np.eye(3) + axis + across).T * GAIN
    alpha = mask[..., None] / 255
    return np.rint(np.clip(picture * (1 - alpha) + turned * alpha, 0, 255)).astype(np.uint8)


def encoded_again(picture: np.ndarray) -> np.ndarray:
    """Through a JPEG file and back."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(file).convert("RGB"))
