"""spotdiff10k generate RUN: make the groups that are not there yet."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption, command_line

if TYPE_CHECKING:
    from spotdiff10k.generate import GenerateSummary

BYTES_IN_MB = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="generate")(generate)


def generate(
    run: Annotated[Path, typer.Argument(help="A run folder that `plan` or `build` made.")],
    workers: WorkersOption = 0,
    group_seconds: Annotated[
        float | None,
        typer.Option("--group-seconds", min=0.001, help="Give up on an attempt at a group after this long; default: never."),
    ] = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Make the pictures of a planned run; only what is missing, so it can be stopped and started at will.

    Exit code 3 means that some groups could not be made: they are in quarantine with their errors, all others are done.
    """
    from spotdiff10k import progress
    from spotdiff10k.generate import QuarantinedError
    from spotdiff10k.generate import generate as make
    from spotdiff10k.run import Run

    out = Output(json=json, quiet=quiet)
    try:
        with progress.of_generate(out.silent) as on_progress:
            summary = make(Run(run), workers, on_progress=on_progress, group_seconds=group_seconds)
    except QuarantinedError as error:
        _tell(out, error.summary, run)
        raise
    _tell(out, summary, run)
    out.say(f"Next: {command_line('validate', run)}")


def _tell(out: Output, summary: "GenerateSummary", run: Path) -> None:
    for remark in summary.set_aside:
        out.note(remark)
    out.result(as_values(summary))
    if not summary.made_groups and not summary.quarantined:
        out.say(f"All {summary.groups:,} groups of {run} are there already ({summary.kept_pictures:,} pictures).")
        return
    kept = f"; {summary.kept_groups:,} were there already" if summary.kept_groups else ""
    took = f"{summary.seconds:.1f} s, {summary.warm_up_seconds:.1f} s of it to get ready"
    out.say(
        f"{summary.made_groups:,} groups made in {took}{kept}: "
        f"{summary.made_pictures:,} pictures, {summary.pictures_a_second:.1f} a second with {summary.workers} workers, "
        f"{summary.written_bytes / BYTES_IN_MB:,.1f} MB."
    )
    if summary.engine_said:
        out.say(f"The last worker to end said: {summary.engine_said}.")


def as_values(summary: "GenerateSummary") -> dict[str, Any]:
    """The summary for --json."""
    return {
        "groups": summary.groups,
        "groups_made": summary.made_groups,
        "groups_kept": summary.kept_groups,
        "pictures": summary.pictures,
        "pictures_made": summary.made_pictures,
        "bytes_written": summary.written_bytes,
        "seconds": round(summary.seconds, 3),
        "warm_up_seconds": round(summary.warm_up_seconds, 3),
        "pictures_a_second": round(summary.pictures_a_second, 3),
        "workers": summary.workers,
        "set_aside": summary.set_aside,
        "quarantined": [{"group": item.group, "error": item.error} for item in summary.quarantined],
    }
