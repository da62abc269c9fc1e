"""spotdiff10k build RECIPE --run DIR: everything, from a recipe to a sealed and verified release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.bars import Bars
from spotdiff10k.commands.output import (
    AcceptOption,
    JsonFlag,
    OffloadFlag,
    Output,
    QuietFlag,
    SetOption,
    WorkersOption,
    command_line,
    folder,
    with_accepted,
)

if TYPE_CHECKING:
    from spotdiff10k.build import BuildSummary
    from spotdiff10k.certify import CertifySummary

BYTES_IN_MB = 1_000_000
DIGEST_SHOWN = 12
"""Characters of the digest in the closing lines; `shard` and `verify` print all of it."""
NEXT_RECIPE = {"tiny": "quickstart", "quickstart": "spotdiff10k"}
"""The next larger recipe, for those who built a shipped one."""


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="build")(build)


def build(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A shipped recipe, such as tiny, or a .yaml file.")],
    run: Annotated[
        Path, typer.Option("--run", metavar="DIR", parser=folder, help="The run folder: a new one, or one to continue.")
    ],
    overrides: SetOption = None,
    accept_licence: AcceptOption = None,
    cpu_offload: OffloadFlag = False,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Make a dataset: plan, generate, validate with repair, shard, verify, certify where the recipe asks for it, report.

    It can be stopped at any time; the same command again continues. Nothing is published. Exit code 3 means that some
    groups could not be made, that the release did not verify, or that it was not certified.
    """
    from contextlib import ExitStack

    from spotdiff10k import build as builder
    from spotdiff10k.certify import CertifyWatchers
    from spotdiff10k.run import Run

    out = Output(json, quiet)
    with ExitStack() as stack:
        bars = Bars(out, stack)
        certifying = CertifyWatchers(bars.say, bars.opening, bars.looking, bars.training)
        watchers = builder.BuildWatchers(bars.say, bars.making, bars.judging, bars.verifying, certifying)
        chosen = with_accepted(overrides, accept_licence, cpu_offload)
        summary = builder.build(recipe, Run(run), chosen, workers, watchers)
    out.result(as_values(summary))
    for line in closing_lines(summary, recipe):
        out.say(line)
    if summary.quarantined is not None:
        raise summary.quarantined
    if summary.certified is not None:
        summary.certified.require()


def closing_lines(summary: "BuildSummary", recipe: str) -> tuple[str, ...]:
    """What you have, what was shown of it, where to look, what to do next."""
    from json import dumps

    made, run = summary.sharded, summary.run
    lacking = made.groups_planned - made.groups
    short = f" ({lacking:,} fewer than planned: see the report)" if lacking > 0 else ""
    shards = "1 shard" if made.shards == 1 else f"{made.shards:,} shards"
    what = (
        f"You have: {made.samples:,} pictures of {made.groups:,} subjects{short} in {shards}, "
        f"{made.bytes / BYTES_IN_MB:,.1f} MB, sealed and verified as {made.digest[:DIGEST_SHOWN]}."
    )
    look = f"Look:     {summary.report}   In Python: spotdiff10k.load_release({dumps(str(run), ensure_ascii=False)})"
    larger = NEXT_RECIPE.get(recipe)
    words = ("build", larger, "--run", run.parent / larger) if larger else ("verify", run, "--rerender", 3)
    return what, *_shown(summary), look, f"Next:     {command_line(*words)}"


def _shown(summary: "BuildSummary") -> tuple[str, ...]:
    if summary.certified is None:
        return ()
    from spotdiff10k.training.summary import last_line

    return (f"Shown:    {last_line(summary.certified.certificate)}. See {summary.certified.page}",)


def as_values(summary: "BuildSummary") -> dict[str, Any]:
    """The summary for --json."""
    from dataclasses import asdict

    from spotdiff10k.commands.validate import as_values as validated

    return {
        "run": str(summary.run),
        "recipe": summary.recipe.name,
        "release_digest": summary.sharded.digest,
        "pictures_made": summary.pictures_made,
        "validated": validated(summary.validated),
        "sharded": asdict(summary.sharded),
        "verified": summary.verified is not None and summary.verified.ok,
        "certificate": None if summary.certified is None else _certified(summary.certified),
        "report": str(summary.report),
        "seconds": {stage: round(seconds, 3) for stage, seconds in summary.seconds.items()},
        "quarantined": [] if summary.quarantined is None else [item.group for item in summary.quarantined.summary.quarantined],
    }


def _certified(certified: "CertifySummary") -> dict[str, Any]:
    from spotdiff10k.training.summary import as_values as shown

    return {**shown(certified.certificate), "page": str(certified.page)}
