"""The recipe: what a dataset is made of, as pydantic models."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from spotdiff10k import registry
from spotdiff10k.recipe.abilities import checked_layers, checked_poses, checked_source, source_kind
from spotdiff10k.recipe.base import Part, chosen
from spotdiff10k.recipe.certificate import Certificate
from spotdiff10k.recipe.delivery import (
    EngineChoice,
    Outputs,
    Preview,
    Repair,
    Shards,
    Splits,
    Terms,
    Thresholds,
    default_checks,
)
from spotdiff10k.recipe.factors import SPDX, Backgrounds, ImageFolder, Poses, Subjects
from spotdiff10k.seeds import SEED_BITS
from spotdiff10k.types import EngineSettings

NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"
PIXEL_KEYS = ("seed", "engine", "subjects", "poses", "backgrounds", "outputs", "splits", "licence")
"""What decides the bytes of samples; everything else may change without making a picture again."""


AUTO, NO_CALIBRATION = "auto", "none"
"""Of `calibration`: the one shipped for the engine, if there is one; or none."""


class Recipe(Part):
    """A dataset, declared: factors, counts, engine, checks, thresholds, outputs, splits."""

    name: str = Field(pattern=NAME, description="Name of the dataset: lower-case letters, digits and dashes.")
    seed: int = Field(default=0, ge=0, lt=2**SEED_BITS, description="Root of all randomness; 0 is a seed like any other.")
    purpose: Literal["dataset", "control"] = Field(
        default="dataset", description="A `control` may be confounded on purpose, and says so everywhere; a `dataset` may not."
    )
    engine: EngineChoice = Field(default=EngineChoice(), description="Who makes the pictures, and how large.")
    subjects: Subjects = Field(description="Who is in the pictures.")
    poses: Poses = Field(description="How subjects stand to the camera.")
    backgrounds: Backgrounds = Field(description="Scene, light, ground and camera.")
    outputs: Outputs = Field(default=Outputs(), description="What a sample holds besides its mask and its record.")
    splits: Splits = Field(default=Splits(), description="Fractions of the subjects; a subject is in one split only.")
    shards: Shards = Field(default=Shards(), description="How the release is cut into files.")
    preview: Preview = Field(default=Preview(), description="Thumbnails for browsing.")
    checks: Thresholds = Field(
        default_factory=default_checks,
        description="What to change of the checks: thresholds that decide, `<measure>_min` and `<measure>_max`, false for no "
        "bound; options; `enabled: false` leaves a check out, `required: true` refuses what it could not measure.",
    )
    calibration: str = Field(
        default=AUTO,
        min_length=1,
        description="Where thresholds come from that `checks` does not set: the name of a shipped calibration, a file that "
        "`spotdiff10k calibrate` wrote, `none`, or `auto`, which is the one shipped for the engine where there is one, "
        "pictures are PNG, and their size is among those it was made on.",
    )
    repair: Repair = Field(default=Repair(), description="What happens to a refused sample.")
    certificate: Certificate = Field(default=Certificate(), description="Whether `build` trains the reference model.")
    licence: str = Field(
        default="CC0-1.0",
        pattern=SPDX,
        description="Licence of what is made, as an SPDX identifier; when left out, the one that its ingredients ask for.",
    )
    terms: Terms = Field(default=Terms(), description="What the set is for, and whether it is passed on.")

    @field_validator("subjects")
    @classmethod
    def _engine_takes_subjects(cls, subjects: Subjects, info: ValidationInfo) -> Subjects:
        return checked_source(subjects, info.data.get("engine"))

    @field_validator("poses")
    @classmethod
    def _photographs_have_poses(cls, poses: Poses, info: ValidationInfo) -> Poses:
        return checked_poses(poses, info.data.get("subjects"))

    @field_validator("outputs")
    @classmethod
    def _engine_makes_layers(cls, outputs: Outputs, info: ValidationInfo) -> Outputs:
        return checked_layers(outputs, info.data.get("engine"))

    @field_validator("checks")
    @classmethod
    def _checks_exist(cls, checks: Thresholds) -> Thresholds:
        known = registry.names("checks")
        for name in checks:
            chosen((name,), known, "check")
        return {**default_checks(), **checks}

    @property
    def samples(self) -> int:
        """How many pictures the release will have."""
        return self.subjects.count * self.poses.count * self.backgrounds.count

    @property
    def fractions(self) -> Mapping[str, float]:
        """The splits that get subjects, with their fractions."""
        return {name: fraction for name, fraction in self.splits.model_dump().items() if fraction > 0}

    def engine_settings(self) -> EngineSettings:
        """What the engine needs to know, as plain values."""
        subjects, backgrounds = self.subjects.source, self.backgrounds.source
        return EngineSettings(
            size=self.engine.size,
            outputs=self.outputs.layers,
            picture_format=self.outputs.picture,
            licence=self.licence,
            subjects_folder=getattr(subjects, source_kind(subjects), None),
            backgrounds_folder=backgrounds.images if isinstance(backgrounds, ImageFolder) else None,
            options=self.engine.options,
            background_levels=self.backgrounds.levels,
        )

    def pixel_settings(self) -> dict[str, Any]:
        """The values that decide the bytes of samples, as plain JSON values."""
        values = self.model_dump(mode="json")
        if not values["engine"]["options"]:
            del values["engine"]["options"]  # an engine without options asks for the same as before there were any
        return {key: values[key] for key in PIXEL_KEYS}
