"""From planned groups to finished groups: view placed once a pose, plate once a level, then shadow, light and pixels."""

from collections.abc import Iterator
from pathlib import Path

from spotdiff10k.engines.composite.blending import Layers, blend
from spotdiff10k.engines.composite.light_match import IDENTITY, ColourMap, matched
from spotdiff10k.engines.composite.placing import Placed, place
from spotdiff10k.engines.composite.record import Source, record_of
from spotdiff10k.engines.composite.workspace import Workspace
from spotdiff10k.engines.rendered import encode
from spotdiff10k.engines.rendered.canny import canny
from spotdiff10k.engines.rendered.plated import PlatedPipeline
from spotdiff10k.engines.rendered.plates import KeptPlate
from spotdiff10k.engines.rendered.record import encode_record
from spotdiff10k.errors import EngineError, PlanError
from spotdiff10k.photos.catalogue import PhotoSubject, View, read_catalogue
from spotdiff10k.photos.cut_out import read_cut_out
from spotdiff10k.types import EngineSettings, FinishedSample, PlannedCell, PlannedGroup, PoseLevel

MATCH_LIGHT = "match_light"


class Pipeline(PlatedPipeline):
    """Makes groups one after the other; keeps its work arrays, the catalogue and plates between them."""

    def __init__(self, settings: EngineSettings, version: int) -> None:
        super().__init__(settings, version)
        self._work = Workspace(settings.size)
        self._match_light = bool(settings.options.get(MATCH_LIGHT, True))
        self._folder, self._subjects = _opened(settings)

    def _samples(self, group: PlannedGroup) -> Iterator[FinishedSample]:
        subject = self._subjects.get(group.subject.source)
        if subject is None:
            raise EngineError(
                f"Subject {group.subject.id} is '{group.subject.source}', which is not in {self._folder}; "
                "import the photographs again, or make the plan again."
            )
        standing: tuple[int, View, Placed] | None = None
        for cell in group.cells:
            if standing is None or standing[0] != cell.pose_index:
                view = view_of(subject, group.poses[cell.pose_index])
                standing = cell.pose_index, view, place(read_cut_out(self._folder, view), self._settings.size)
            yield self._sample(group, cell, standing[1], standing[2])

    def _sample(self, group: PlannedGroup, cell: PlannedCell, view: View, placed: Placed) -> FinishedSample:
        kept = self._plates.get(group.backgrounds[cell.background_index])
        colours = matched(kept.plate.lighting) if self._match_light else IDENTITY
        layers = blend(placed, kept.plate, colours, self._work)
        picture_format = self._settings.picture_format
        members = {picture_format: encode.picture(layers.picture, picture_format), "mask.png": encode.png(layers.alpha)}
        members.update(self._layers(kept, layers))
        pixels = encode.as_read(layers.picture, members[picture_format], picture_format)
        members["json"] = encode_record(record_of(self._source(group, cell, view, placed, kept, colours), layers.alpha, pixels))
        return FinishedSample(cell.key, members)

    def _source(
        self, group: PlannedGroup, cell: PlannedCell, view: View, placed: Placed, kept: KeptPlate, colours: ColourMap
    ) -> Source:
        return Source(group, cell, view, placed, kept.plate.camera, colours, self._version, self._settings.licence)

    def _layers(self, kept: KeptPlate, layers: Layers) -> Iterator[tuple[str, bytes]]:
        """The optional members that the recipe asks for. Raises EngineError for one that no photograph tells."""
        for name in self._settings.outputs:
            if name == "plate":
                yield f"plate.{self._settings.picture_format}", kept.encoded
            elif name == "shadow":
                yield "shadow.png", encode.png(layers.shadow)
            elif name == "canny":
                yield "canny.png", encode.png(canny(layers.picture))
            else:
                raise EngineError(f"The engine composite makes no {name} layer; take it out of outputs.layers.")


def view_of(subject: PhotoSubject, pose: PoseLevel) -> View:
    """The view of a subject that a pose level names: by its pose's name, else by its place. Raises EngineError."""
    named = [view for view in subject.views if view.pose and view.pose == pose.articulation]
    if named:
        return named[0]
    place_in_order = pose.articulation.removeprefix("view-")
    if place_in_order.isdecimal() and int(place_in_order) < len(subject.views):
        return subject.views[int(place_in_order)]
    raise EngineError(f"The subject '{subject.id}' has no view '{pose.articulation}'; make the plan again.")


def _opened(settings: EngineSettings) -> tuple[Path, dict[str, PhotoSubject]]:
    if settings.subjects_folder is None:
        raise EngineError("The engine composite needs a folder of imported photographs; set subjects.source.photos.")
    folder = Path(settings.subjects_folder)
    try:
        return folder, {subject.id: subject for subject in read_catalogue(folder).subjects}
    except PlanError as error:
        raise EngineError(str(error)) from error
