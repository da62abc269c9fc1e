"""Compiles every kernel by making a few tiny samples; with numba's cache on disk this only loads them."""

from spotdiff10k.engines.rendered.pipeline import Pipeline
from spotdiff10k.samples import OPTIONAL_OUTPUTS
from spotdiff10k.traits import catalogue
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedCell, PlannedGroup, PoseLevel, SubjectLevel

SIZE = 64
FAMILIES = ("quadruped", "robot")
"""One family with flesh and one of hard parts: together they use all that builds and poses subjects."""
SCENES = ("meadow", "living_room", "lake", "night_street")
"""Outdoors, indoors, with water, with lamps: together they use all that shades plates."""
ELEVATION_DEGREES = 14.0
FOV_DEGREES = 34.0


def warm_up(settings: EngineSettings) -> None:
    """Make one sample of each warm-up family before each warm-up scene, with every output."""
    tiny = EngineSettings(size=SIZE, outputs=OPTIONAL_OUTPUTS, licence=settings.licence)
    for _ in Pipeline(tiny, 0).generate(_groups()):
        pass


def _groups() -> list[PlannedGroup]:
    scenes = _known("backgrounds", SCENES)
    backgrounds = tuple(BackgroundLevel(f"warm-{kind}", kind, 0, kind, ELEVATION_DEGREES, FOV_DEGREES) for kind in scenes)
    pose = PoseLevel("warm", "stand", 0.0, "standing")
    groups = []
    for number, family in enumerate(_known("subjects", FAMILIES)):
        subject = SubjectLevel(f"s{number:06d}", family, number, family, family)
        cells = tuple(
            PlannedCell(f"g{number:06d}-p00-b{index:02d}", 0, index, 0, 0, family, "") for index in range(len(backgrounds))
        )
        groups.append(PlannedGroup(f"g{number:06d}", number, "train", False, subject, (pose,), backgrounds, cells))
    return groups


def _known(catalogue_name: str, wanted: tuple[str, ...]) -> list[str]:
    """Those of the wanted names that the catalogue has, else its first."""
    known = list(catalogue(catalogue_name))
    return [name for name in wanted if name in known] or known[:1]
