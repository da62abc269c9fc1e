"""What groups are made with, and what the cells of a pose have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from spotdiff10k.engines.controlnet.control import control_maps
from spotdiff10k.engines.controlnet.options import DESCRIPTION, Options
from spotdiff10k.engines.controlnet.plates import Plates
from spotdiff10k.engines.controlnet.record import Painted
from spotdiff10k.engines.controlnet.seams import ControlMaps, Cut
from spotdiff10k.types import EngineSettings, Image, PlannedCell, PlannedGroup


@dataclass(frozen=True, slots=True)
class Posed:
    """What the cells of a pose have in common."""

    picture: Image
    cut: Cut
    maps: ControlMaps
    seed: int
    prompt: str


@dataclass(frozen=True, slots=True)
class Kit:
    """What groups are made with."""

    settings: EngineSettings
    options: Options
    plates: Plates
    painted: Painted
    forget: Callable[[str], None]  # told when a group is finished

    @property
    def follows(self) -> bool:
        """Whether pictures follow a first one; else words have to do."""
        return self.options.strategy != DESCRIPTION or self.options.family.is_editor

    @property
    def reach(self) -> int:
        """Pixels that the band reaches beyond a subject."""
        return max(1, round(self.options.join_reach * self.settings.size))

    def maps(self, group: PlannedGroup, cell: PlannedCell) -> Callable[[], ControlMaps]:
        """The control maps of a cell."""
        pose, background = group.poses[cell.pose_index], group.backgrounds[cell.background_index]
        return partial(control_maps, group, pose, background, self.options.controls, self.settings.size, self.settings)
