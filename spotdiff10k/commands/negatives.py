"""spotdiff10k negatives RUN -o FILE: refused samples, labelled with the reason, for those who train checkers."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="negatives")(negatives)


def negatives(
    run: Annotated[Path, typer.Argument(help="A validated run folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The tar to write, such as negatives.tar.")],
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Export what was refused as labelled hard negatives: a WebDataset tar in which every sample says why it was refused.

    Every refused attempt is in it, repaired ones too. It is no release: nothing seals it, and groups are not complete.
    """
    from spotdiff10k import negatives as exporter
    from spotdiff10k.run import Run

    if not output.absolute().parent.is_dir():
        raise typer.BadParameter(
            f"--output is in {output.absolute().parent}, which is no folder; make it first, or choose another."
        )
    out = Output(json, quiet)
    summary = exporter.export(Run(run), output)
    out.result({**asdict(summary), "file": str(output)})
    out.table("Hard negatives", ("refused by", "samples"), list(summary.by_check.items()))
    skipped = f" {summary.skipped:,} had no readable record and were left out." if summary.skipped else ""
    repeated = f" {summary.repeated:,} attempts that show the same picture again were left out." if summary.repeated else ""
    out.say(f"{summary.samples:,} refused samples are in {output} ({summary.bytes / 1e6:.1f} MB).{skipped}{repeated}")
