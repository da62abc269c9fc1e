"""What the pictures of a group follow: a first picture of it, or an imported photograph."""

from dataclasses import dataclass

from spotdiff10k.engines.controlnet.control.photographed import placed_photo
from spotdiff10k.plan.photographed import FAMILY as PHOTO_FAMILY
from spotdiff10k.types import EngineSettings, Image, Mask, PlannedGroup


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture of the group's subject, and where in it the subject is."""

    picture: Image
    alpha: Mask


def photo_of(group: PlannedGroup, settings: EngineSettings) -> Reference | None:
    """The photograph of the group's first pose; None for subjects without one. Raises EngineError."""
    if group.subject.family != PHOTO_FAMILY:
        return None
    return Reference(*placed_photo(group.subject, group.poses[0], settings.size, settings.subjects_folder))
