"""Which annotators a recipe's control maps are made by, for the licence gate and the list of what is needed; imports no torch."""

from collections.abc import Mapping
from typing import Any

from spotdiff10k.engines.controlnet.control.annotators import ANNOTATORS, DEFAULTS, FOLDER_MARK, Annotator
from spotdiff10k.engines.controlnet.control.options import AUTO, PHOTOS, pairs_of


def used_annotators(options: Mapping[str, Any], kinds: tuple[str, ...], subjects: str) -> list[tuple[Annotator, str]]:
    """The annotators with weights that photographs are shown to, each with the folder of its weights; "" for the pinned ones.

    subjects: their kind in the recipe, of which only photographs are annotated.
    """
    source = str(options.get("control_source", AUTO))
    if source != PHOTOS and not (source == AUTO and subjects == PHOTOS):
        return []
    named = pairs_of(str(options.get("annotators", "")))
    choices = [named.get(kind) or DEFAULTS.get(kind, "") for kind in kinds]
    cut = [choice.partition(FOLDER_MARK) for choice in choices]
    found = [(ANNOTATORS[name], folder) for name, _, folder in cut if name in ANNOTATORS]
    return [(entry, folder) for entry, folder in found if entry.weights or entry.estimator]
