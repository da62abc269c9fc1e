"""Carrying out orders: what `generate` does between opening a run and its summary."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from spotdiff10k import quarantine
from spotdiff10k.engines import bundles_at_once, groups_at_once
from spotdiff10k.errors import DataError, RunError
from spotdiff10k.events import EventLog
from spotdiff10k.executors import Outcome, Task
from spotdiff10k.executors.local import LocalExecutor
from spotdiff10k.group_work import Bundle, GroupWork, Made, Order
from spotdiff10k.missing import Look, look_for
from spotdiff10k.quarantine import Quarantined
from spotdiff10k.run import Run, remove_leftovers, sentence
from spotdiff10k.stage import Stage
from spotdiff10k.stop import StoppedError, StopSignal

NAMED_AT_MOST = 5
"""How many groups an error sentence names."""
DAMAGED_SUFFIX = ".damaged"


@dataclass(slots=True)
class GenerateSummary:
    """What the stage did; grows while it runs."""

    workers: int
    groups: int = 0  # asked for
    pictures: int = 0  # asked for
    kept_groups: int = 0  # were there and whole
    made_groups: int = 0
    kept_pictures: int = 0
    made_pictures: int = 0
    written_bytes: int = 0
    seconds: float = 0.0  # all together
    engine_said: str = ""  # of its pace, the last time: pictures a second, how busy its device is
    warm_up_seconds: float = 0.0  # of them, until the first worker could start: imports and compilation
    set_aside: list[str] = field(default_factory=list)  # a sentence for each damaged tar
    quarantined: list[Quarantined] = field(default_factory=list)

    @property
    def finished_groups(self) -> int:
        """Groups that are there now."""
        return self.kept_groups + self.made_groups

    @property
    def pictures_a_second(self) -> float:
        """Since the workers were ready; 0.0 when none was made."""
        working = self.seconds - self.warm_up_seconds
        return self.made_pictures / working if self.made_pictures and working > 0 else 0.0

    @property
    def finished_pictures(self) -> int:
        """Pictures that are there now."""
        return self.kept_pictures + self.made_pictures


@dataclass(frozen=True, slots=True)
class Orders:
    """What to make: how much it is, and a stream of it."""

    groups: int
    pictures: int
    each: Iterable[Order]


OnProgress = Callable[[GenerateSummary], None]


class QuarantinedError(DataError):
    """Everything that can be made is made, and some groups could not be; `summary` says all."""

    def __init__(self, summary: GenerateSummary, run: Run) -> None:
        self.summary = summary
        named = "; ".join(f"{item.group}: {item.error}" for item in summary.quarantined[:NAMED_AT_MOST])
        more = len(summary.quarantined) - NAMED_AT_MOST
        count = f"{len(summary.quarantined)} of {summary.groups} groups could not be made and are in quarantine"
        super().__init__(
            f"{count}; all others are done. {named}{f'; and {more} more' if more > 0 else ''} "
            f"Their errors are in {run.quarantine}. The same command again tries them again."
        )


class Making:
    """One run of the stage: counts, writes events, and keeps quarantine up to date."""

    def __init__(self, stage: Stage, events: EventLog, on_progress: OnProgress | None, summary: GenerateSummary) -> None:
        self._stage = stage
        self._run = stage.run
        self._events = events
        self._tell = on_progress or (lambda _: None)
        self._summary = summary
        self._began = time.monotonic()
        self._in_quarantine: set[str] = set()
        self._bundles: dict[str, Bundle] = {}  # that workers have, by name
        self._alone: list[Order] = []  # of bundles that failed

    def carry_out(self, orders: Orders, executor: LocalExecutor, stop: StopSignal) -> GenerateSummary:
        """Make what is missing; raises QuarantinedError, StoppedError or RunError."""
        summary = self._summary
        leftovers = remove_leftovers(self._run)
        self._in_quarantine = quarantine.names(self._run)
        self._events.write("generate started", groups=summary.groups, workers=summary.workers, leftovers_removed=leftovers)
        engine, settings = self._stage.recipe.engine.name, self._stage.settings
        work = GroupWork(self._run, engine, settings, bundles_at_once(engine, settings))
        self._tell(summary)
        try:
            self._run_through(executor, work, bundled(self._missing(orders.each, stop), groups_at_once(engine, settings)))
            while self._alone and not stop.requested:  # of bundles that failed: the one that is to blame has to be found
                alone, self._alone = self._alone, []
                self._run_through(executor, work, bundled(alone, 1))
        except Exception as error:
            self._end("generate failed", error=str(error))
            raise
        finally:
            remove_leftovers(self._run)  # of workers that were ended in mid-write; all are gone now
        if summary.finished_groups + len(summary.quarantined) < summary.groups:
            self._end("generate stopped")
            self._refuse_incomplete(stop)
        self._end("generate ended")
        if summary.quarantined:
            raise QuarantinedError(summary, self._run)
        return summary

    def _run_through(self, executor: LocalExecutor, work: GroupWork, bundles: Iterable[Bundle]) -> None:
        self._bundles.clear()
        with contextlib.closing(executor.map(work, map(self._task, bundles))) as outcomes:
            for outcome in outcomes:
                self._take(outcome)

    def _task(self, bundle: Bundle) -> Task[Bundle]:
        self._bundles[bundle.id] = bundle
        return Task(bundle.id, bundle, len(bundle.orders))

    def note_warm(self) -> None:
        """The workers can start; called once, or again when what they are forked from had to be replaced."""
        self._summary.warm_up_seconds = self._summary.warm_up_seconds or time.monotonic() - self._began
        self._events.write("workers ready", seconds=round(self._summary.warm_up_seconds, 3))
        self._tell(self._summary)

    def _refuse_incomplete(self, stop: StopSignal) -> None:
        count = f"{self._summary.finished_groups} of {self._summary.groups} groups are made and kept"
        if stop.requested:
            raise StoppedError(f"Stopped as asked: {count}. The same command again makes the rest.")
        raise RunError(f"The plan or the executor ended too early: {count}. The same command again makes the rest.")

    def _missing(self, orders: Iterable[Order], stop: StopSignal) -> Iterator[Order]:
        for look in look_for(orders, self._stage, self._summary.workers):
            if stop.requested:
                return
            if look.missing:
                self._set_aside(look)
                yield look.order
            else:
                self._summary.kept_groups += 1
                self._summary.kept_pictures += len(look.order.group.cells)
                self._leave_quarantine(look.order.id)
                self._tell(self._summary)

    def _set_aside(self, look: Look) -> None:
        if not look.damage:
            return
        path = self._run.group_tar(look.order.group.id, look.order.remade)
        aside = path.with_name(path.name + DAMAGED_SUFFIX)
        try:
            path.replace(aside)
        except OSError as error:
            raise RunError(sentence(path, error)) from error
        self._summary.set_aside.append(f"{look.damage} It is set aside as {aside.name} and made again.")
        self._events.write("group set aside", group=look.order.id, damage=look.damage, aside=aside.name)

    def _take(self, outcome: Outcome[tuple[Made, ...]]) -> None:
        bundle = self._bundles.pop(outcome.id)
        if outcome.failure is not None and len(bundle.orders) > 1:
            self._alone += bundle.orders
            self._events.write("bundle failed", groups=[order.id for order in bundle.orders], error=outcome.failure.error)
        elif outcome.failure is not None:
            self._summary.quarantined.append(quarantine.put(self._run, outcome.id, outcome.failure))
            self._events.write("group quarantined", group=outcome.id, error=outcome.failure.error)
        for made in outcome.result or ():
            self._note_made(made, outcome)
        self._summary.seconds = time.monotonic() - self._began
        self._tell(self._summary)

    def _note_made(self, made: Made, outcome: Outcome[tuple[Made, ...]]) -> None:
        self._summary.made_groups += 1
        self._summary.made_pictures += made.pictures
        self._summary.written_bytes += made.written_bytes
        self._summary.engine_said = made.said
        self._leave_quarantine(made.id)
        self._events.write(
            "group made",
            group=made.id,
            pictures=made.pictures,
            bytes=made.written_bytes,
            seconds=round(made.seconds, 3),
            worker=outcome.worker,
            resident_bytes=outcome.resident_bytes,
            **({"engine": made.said} if made.said else {}),
        )

    def _leave_quarantine(self, name: str) -> None:
        if name in self._in_quarantine:
            quarantine.release(self._run, name)
            self._events.write("group left quarantine", group=name)

    def _end(self, event: str, **facts: str) -> None:
        summary = self._summary
        summary.seconds = time.monotonic() - self._began
        self._events.write(
            event,
            made=summary.made_groups,
            kept=summary.kept_groups,
            quarantined=len(summary.quarantined),
            pictures=summary.made_pictures,
            seconds=round(summary.seconds, 3),
            **facts,
        )


def bundled(orders: Iterable[Order], size: int) -> Iterator[Bundle]:
    """Orders in bundles of at most `size`, of different groups, as they come."""
    stream = iter(orders)
    while taken := tuple(islice(stream, size)):
        yield Bundle(taken)
