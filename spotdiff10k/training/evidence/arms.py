"""What is trained for a certificate: every arm with its training set and settings, and the jobs that it takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from spotdiff10k.seeds import seed_for
from spotdiff10k.training.evidence.ablations import ablations
from spotdiff10k.training.evidence.controls import CONTROLS, LEAST_CHANGED, ControlKind, Tampered
from spotdiff10k.training.evidence.dealing import some_subjects
from spotdiff10k.training.evidence.jobs import Baseline, Job, Look, Training
from spotdiff10k.training.evidence.training_set import TrainingSet
from spotdiff10k.training.results import Role
from spotdiff10k.training.settings import TrainingSettings

MODEL, MASKED = "model", "model-with-masks"
RAW, RAW_MASKED, WHITENED, RANDOM = "raw-pooled", "raw-masked", "whitened-mean", "random-projection"
STANDING = "raw-standing"
NO_PLATES = "The set has no plates."
FRACTIONS = (0.125, 0.25, 0.5)
"""Of the training subjects; the model itself is the end of the curve."""
LEAST_SUBJECTS = 2
"""Of a share: with one there is nothing to tell apart."""
EFFICIENCY_ROOT = 3
"""Root of the draw of subjects; one draw for all seeds, so that the curve differs by subjects alone."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An arm before it is trained: its job for every seed."""

    name: str
    role: Role
    title: str
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A control as it will be made: what was tampered with for every seed, and which arm it is measured against."""

    kind: ControlKind
    arm: str | None
    peer: str | None
    tampered: tuple[Tampered, ...]
    why_not: str = ""  # it is not made: a sentence


def models(proper: TrainingSet, settings: TrainingSettings, seeds: Sequence[int], masks: bool) -> Iterator[Planned]:
    """The reference model without masks, and with them where the set has them."""
    every = [proper] * len(seeds)
    yield _trained(MODEL, "model", "Reference model, without masks", every, replace(settings, masks=False), seeds)
    if masks:
        yield _trained(MASKED, "model", "Reference model, with masks", every, replace(settings, masks=True), seeds)


def baselines(proper: TrainingSet, settings: TrainingSettings, seeds: Sequence[int], masks: bool) -> Iterator[Planned]:
    """Raw encoders, what the model sees after its whitening, and a random projection of what it sees."""
    width = settings.width
    titles: dict[Baseline, str] = {"raw-pooled": "Raw encoder", "raw-masked": "Raw encoder inside the mask"}
    for name, title in titles.items():
        if masks or name == RAW:
            yield Planned(name, "baseline", title, (Look(name, width, 0, keep=True),))
    whitened = Look("whitened-mean", settings.token_width, 0, made=proper)
    yield Planned(WHITENED, "baseline", "Raw tokens, whitened", (whitened,))
    standing = Look("raw-standing", settings.token_width, 0, made=proper)
    yield Planned(STANDING, "baseline", "What stands before the background, untrained", (standing,))
    looks = tuple(Look("random-projection", width, seed) for seed in seeds)
    yield Planned(RANDOM, "baseline", "Random projection", looks)


def controls(
    proper: TrainingSet, settings: TrainingSettings, seeds: Sequence[int], plates: bool
) -> Iterator[tuple[Tried, list[Planned]]]:
    """Every control with the arms that it adds; it is judged without masks, where a background can get in."""
    unmasked = replace(settings, masks=False)
    for kind in CONTROLS:
        if kind.name == "plates" and not plates:
            yield Tried(kind, None, None, (), NO_PLATES), []
            continue
        tampered = [kind.tamper(proper, np.random.default_rng(seed_for(seed, "control", kind.name))) for seed in seeds]
        if why_not := _why_not(tampered):
            yield Tried(kind, None, None, (), why_not), []
            continue
        arm, peer = f"control-{kind.name}", f"peer-{kind.name}"
        added = [_trained(arm, "control", kind.title, [one.made for one in tampered], unmasked, seeds)]
        peers = [one.peer for one in tampered if one.peer is not None]
        if peers:
            added.append(_trained(peer, "peer", f"Peer of: {kind.title.lower()}", peers, unmasked, seeds))
        yield Tried(kind, arm, peer if peers else MODEL, tuple(tampered)), added


def _why_not(tampered: Sequence[Tampered]) -> str:
    """Why a control cannot be made of what could be done, for any seed; "" where it can. A weak control would prove nothing."""
    reasons = [one.why_not for one in tampered if one.why_not]
    least = min(one.changed for one in tampered)
    if not reasons and least < LEAST_CHANGED:
        reasons = [f"It would change {least:.0%} of the pictures, and at least {LEAST_CHANGED:.0%} are needed to show anything."]
    return reasons[0] if reasons else ""


def ablated(proper: TrainingSet, settings: TrainingSettings, seeds: Sequence[int]) -> Iterator[Planned]:
    """The model without masks with one thing changed."""
    for ablation in ablations(replace(settings, masks=False)):
        yield _trained(f"ablation-{ablation.name}", "ablation", ablation.title, [proper] * len(seeds), ablation.settings, seeds)


def fewer_subjects(proper: TrainingSet, settings: TrainingSettings, seeds: Sequence[int]) -> Iterator[tuple[float, Planned]]:
    """The model without masks on a share of the subjects; the smaller share lies in the larger, one too small is left out."""
    for fraction in FRACTIONS:
        random = np.random.default_rng(seed_for(EFFICIENCY_ROOT, "subjects"))
        part = proper.taking(some_subjects(proper.labels, fraction, random))
        if part.subjects < LEAST_SUBJECTS:
            continue
        name, title = f"efficiency-{fraction:g}", f"{part.subjects} of {proper.subjects} subjects"
        yield fraction, _trained(name, "efficiency", title, [part] * len(seeds), replace(settings, masks=False), seeds)


def _trained(
    name: str, role: Role, title: str, made: Sequence[TrainingSet], settings: TrainingSettings, seeds: Sequence[int]
) -> Planned:
    """Small networks are asked of models alone, and the first seed's weights are kept of them."""
    model = role == "model"
    jobs = [
        Training(one, settings, seed, networks=model, keep=model and seed == seeds[0])
        for one, seed in zip(made, seeds, strict=True)
    ]
    return Planned(name, role, title, tuple(jobs))
