"""Builds the model of a subject level: a procedural family, or people's own mesh."""

import importlib
from difflib import get_close_matches
from pathlib import Path

from spotdiff10k.engines.rendered.model import SubjectModel
from spotdiff10k.errors import EngineError
from spotdiff10k.traits import catalogue, draw
from spotdiff10k.types import SubjectLevel

MESH_FAMILY = "mesh"


def build_subject(level: SubjectLevel, folder: Path | None = None) -> SubjectModel:
    """Build a subject at rest. `folder` holds people's own models and is needed for the family "mesh" alone.

    Raises EngineError for an unknown family or a mesh that cannot be read.
    """
    if level.family == MESH_FAMILY:
        return _build_mesh(level, folder)
    families = catalogue("subjects")
    if level.family not in families:
        near = get_close_matches(level.family, families, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise EngineError(f"Subject {level.id} is of the family '{level.family}', known are {', '.join(families)}.{hint}")
    module = importlib.import_module(f"spotdiff10k.engines.rendered.families.{level.family}")
    model: SubjectModel = module.build(draw(families[level.family], level.identity), level.identity)
    return model


def _build_mesh(level: SubjectLevel, folder: Path | None) -> SubjectModel:
    if folder is None:
        raise EngineError(
            f"Subject {level.id} is a mesh ('{level.source}'), but no folder of meshes is given; set subjects.source.meshes."
        )
    meshes = importlib.import_module("spotdiff10k.engines.rendered.meshes")  # trimesh loads only where it is needed
    model: SubjectModel = meshes.load_mesh_subject(folder / level.source, level)
    return model
