"""What an engine can take and make: a recipe that asks for more is refused before anything is planned.

An engine class may say `subject_sources` and `layers`, or `layers_under(options)` and `refuse_subjects(options, kind)` where
options decide; one that does not takes procedural subjects and models, and makes all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from spotdiff10k import registry
from spotdiff10k.recipe.delivery import EngineChoice, Outputs
from spotdiff10k.recipe.factors import MeshFolder, PhotoFolder, Poses, Subjects
from spotdiff10k.resources import manifest

PROCEDURAL, MESHES, PHOTOS = "procedural", "meshes", "photos"
USUAL_SOURCES = (PROCEDURAL, MESHES)
WORDS = {
    PROCEDURAL: "`procedural`",
    MESHES: "`{meshes: FOLDER}`",
    PHOTOS: "`{photos: FOLDER}`, as `spotdiff10k import` writes it",
}


def source_kind(source: Any) -> str:
    """Which kind of subjects a source is."""
    if isinstance(source, PhotoFolder):
        return PHOTOS
    return MESHES if isinstance(source, MeshFolder) else PROCEDURAL


def checked_source(subjects: Subjects, engine: EngineChoice | None) -> Subjects:
    """The subjects. Raises ValueError when the engine does not take them."""
    if engine is None:
        return subjects
    found = registry.find("engines", engine.name)
    taken = getattr(found, "subject_sources", USUAL_SOURCES)
    kind = source_kind(subjects.source)
    if kind not in taken:
        expected = " or ".join(WORDS[one] for one in taken)
        raise ValueError(f"the engine {engine.name} does not take {kind} subjects; set subjects.source to {expected}")
    refuse: Callable[[Mapping[str, Any], str], None] | None = getattr(found, "refuse_subjects", None)
    if refuse is not None:
        refuse(engine.options, kind)
    return subjects


def checked_poses(poses: Poses, subjects: Subjects | None) -> Poses:
    """The poses; those of photographs are what was photographed. Raises ValueError where others are asked for."""
    if subjects is None or not isinstance(subjects.source, PhotoFolder):
        return poses
    known = manifest("poses")
    if poses.articulations != tuple(known["articulations"]) or poses.turns != tuple(known["turns"]):
        raise ValueError("photographs have the poses that were photographed; leave articulations and turns out")
    return poses


def checked_layers(outputs: Outputs, engine: EngineChoice | None) -> Outputs:
    """The outputs, by default as many layers as the engine makes. Raises ValueError for one that it does not make."""
    made = None if engine is None else _layers_of(engine)
    if engine is None or made is None:
        return outputs
    if "layers" not in outputs.model_fields_set:
        return outputs.model_copy(update={"layers": tuple(layer for layer in outputs.layers if layer in made)})
    if beyond := [layer for layer in outputs.layers if layer not in made]:
        under = " under these options" if beyond[0] in registry.find("engines", engine.name).layers else ""
        raise ValueError(f"the engine {engine.name} makes no {beyond[0]} layer{under}; outputs.layers may have {', '.join(made)}")
    return outputs


def _layers_of(engine: EngineChoice) -> tuple[str, ...] | None:
    """The layers that an engine makes under its options; None: all."""
    found = registry.find("engines", engine.name)
    under: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = getattr(found, "layers_under", None)
    layers: tuple[str, ...] | None = getattr(found, "layers", None)
    return under(engine.options) if under is not None else layers
