"""What a recipe may choose about control maps, as options of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spotdiff10k.engines.controlnet.control.annotators import FOLDER_MARK, annotators_of
from spotdiff10k.errors import EngineError
from spotdiff10k.recipe.folders import words
from spotdiff10k.types import EngineSettings

AUTO, PROXY, CATALOGUE, PHOTOS = "auto", "proxy", "catalogue", "photos"
SOURCES = (AUTO, PROXY, CATALOGUE, PHOTOS)
HOLDS = ("both", "subject", "none")

CONTROL_OPTIONS: Mapping[str, bool | str] = {
    "control_source": AUTO,
    "control_ground": True,
    "keypoints": "",
    "annotators": "",
}
"""Their names and defaults. `hold` is the engine's own and is read here too."""


@dataclass(frozen=True, slots=True)
class ControlOptions:
    """The choices, checked."""

    source: str  # one of SOURCES
    ground: bool  # depth and normals show the ground that a proxy stands on
    keypoints: str  # a file of people's own keypoint poses; "" for those that are shipped
    annotators: Mapping[str, str]  # kind of map to the annotator that makes it from photographs
    hold: str  # one of HOLDS


def refuse_unusable_controls(chosen: Mapping[str, Any]) -> None:
    """Refuse, when a recipe is read, what can be seen to be wrong without making anything. Raises ValueError with a clause."""
    source = str(chosen.get("control_source", AUTO))
    if source not in SOURCES:
        raise ValueError(f"there is no control_source '{source}'; known: {', '.join(SOURCES)}")
    try:
        pairs = pairs_of(str(chosen.get("annotators", "")))
    except EngineError as error:
        raise ValueError(str(error)) from error
    for kind, choice in pairs.items():
        known = annotators_of(kind)
        name = choice.partition(FOLDER_MARK)[0]
        if name not in known:
            found = f"those that do are {', '.join(known)}" if known else "no annotator does"
            raise ValueError(f"annotators has {kind}={choice}, but '{name}' makes no control map '{kind}'; {found}")


def control_options(settings: EngineSettings) -> ControlOptions:
    """Read them. Raises EngineError with a sentence."""
    chosen = {**CONTROL_OPTIONS, **settings.options}
    source, hold = str(chosen["control_source"]), str(settings.options.get("hold", HOLDS[0]))
    for name, value, known in (("control_source", source, SOURCES), ("hold", hold, HOLDS)):
        if value not in known:
            raise EngineError(f"The option {name} of controlnet is '{value}'; expected one of {', '.join(known)}.")
    return ControlOptions(
        source, bool(chosen["control_ground"]), str(chosen["keypoints"]), pairs_of(str(chosen["annotators"])), hold
    )


def pairs_of(text: str) -> Mapping[str, str]:
    """'depth=midas softedge=hed' as a mapping."""
    pairs = {}
    for word in words(text):
        kind, equals, annotator = word.partition("=")
        if not (kind and equals and annotator):
            raise EngineError(f"The option annotators of controlnet has '{word}'; expected KIND=ANNOTATOR, such as depth=midas.")
        pairs[kind] = annotator
    return pairs
