"""Models: what the manifest says of them, the folder that keeps their weights, and how they come there."""

from spotdiff10k.models.manifest import Model, ModelFile, Source, all_models, find_model
from spotdiff10k.models.store import Stored, is_stored, stored, weights_digest

__all__ = [
    "Model",
    "ModelFile",
    "Source",
    "Stored",
    "all_models",
    "find_model",
    "is_stored",
    "stored",
    "weights_digest",
]
