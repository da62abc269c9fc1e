"""Which camera a pose's control maps are seen by.

A camera belongs to a background. Where a group's subject pixels are shared by its backgrounds (hold both or subject), there is
one picture of a pose, so there is one camera for it: the one half way between those of the group's backgrounds, which
is wrong for each of them by the least. Where every cell is made anew (hold none) it is the background's own.
"""

from collections.abc import Sequence

from spotdiff10k.engines.rendered.model import Camera
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.types import BackgroundLevel

NONE = "none"
"""The value of `hold` under which nothing is shared by a group's pictures."""


def reference_camera(backgrounds: Sequence[BackgroundLevel], size: int) -> Camera:
    """Half way between the lowest and the highest, and between the widest and the longest, of these backgrounds' cameras."""
    elevations = [level.camera_elevation_degrees for level in backgrounds]
    angles = [level.camera_fov_degrees for level in backgrounds]
    return camera_for((min(elevations) + max(elevations)) / 2.0, (min(angles) + max(angles)) / 2.0, size)


def camera_of(backgrounds: Sequence[BackgroundLevel], background: BackgroundLevel, hold: str, size: int) -> Camera:
    """The camera of one cell's control maps."""
    if hold == NONE:
        return camera_for(background.camera_elevation_degrees, background.camera_fov_degrees, size)
    return reference_camera(backgrounds, size)
