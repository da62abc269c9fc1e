"""Pictures painted by diffusion models under ControlNet: control maps, one subject a group, pixel-locked backgrounds.

Importing this package is light: torch and diffusers are imported when an engine makes its first group.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from spotdiff10k.engines.controlnet.options import BOTH, NONE, OPTIONS, Value, refuse_unusable, refuse_unusable_subjects
from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

if TYPE_CHECKING:
    from spotdiff10k.engines.controlnet.fetching import Wanted
    from spotdiff10k.engines.controlnet.pipeline import Pipeline


class Controlnet:
    """Paints groups with pipelines of diffusers; see docs/controlnet.md."""

    version: ClassVar[int] = 1
    layers: ClassVar[tuple[str, ...]] = ("plate", "canny")
    """What it can put out besides picture, mask and record; what was painted tells no depth, normals or joints."""
    subject_sources: ClassVar[tuple[str, ...]] = ("procedural", "meshes", "photos")
    options: ClassVar[Mapping[str, Value]] = OPTIONS
    rates: ClassVar[None] = None
    """How fast it is depends on the device."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._pipeline: Pipeline | None = None
        self._loading = Lock()

    @classmethod
    def refuse_options(cls, options: Mapping[str, Any], size: int) -> None:
        """Raise ValueError, with a clause, for options that do not go together."""
        refuse_unusable(options, size)

    @classmethod
    def layers_under(cls, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The layers that it makes under these options: without shared backgrounds there are no plates."""
        return cls.layers if options.get("hold", BOTH) == BOTH else ("canny",)

    @classmethod
    def refuse_subjects(cls, options: Mapping[str, Any], kind: str) -> None:
        """Raise ValueError, with a clause, for subjects that do not go with these options."""
        refuse_unusable_subjects(options, kind)

    @classmethod
    def weights(cls, options: Mapping[str, Any], kind: str = "procedural") -> Mapping[str, str]:
        """The licence of each of the weights that it paints such subjects with, by name: the table's, or the recipe's."""
        from spotdiff10k.engines.controlnet.licensing import licences_of

        return licences_of(options, kind)

    @classmethod
    def needed_weights(cls, options: Mapping[str, Any], kind: str = "procedural") -> list[dict[str, Any]]:
        """The weights that it loads for such subjects under these options, and whether they are on this machine."""
        from spotdiff10k.engines.controlnet.listing import needed_weights

        return [asdict(needed) for needed in needed_weights(options, kind)]

    @classmethod
    def wanted_weights(cls, options: Mapping[str, Any], kind: str = "procedural") -> "list[Wanted]":
        """What of them is on the hub, for `spotdiff10k models fetch --recipe`."""
        from spotdiff10k.engines.controlnet.fetching import wanted_by

        return wanted_by(options, kind)

    @classmethod
    def remakes_poses(cls, options: Mapping[str, Any]) -> bool:
        """Whether a refused cell is made again with the others of its pose, since they share their subject's pixels."""
        return bool(options.get("hold", BOTH) != NONE)

    @classmethod
    def groups_at_once(cls, settings: EngineSettings) -> int:
        """How many groups a worker should be given together."""
        from spotdiff10k.engines.controlnet.pipeline import groups_at_once

        return groups_at_once(settings)

    @classmethod
    def bundles_at_once(cls, settings: EngineSettings) -> int:
        """How many such bundles a worker should hold, so that its device goes from one to the next without a pause."""
        from spotdiff10k.engines.controlnet.pipeline import bundles_at_once

        return bundles_at_once(settings)

    @classmethod
    def workers_at_most(cls, settings: EngineSettings) -> int:
        """How many workers make sense: one a GPU, or one on a CPU."""
        from spotdiff10k.engines.controlnet.pipeline import workers_at_most

        return workers_at_most(settings)

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups as they are ready; each depends on its plan alone. Threads may call it. Raises EngineError."""
        yield from self._ready().generate(groups)

    def warm_up(self) -> None:
        """Import and compile what can be shared by workers; call it before forking them."""
        from spotdiff10k.engines.controlnet.warm_up import warm_up

        warm_up(self._settings)

    def log_line(self) -> str:
        """Pictures a second, how busy the device was and who says so, how much memory it took."""
        return "" if self._pipeline is None else self._pipeline.meter.line()

    def _ready(self) -> "Pipeline":
        with self._loading:
            if self._pipeline is None:
                from spotdiff10k.engines.controlnet.pipeline import Pipeline

                self._pipeline = Pipeline(self._settings, self.version)
            return self._pipeline
