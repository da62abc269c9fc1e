"""spotdiff10k repair RUN: make refused samples again, and let reserve subjects stand in for what stays refused."""

from pathlib import Path
from typing import Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, QuietFlag, WorkersOption


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="repair")(repair)


def repair(
    run: Annotated[Path, typer.Argument(help="A run folder whose groups are made.")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 3 when anything stays refused.")] = False,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Make refused samples again, and let reserve subjects stand in for groups that stay refused.

    The same as `validate --repair`, and part of `build`. A refused sample is made again under a new attempt, as often as
    `repair.attempts` of the recipe allows and the engine's attempts differ. Refused attempts stay on disk, for `negatives`.
    """
    from spotdiff10k.commands.validate import validate

    validate(run, strict, False, True, workers, json, quiet)
