"""spotdiff10k report RUN: the run as a page to look at."""

from pathlib import Path
from typing import Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, WorkersOption


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="report")(report)


def report(
    run: Annotated[Path, typer.Argument(help="A run folder, sealed or still being made.")],
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Write RUN/report/index.html: every group to browse, what was refused and why, balance, recipe, versions.

    The page opens from disk and needs no network. It can be written at any time, and again at any time.
    """
    from spotdiff10k import report as stage
    from spotdiff10k.run import Run

    out = Output(json=json, quiet=quiet)
    index = stage.write(Run(run), workers)
    size = sum(path.stat().st_size for path in index.parent.rglob("*") if path.is_file())
    out.result({"report": str(index), "bytes": size})
    out.say(f"{index} ({size / 1e6:,.1f} MB)")
    if show:
        typer.launch(index.resolve().as_uri())
