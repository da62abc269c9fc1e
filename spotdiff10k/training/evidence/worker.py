"""What a process does with a job: train, encode the held-out pictures, ask, commit the result."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spotdiff10k.training.codes import Codes, Float32
from spotdiff10k.training.evidence.annotated import ANNOTATIONS, map_annotations
from spotdiff10k.training.evidence.baselines import raw_codes
from spotdiff10k.training.evidence.curves import shortened
from spotdiff10k.training.evidence.held_out import HeldOut, renumbered
from spotdiff10k.training.evidence.jobs import Job, Look, Training
from spotdiff10k.training.evidence.measuring import measure, measure_subject, measure_taught
from spotdiff10k.training.evidence.probes import PARTS
from spotdiff10k.training.evidence.storing import Result, load_result, map_tokens, save_result
from spotdiff10k.training.views import Indices, Labels

WEIGHTS = "weights"
"""Among what a result tells: the sha256 of the weights beside it."""


@dataclass(frozen=True, slots=True)
class EvidenceWork:
    """Does jobs wherever an executor runs it. Small: pictures stay on disk."""

    folder: Path  # of token sets and results
    world: str  # digest of the features, the held-out set and the code
    rows: Indices  # the held-out pictures
    labels: Labels  # of theirs
    names: Mapping[str, str]  # of the token sets, by their source, and of what regressions learn, where any does
    logs: Mapping[str, Path] = field(default_factory=dict)  # where the log of a training is kept, by its digest

    def warm_up(self) -> None:
        """Import what every worker needs."""
        import spotdiff10k.training.trainer  # noqa: F401

    def open(self) -> Callable[[Job], str]:
        """Map the features once; the function does one job and returns the result's digest."""
        import torch

        torch.set_num_threads(1)
        desk = _Desk(self)

        def do(job: Job) -> str:
            digest = job.digest(self.world)
            result = desk.look(job) if isinstance(job, Look) else desk.train(job)
            save_result(result_path(self.folder, digest), result)
            return digest

        return do


class _Desk:
    """What stays in a worker from job to job."""

    def __init__(self, work: EvidenceWork) -> None:
        self._folder, self._world = work.folder, work.world
        self._labels, self._held_out = work.labels, HeldOut.of(renumbered(work.labels))
        self._names, self._logs = work.names, work.logs
        self._annotations = map_annotations(work.folder, work.names[ANNOTATIONS]) if ANNOTATIONS in work.names else None
        self._held_tokens = map_tokens(work.folder, work.names["pictures"])[work.rows]

    def look(self, job: Look) -> Result:
        learnt = None if job.made is None else map_tokens(self._folder, self._names[job.made.source])[job.made.rows]
        codes = raw_codes(self._held_tokens, job, learnt)
        arrays = measure_subject(codes, self._held_out, networks=False)
        return Result(arrays, {"subject": codes} if job.keep else {}, {})

    def train(self, job: Training) -> Result:
        from spotdiff10k.training.checkpoints import FILE as CHECKPOINT
        from spotdiff10k.training.trainer import train

        tokens = map_tokens(self._folder, self._names[job.made.source])[job.made.rows]
        log = self._logs.get(job.digest(self._world))
        told_by = job.made.rows if job.made.told_by is None else job.made.told_by
        annotations = None if self._annotations is None else self._annotations[told_by]
        model = train(tokens, renumbered(job.made.labels), job.settings, job.seed, log, annotations=annotations)
        if log is not None:
            (log / CHECKPOINT).unlink(missing_ok=True)
        codes: Codes = model.encode(self._held_tokens)
        arrays = measure(codes, self._held_out, networks=job.networks)
        if job.networks:
            learnt = model.encode(tokens)
            arrays = {**arrays, **measure_taught(learnt, job.made.labels, codes, self._labels, self._held_out)}
        kept: dict[str, Float32] = {part: getattr(codes, part) for part in PARTS} if job.keep else {}
        told = {"curve": shortened(model.history)}
        if job.keep:
            path = weights_path(self._folder, job.digest(self._world))
            model.save(path)
            told[WEIGHTS] = _sha256(path)
        return Result(arrays, kept, told)


def result_path(folder: Path, digest: str) -> Path:
    """Where the result of a job is kept."""
    return folder / "results" / f"{digest}.safetensors"


def weights_path(folder: Path, digest: str) -> Path:
    """Where the weights that a job trained are kept."""
    return folder / "results" / f"{digest}-weights.safetensors"


def kept_result(folder: Path, digest: str) -> Result | None:
    """The result of a job that was done before; None unless it and its weights, where it kept some, are whole."""
    result = load_result(result_path(folder, digest))
    if result is None or WEIGHTS not in result.told:
        return result
    path = weights_path(folder, digest)
    return result if path.is_file() and _sha256(path) == result.told[WEIGHTS] else None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
