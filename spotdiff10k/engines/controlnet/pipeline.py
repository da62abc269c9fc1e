"""From planned groups to finished groups: plates once a level, then groups, several at a time, with what a worker keeps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any

from spotdiff10k.cores import usable_cores
from spotdiff10k.engines.controlnet.attention.options import identity_choices, sharing_of
from spotdiff10k.engines.controlnet.attention.room import groups_with_room
from spotdiff10k.engines.controlnet.attention.strategies import SHARED, make_strategy
from spotdiff10k.engines.controlnet.devices import Device, claim_device, visible_gpus
from spotdiff10k.engines.controlnet.grouping import make_group
from spotdiff10k.engines.controlnet.kit import Kit
from spotdiff10k.engines.controlnet.loading import import_diffusers, load
from spotdiff10k.engines.controlnet.meter import Meter
from spotdiff10k.engines.controlnet.options import BOTH, Options, options_of
from spotdiff10k.engines.controlnet.painting import Painter
from spotdiff10k.engines.controlnet.plates import Plates
from spotdiff10k.engines.controlnet.record import Painted, settings_of
from spotdiff10k.engines.controlnet.running import running_ahead
from spotdiff10k.engines.controlnet.scheduling import Paints, Scheduler
from spotdiff10k.engines.rendered.memory import give_back
from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

MOST_AT_ONCE = 16
"""Groups of a bundle on a GPU."""
MOST_THREADS = 8
PACKAGES = ("torch", "diffusers", "transformers")


def groups_at_once(settings: EngineSettings) -> int:
    """How many groups a worker should be given together: enough for whole batches on a GPU, one on a CPU."""
    if not visible_gpus():
        return 1
    options = options_of(settings.options)
    most = min(MOST_AT_ONCE, max(1, (options.batch or options.family.batch) // 2))
    if SHARED not in options.strategy:
        return most
    halves = 2 if options.is_guided else 1
    return min(most, groups_with_room(sharing_of(settings), options.family.name, settings.size, options.steps, halves) or most)


def workers_at_most(settings: EngineSettings) -> int:
    """One worker a visible GPU; one without, since each loads the whole model and its networks take all cores anyway."""
    return visible_gpus() or 1


class Pipeline:
    """Makes groups; keeps the pipelines, plates and embeddings between them."""

    def __init__(self, settings: EngineSettings, engine_version: int) -> None:
        import_diffusers()
        options = options_of(settings.options)
        device = claim_device()
        pipes = load(options, device)
        strategy = make_strategy(options.strategy, options.family.layout, settings)
        self.meter = Meter(device.name, _memory_of(device))
        self.painter: Paints = Painter(pipes, strategy, options, settings.size, device, self.meter)
        painted = Painted(
            options,
            [used.facts() for used in (*pipes.weights, *strategy.weights)],
            pipes.scheduler,
            settings_of(pipes.draw.scheduler),
            identity_choices(settings.options),
            _versions(),
            str(device.dtype).removeprefix("torch."),
            engine_version,
            settings.licence,
        )
        self._plates = Plates(options, settings)
        self._kit = Kit(settings, options, self._plates, painted, strategy.forget)
        gpus = visible_gpus()
        self._threads = max(1, min(MOST_THREADS, usable_cores() // gpus)) if gpus else 1
        self._at_once = groups_at_once(settings)

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups as they are ready."""
        remaining = iter(groups)
        while bundle := list(islice(remaining, self._at_once)):
            yield from running_ahead(self._bundle(bundle))
            give_back()

    def _bundle(self, groups: Sequence[PlannedGroup]) -> Iterator[FinishedGroup]:
        with ThreadPoolExecutor(self._threads, thread_name_prefix="group") as pool:
            if self._kit.options.hold == BOTH:
                levels = [level for group in groups for level in _used_levels(group)]
                plates: Scheduler[None] = Scheduler(self.painter, pool, 1)
                for _ in plates.run([self._plates.provide(levels)]):
                    pass
            scheduler: Scheduler[FinishedGroup] = Scheduler(self.painter, pool, len(groups))
            for finished in scheduler.run(make_group(self._kit, group) for group in groups):
                self.meter.note_samples(len(finished.samples))
                yield finished


def _used_levels(group: PlannedGroup) -> Iterator[Any]:
    for index in sorted({cell.background_index for cell in group.cells}):
        yield group.backgrounds[index]


def _memory_of(device: Device) -> Callable[[], int]:
    """The most bytes that were ever held on a device."""
    if not device.is_cuda:
        return lambda: 0
    import torch

    return lambda: int(torch.cuda.max_memory_allocated(device.name))


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found


__all__ = ["Options", "Pipeline", "groups_at_once", "workers_at_most"]
