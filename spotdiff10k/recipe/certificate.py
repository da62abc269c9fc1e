"""What a recipe says of its certificate: how the reference model is trained, and the bars of the rule."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, get_args

from pydantic import Field, field_validator

from spotdiff10k import registry
from spotdiff10k.recipe.base import Part, chosen
from spotdiff10k.training.evidence.bars import REASONS, Bars
from spotdiff10k.training.settings import Device, Orthogonality, Precision, TrainingSettings

if TYPE_CHECKING:
    from spotdiff10k.training.evidence.options import CertifyOptions

MAX_SEEDS = 100
MAX_SUBJECTS = 100_000
BARS = Bars()
KINDS = {bool: "true or false", int: "an integer", float: "a number", str: "a text"}

MOST = 1_000_000
"""Of any number of the training."""
NEVER_ZERO = frozenset({"temperature", "prototype_temperature", "learning_rate"})
NOT_HERE = frozenset({"plate_weight", "keypoint_weight", "camera_weight"})
"""Settings of the trainer alone: what is regressed to is no part of the labels that controls exchange."""
MAY_BE_ZERO = frozenset({"expert_steps", "warmup_steps"})
"""Of the integers; all others are 1 or more."""
SHARES = frozenset({"swapped_backgrounds"})
LEAST_TWO = frozenset({"batch_subjects", "views_per_subject"})
"""With fewer there is no pair to learn from."""

CHOICES = {"orthogonality": get_args(Orthogonality), "device": get_args(Device), "precision": get_args(Precision)}

Setting = bool | int | float | str
Share = Annotated[float, Field(ge=0, le=1)]


def _share(name: str, what: str) -> float:
    field: float = Field(default=getattr(BARS, name), description=f"{what} {REASONS[name]}")
    return field


class CertificateBars(Part):
    """What the figures have to reach on held-out subjects."""

    paired: Share = _share("paired", "Own view before twin, at least, without masks.")
    recall_at_1: Share = _share("recall_at_1", "Retrieval R@1, at least, without masks.")
    recall_times_raw: Annotated[float, Field(ge=0)] = Field(
        default=BARS.recall_times_raw, description=f"R@1 over the raw encoder's, at least. {REASONS['recall_times_raw']}"
    )
    background_leak: Share = _share(
        "background_leak", "Background read from the subject code, at most, from 0 at chance to 1; without masks."
    )
    background_leak_of_raw: Share = _share("background_leak_of_raw", "The same over the raw encoder's, at most.")
    masked_paired: Share = _share("masked_paired", "As `paired`, with masks.")
    masked_recall_at_1: Share = _share("masked_recall_at_1", "As `recall_at_1`, with masks.")
    masked_background_leak: Share = _share("masked_background_leak", "As `background_leak`, with masks.")
    control_margin: Share = _share(
        "control_margin", "By how much a control has to fall short of its peer, with the whole interval."
    )
    training_subjects: int = Field(
        default=BARS.training_subjects, ge=2, le=MAX_SUBJECTS, description=f"At least. {REASONS['training_subjects']}"
    )
    held_out_subjects: int = Field(
        default=BARS.held_out_subjects, ge=2, le=MAX_SUBJECTS, description=f"At least. {REASONS['held_out_subjects']}"
    )
    seeds: int = Field(default=BARS.seeds, ge=1, le=MAX_SEEDS, description=f"Trainings, at least. {REASONS['seeds']}")

    def bars(self) -> Bars:
        """As the rule takes them."""
        return Bars(**self.model_dump())


class Certificate(Part):
    """Whether `build` trains the reference model on the release, how, and what certifies it."""

    enabled: bool = Field(default=False, description="Train the reference model and its controls, and write the certificate.")
    encoder: str = Field(default="augnet", description="The frozen encoder: a registered one, such as `augnet` or `clip`.")
    seeds: int = Field(default=3, ge=1, le=MAX_SEEDS, description="Times that the model and every control are trained.")
    training: dict[str, Setting] = Field(
        default_factory=dict, description="What to change of the training, by name; see docs/certificate.md."
    )
    bars: CertificateBars = Field(default=CertificateBars(), description="What the figures have to reach on held-out subjects.")

    @field_validator("encoder")
    @classmethod
    def _encoder_exists(cls, encoder: str) -> str:
        return chosen((encoder,), registry.names("encoders"), "encoder")[0]

    @field_validator("training")
    @classmethod
    def _settings_exist(cls, training: dict[str, Setting]) -> dict[str, Setting]:
        known = {field.name: field.default for field in fields(TrainingSettings)}
        chosen(tuple(training), tuple(known), "setting of the training")
        for name, value in training.items():
            wanted = type(known[name])
            if type(value) is not wanted and not (wanted is float and type(value) is int):
                raise ValueError(f"{name} should be {KINDS[wanted]}")
            _refuse_out_of_range(name, value)
        return training

    def options(self) -> "CertifyOptions":
        """As `certify` takes them; the seeds are 1, 2, 3, ..."""
        from spotdiff10k.training.evidence.options import CertifyOptions

        seeds = tuple(range(1, self.seeds + 1))
        return CertifyOptions(encoder=self.encoder, seeds=seeds, training=self.settings(), bars=self.bars.bars())

    def settings(self) -> TrainingSettings:
        """As the trainer takes them."""
        return replace(TrainingSettings(), **self.training)  # type: ignore[arg-type]


def _refuse_out_of_range(name: str, value: Setting) -> None:
    """Raises ValueError, which becomes a sentence with its line."""
    if name in CHOICES:
        chosen((str(value),), CHOICES[name], name)
    if isinstance(value, bool | str):
        return
    if name in NOT_HERE and value:
        raise ValueError(
            f"{name} should be 0: in a certificate all is learnt from labels, which its controls exchange; found {value}"
        )
    whole = type(getattr(TrainingSettings(), name)) is int
    least = 2 if name in LEAST_TWO else 1 if whole and name not in MAY_BE_ZERO else 0
    most = 1 if name in SHARES else MOST
    if not least <= value <= most or (name in NEVER_ZERO and not value):
        bound = "more than 0" if name in NEVER_ZERO else f"at least {least}"
        raise ValueError(f"{name} should be {bound}, and at most {most:,}; found {value}")
