"""spotdiff10k validate RUN: measure every sample, decide by the recipe's thresholds, write the verdicts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption, command_line

if TYPE_CHECKING:
    from spotdiff10k.validate import ValidateSummary

NAMED_GROUPS = 8


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="validate")(validate)


def validate(
    run: Annotated[Path, typer.Argument(help="A run folder whose groups are made.")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 3 when anything is refused.")] = False,
    redecide: Annotated[
        bool, typer.Option("--redecide", help="Measure nothing; decide again, by the thresholds that RUN/recipe.yaml has now.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make refused samples again, and let reserve subjects stand in, as `build` does.")
    ] = False,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Measure what is unmeasured and decide what is accepted, by the recipe's thresholds.

    What is refused stays on disk with its reason. Edit the thresholds under `checks` in RUN/recipe.yaml and use --redecide
    to see what they change, in seconds.
    """
    from spotdiff10k import progress
    from spotdiff10k import repair as mending
    from spotdiff10k import validate as stage
    from spotdiff10k.progress import Tally
    from spotdiff10k.run import Run

    if redecide and repair:
        raise typer.BadParameter("--redecide makes nothing, so it cannot --repair; choose one of them.")
    out = Output(json, quiet)
    with progress.shown("Measuring", "groups", out.silent) as show:

        def judging(done: int, total: int) -> None:
            show(Tally(done, total, done))

        if repair:
            summary = mending.repair(Run(run), workers, mending.Watchers(judging=judging, said=out.note))
        else:
            summary = stage.validate(Run(run), workers, redecide, on_progress=judging)
    out.result({**as_values(summary), "verdicts": str(Run(run).verdicts)})
    tell(out, summary)
    if strict:
        stage.require_all(summary, Run(run))
    if summary.refused_groups and not repair:
        out.say(f"To mend them: {command_line('validate', run, '--repair')}")
    out.say(f"Next: {command_line('shard', run)}")


def tell(out: Output, summary: "ValidateSummary") -> None:
    """Say what was found."""
    accepted = f"{summary.accepted:,} of {summary.samples:,} samples and {summary.groups_accepted:,} of {summary.groups:,} groups"
    out.say(f"{accepted} are accepted ({summary.measured:,} samples measured now).")
    if summary.repaired or summary.reserves:
        out.say(f"{summary.repaired:,} samples were repaired; {summary.reserves:,} reserve groups stand in.")
    if summary.refused_by:
        out.table("Refused", ("check", "samples"), list(summary.refused_by.items()))
    if summary.refused_groups:
        named = ", ".join(summary.refused_groups[:NAMED_GROUPS])
        more = f" and {len(summary.refused_groups) - NAMED_GROUPS} more" if len(summary.refused_groups) > NAMED_GROUPS else ""
        out.say(f"Refused groups: {named}{more}.")
    if summary.groups_quarantined:
        out.say(f"{summary.groups_quarantined:,} groups could not be made; they are in quarantine.")


def as_values(summary: "ValidateSummary") -> dict[str, Any]:
    """The summary for --json."""
    from dataclasses import asdict

    return {**asdict(summary), "refused": summary.refused}
