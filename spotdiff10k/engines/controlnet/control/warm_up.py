"""Compiles what draws control maps and cuts subjects out, before workers are forked."""

from spotdiff10k.engines.controlnet.control import control_maps
from spotdiff10k.engines.controlnet.control.options import PROXY
from spotdiff10k.engines.controlnet.control.sources import BY_PROXY
from spotdiff10k.engines.controlnet.segmenting import NONE, agree, segment
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel, SubjectLevel

SIZE = 64
FAMILY = "robot"
LEVEL = BackgroundLevel("warm", "studio", 0, "warm", 10.0, 36.0)
POSE = PoseLevel("warm", "stand", 0.0, "warm")


class _Says:
    """Finds what it is told to look for."""

    def __init__(self, mask: object) -> None:
        self._mask = mask

    def segment(self, pictures: object, boxes: object = None) -> list[object]:
        return [self._mask]


def warm_up_maps() -> None:
    """Draw every map of a small proxy, and cut it out."""
    settings = EngineSettings(SIZE, (), options={"control_source": PROXY, "segmenters": NONE})
    group = PlannedGroup("g", 0, "train", False, SubjectLevel("s", FAMILY, 0, FAMILY, FAMILY), (POSE,), (LEVEL,), ())
    maps = control_maps(group, POSE, LEVEL, (*BY_PROXY, "pose"), SIZE, settings)
    segment(maps.maps["depth"], maps.region, settings)
    agree(maps.maps["depth"], maps.region, [_Says(maps.region)] * 2, ("warm", "warm"))  # type: ignore[list-item]
