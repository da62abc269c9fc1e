"""spotdiff10k validate RUN: measure every sample, decide by the recipe's thresholds, write the verdicts."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption, command_line

if TYPE_CHECKING:
    from spotdiff10k.run import Run
    from spotdiff10k.validate import ValidateSummary
    from spotdiff10k.yields import Yield

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
    found = account_of(Run(run))
    out.result({**as_values(summary), "yield": {**asdict(found), "share": found.share}, "verdicts": str(Run(run).verdicts)})
    tell(out, summary, found)
    if strict:
        stage.require_all(summary, Run(run))
    if summary.refused_groups and not repair:
        out.say(f"To mend them: {command_line('repair', run)}")
    if summary.groups_accepted and not summary.set_refusals:
        out.say(f"Next: {command_line('shard', run)}")
    else:
        out.say(f"There is nothing to shard yet. To see what was refused and why: {command_line('report', run)}")


def account_of(run: "Run") -> "Yield":
    """The yield of a run that was just validated."""
    from spotdiff10k import verdicts
    from spotdiff10k.stage import open_stage
    from spotdiff10k.yields import account

    return account(open_stage(run).groups(), verdicts.read(run.verdicts))


def tell(out: Output, summary: "ValidateSummary", found: "Yield") -> None:
    """Say what was found."""
    accepted = f"{summary.accepted:,} of {summary.samples:,} samples and {summary.groups_accepted:,} of {summary.groups:,} groups"
    out.say(f"{accepted} are accepted ({summary.measured:,} samples measured now).")
    if summary.repaired or summary.reserves:
        out.say(f"{summary.repaired:,} samples were repaired; {summary.reserves:,} reserve groups stand in.")
    if found.filters:
        columns = ("check", "samples refused", "by it first", "by it alone", "made again", "groups lost")
        out.table("Refused", columns, [tuple(asdict(item).values()) for item in found.filters])
    if summary.refused_groups:
        named = ", ".join(summary.refused_groups[:NAMED_GROUPS])
        more = f" and {len(summary.refused_groups) - NAMED_GROUPS} more" if len(summary.refused_groups) > NAMED_GROUPS else ""
        out.say(f"Refused groups: {named}{more}.")
    if summary.unchecked:
        rows = [(item.measure, item.groups or "", item.samples or "", item.why) for item in summary.unchecked]
        out.table("Unchecked: neither passed nor refused", ("measure", "groups", "samples", "because"), rows)
    for sentence in summary.set_refusals:
        out.say(f"The set does not pass: {sentence}", style="bold red")
    if summary.groups_quarantined:
        out.say(f"{summary.groups_quarantined:,} groups could not be made; they are in quarantine.")


def as_values(summary: "ValidateSummary") -> dict[str, Any]:
    """The summary for --json."""
    return {**asdict(summary), "refused": summary.refused}
