"""What each part of the reference model does: the model without it. Shown without a verdict."""

from dataclasses import dataclass, replace

from spotdiff10k.training.settings import TrainingSettings


@dataclass(frozen=True, slots=True)
class Ablation:
    """The model with one thing changed."""

    name: str
    title: str
    settings: TrainingSettings


def ablations(settings: TrainingSettings) -> tuple[Ablation, ...]:
    """Those that make sense of the model without masks; that model beside the one with masks is one more."""
    found = (
        Ablation("no-orthogonality", "No orthogonality term (λ = 0)", replace(settings, orthogonality="none")),
        Ablation("cosine", "Squared cosines of each picture's codes", replace(settings, orthogonality="cosine")),
        Ablation("projection", "Exact projection", replace(settings, orthogonality="projection")),
        Ablation("cross-covariance", "Cross-covariance over the batch", replace(settings, orthogonality="cross-covariance")),
        Ablation("no-hard-negatives", "No hard negatives", replace(settings, hard_negatives=False)),
        Ablation("learnt-alone", "Nothing in closed form: no whitening, swapping or erasing", _learnt_alone(settings)),
        Ablation("pooled", "Pooled features", replace(settings, tokens=False)),
    )
    return tuple(ablation for ablation in found if ablation.settings != settings)


def _learnt_alone(settings: TrainingSettings) -> TrainingSettings:
    """Without what is reckoned from training labels beside the losses."""
    return replace(settings, invariance=False, erasure=False, swapped_backgrounds=0.0)
