"""generate: let the engine make every planned group that is not there yet.

What is missing is found by looking at the files: a group whose tar is there and whole is kept, a damaged one is set
aside and made again. So the stage can be killed at any instant and run again; it costs the groups in hand.
"""

import contextlib
from collections.abc import Collection
from itertools import chain

from spotdiff10k import plan
from spotdiff10k.engines import workers_for
from spotdiff10k.errors import RunError
from spotdiff10k.events import EventLog
from spotdiff10k.executors.local import LocalExecutor
from spotdiff10k.group_work import Order
from spotdiff10k.making import GenerateSummary, Making, OnProgress, Orders, QuarantinedError
from spotdiff10k.run import Run, driver_lock
from spotdiff10k.stage import Stage, open_stage
from spotdiff10k.stop import StopSignal
from spotdiff10k.types import PlannedGroup

__all__ = ["GenerateSummary", "QuarantinedError", "generate", "make", "remake"]


def generate(
    run: Run,
    workers: int = 0,
    *,
    groups: Collection[str] | None = None,
    on_progress: OnProgress | None = None,
    group_seconds: float | None = None,
    stop: StopSignal | None = None,
) -> GenerateSummary:
    """Make what is missing, under the run's driver lock; `workers` 0 means all usable cores.

    `groups` names the groups to make, reserves included; without it, all but the reserves that were not needed so far.
    Raises QuarantinedError at the end when groups could not be made, StoppedError after a Ctrl-C, RunError when the run
    cannot go on, PlanError when the recipe or the plan was changed.
    """
    stage = open_stage(run)
    with driver_lock(run):
        planned = plan.read(run)
        if groups is None:
            _refuse_change(stage, planned)
        orders = _all(run, planned) if groups is None else _named(planned, groups)
        return make(stage, orders, workers, on_progress=on_progress, group_seconds=group_seconds, stop=stop)


def remake(
    run: Run,
    groups: Collection[PlannedGroup],
    remade: int,
    workers: int = 0,
    *,
    on_progress: OnProgress | None = None,
    stop: StopSignal | None = None,
) -> GenerateSummary:
    """Make cells again, in round `remade` >= 1 of repair: each group holds just its cells, under their new attempt.

    Raises what `generate` raises.
    """
    with driver_lock(run):
        orders = Orders(len(groups), sum(len(group.cells) for group in groups), (Order(group, remade) for group in groups))
        return make(open_stage(run), orders, workers, on_progress=on_progress, stop=stop)


def make(
    stage: Stage,
    orders: Orders,
    workers: int = 0,
    *,
    on_progress: OnProgress | None = None,
    group_seconds: float | None = None,
    stop: StopSignal | None = None,
) -> GenerateSummary:
    """Carry out orders; the caller holds the driver lock."""
    with contextlib.ExitStack() as stack:
        events = stack.enter_context(EventLog(stage.run.events))
        bell = stop or stack.enter_context(StopSignal())
        summary = GenerateSummary(workers_for(stage.recipe.engine.name, stage.settings, workers), orders.groups, orders.pictures)
        making = Making(stage, events, on_progress, summary)
        executor = LocalExecutor(summary.workers, stop=bell, task_seconds=group_seconds, on_warm=making.note_warm)
        return making.carry_out(orders, executor, bell)


def _refuse_change(stage: Stage, planned: plan.Plan) -> None:
    """Pictures of two recipes must not meet in one run; planning is quick, so the plan is simply made again and compared."""
    made = plan.make(stage.recipe)
    if made.facts.fingerprint != planned.facts.fingerprint:
        raise RunError(
            f"{stage.run.recipe}, the catalogues or the input files were changed after {stage.run.root} was planned. "
            "Restore them, or plan the changed recipe into a new run folder."
        )
    plan.refuse_altered(made, planned, stage.run)


def _all(run: Run, planned: plan.Plan) -> Orders:
    """The regular groups, and the reserves that were made before: nobody else would find those damaged."""
    counts = planned.facts.counts
    standing_in = [group for group in planned.groups(reserve=True) if run.group_tar(group.id).exists()]
    groups = chain(planned.groups(reserve=False), standing_in)
    samples = int(counts["samples"]) + sum(len(group.cells) for group in standing_in)
    return Orders(int(counts["groups"]) + len(standing_in), samples, map(Order, groups))


def _named(planned: plan.Plan, named: Collection[str]) -> Orders:
    """The groups named, in plan order."""
    chosen = sorted((planned.group(name) for name in set(named)), key=lambda group: group.ordinal)
    return Orders(len(chosen), sum(len(group.cells) for group in chosen), map(Order, chosen))
