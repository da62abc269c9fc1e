"""What commands print: text for people on a terminal, one JSON document with --json, nothing but errors with -q.

Data goes to stdout; progress, notes and errors go to stderr.
"""

import json
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
WorkersOption = Annotated[int, typer.Option("--workers", "-j", min=0, help="Processes to use; 0 means all usable cores.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="A.B=C", help="Override one value of the recipe, such as engine.size=256; repeatable."),
]

AcceptOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-licence",
        metavar="NAME",
        help="Override what this licence objects to, on your own responsibility; kept in the release. Repeatable.",
    ),
]


OffloadFlag = Annotated[
    bool,
    typer.Option(
        "--cpu-offload", help="For small GPUs: keep models in main memory but for the part at work (engine.options.cpu_offload)."
    ),
]


def with_accepted(overrides: list[str] | None, accepted: list[str] | None, offload: bool = False) -> list[str]:
    """Overrides of a recipe, with what else the command line says: licences that are accepted, and where models are kept."""
    more = [f"terms.accept={json.dumps(accepted)}"] if accepted else []
    return [*(overrides or ()), *more, *(["engine.options.cpu_offload=true"] if offload else ())]


def folder(text: str) -> Path:
    """A folder's name from the command line.

    Empty is refused, since an unset shell variable would mean the current folder; so is what is no text.
    """
    if not text.strip():
        raise typer.BadParameter("it is empty; expected the name of a folder, or . for the current one.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise typer.BadParameter("it is not UTF-8 text; choose another name.") from error
    return Path(text)


def command_line(*words: object) -> str:
    """A command to copy into a shell, with odd file names quoted."""
    return shlex.join(["spotdiff10k", *map(str, words)])


@dataclass(frozen=True, slots=True)
class Output:
    """The one place that prints; made once per command from its flags."""

    json: bool = False
    quiet: bool = False

    @property
    def silent(self) -> bool:
        """True where a person should see no text and no progress bar."""
        return self.json or self.quiet

    def say(self, text: str = "", style: str = "") -> None:
        """Print a line for people; markup in `text` is not interpreted."""
        if not self.silent:
            from rich.console import Console

            Console(highlight=False, soft_wrap=True).print(text, style=style or None, markup=False)

    def note(self, text: str) -> None:
        """Print a remark for people to stderr."""
        if not self.silent:
            print(text, file=sys.stderr)

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table for people; columns whose cells are all numbers are right-aligned."""
        if self.silent:
            return
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        kept = [list(row) for row in rows]
        table = Table(title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
        for index, column in enumerate(columns):
            numeric = bool(kept) and all(isinstance(row[index], (int, float)) for row in kept)
            table.add_column(column, justify="right" if numeric else "left", overflow="fold")  # a licence is never cut short
        for row in kept:
            table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
        Console(highlight=False).print(table)

    def result(self, values: Mapping[str, Any]) -> None:
        """Print the command's result as JSON when --json was given; otherwise nothing."""
        if self.json:
            print(json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False, default=str))
