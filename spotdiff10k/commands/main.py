"""The command line: one verb a file; errors become one sentence and an exit code."""

import importlib
import io
import os
import sys
from typing import Annotated, TextIO

import typer

from spotdiff10k import __version__
from spotdiff10k.commands.interrupts import insisting
from spotdiff10k.errors import SpotdiffError

VERBS = (
    *("recipes", "preview", "plan", "build", "generate", "validate", "repair", "shard", "verify", "certify", "report"),
    *("negatives", "calibrate", "hashes", "models", "import"),
)
MODULES = {"import": "import_photos"}
"""Of the verbs that are no names in Python."""
"""In the order in which a newcomer meets them."""

INTERRUPTED = 130
STOPPED = "Stopped. What was finished is kept; the same command again continues from there."
UNEXPECTED = (
    "An error that spotdiff10k did not expect ({kind}: {error}); what was finished is kept. "
    "Please report it with what this shows: spotdiff10k --debug ..."
)

HELP = """Build, check and seal image datasets in which pose and background of one subject vary on purpose.

A run goes plan → generate → validate → shard → verify → certify → report. `build` does all of it; the same command again
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
    importlib.import_module(f"spotdiff10k.commands.{MODULES.get(verb, verb)}").register(app)


def main() -> None:
    """Run the command line; the one place where errors end."""
    _print_what_can_be_printed()
    try:
        with insisting():
            app()
    except SpotdiffError as error:
        _end(error, str(error), error.exit_code)
    except KeyboardInterrupt as error:
        _end(error, STOPPED, INTERRUPTED)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # typer ends an interrupted command so, without a word
            _end(end, STOPPED, INTERRUPTED)
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _end(error, _of_the_system(error), SpotdiffError.exit_code)
    except Exception as error:
        _end(error, UNEXPECTED.format(kind=type(error).__name__, error=error), SpotdiffError.exit_code)


def _print_what_can_be_printed() -> None:
    """Escape what a terminal's encoding cannot show, rather than fail on it."""
    sys.stdout = sys.stdout or _nowhere()  # None where the shell closed it
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _of_the_system(error: OSError) -> str:
    """What the system refused, and on which file."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}. To see where it came from: spotdiff10k --debug ..."


def _end(error: BaseException, sentence: str, code: int) -> None:
    if os.environ.get("SPOTDIFF10K_DEBUG"):
        raise error
    print(f"spotdiff10k: {sentence}", file=sys.stderr)
    sys.exit(code)
