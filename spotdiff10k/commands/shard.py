"""spotdiff10k shard RUN: join the accepted groups into shards and seal the release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption, command_line

if TYPE_CHECKING:
    from spotdiff10k.shards import ShardSummary

BYTES_IN_MB = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="shard")(shard)


def shard(
    run: Annotated[Path, typer.Argument(help="A run folder that was validated.")],
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Join the accepted groups into WebDataset shards, index and preview them, and seal the release.

    What is there already, and intact, is left alone; the same verdicts always give the same release digest.
    """
    from dataclasses import asdict

    from spotdiff10k import shards
    from spotdiff10k.run import Run

    out = Output(json, quiet)
    summary = shards.shard(Run(run), workers)
    out.result(asdict(summary))
    tell(out, summary)
    out.say(f"Next: {command_line('verify', run)}")


def tell(out: Output, summary: "ShardSummary") -> None:
    """Say what was sealed."""
    lacking = summary.groups_planned - summary.groups
    short = f", {lacking:,} fewer than planned" if lacking > 0 else ""
    done = f"{len(summary.written):,} files written" if summary.written else "all of it was there already"
    out.say(
        f"{summary.samples:,} samples of {summary.groups:,} groups{short}, in {summary.shards:,} shards of together "
        f"{summary.bytes / BYTES_IN_MB:,.1f} MB; {done}."
    )
    if summary.removed:
        out.say(f"Removed what an earlier sealing left: {', '.join(summary.removed)}.")
    out.say(f"Release digest: {summary.digest}")
