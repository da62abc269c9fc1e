"""Segmenters: networks that find the subject in a picture, behind one protocol; one file a network. Importing this is light."""

from functools import cache

from spotdiff10k import registry
from spotdiff10k.devices import chosen_device
from spotdiff10k.models.store import weights_digest
from spotdiff10k.segmenters._protocol import Boxes, Masks, Pictures, Segmenter

__all__ = ["Boxes", "Masks", "Pictures", "Segmenter", "load_segmenter", "segmenter_setup"]

DIGEST_DIGITS = 16


@cache
def load_segmenter(name: str, device: str = "") -> Segmenter:
    """The segmenter `name` with its weights, loaded once in a process; `device` as in devices.py.

    Raises RecipeError for an unknown name, ModelError when the weights are not on this machine or were changed, or when
    there is no such device, MissingExtraError when a package that it needs is not installed.
    """
    loaded: Segmenter = registry.find("segmenters", name)(device=chosen_device(device))
    return loaded


def segmenter_setup(name: str) -> str:
    """What decides a segmenter's masks, for a check's `setup`: name, version and digest of the weights.

    Needs neither its packages nor the weights. Raises RecipeError for an unknown name.
    """
    kind = registry.find("segmenters", name)
    digest = weights_digest(kind.model)[:DIGEST_DIGITS] if kind.model else ""
    return f"{name} v{kind.version} {digest}".strip()
