"""Control maps of an imported photograph: the cut-out at its place in the picture, seen by annotators."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from spotdiff10k.engines.composite.pipeline import view_of
from spotdiff10k.engines.composite.placing import place
from spotdiff10k.engines.controlnet.control.annotating import annotate
from spotdiff10k.engines.controlnet.control.neutral import GREY
from spotdiff10k.engines.controlnet.regions_found import box_of
from spotdiff10k.engines.controlnet.seams import ControlMaps
from spotdiff10k.errors import EngineError, PlanError
from spotdiff10k.photos.catalogue import read_catalogue
from spotdiff10k.photos.cut_out import read_cut_out
from spotdiff10k.types import Image, Mask, PoseLevel, SubjectLevel

OPAQUE = 255


def placed_photo(subject: SubjectLevel, pose: PoseLevel, size: int, folder: str | None) -> tuple[Image, Mask]:
    """(H, W, 3) the subject's view for this pose before grey, where the composite engine would set it, and its alpha (H, W).

    Raises EngineError.
    """
    if folder is None:
        raise EngineError("Control maps from photographs need a folder of imported ones; set subjects.source.photos.")
    try:
        subjects = {known.id: known for known in read_catalogue(Path(folder)).subjects}
    except PlanError as error:
        raise EngineError(str(error)) from error
    if subject.source not in subjects:
        raise EngineError(f"Subject {subject.id} is '{subject.source}', which is not in {folder}; import and plan again.")
    placed = place(read_cut_out(Path(folder), view_of(subjects[subject.source], pose)), size)
    picture = np.full((size, size, 3), GREY, np.uint8)
    alpha = np.zeros((size, size), np.uint8)
    height, width = placed.alpha.shape
    box = np.s_[placed.top : placed.top + height, placed.left : placed.left + width]
    share = placed.alpha[..., None].astype(np.float32) / np.float32(OPAQUE)
    mixed = share * placed.colours + (np.float32(1.0) - share) * np.float32(GREY)
    picture[box] = np.rint(mixed).astype(np.uint8)
    alpha[box] = placed.alpha
    return picture, alpha


def from_photos(
    subject: SubjectLevel, pose: PoseLevel, size: int, kinds: Sequence[str], annotators: Mapping[str, str], folder: str | None
) -> ControlMaps:
    """Annotate the photograph of the subject in this pose. Raises EngineError, or ModelError where weights are missing."""
    picture, alpha = placed_photo(subject, pose, size, folder)
    maps, source = {}, {}
    for kind in kinds:
        maps[kind], made_by = annotate(picture, kind, annotators.get(kind, ""), box_of(alpha))
        source[kind] = f"{made_by} on a photograph"
    return ControlMaps(maps, alpha, source)
