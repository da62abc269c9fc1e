"""A contact sheet of control maps, for people: a row a subject, a column a map, so that one can see what a pipeline is told."""

from collections.abc import Sequence

import numpy as np

from spotdiff10k.contact_sheet import Labels, compose
from spotdiff10k.engines.controlnet.control import control_maps
from spotdiff10k.engines.controlnet.control.kinds import KINDS, POSE
from spotdiff10k.engines.controlnet.control.neutral import neutral_picture
from spotdiff10k.engines.controlnet.control.sources import posed_subject
from spotdiff10k.engines.rendered.model import U8, Camera
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings, PlannedGroup, PoseLevel

PROXY, REGION = "the proxy", "region"
SKELETONS = tuple(kind.name for kind in KINDS.values() if kind.schema)
SHOWN = (*(name for name in KINDS if name not in SKELETONS), POSE)


def control_sheet(groups: Sequence[tuple[PlannedGroup, PoseLevel]], camera: Camera, settings: EngineSettings, tile: int) -> U8:
    """(H, W, 3) every map of each group in one of its poses; `camera` is that of the picture of the proxy in the first column.

    A skeleton that no model was trained on leaves its place empty.
    """
    rows: list[list[U8 | None]] = []
    for group, pose in groups:
        level = group.backgrounds[0]
        maps = control_maps(group, pose, level, SHOWN[:-1], camera.size, settings)
        posed = posed_subject(group.subject, settings.subjects_folder, pose)
        row: list[U8 | None] = [neutral_picture(posed, camera), *(maps.maps[kind] for kind in SHOWN[:-1])]
        try:
            row.append(control_maps(group, pose, level, (POSE,), camera.size, settings).maps[POSE])
        except EngineError:
            row.append(None)
        rows.append([*row, np.repeat(maps.region[..., None], 3, axis=2)])
    names = [f"{group.subject.class_noun}, {pose.description}" for group, pose in groups]
    columns = [PROXY, *SHOWN[:-1], " or ".join(SKELETONS), REGION]
    return compose(rows, Labels("Control maps", names, columns, "rendered proxies"), tile=tile)
