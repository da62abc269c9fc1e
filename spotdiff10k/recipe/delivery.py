"""What a recipe says of making, splitting, judging and delivering samples."""

from collections.abc import Callable, Mapping
from math import isclose
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from spotdiff10k import registry
from spotdiff10k.recipe.base import Part, chosen, unit

SIZE_STEP = 8
"""Pixels. Latent-diffusion trainers need sides that are multiples of 8."""
SMALLEST_SIDE, LARGEST_SIDE = 64, 2048
"""Pixels."""
SUM_TOLERANCE = 1e-6

PictureFormat = Literal["png", "jpg", "webp"]
Layer = Literal["plate", "shadow", "depth", "normal", "canny", "skeleton"]


EngineOption = bool | int | float | str
KINDS = {bool: "true or false", int: "an integer", float: "a number", str: "a text"}


class EngineChoice(Part):
    """Who makes the pictures, and how large."""

    name: str = Field(default="rendered", description="A registered engine; `rendered` needs no download and no GPU.")
    size: int = Field(
        default=512,
        ge=SMALLEST_SIDE,
        le=LARGEST_SIDE,
        multiple_of=SIZE_STEP,
        description="Side of the square pictures.",
        json_schema_extra=unit("pixels"),
    )

    options: dict[str, EngineOption] = Field(
        default_factory=dict, description="What the engine lets one choose, by name; see docs/engines.md."
    )

    @field_validator("name")
    @classmethod
    def _engine_exists(cls, name: str) -> str:
        return chosen((name,), registry.names("engines"), "engine")[0]

    @field_validator("options")
    @classmethod
    def _options_exist(cls, options: dict[str, EngineOption], info: ValidationInfo) -> dict[str, EngineOption]:
        name = info.data.get("name")
        if name is None:
            return options
        engine = registry.find("engines", name)
        known: Mapping[str, EngineOption] = getattr(engine, "options", {})
        if options and not known:
            raise ValueError(f"the engine {name} has no options; leave this out")
        chosen(tuple(options), tuple(known), f"option of {name}")
        for option, value in options.items():
            wanted = type(known[option])
            if type(value) is not wanted and (type(value), wanted) != (int, float):
                raise ValueError(f"{option} should be {KINDS[wanted]}")
        found = {**known, **options}
        refuse: Callable[[Mapping[str, EngineOption], int], None] | None = getattr(engine, "refuse_options", None)
        if refuse is not None and "size" in info.data:
            refuse(found, info.data["size"])
        return found


class Outputs(Part):
    """What a sample holds besides its mask and its record."""

    picture: PictureFormat = Field(
        default="png", description="Picture format; only `png` is lossless, so only there can pixels be proven."
    )
    layers: Annotated[tuple[Layer, ...], Field(strict=False)] = Field(
        default=("plate", "shadow", "depth", "normal"),
        description="Optional members, the same for every sample; `canny` and `skeleton` are maps that ControlNet takes.",
    )

    @field_validator("layers")
    @classmethod
    def _each_once(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        if twice := [layer for position, layer in enumerate(layers) if layer in layers[:position]]:
            raise ValueError(f"'{twice[0]}' is listed twice")
        return layers


Fraction = Annotated[float, Field(ge=0, le=1)]


class Splits(Part):
    """Which fraction of the subjects goes where; a subject is in one split only."""

    train: Fraction = Field(default=0.8, description="Fraction of the subjects for training.")
    validation: Fraction = Field(default=0.1, description="Fraction of the subjects for development.")
    test: Fraction = Field(default=0.1, description="Fraction of the subjects that are held out.")

    @field_validator("test")
    @classmethod
    def _sum_to_one(cls, test: float, info: ValidationInfo) -> float:
        others = [info.data.get(name) for name in ("train", "validation")]
        total = test + sum(fraction for fraction in others if fraction is not None)
        if None not in others and not isclose(total, 1.0, abs_tol=SUM_TOLERANCE):
            raise ValueError(f"train + validation + test should be 1, found {total:g}")
        return test


class Shards(Part):
    """How the release is cut into files."""

    groups_per_shard: int = Field(
        default=64, ge=1, le=100_000, description="Whole groups in each tar of a split.", json_schema_extra=unit("groups")
    )


class Preview(Part):
    """Thumbnails for browsing the release on the Hub and in the report."""

    size: int = Field(default=128, ge=16, le=512, description="Side of a thumbnail.", json_schema_extra=unit("pixels"))


class Repair(Part):
    """What happens to a refused sample."""

    attempts: int = Field(
        default=2,
        ge=0,
        le=9,
        description="Times a refused cell is made again before its group is refused.",
        json_schema_extra=unit("attempts"),
    )


class Terms(Part):
    """What the set is for and whether it is passed on; the licences of what goes into it must allow that."""

    purpose: Literal["train-generative", "train-other", "evaluate"] = Field(
        default="train-generative",
        description="What the set is for. Some licences of models forbid to train generative models on what they make.",
    )
    redistribute: bool = Field(
        default=False,
        description="Whether the set will be passed on; then every ingredient's licence must be known and allow it.",
    )
    accept: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(),
        description="Licences whose objections are overridden, on the maker's own responsibility; kept in the release.",
    )


Threshold = bool | int | float | str
Thresholds = dict[str, dict[str, Threshold]]


ENABLED = "enabled"
"""Under a check in a recipe: false leaves the check out."""
REQUIRED = "required"
"""Under a check in a recipe: true refuses what the check could not measure."""
DEFAULT_CHECKS = (
    *("structure", "mask", "plate", "pixel_lock", "identity", "pose", "background", "quality", "caption"),
    *("duplicates", "balance"),
)
"""The checks that every recipe runs unless it leaves one out; all of them work on the base install.

`outline` is not among them: it judges poses by masks alone, for releases without depth, and errs more often than `pose`.
"""


def default_checks() -> Thresholds:
    """The default checks, with nothing said of them: thresholds are the calibration's, or the checks' own."""
    return {name: {} for name in DEFAULT_CHECKS}
