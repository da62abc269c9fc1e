"""What a recipe may choose about control maps, as options of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from spotdiff10k.errors import EngineError
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


def control_options(settings: EngineSettings) -> ControlOptions:
    """Read them. Raises EngineError with a sentence."""
    chosen = {**CONTROL_OPTIONS, **settings.options}
    source, hold = str(chosen["control_source"]), str(settings.options.get("hold", HOLDS[0]))
    for name, value, known in (("control_source", source, SOURCES), ("hold", hold, HOLDS)):
        if value not in known:
            raise EngineError(f"The option {name} of controlnet is '{value}'; expected one of {', '.join(known)}.")
    return ControlOptions(
        source, bool(chosen["control_ground"]), str(chosen["keypoints"]), _pairs(str(chosen["annotators"])), hold
    )


def _pairs(text: str) -> Mapping[str, str]:
    """'depth=midas softedge=hed' as a mapping."""
    pairs = {}
    for word in text.split():
        kind, equals, annotator = word.partition("=")
        if not (kind and equals and annotator):
            raise EngineError(f"The option annotators of controlnet has '{word}'; expected KIND=ANNOTATOR, such as depth=midas.")
        pairs[kind] = annotator
    return pairs
