"""The command line: one verb a file; errors become one sentence and an exit code."""

import importlib
import os
import sys
from typing import Annotated

import typer

from spotdiff10k import __version__
from spotdiff10k.errors import SpotdiffError

VERBS = ("recipes", "preview", "plan", "build", "generate", "validate", "shard", "verify", "report")
"""In the order in which a newcomer meets them."""

INTERRUPTED = 130

HELP = """Build, check and seal image datasets in which pose and background of one subject vary on purpose.

A run goes plan → generate → validate → shard → verify → report. `build` does all of it; the same command again
continues a run that was stopped.

Look first, in seconds:\n
`spotdiff10k preview tiny`

Make a small dataset, sealed and verified:\n
`spotdiff10k build tiny --run runs/tiny`

Take a recipe to edit:\n
`spotdiff10k recipes copy quickstart my.yaml`

Exit codes: 0 done, 1 failed, 2 usage, 3 the data did not pass.
"""

app = typer.Typer(
    name="spotdiff10k",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"spotdiff10k {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the full traceback of an error.", envvar="SPOTDIFF10K_DEBUG")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that every command shares."""
    if debug:
        os.environ["SPOTDIFF10K_DEBUG"] = "1"


for verb in VERBS:
    importlib.import_module(f"spotdiff10k.commands.{verb}").register(app)


def main() -> None:
    """Run the command line; the one place where expected errors end."""
    try:
        app()
    except SpotdiffError as error:
        _end(error, str(error), error.exit_code)
    except KeyboardInterrupt as error:
        _end(error, "Stopped. What was finished is kept; the same command again continues from there.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _end(error: BaseException, sentence: str, code: int) -> None:
    if os.environ.get("SPOTDIFF10K_DEBUG"):
        raise error
    print(f"spotdiff10k: {sentence}", file=sys.stderr)
    sys.exit(code)
