"""What a certificate needs on this machine: said before any work begins."""

from importlib.util import find_spec

from spotdiff10k import registry
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.models.manifest import find_model
from spotdiff10k.models.store import is_stored

PACKAGES = ("torch", "safetensors")
EXTRA = "train"
PURPOSE = "The certificate"


def refuse_without_needs(encoder: str = "") -> None:
    """Raise MissingExtraError without torch, RecipeError for an unknown encoder, ModelError without its weights."""
    from spotdiff10k.training.features import ENCODER

    encoder = encoder or ENCODER
    for package in PACKAGES:
        if find_spec(package) is None:
            raise MissingExtraError(package, EXTRA, PURPOSE)
    model = str(getattr(registry.find("encoders", encoder), "model", ""))
    if model and not is_stored(find_model(model)):
        raise ModelError(
            f"The certificate looks at pictures with {encoder}, whose weights are not on this machine. "
            f"Run: spotdiff10k models fetch {model}"
        )
