"""From trained arms to the certificate: figures, gains, controls, ablations, and the verdict of the rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spotdiff10k.training.evidence import arms
from spotdiff10k.training.evidence.bootstrap import draws
from spotdiff10k.training.evidence.controls import Direction
from spotdiff10k.training.evidence.curves import read_curve
from spotdiff10k.training.evidence.disclosures import departures, disclosures
from spotdiff10k.training.evidence.environment import environment
from spotdiff10k.training.evidence.figures import meanings
from spotdiff10k.training.evidence.filters import PutBack
from spotdiff10k.training.evidence.held_out import HeldOut, renumbered
from spotdiff10k.training.evidence.jobs import Training
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.part_set import TRAIN
from spotdiff10k.training.evidence.planning import Plan
from spotdiff10k.training.evidence.reckoning import Reckoning
from spotdiff10k.training.evidence.rule import Shown, criteria, not_asked, verdict
from spotdiff10k.training.evidence.storing import Result
from spotdiff10k.training.results import (
    Arm,
    Certificate,
    Comparison,
    Control,
    Curve,
    Dataset,
    Efficiency,
    FilterReturn,
    WeightFile,
)
from spotdiff10k.training.views import GroupedSet, labels_of

BOOTSTRAP_ROOT = 5
GAINS: tuple[tuple[str, Direction], ...] = (
    ("paired", "rises"),
    ("recall_at_1", "rises"),
    ("mean_average_precision", "rises"),
    ("background_leak", "falls"),
    ("background_leak_strongest", "falls"),
    ("pose_leak", "falls"),
)
ABLATED: tuple[tuple[str, Direction], ...] = (
    ("paired", "falls"),
    ("recall_at_1", "falls"),
    ("background_leak", "rises"),
    ("pose_leak", "rises"),
)


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything that came out of the jobs."""

    planned: Plan
    results: Mapping[str, Sequence[Result]]  # by the arm's name, in the order of its jobs
    refused_at_hand: bool  # whether the run is there, with what its checks refused
    put_back: Sequence[PutBack]
    weights: tuple[WeightFile, ...]


def assembled(
    grouped: GroupedSet, subjects: int, options: CertifyOptions, encoder: str, masks: bool, trained: Trained
) -> Certificate:
    """The certificate of a set of which `grouped` is the part that was used, out of so many subjects."""
    held_out = _held_out(grouped)
    reckoning = Reckoning(draws(held_out.subjects, BOOTSTRAP_ROOT))
    found = {one.name: reckoning.arm(one, trained.results[one.name]) for one in trained.planned.arms}
    told = meanings(held_out, options.training.width)
    dataset = _dataset(grouped, masks)
    gains = tuple(_gains(reckoning, found))
    controls = tuple(control_of(reckoning, one, options.bars.control_margin) for one in trained.planned.tried)
    shown = Shown(dataset, found, {one.name: one for one in told}, gains, controls, len(options.seeds))
    bars = criteria(shown, options.bars)
    departed = departures(options)
    return Certificate(
        verdict=verdict(shown, bars, own_rule=bool(departed)),
        dataset=dataset,
        encoder=encoder,
        seeds=options.seeds,
        thresholds=options.bars.told(),
        environment=environment(options.training.device),
        meanings=told,
        arms=tuple(found.values()),
        criteria=bars,
        gains=gains,
        controls=controls,
        ablations=tuple(_ablations(reckoning, found)),
        efficiency=tuple(Efficiency(share, name) for share, name in trained.planned.efficiency),
        filters=tuple(_filters(reckoning, trained)),
        filters_note=_filters_note(trained, options),
        curves=tuple(_curves(trained)),
        weights=trained.weights,
        disclosures=(*disclosures(dataset, subjects, options.pictures), *departed, *not_asked(shown).values()),
        departures=departed,
    )


def _held_out(grouped: GroupedSet) -> HeldOut:
    rows = np.flatnonzero([view.split != TRAIN for view in grouped.views])
    return HeldOut.of(renumbered(labels_of(grouped.views)[rows]))


def _dataset(grouped: GroupedSet, masks: bool) -> Dataset:
    views = grouped.views
    training = [view for view in views if view.split == TRAIN]
    held_out = [view for view in views if view.split != TRAIN]
    return Dataset(
        name=grouped.name,
        digest=grouped.digest,
        pictures=len(views),
        training_pictures=len(training),
        training_subjects=len({view.subject for view in training}),
        held_out_pictures=len(held_out),
        held_out_subjects=len({view.subject for view in held_out}),
        poses=len({view.pose for view in views} - {""}),
        backgrounds=len({view.background for view in views} - {""}),
        families=len({view.family for view in views} - {""}),
        masks=masks,
        plates=grouped.plate(0) is not None,
    )


def _gains(reckoning: Reckoning, found: Mapping[str, Arm]) -> Iterator[Comparison]:
    pairs = [(arms.MODEL, against) for against in (arms.RAW, arms.WHITENED, arms.RANDOM)]
    pairs += [(arms.MASKED, against) for against in (arms.RAW, arms.RAW_MASKED)]
    for arm, against in pairs:
        for figure, direction in GAINS:
            if arm in found and reckoning.knows(arm, figure) and reckoning.knows(against, figure):
                yield reckoning.compare(figure, arm, against, direction, 0.0, every_seed=False)


def control_of(reckoning: Reckoning, tried: arms.Tried, margin: float) -> Control:
    """A control as it was judged: failed where every figure says so, not failed where one known figure does not."""
    kind = tried.kind
    if tried.arm is None or tried.peer is None:
        return Control(kind.name, kind.title, kind.sentence, None, None, 0.0, (), None, tried.why_not)
    arm, peer = tried.arm, tried.peer
    known = {name: way for name, way in kind.evidence if reckoning.knows(arm, name) and reckoning.knows(peer, name)}
    evidence = tuple(reckoning.compare(name, arm, peer, way, margin, every_seed=True) for name, way in known.items())
    changed = float(np.mean([one.changed for one in tried.tampered]))
    unknown = [name for name, _ in kind.evidence if name not in known]
    notes = [tried.tampered[0].told, *(f"{name} cannot be measured on this set." for name in unknown)]
    passed = [one.passed for one in evidence]
    failed = False if not all(passed) else None if unknown else True
    return Control(kind.name, kind.title, kind.sentence, arm, peer, changed, evidence, failed, " ".join(filter(None, notes)))


def _ablations(reckoning: Reckoning, found: Mapping[str, Arm]) -> Iterator[Comparison]:
    for name, arm in found.items():
        for figure, direction in ABLATED:
            if arm.role == "ablation" and reckoning.knows(name, figure):
                yield reckoning.compare(figure, name, arms.MODEL, direction, 0.0, every_seed=False)
    for figure, direction in ABLATED:
        if arms.MASKED in found and reckoning.knows(arms.MASKED, figure):
            yield reckoning.compare(figure, arms.MODEL, arms.MASKED, direction, 0.0, every_seed=False)


def _filters(reckoning: Reckoning, trained: Trained) -> Iterator[FilterReturn]:
    for one in trained.put_back:
        known = [(figure, direction) for figure, direction in ABLATED if reckoning.knows(one.arm, figure)]
        found = tuple(
            reckoning.compare(figure, one.arm, arms.MODEL, direction, 0.0, every_seed=False) for figure, direction in known
        )
        yield FilterReturn(one.check, one.refused, len(one.rows), one.arm, found, "")


def _filters_note(trained: Trained, options: CertifyOptions) -> str:
    if options.pictures:
        return "What checks refused is not put back where some pictures of a subject are used and others are not."
    if not trained.refused_at_hand:
        return "What checks refused is not at hand: it is in the run that the set was made in."
    return "" if trained.put_back else "No check refused a picture of the training subjects."


def _curves(trained: Trained) -> Iterator[Curve]:
    for arm in trained.planned.arms:
        for job, result in zip(arm.jobs, trained.results[arm.name], strict=True):
            if isinstance(job, Training) and arm.role == "model":
                yield read_curve(arm.name, job.seed, result.told["curve"])
