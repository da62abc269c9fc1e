"""Everything that a certificate trains, from what the set has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spotdiff10k.training.evidence import arms
from spotdiff10k.training.evidence.arms import Planned, Tried
from spotdiff10k.training.evidence.filters import PutBack, returned
from spotdiff10k.training.evidence.jobs import Job, Training
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.views import Indices, Labels


@dataclass(frozen=True, slots=True)
class Plan:
    """Arms, and what the controls and the curve over fewer subjects refer to."""

    arms: tuple[Planned, ...]
    tried: tuple[Tried, ...]
    efficiency: tuple[tuple[float, str], ...]  # share of the subjects, name of the arm

    @property
    def jobs(self) -> dict[str, Job]:
        """By a name for people."""
        return {name_of(arm, number): job for arm in self.arms for number, job in enumerate(arm.jobs)}


def name_of(arm: Planned, number: int) -> str:
    """Of one job of an arm."""
    return f"{arm.name}, {number + 1} of {len(arm.jobs)}" if len(arm.jobs) > 1 else arm.name


def plan(
    proper: TrainingSet,
    labels: Labels,
    options: CertifyOptions,
    masks: bool,
    places: Indices | None,
    checks: Sequence[PutBack] = (),
) -> Plan:
    """What to train on a proper training set. `labels` are those of every picture that was looked at, refused ones too.

    `places` says which plate is behind each picture of the proper set; None where the set has no plates.
    """
    settings, seeds = options.training, options.seeds
    tried = list(arms.controls(proper, settings, seeds, places is not None))
    fewer = list(arms.fewer_subjects(proper, settings, seeds))
    every = (
        *arms.models(proper, settings, seeds, masks),
        *arms.baselines(proper, settings, seeds, masks),
        *(_on_plates(arm, places) for _, added in tried for arm in added),
        *arms.ablated(proper, settings, seeds),
        *returned(proper, labels, settings, seeds, checks),
        *(arm for _, arm in fewer),
    )
    curve = (*((share, arm.name) for share, arm in fewer), (1.0, arms.MODEL))
    return Plan(every, tuple(one for one, _ in tried), curve)


def trainings(planned: Plan) -> Iterator[tuple[Planned, Training]]:
    """Every training with its arm."""
    for arm in planned.arms:
        for job in arm.jobs:
            if isinstance(job, Training):
                yield arm, job


def _on_plates(arm: Planned, places: Indices | None) -> Planned:
    """Where plates are the source, rows count plates: the one behind each picture."""
    if places is None:
        return arm
    return replace(arm, jobs=tuple(_job_on_plates(job, places) for job in arm.jobs))


def _job_on_plates(job: Job, places: Indices) -> Job:
    if not isinstance(job, Training) or job.made.source != "plates":
        return job
    return replace(job, made=replace(job.made, rows=places, told_by=job.made.rows))
