"""Control maps: pictures that say where a subject stands and how, for pipelines under ControlNet.

`control_maps` makes those of one cell; `CONTROL_OPTIONS` are the engine's options that it reads; `KINDS` says what there is.
"""

from collections.abc import Sequence

from spotdiff10k.engines.controlnet.control.kinds import KINDS, POSE
from spotdiff10k.engines.controlnet.control.options import AUTO, CATALOGUE, CONTROL_OPTIONS, PHOTOS, PROXY, control_options
from spotdiff10k.engines.controlnet.seams import ControlMaps
from spotdiff10k.errors import EngineError, RecipeError
from spotdiff10k.plan.photographed import FAMILY as PHOTO_FAMILY
from spotdiff10k.types import BackgroundLevel, EngineSettings, PlannedGroup, PoseLevel

__all__ = ["CONTROL_OPTIONS", "KINDS", "POSE", "control_maps"]


def control_maps(
    group: PlannedGroup, pose: PoseLevel, background: BackgroundLevel, kinds: Sequence[str], size: int, settings: EngineSettings
) -> ControlMaps:
    """The maps of one cell, `size` pixels square; see `seams.MakeControlMaps`. Raises EngineError.

    Under `hold: none` they are seen by the background's own camera, else by the one that the group's backgrounds share.
    """
    from spotdiff10k.engines.controlnet.control import photographed, sources
    from spotdiff10k.engines.controlnet.control.cameras import camera_of

    _refuse_unknown(kinds)
    options = control_options(settings)
    subject, folder = group.subject, settings.subjects_folder
    source = options.source
    if source == AUTO:
        source = PHOTOS if subject.family == PHOTO_FAMILY else PROXY
    try:
        if source == PHOTOS:
            return photographed.from_photos(subject, pose, size, kinds, options.annotators, folder)
        if source == CATALOGUE:
            return sources.from_catalogue(subject, pose, size, kinds, options.keypoints, folder)
        camera = camera_of(group.backgrounds, background, options.hold, size)
        return sources.from_proxy(subject, pose, camera, kinds, options.ground, folder)
    except RecipeError as error:
        raise EngineError(str(error)) from error


def _refuse_unknown(kinds: Sequence[str]) -> None:
    if unknown := [kind for kind in kinds if kind not in KINDS and kind != POSE]:
        raise EngineError(f"There is no control map '{unknown[0]}'; known are {', '.join(KINDS)}, and {POSE}.")
