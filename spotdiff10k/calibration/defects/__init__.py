"""The table of planted defects, one file a family of them. It knows nothing of checks: which check sees which is measured."""

from collections.abc import Mapping

from spotdiff10k.calibration.defects import background, caption, copies, mask, plate, pose, quality, splits, subject
from spotdiff10k.calibration.defects.plans import PLAN_DEFECTS
from spotdiff10k.calibration.planting import Defect

FAMILIES: Mapping[str, tuple[Defect, ...]] = {
    "subject": subject.DEFECTS,
    "pose": pose.DEFECTS,
    "background": background.DEFECTS,
    "copies": copies.DEFECTS,
    "mask": mask.DEFECTS,
    "plate": plate.DEFECTS,
    "quality": quality.DEFECTS,
    "caption": caption.DEFECTS,
    "splits": splits.DEFECTS,
}

DEFECTS: Mapping[str, Defect] = {defect.name: defect for family in FAMILIES.values() for defect in family}


NAMES = (*DEFECTS, *PLAN_DEFECTS)
"""Of everything that can be planted: in a group, or in a plan."""


def family_of(name: str) -> str:
    """The family a defect is in."""
    if name in PLAN_DEFECTS:
        return "plan"
    return next(family for family, defects in FAMILIES.items() if any(defect.name == name for defect in defects))
