"""The three factors of a recipe: subjects, poses, backgrounds."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from spotdiff10k.recipe.base import MAX_LEVELS, MAX_PER_GROUP, Names, Part, chosen, unit
from spotdiff10k.resources import manifest
from spotdiff10k.traits import catalogue

MAX_SUBJECTS = 1_000_000
SPDX = r"^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$"
PROCEDURAL, FOLDER, PHOTOS = "<procedural>", "<folder>", "<photos>"
"""Names of the branches of a source; the brackets keep them apart from keys of the recipe."""

DependsOn = Literal["nothing", "family", "palette"]


class MeshFolder(Part):
    """People's own 3D models."""

    meshes: str = Field(
        min_length=1, description="Folder of GLB, glTF or OBJ files, one subject a file; relative to the recipe's own folder."
    )
    licence: str = Field(default="unknown", pattern=SPDX, description="Licence of the models, as an SPDX identifier.")


class PhotoFolder(Part):
    """People's own photographs of subjects, imported."""

    photos: str = Field(
        min_length=1,
        description="Folder that `spotdiff10k import` wrote: one subject a subject of its catalogue, one pose a photograph, each "
        "with its licence. Relative to the recipe's own folder.",
    )


class ImageFolder(Part):
    """People's own photos or panoramas."""

    images: str = Field(
        min_length=1,
        description="Folder of JPEG, PNG, WebP or HDR files, one background level a file; twice as wide as high means panorama. "
        "Relative to the recipe's own folder.",
    )
    licence: str = Field(default="unknown", pattern=SPDX, description="Licence of the pictures, as an SPDX identifier.")


def _subject_branch(value: Any) -> str:
    if isinstance(value, PhotoFolder) or (isinstance(value, dict) and "photos" in value):
        return PHOTOS
    return _branch(value)


def _branch(value: Any) -> str:
    return FOLDER if isinstance(value, (dict, MeshFolder, PhotoFolder, ImageFolder)) else PROCEDURAL


Procedural = Annotated[Literal["procedural"], Tag(PROCEDURAL)]
SubjectSource = Annotated[
    Procedural | Annotated[MeshFolder, Tag(FOLDER)] | Annotated[PhotoFolder, Tag(PHOTOS)], Discriminator(_subject_branch)
]
BackgroundSource = Annotated[Procedural | Annotated[ImageFolder, Tag(FOLDER)], Discriminator(_branch)]


class Subjects(Part):
    """Who is in the pictures."""

    count: int = Field(
        ge=1, le=MAX_SUBJECTS, description="Subjects to release, all splits together.", json_schema_extra=unit("subjects")
    )
    reserve: int = Field(
        default=0,
        ge=0,
        le=MAX_SUBJECTS,
        description="More subjects, shared out among the splits by their size, that stand in for refused ones.",
        json_schema_extra=unit("subjects"),
    )
    source: SubjectSource = Field(
        default="procedural",
        description="`procedural`, `{meshes: FOLDER}` for your own 3D models, or `{photos: FOLDER}` for imported photographs.",
    )
    families: Names = Field(
        default=(), description="Families to draw from, in equal parts; all of them when left out. Procedural only."
    )
    least_difference: float = Field(
        default=4.0,
        ge=0,
        le=100,
        description="How far apart any two subjects of a family are in their traits; a different species or type weighs about 4. "
        "Draws that are nearer to an earlier subject are drawn again.",
        json_schema_extra=unit("trait weights"),
    )

    @field_validator("families")
    @classmethod
    def _families_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("source") != "procedural":
            if names:
                own = "photographs" if isinstance(info.data.get("source"), PhotoFolder) else "models"
                raise ValueError(f"families are for procedural subjects; your own {own} have none, so leave this out")
            return ()
        return chosen(names, tuple(catalogue("subjects")), "family")


class Poses(Part):
    """How subjects stand to the camera."""

    levels: int = Field(ge=1, le=MAX_LEVELS, description="Pose levels in the shared catalogue.", json_schema_extra=unit("levels"))
    count: int = Field(ge=1, le=MAX_PER_GROUP, description="Pose levels of each group.", json_schema_extra=unit("levels"))
    articulations: Names = Field(default=(), description="What subjects do; all of manifests/poses.yaml when left out.")
    turns: Names = Field(default=(), description="Where subjects face; all of manifests/poses.yaml when left out.")
    depends_on: DependsOn = Field(
        default="nothing", description="What decides a group's pose levels. Anything but `nothing` confounds."
    )

    @field_validator("count")
    @classmethod
    def _count_fits(cls, count: int, info: ValidationInfo) -> int:
        return _within_levels(count, info)

    @field_validator("articulations")
    @classmethod
    def _articulations_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return chosen(names, tuple(manifest("poses")["articulations"]), "articulation")

    @field_validator("turns")
    @classmethod
    def _turns_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        turns = chosen(names, tuple(manifest("poses")["turns"]), "turn")
        levels, articulations = info.data.get("levels"), info.data.get("articulations")
        if levels and articulations and levels > len(articulations) * len(turns):
            raise ValueError(
                f"{len(articulations)} articulations and {len(turns)} turns make {len(articulations) * len(turns)} poses, "
                f"fewer than the {levels} of poses.levels"
            )
        return turns


class Backgrounds(Part):
    """Scene, light, ground and camera."""

    levels: int = Field(
        ge=1, le=MAX_LEVELS, description="Background levels in the shared catalogue.", json_schema_extra=unit("levels")
    )
    count: int = Field(ge=1, le=MAX_PER_GROUP, description="Background levels of each group.", json_schema_extra=unit("levels"))
    source: BackgroundSource = Field(default="procedural", description="`procedural`, or `{images: FOLDER}` for your own photos.")
    kinds: Names = Field(default=(), description="Kinds of scene, in equal parts; all of them when left out. Procedural only.")
    depends_on: DependsOn = Field(
        default="nothing", description="What decides a group's background levels. Anything but `nothing` confounds."
    )

    @field_validator("count")
    @classmethod
    def _count_fits(cls, count: int, info: ValidationInfo) -> int:
        return _within_levels(count, info)

    @field_validator("kinds")
    @classmethod
    def _kinds_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("source") != "procedural":
            if names:
                raise ValueError("kinds are for procedural backgrounds; your own photos have none, so leave this out")
            return ()
        return chosen(names, tuple(catalogue("backgrounds")), "kind of background")


def _within_levels(count: int, info: ValidationInfo) -> int:
    levels = info.data.get("levels")
    if levels is not None and count > levels:
        raise ValueError(f"a group cannot take {count} of {levels} levels; lower count or raise levels")
    return count
