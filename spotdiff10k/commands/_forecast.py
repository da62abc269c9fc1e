"""Showing what a pilot says of the whole plan."""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from spotdiff10k.commands.output import Output

if TYPE_CHECKING:
    from spotdiff10k.intervals import Interval
    from spotdiff10k.pilot import Forecast
    from spotdiff10k.run import Run


def refuse_few(count: int) -> None:
    """Refuse a pilot that is too small, before anything is shown. Raises RecipeError."""
    from spotdiff10k import pilot

    pilot.refuse_few(count)


def run_pilot(out: Output, run: "Run", count: int, workers: int, temporary: bool) -> "Forecast":
    """Make and judge a pilot under progress bars."""
    from contextlib import ExitStack

    from spotdiff10k import pilot
    from spotdiff10k.commands.bars import Bars
    from spotdiff10k.repair import Watchers

    with ExitStack() as stack:
        bars = Bars(out, stack)
        if temporary:
            bars.say(
                "Without --run, what the pilot makes is thrown away when it is done; with --run DIR a build goes on from it."
            )
        bars.say(f"Making a pilot of {count} groups.")
        watchers = Watchers(judging=bars.judging, making=bars.making, said=bars.say)
        return pilot.pilot(run, count, workers, bars.making, watchers)


def somewhere(run: Path | None) -> "tuple[Run, TemporaryDirectory[str] | None]":
    """The run folder of a pilot: the one given, or one that is gone afterwards."""
    from spotdiff10k.run import Run

    if run is not None:
        return Run(run), None
    folder = TemporaryDirectory(prefix="spotdiff10k-pilot-")
    return Run(Path(folder.name)), folder


def show(out: Output, forecast: "Forecast") -> None:
    """Print a forecast for people."""
    from spotdiff10k.commands.plan import duration, size

    found = forecast.yields
    out.table(
        f"Forecast for {forecast.planned_groups:,} groups, from {forecast.groups}",
        ("", "expected", "95 % interval"),
        [
            ("samples accepted at once", percent(forecast.accepted_first.value), between(forecast.accepted_first, percent)),
            (
                "groups accepted, after repair",
                percent(forecast.accepted_groups.value),
                between(forecast.accepted_groups, percent),
            ),
            ("pictures made for one planned", f"{forecast.attempts.value:.3f}", between(forecast.attempts, lambda v: f"{v:.3f}")),
            (
                "reserve subjects needed",
                f"{forecast.reserves_needed.value:.0f}",
                between(forecast.reserves_needed, lambda v: f"{v:.0f}"),
            ),
            (
                f"time to make it, {_processes(forecast.workers)}",
                *_timed(forecast.seconds, duration),
            ),
            (
                f"time to measure it, {_processes(forecast.workers)}",
                *_timed(forecast.judging_seconds, duration),
            ),
            ("on disk, groups and shards", size(forecast.bytes.value), between(forecast.bytes, size)),
        ],
    )
    if found.filters:
        columns = ("check", "samples refused", "by it first", "by it alone", "made again", "groups lost")
        out.table("Refused in the pilot", columns, [tuple(asdict(item).values()) for item in found.filters])
    if forecast.among_groups:
        out.note(
            f"Not in the forecast: what {' and '.join(forecast.among_groups)} refuses among the groups. The pilot was judged "
            f"among its own {forecast.groups}; the more groups a set has, the more of them are too alike."
        )
    if not forecast.enough_reserves:
        most = f"{forecast.reserves_needed.high:.0f}"
        out.note(
            f"Warning: the plan holds {forecast.reserves_planned} reserves, up to {most} may be needed; raise subjects.reserve."
        )


def _timed(interval: "Interval", duration: Any) -> tuple[str, str]:
    """A time and its bounds; groups that an earlier pilot made or measured were not timed by this one."""
    return (duration(interval.value), between(interval, duration)) if interval.high else ("not timed", "done before")


def _processes(count: int) -> str:
    return "1 process" if count == 1 else f"{count} processes"


def percent(share: float) -> str:
    """A share for people."""
    return f"{100 * share:.1f} %"


def between(interval: "Interval", say: Any) -> str:
    """The bounds of an interval for people."""
    return f"{say(interval.low)} to {say(interval.high)}"


def document(forecast: "Forecast") -> dict[str, Any]:
    """What --json prints."""
    return {**asdict(forecast), "enough_reserves": forecast.enough_reserves}
