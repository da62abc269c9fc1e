"""Where the time of a certificate goes.

    python benchmarks/certificate_time.py RUN [--seeds 3] [--workers 2]

Makes a certificate from nothing in a temporary folder, prints the seconds of each part, the trainings with what one costs, and of
one training the seconds of its parts on one thread. The limit is 150 s for 96 subjects × 9 pictures on 2 quiet cores.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from spotdiff10k.data.release import load_release
from spotdiff10k.progress import Tally
from spotdiff10k.training.evidence.bootstrap import draws
from spotdiff10k.training.evidence.certificate import WORK, Watchers, certify
from spotdiff10k.training.evidence.figures import values_of
from spotdiff10k.training.evidence.held_out import HeldOut, renumbered
from spotdiff10k.training.evidence.looking import Looking
from spotdiff10k.training.evidence.measuring import measure
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.release_set import ReleaseSet
from spotdiff10k.training.views import labels_of

LIMIT_SECONDS = 150.0


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("run", type=Path)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--workers", type=int, default=2)
    chosen = asked.parse_args()
    grouped = ReleaseSet(load_release(chosen.run))
    options = replace(CertifyOptions(), seeds=tuple(range(1, chosen.seeds + 1)))
    with tempfile.TemporaryDirectory() as folder:
        _whole(grouped, Path(folder), options, chosen.workers)
        _one_training(grouped, Path(folder) / WORK, options)


def _whole(grouped: ReleaseSet, folder: Path, options: CertifyOptions, workers: int) -> None:
    tallies: list[tuple[float, Tally]] = []
    began, used = time.monotonic(), _used()
    found = certify(grouped, folder, options, workers, Watchers(training=lambda tally: tallies.append((time.monotonic(), tally))))
    seconds = time.monotonic() - began
    for name, part in found.seconds.items():
        print(f"{name:12s} {part:7.1f} s")
    count = tallies[-1][1].total
    print(f"{'all':12s} {seconds:7.1f} s, limit {LIMIT_SECONDS:.0f} s: {seconds / LIMIT_SECONDS:.2f} of it")
    used = _used() - used
    print(f"{used:.1f} s of a core in all, which {workers} quiet cores do in {used / workers:.1f} s at best")
    print(f"{count} jobs on {workers} workers: {found.seconds['training'] * workers / count:.2f} s of a worker each")
    print(found.certificate.verdict.sentence)


def _one_training(grouped: ReleaseSet, work: Path, options: CertifyOptions) -> None:
    import torch

    from spotdiff10k.training.trainer import train

    torch.set_num_threads(1)
    labels = labels_of(grouped.views)
    rows = np.flatnonzero([view.split == "train" for view in grouped.views])
    held = np.flatnonzero([view.split != "train" for view in grouped.views])
    held_out = HeldOut.of(renumbered(labels[held]))
    seen = Looking(work, options.encoder, 0).at_pictures(grouped, None)
    settings = replace(options.training, masks=False)
    with _timed("take the features"):
        tokens, asked = seen[rows], seen[held]
    with _timed(f"train, {settings.expert_steps} + {settings.steps_over(len(rows))} steps"):
        model = train(tokens, renumbered(labels[rows]), settings, 1)
    with _timed("encode the held-out pictures"):
        codes = model.encode(asked)
    with _timed("ask: retrieval, linear probes, swap"):
        found = measure(codes, held_out, networks=False)
    with _timed("ask small networks as well"):
        measure(codes, held_out, networks=True)
    with _timed("resample every figure"):
        values_of(found, draws(held_out.subjects, 1))


def _used() -> float:
    """Seconds of a core, of this process and of those that it started and that have ended."""
    return sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@contextmanager
def _timed(what: str) -> Iterator[None]:
    wall, used = time.monotonic(), time.process_time()
    yield
    print(f"  {what:40s} {time.monotonic() - wall:6.2f} s, {time.process_time() - used:6.2f} s of a core")


if __name__ == "__main__":
    main()
