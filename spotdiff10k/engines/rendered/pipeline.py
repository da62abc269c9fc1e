"""From planned groups to finished groups: subject once a group, pose once a pose, plate once a level, then the cells."""

from collections.abc import Iterator
from pathlib import Path

from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.model import PosedSubject
from spotdiff10k.engines.rendered.plated import PlatedPipeline
from spotdiff10k.engines.rendered.plates import KeptPlate
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.record import Source, encode_record, record_of
from spotdiff10k.engines.rendered.render import Layers, PreparedPose, prepare, render
from spotdiff10k.engines.rendered.skeleton_map import skeleton_map
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.engines.rendered.workspace import Workspace
from spotdiff10k.types import EngineSettings, FinishedSample, PlannedCell, PlannedGroup


class Pipeline(PlatedPipeline):
    """Makes groups one after the other; keeps its work arrays and plates between them."""

    def __init__(self, settings: EngineSettings, version: int) -> None:
        super().__init__(settings, version)
        self._work = Workspace(settings.size)
        self._subjects = _folder(settings.subjects_folder)

    def _samples(self, group: PlannedGroup) -> Iterator[FinishedSample]:
        model = build_subject(group.subject, self._subjects)
        prepared: PreparedPose | None = None
        pose_index = -1
        for cell in group.cells:
            if prepared is None or cell.pose_index != pose_index:
                pose_index = cell.pose_index
                pose = group.poses[pose_index]
                prepared = prepare(pose_subject(model, pose.articulation, pose.turn_degrees))
            yield self._sample(group, cell, prepared)

    def _sample(self, group: PlannedGroup, cell: PlannedCell, prepared: PreparedPose) -> FinishedSample:
        kept = self._plates.get(group.backgrounds[cell.background_index])
        layers = render(prepared, kept.plate, self._work)
        picture_format = self._settings.picture_format
        members = {picture_format: encode.picture(layers.picture, picture_format), "mask.png": encode.png(layers.alpha)}
        members.update(self._layers(kept, layers, prepared.posed))
        source = Source(group, cell, prepared.posed, kept.plate, self._version, self._settings.licence)
        pixels = encode.as_read(layers.picture, members[picture_format], picture_format)
        members["json"] = encode_record(record_of(source, layers, pixels))
        return FinishedSample(cell.key, members)

    def _layers(self, kept: KeptPlate, layers: Layers, posed: PosedSubject) -> Iterator[tuple[str, bytes]]:
        """The optional members that the recipe asks for."""
        for name in self._settings.outputs:
            if name == "plate":
                yield f"plate.{self._settings.picture_format}", kept.encoded
            elif name == "shadow":
                yield "shadow.png", encode.png(layers.shadow)
            elif name == "depth":
                yield "depth.png", encode.png(layers.depth)
            elif name == "normal":
                yield "normal.png", encode.png(layers.normal)
            elif name == "canny":
                yield "canny.png", encode.png(canny(layers.picture))
            elif name == "skeleton":
                yield "skeleton.png", encode.png(skeleton_map(posed, kept.plate.camera))


def _folder(name: str | None) -> Path | None:
    return None if name is None else Path(name)
