"""How fast the reference model trains, where a step's time goes, and how fast pictures become features.

    python benchmarks/training_speed.py                     # features that are made up: no release, no encoder
    python benchmarks/training_speed.py --run runs/quickstart

All times are those of one processor core (CPU seconds of this process), so that other programs change little.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from spotdiff10k.data.release import load_release
from spotdiff10k.training import trainer
from spotdiff10k.training.codes import TokenSet
from spotdiff10k.training.features import ENCODER, token_set
from spotdiff10k.training.release_set import ReleaseSet
from spotdiff10k.training.settings import TrainingSettings
from spotdiff10k.training.surface import WIDTHS
from spotdiff10k.training.views import Labels, labels_of

SUBJECTS, POSES, BACKGROUNDS, OF_EACH = 64, 6, 12, 3
BLOCKS = (128, 128, 128, *WIDTHS)
PLACES, POOLED = 196, 768


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a sealed release; without it features are made up")
    parser.add_argument("--encoder", default=ENCODER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    tokens, labels = _of_release(options.run, options.encoder) if options.run else _made_up()
    for masks in (False, True):
        _report(tokens, labels, replace(TrainingSettings(), masks=masks))


def _report(tokens: TokenSet, labels: Labels, settings: TrainingSettings) -> None:
    trainer.train(tokens, labels, replace(settings, expert_steps=2, subject_steps=2, passes=0.0), 0)
    spent: dict[str, float] = {}
    with _clocked(spent):
        begun = time.process_time()
        model = trainer.train(tokens, labels, settings, 0)
        total = time.process_time() - begun
    begun = time.process_time()
    model.encode(tokens)
    encoding = time.process_time() - begun
    steps = spent["step"]
    data = spent["batch"]
    print(
        f"{'with' if settings.masks else 'without'} masks: {total:.2f} CPU s a training of {len(labels)} pictures, "
        f"{len(model.history)} steps of {1000 * steps / len(model.history):.1f} ms; "
        f"{100 * (1 - data / steps):.1f} % of a step in the model, {100 * data / steps:.1f} % choosing and gathering its batch; "
        f"{total - steps:.2f} s before and after the steps; {len(labels) / encoding:.0f} pictures a second encoded"
    )


@contextmanager
def _clocked(spent: dict[str, float]) -> Iterator[None]:
    """Add up what steps take, and what of it goes into choosing and gathering pictures."""
    places = ((trainer._Training, "_step", "step"), (trainer._Training, "_draw", "batch"))
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, key in places:
        setattr(owner, name, _timed(getattr(owner, name), spent, key))
    try:
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _timed(function: Any, spent: dict[str, float], key: str) -> Any:
    def timed(*given: Any, **named: Any) -> Any:
        begun = time.process_time()
        found = function(*given, **named)
        spent[key] = spent.get(key, 0.0) + time.process_time() - begun
        return found

    return timed


def _of_release(run: Path, encoder: str) -> tuple[TokenSet, Labels]:
    grouped = ReleaseSet(load_release(run))
    begun = time.process_time()
    tokens = token_set(grouped, encoder)
    spent = time.process_time() - begun
    print(f"features: {len(tokens)} pictures, {len(tokens) / spent:.1f} a second and core with {tokens.encoder}")
    train = np.flatnonzero([view.split == "train" for view in grouped.views])
    return tokens[train], labels_of(grouped.views)[train]


def _made_up() -> tuple[TokenSet, Labels]:
    """As many features as the quickstart has, without meaning."""
    random = np.random.default_rng(0)
    cells = [
        (subject, pose, background)
        for subject in range(SUBJECTS)
        for pose in random.permutation(POSES)[:OF_EACH]
        for background in random.permutation(BACKGROUNDS)[:OF_EACH]
    ]
    subject, pose, background = np.array(cells, np.int64).T
    tokens = random.standard_normal((len(cells), PLACES, sum(BLOCKS)), np.float32).astype(np.float16)
    inside = (random.random((len(cells), PLACES)) < 0.25).astype(np.float32)
    pooled = random.standard_normal((len(cells), POOLED), np.float32)
    return TokenSet(tokens, inside, pooled, "made up", BLOCKS), Labels(subject, pose, background, subject % 12)


if __name__ == "__main__":
    main()
