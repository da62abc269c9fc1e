"""Defects of the plan as a whole: levels that depend on families. Each group is good by itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanDefect:
    """A share of the subjects, in the same pictures otherwise, has levels that its family decides."""

    name: str
    what: str
    factor: str  # of the recipe: "poses" or "backgrounds"
    unit: str = "% of the subjects"
    grades: tuple[float, ...] = (10.0, 25.0, 50.0, 100.0)
    severe: float = 50.0


PLAN_DEFECTS: Mapping[str, PlanDefect] = {
    "confounded-backgrounds": PlanDefect(
        "confounded-backgrounds", "the family of a subject decides its backgrounds", "backgrounds"
    ),
    "confounded-poses": PlanDefect("confounded-poses", "the family of a subject decides its poses", "poses"),
}
