"""certify: train the reference model and everything it is compared with, and write what came out of it."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from spotdiff10k.errors import DataError
from spotdiff10k.run import write_atomically
from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence import arms, file, schedule
from spotdiff10k.training.evidence.assembling import Trained, assembled
from spotdiff10k.training.evidence.environment import environment
from spotdiff10k.training.evidence.features_work import features
from spotdiff10k.training.evidence.filters import JoinedSet, put_back, returned
from spotdiff10k.training.evidence.jobs import Job, Training
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.part_set import TRAIN, limited
from spotdiff10k.training.evidence.plates import PlateSet
from spotdiff10k.training.evidence.refused import RefusedSet
from spotdiff10k.training.evidence.schedule import OnProgress
from spotdiff10k.training.evidence.storing import Result, has_tokens, map_tokens, save_tokens
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.evidence.worker import EvidenceWork, weights_path
from spotdiff10k.training.results import Certificate, WeightFile
from spotdiff10k.training.views import GroupedSet, Indices, View, labels_of

WORK, WEIGHTS, TIMINGS = "work", "weights", "timings.json"
LEAST_SUBJECTS = 4
"""To train on, and to hold out: with fewer nothing can be shown."""


@dataclass(frozen=True, slots=True)
class Watchers:
    """Whom to tell how far a certificate is."""

    said: Callable[[str], None] = field(default=lambda _: None)  # told, in a sentence, what is done next
    looking: OnProgress | None = None  # at pictures
    training: OnProgress | None = None  # in trainings


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate, and what its page shows beside it."""

    certificate: Certificate
    grouped: GroupedSet  # the part of the set that was used
    held_out: Indices  # rows of its held-out pictures
    before: Float32  # (N, P): the raw encoder's vectors of the held-out pictures
    after: Float32  # (N, d): their subject codes by the model, the one with masks where there is one, of the first seed
    seconds: dict[str, float]  # by what was done; no part of the certificate

    @property
    def views(self) -> list[View]:
        """Of the held-out pictures."""
        return [self.grouped.views[row] for row in self.held_out.tolist()]


def certify(
    grouped: GroupedSet,
    folder: Path,
    options: CertifyOptions | None = None,
    processes: int | None = None,
    watchers: Watchers | None = None,
    refused: RefusedSet | None = None,
) -> Certified:
    """Make the certificate of a set in `folder`; the same call again takes up what an earlier one finished.

    `processes` None means all usable cores, 0 this process alone. `refused` is what the run's checks refused, where it is still
    there. The verdict may be any: look at `certificate.verdict`.
    Raises DataError when the set is too small to show anything, RunError when something cannot be written or trained.
    """
    chosen = options or CertifyOptions()
    part = limited(grouped, chosen.training_subjects, chosen.held_out_subjects)
    return _Certifying(
        part, len({view.subject for view in grouped.views}), folder, chosen, processes, watchers or Watchers()
    ).all()


class _Certifying:
    """One certificate, step by step."""

    def __init__(
        self,
        grouped: GroupedSet,
        subjects: int,
        folder: Path,
        options: CertifyOptions,
        processes: int | None,
        watchers: Watchers,
        refused: RefusedSet | None,
    ) -> None:
        self._grouped, self._subjects, self._folder, self._options = grouped, subjects, folder, options
        self._refused = refused
        self._joined: GroupedSet = grouped if refused is None else JoinedSet(grouped, refused)
        self._put_back = [] if refused is None else put_back(len(grouped.views), refused)
        self._work = folder / WORK
        self._processes, self._watchers = processes, watchers
        self._seconds: dict[str, float] = {}
        self._labels = labels_of(grouped.views)
        is_training = np.array([view.split == TRAIN for view in grouped.views], np.bool_)
        self._training, self._held_out = np.flatnonzero(is_training), np.flatnonzero(~is_training)
        self._refuse_tiny()

    def _refuse_tiny(self) -> None:
        for rows, what in ((self._training, "to train on"), (self._held_out, "held out")):
            count = len(np.unique(self._labels.subject[rows]))
            if count < LEAST_SUBJECTS:
                raise DataError(
                    f"{self._grouped.name} has {count} subjects {what}; a certificate needs {LEAST_SUBJECTS} at least."
                )

    def all(self) -> Certified:
        """Features, plates, trainings, verdict."""
        with self._timed("features", f"Looking at {len(self._joined.views):,} pictures."):
            masks = self._look()
        with self._timed("plates", "Looking at the plates."):
            places = self._look_at_plates()
        planned, tried, efficiency = self._plan(masks, places)
        work = EvidenceWork(self._work, self._world(), self._held_out, self._labels[self._held_out])
        jobs = {f"{one.name}, seed {number}": job for one in planned for number, job in enumerate(one.jobs, 1)}
        with self._timed("training", f"Training the reference model and what it is compared with, {len(jobs)} in all."):
            found = schedule.run(jobs, work, self._processes, self._watchers.training)
        results = {one.name: [found[f"{one.name}, seed {number}"] for number in range(1, len(one.jobs) + 1)] for one in planned}
        with self._timed("verdict", "Weighing the evidence."):
            weights = self._weights(planned, work)
            trained = Trained(planned, results, tried, efficiency, self._refused, self._put_back, weights)
            certificate = assembled(self._grouped, self._subjects, self._options, self._encoder, masks, trained)
            file.write(self._folder, certificate)
        self._clear_tokens()
        write_atomically(self._folder / TIMINGS, json.dumps(self._seconds, indent=2).encode())
        return self._certified(certificate, results)

    def _look(self) -> bool:
        if not has_tokens(self._work, "pictures"):
            tokens = features(
                self._joined, self._options.encoder, self._work / "features", self._processes, self._watchers.looking
            )
            save_tokens(self._work, "pictures", tokens)
        tokens = map_tokens(self._work, "pictures")
        self._encoder = tokens.encoder
        return tokens.inside is not None

    def _look_at_plates(self) -> Indices | None:
        if self._grouped.plate(int(self._training[0])) is None:
            return None
        plates = PlateSet(self._grouped, self._training)
        if not has_tokens(self._work, "plates"):
            save_tokens(self._work, "plates", features(plates, self._options.encoder, self._work / "features", 0, None))
        return np.array(plates.place, np.int64)

    def _plan(self, masks: bool, places: Indices | None) -> tuple[list[arms.Planned], list[arms.Tried], list[tuple[float, str]]]:
        options = self._options
        proper = TrainingSet(self._training, self._labels[self._training])
        planned = [
            *arms.models(proper, options.training, options.seeds, masks),
            *arms.baselines(options.training.width, options.seeds, masks),
        ]
        tried: list[arms.Tried] = []
        for one, added in arms.controls(proper, options.training, options.seeds, places is not None):
            tried.append(one)
            planned += [_on_plates(arm, places) for arm in added]
        planned += arms.ablated(proper, options.training, options.seeds[0])
        every = labels_of(self._joined.views)
        planned += returned(proper, every, options.training, options.seeds[0], self._put_back)
        fewer = list(arms.fewer_subjects(proper, options.training, options.seeds[: options.efficiency_seeds]))
        return [*planned, *(arm for _, arm in fewer)], tried, [*((share, arm.name) for share, arm in fewer), (1.0, arms.MODEL)]

    def _world(self) -> str:
        told = [self._grouped.digest, self._encoder, environment(), [view.key for view in self._joined.views]]
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
        digest.update(TrainingSet(self._held_out, self._labels[self._held_out]).digest.encode())
        return digest.hexdigest()

    def _weights(self, planned: Sequence[arms.Planned], work: EvidenceWork) -> tuple[WeightFile, ...]:
        found: list[WeightFile] = []
        for arm in planned:
            for job in arm.jobs:
                if isinstance(job, Training) and job.keep:
                    data = weights_path(self._work, job.digest(work.world)).read_bytes()
                    name = f"{WEIGHTS}/{arm.name}-{job.seed}.safetensors"
                    write_atomically(self._folder / name, data)
                    found.append(WeightFile(arm.name, job.seed, name, hashlib.sha256(data).hexdigest()))
        return tuple(found)

    def _clear_tokens(self) -> None:
        """What is left can be taken up again: features by subject, and results."""
        for path in self._work.glob("p*s-*.npy"):
            path.unlink()
        for name in ("pictures", "plates"):
            (self._work / f"{name}.json").unlink(missing_ok=True)

    def _certified(self, certificate: Certificate, results: dict[str, list[Result]]) -> Certified:
        best = arms.MASKED if arms.MASKED in results else arms.MODEL
        before, after = (results[name][0].codes["subject"] for name in (arms.RAW, best))
        return Certified(certificate, self._grouped, self._held_out, before, after, self._seconds)

    @contextmanager
    def _timed(self, name: str, sentence: str) -> Iterator[None]:
        self._watchers.said(sentence)
        began = time.monotonic()
        yield
        self._seconds[name] = round(time.monotonic() - began, 3)


def _on_plates(arm: arms.Planned, places: Indices | None) -> arms.Planned:
    """Where plates are the source, rows count plates: the one behind each picture."""
    if places is None:
        return arm
    return replace(arm, jobs=tuple(_job_on_plates(job, places) for job in arm.jobs))


def _job_on_plates(job: Job, places: Indices) -> Job:
    if not isinstance(job, Training) or job.made.source != "plates":
        return job
    return replace(job, made=replace(job.made, rows=places))
