"""What a reader of a certificate must know to judge the rest, as sentences; no more than what the code knows."""

from collections.abc import Iterator
from dataclasses import asdict

from spotdiff10k.training.evidence.bars import Bars
from spotdiff10k.training.evidence.options import CertifyOptions
from spotdiff10k.training.evidence.part_set import TRAIN
from spotdiff10k.training.results import Dataset
from spotdiff10k.training.settings import TrainingSettings

WITHOUT_VERDICT = (
    "Ablations, the curve over fewer subjects and what is put back of refusals are trained on the model's seeds and carry no "
    "verdict. Which subjects are left out for that curve is drawn once, so that all seeds learn from the same ones."
)
RESAMPLED = (
    "Intervals are percentiles of 2,000 resamples of the held-out subjects; each resample averages the seeds. The gallery of a "
    "search is not resampled."
)


def disclosures(dataset: Dataset, subjects: int, pictures: int = 0) -> Iterator[str]:
    """Of a set with so many subjects in all, of which at most so many pictures each were used, 0 for all."""
    used = dataset.training_subjects + dataset.held_out_subjects
    yield (
        f"Held out are {dataset.held_out_subjects} subjects, of every split but {TRAIN}; no training saw them. "
        "Whether the set was changed until it passed is not known here."
    )
    if used < subjects:
        yield f"{used} of the set's {subjects} subjects were used, drawn by their names alone."
    if pictures:
        yield f"At most {pictures} pictures of a subject were used, those that differ most in pose and background."
    yield WITHOUT_VERDICT
    yield RESAMPLED


def departures(options: CertifyOptions) -> tuple[str, ...]:
    """Where the rule asks for less than the project's own, or the training is another."""
    own, mine = Bars().told(), options.bars.told()
    found = [f"The bar {name} is {mine[name]:g}; the project's own is {own[name]:g}, which asks for more."
             for name in options.bars.laxer()]  # fmt: skip
    usual, chosen = asdict(TrainingSettings()), asdict(options.training)
    changed = [f"{name} {chosen[name]} instead of {usual[name]}" for name in usual if chosen[name] != usual[name]]
    if changed:
        found.append(f"The training is not the project's own: {', '.join(changed)}.")
    return tuple(found)
