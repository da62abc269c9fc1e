"""How long the device waits for the CPU: counted on a clock on which nothing takes time but what is said to."""

from itertools import islice

import pytest
from fake_device import FakeMachine

from spotdiff10k.engines.controlnet.asking import Do, Draw, Making
from spotdiff10k.engines.controlnet.drawings import JOIN, POSE, Drawing
from spotdiff10k.engines.controlnet.pipeline import BUNDLES, MOST_AT_ONCE
from spotdiff10k.engines.controlnet.scheduling import Job, Scheduler


def cells_before(number: int, poses: int, backgrounds: int) -> Making[int]:
    """What a group asks for, with nothing in it."""
    yield Do((int,))
    yield Do((int,) * poses)  # control maps
    yield Draw(tuple(Drawing(POSE, place, "", "") for place in range(poses)))
    yield Do((int,) * poses)  # cut-outs
    yield Do((int,) * poses * backgrounds)  # starts
    yield Draw(tuple(Drawing(JOIN, place, "", "") for place in range(poses * backgrounds)))
    yield Do((int,) * poses * backgrounds)  # encoded
    return number


def one_bundle_after_the_other(machine: FakeMachine, groups: int, bundle: int, backgrounds: int) -> None:
    for first in range(0, groups, bundle):
        numbers = range(first, first + bundle)
        list(Scheduler(machine, machine, bundle, machine.await_one).run(cells_before(n, 4, backgrounds) for n in numbers))


def bundles_in_hand(machine: FakeMachine, groups: int, bundle: int, backgrounds: int) -> None:
    """As a worker works: the next bundle comes when one is finished."""
    scheduler: Scheduler[int] = Scheduler(machine, machine, bundle * BUNDLES, machine.await_one)
    bundles = iter([range(first, first + bundle) for first in range(0, groups, bundle)])
    live: list[list[Job[int]]] = []
    while True:
        for numbers in islice(bundles, BUNDLES - len(live)):
            live.append([scheduler.begin(cells_before(number, 4, backgrounds)) for number in numbers])
        if not live:
            return
        scheduler.step()
        live = [left for left in ([job for job in each if not job.ended] for each in live) if left]


@pytest.mark.parametrize(("batch", "backgrounds"), [(16, 1), (16, 4), (32, 2), (64, 4)])
def test_the_device_hardly_waits_for_the_cpu_when_bundles_overlap(batch: int, backgrounds: int) -> None:
    """A picture takes a tenth of a second on the device; each piece of work on the CPU half as long, on 8 cores."""
    alone, overlapping = (FakeMachine(0.1 * batch, 0.05, 8, batch) for _ in range(2))
    one_bundle_after_the_other(alone, 6 * batch, min(MOST_AT_ONCE, batch // 2), backgrounds)
    bundles_in_hand(overlapping, 6 * batch, min(MOST_AT_ONCE, batch // BUNDLES), backgrounds)
    assert overlapping.busy_share >= 0.99
    assert overlapping.filled_share >= 0.999
    assert overlapping.busy_share * overlapping.filled_share > alone.busy_share * alone.filled_share + 0.02
