"""certify: train the reference model and everything it is compared with, and write what came out of it."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from spotdiff10k.errors import DataError
from spotdiff10k.run import Run, driver_lock, write_atomically
from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence import arms, file, schedule
from spotdiff10k.training.evidence.annotated import ANNOTATIONS, annotated, plates_by_row, save_annotations
from spotdiff10k.training.evidence.assembling import Trained, assembled
from spotdiff10k.training.evidence.environment import environment
from spotdiff10k.training.evidence.filters import JoinedSet, put_back, those_of
from spotdiff10k.training.evidence.looking import PICTURES, PLATES, Behind, Looking, token_name
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.part_set import TRAIN, limited
from spotdiff10k.training.evidence.planning import Plan, name_of, plan, trainings
from spotdiff10k.training.evidence.refused import RefusedSet
from spotdiff10k.training.evidence.schedule import OnProgress
from spotdiff10k.training.evidence.storing import Result, map_tokens
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.evidence.worker import EvidenceWork, weights_path
from spotdiff10k.training.results import Certificate, WeightFile
from spotdiff10k.training.views import GroupedSet, Indices, View, labels_of

WORK, WEIGHTS, LOGS, TIMINGS = "work", "weights", "logs", "timings.json"
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
    draw: Callable[[Certified], object] | None = None,
    disclosures: Sequence[str] = (),
) -> Certified:
    """Make the certificate of a set in `folder`; the same call again takes up what an earlier one finished.

    certificate.json is written last, after the weights and after `draw`, which may write a page: where it is, all is there.
    `disclosures` are sentences on how the set was opened.

    `processes` None means all usable cores, 0 this process alone. `refused` is what the run's checks refused, where it is still
    there. The verdict may be any: look at `certificate.verdict`.
    Raises DataError when the set is too small to show anything, RunError when something cannot be written or trained, or when
    another certificate is made in the same folder.
    """
    certifying = _Certifying(grouped, folder, options or CertifyOptions(), refused, disclosures)
    with driver_lock(Run(folder / WORK)):
        return certifying.all(processes, watchers or Watchers(), draw or (lambda _: None))


class _Certifying:
    """One certificate, step by step."""

    def __init__(
        self, grouped: GroupedSet, folder: Path, options: CertifyOptions, refused: RefusedSet | None, told: Sequence[str]
    ) -> None:
        self._whole, self._folder, self._options, self._told = grouped, folder, options, told
        self._grouped = limited(grouped, options.training_subjects, options.held_out_subjects, options.pictures)
        self._refused = None if refused is None else those_of(self._grouped, grouped, refused).whole()
        self._joined: GroupedSet = self._grouped if self._refused is None else JoinedSet(self._grouped, self._refused)
        self._put_back = [] if self._refused is None else put_back(self._grouped.views, self._refused)
        self._labels = labels_of(self._joined.views)
        splits = [view.split == TRAIN for view in self._grouped.views]
        self._training, self._held_out = np.flatnonzero(splits), np.flatnonzero(np.logical_not(splits))
        self._seconds: dict[str, float] = {}
        self._refuse_tiny()

    def _refuse_tiny(self) -> None:
        for rows, what in ((self._training, "to train on"), (self._held_out, "held out")):
            count = len(np.unique(self._labels.subject[rows]))
            if count < LEAST_SUBJECTS:
                raise DataError(
                    f"{self._grouped.name} has {count} subjects {what}; a certificate needs {LEAST_SUBJECTS} of them."
                )

    def all(self, processes: int | None, watchers: Watchers, draw: Callable[[Certified], object]) -> Certified:
        """Features, plates, trainings, verdict."""
        looking = Looking(self._folder / WORK, self._options.encoder, processes)
        with self._timed("features", watchers, f"Looking at {len(self._joined.views):,} pictures."):
            tokens = looking.at_pictures(self._joined, watchers.looking)
        masks, encoder = tokens.inside is not None, tokens.encoder
        with self._timed("plates", watchers, "Looking at the plates."):
            behind = looking.at_plates(self._grouped, self._training)
        places = behind.places if behind else None
        proper = TrainingSet(self._training, self._labels[self._training])
        planned = plan(proper, self._labels, self._options, masks, places, self._put_back)
        seen = {PICTURES: token_name(PICTURES, looking.asked(self._joined)), PLATES: behind.name if behind else ""}
        names = {**seen, **self._annotated(looking, behind)}
        held_out = self._labels[self._held_out]
        world = self._world(encoder, names)
        work = EvidenceWork(self._folder / WORK, world, self._held_out, held_out, names, self._logs(planned, world))
        count = len({job.digest("") for _, job in trainings(planned)})
        looks = len({job.digest("") for job in planned.jobs.values()}) - count
        sentence = f"Training the reference model and what it is compared with: {count} trainings, {looks} codes without any."
        with self._timed("training", watchers, sentence):
            results = self._run(planned, work, processes, watchers)
        with self._timed("verdict", watchers, "Weighing the evidence."):
            weights = self._weights(planned, work)
            trained = Trained(planned, results, self._refused is not None, self._put_back, weights)
            subjects = len({view.subject for view in self._whole.views})
            certificate = assembled(self._grouped, subjects, self._options, encoder, masks, trained)
            certificate = replace(certificate, disclosures=(*self._told, *certificate.disclosures))
        made = self._certified(certificate, results)
        with self._timed("page", watchers, "Drawing the page."):
            draw(made)
        write_atomically(self._folder / TIMINGS, json.dumps(self._seconds, indent=2).encode())
        file.write(self._folder, certificate)
        looking.clear()
        return made

    def _annotated(self, looking: Looking, behind: Behind | None) -> dict[str, str]:
        """The name of what regressions learn, on disk; nothing where there is none."""
        plates = None
        if behind is not None:
            pooled = map_tokens(looking.work, behind.name).pooled
            plates = plates_by_row(len(self._joined.views), self._training, behind.places, pooled)
        found = annotated(self._joined, self._options.training, plates)
        if found is None:
            return {}
        name = token_name(ANNOTATIONS, looking.asked(self._joined))
        save_annotations(looking.work, name, found)
        return {ANNOTATIONS: name}

    def _run(self, planned: Plan, work: EvidenceWork, processes: int | None, watchers: Watchers) -> dict[str, list[Result]]:
        found = schedule.run(planned.jobs, work, processes, watchers.training)
        return {arm.name: [found[name_of(arm, number)] for number in range(len(arm.jobs))] for arm in planned.arms}

    def _logs(self, planned: Plan, world: str) -> dict[str, Path]:
        """Where the steps of each training are kept, by its digest."""
        if not self._options.logs:
            return {}
        named = {job.digest(world): f"{arm.name}-{job.seed}" for arm, job in reversed(list(trainings(planned)))}
        return {digest: self._folder / LOGS / name for digest, name in named.items()}

    def _world(self, encoder: str, names: Mapping[str, str]) -> str:
        """What every job depends on beside what it says itself; `names` are digests of pictures, masks, plates and eyes."""
        told = [encoder, environment(self._options.training.device), [view.key for view in self._joined.views], dict(names)]
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
        digest.update(TrainingSet(self._held_out, self._labels[self._held_out]).digest.encode())
        return digest.hexdigest()

    def _weights(self, planned: Plan, work: EvidenceWork) -> tuple[WeightFile, ...]:
        found: list[WeightFile] = []
        for arm, job in trainings(planned):
            if job.keep and arm.role == "model":
                data = weights_path(work.folder, job.digest(work.world)).read_bytes()
                name = f"{WEIGHTS}/{arm.name}-{job.seed}.safetensors"
                write_atomically(self._folder / name, data)
                found.append(WeightFile(arm.name, job.seed, name, hashlib.sha256(data).hexdigest()))
        return tuple(found)

    def _certified(self, certificate: Certificate, results: dict[str, list[Result]]) -> Certified:
        best = arms.MASKED if arms.MASKED in results else arms.MODEL
        before, after = (results[name][0].codes["subject"] for name in (arms.RAW, best))
        return Certified(certificate, self._grouped, self._held_out, before, after, self._seconds)

    @contextmanager
    def _timed(self, name: str, watchers: Watchers, sentence: str) -> Iterator[None]:
        watchers.said(sentence)
        began = time.monotonic()
        yield
        self._seconds[name] = round(time.monotonic() - began, 3)
