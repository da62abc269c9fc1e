"""From planned groups to finished groups, several at a time, with what a worker keeps between them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version

from spotdiff10k.cores import usable_cores
from spotdiff10k.engines.controlnet.attention.options import identity_choices, sharing_of
from spotdiff10k.engines.controlnet.attention.room import groups_with_room
from spotdiff10k.engines.controlnet.attention.strategies import SHARED, make_strategy
from spotdiff10k.engines.controlnet.busy import watch_of
from spotdiff10k.engines.controlnet.devices import Device, claim_device, visible_gpus
from spotdiff10k.engines.controlnet.grouping import make_group
from spotdiff10k.engines.controlnet.kit import Kit
from spotdiff10k.engines.controlnet.loading import import_diffusers, load
from spotdiff10k.engines.controlnet.meter import Meter
from spotdiff10k.engines.controlnet.options import Options, options_of
from spotdiff10k.engines.controlnet.painting import Painter
from spotdiff10k.engines.controlnet.plates import Plates
from spotdiff10k.engines.controlnet.record import Painted, settings_of
from spotdiff10k.engines.controlnet.scheduling import Scheduler
from spotdiff10k.engines.controlnet.streaming import Stream
from spotdiff10k.engines.rendered.memory import give_back
from spotdiff10k.types import EngineSettings, FinishedGroup, PlannedGroup

MOST_AT_ONCE = 16
"""Groups of a bundle on a GPU."""
BUNDLES = 4
"""That a worker with a GPU holds: while some are painted, others are begun or ended on the CPU."""
MOST_THREADS = 8
PACKAGES = ("torch", "diffusers", "transformers")


def groups_at_once(settings: EngineSettings) -> int:
    """How many groups a worker should be given together: with its other bundles enough for whole batches; one on a CPU."""
    if not visible_gpus():
        return 1
    options = options_of(settings.options)
    most = min(MOST_AT_ONCE, max(1, (options.batch or options.family.batch) // BUNDLES))
    room = _room_for_anchors(settings, options)
    return most if room is None else max(1, min(most, room // BUNDLES))


def bundles_at_once(settings: EngineSettings) -> int:
    """How many bundles a worker should hold: as many groups as a batch has pictures keep a GPU busy; see docs/controlnet.md."""
    return BUNDLES if visible_gpus() else 1


def groups_in_the_making(settings: EngineSettings) -> int:
    """Of all bundles in hand; what bounds memory."""
    wanted = groups_at_once(settings) * bundles_at_once(settings)
    return min(wanted, _room_for_anchors(settings, options_of(settings.options)) or wanted)


def _room_for_anchors(settings: EngineSettings, options: Options) -> int | None:
    """For how many groups there is, at least 1; None where anchors set no limit."""
    if SHARED not in options.strategy:
        return None
    halves = 2 if options.is_guided else 1
    return groups_with_room(sharing_of(settings), options.family.name, settings.size, options.steps, halves)


def workers_at_most(settings: EngineSettings) -> int:
    """One worker a visible GPU; one without, since each loads the whole model and its networks take all cores anyway."""
    return visible_gpus() or 1


class Pipeline:
    """Makes groups; keeps the pipelines, plates and embeddings between them."""

    def __init__(self, settings: EngineSettings, engine_version: int) -> None:
        import_diffusers()
        options = options_of(settings.options)
        device = claim_device(options.family)
        pipes = load(options, device)
        strategy = make_strategy(options.strategy, options.family.layout, settings)
        self.meter = Meter(device.name, _memory_of(device), watch_of(device.name))
        plates = settings.background_levels
        self.painter = Painter(pipes, strategy, options, settings.size, device, self.meter, plates)
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
        self._kit = Kit(settings, options, Plates(options, settings), painted, strategy.forget)
        gpus = visible_gpus()
        threads = max(1, min(MOST_THREADS, usable_cores() // gpus)) if gpus else 1
        pool = ThreadPoolExecutor(threads, thread_name_prefix="group")
        at_once, painter = groups_in_the_making(settings), self.painter
        self._stream: Stream[FinishedGroup] = Stream(Scheduler(painter, pool, at_once, ahead=painter.ahead))

    def generate(self, groups: Iterable[PlannedGroup]) -> Iterator[FinishedGroup]:
        """Yield finished groups as they are ready. Called again in another thread, it goes on with those groups as well."""
        try:
            for finished in self._stream.run(make_group(self._kit, group) for group in groups):
                self.meter.note_samples(len(finished.samples))
                yield finished
        finally:
            give_back()


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
