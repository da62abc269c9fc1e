"""spotdiff10k hashes FOLDER -o blocklist.jsonl: the pictures of a folder as a list that a run stays away from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag
from spotdiff10k.errors import DataError, RunError

if TYPE_CHECKING:
    from spotdiff10k.duplicates.hashing import Skipped

LISTED = 20


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="hashes")(hashes)


def hashes(
    folder: Annotated[Path, typer.Argument(help="A folder of pictures (PNG, JPEG, WebP), with folders in it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The blocklist to write.")] = Path("blocklist.jsonl"),
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Hash every picture of a folder, such as a benchmark's, into a blocklist for the check `duplicates`.

    In a recipe: `checks: {duplicates: {blocklist: blocklist.jsonl}}`. Pictures that cannot be read are named and left out;
    links are not followed.
    """
    from spotdiff10k import progress
    from spotdiff10k.duplicates import blocklist
    from spotdiff10k.duplicates.hashing import Skipped, hash_files, picture_files
    from spotdiff10k.progress import Tally
    from spotdiff10k.run import write_atomically

    out = Output(json, quiet)
    if not folder.is_dir():
        raise RunError(f"{folder} {'is a file' if folder.exists() else 'does not exist'}; expected a folder of pictures.")
    files = picture_files(folder)
    found: list[blocklist.Blocked] = []
    skipped: list[Skipped] = []
    with progress.shown("Hashing", "pictures", out.silent) as show:
        for done, item in enumerate(hash_files(folder, files), start=1):
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                found.append(item)
            show(Tally(done, len(files), done))
    _tell_skipped(out, skipped)
    if not found:
        raise DataError(f"{folder} has no picture that can be read ({len(skipped)} cannot); nothing was written.")
    write_atomically(output, (line.encode() for line in blocklist.to_lines(found)))
    left_out = [{"name": item.name, "why": item.why} for item in skipped]
    out.result({"blocklist": str(output), "pictures": len(found), "skipped": left_out})
    out.say(f"{len(found):,} pictures in {output}.")


def _tell_skipped(out: Output, skipped: "list[Skipped]") -> None:
    for item in skipped[:LISTED]:
        out.note(f"Left out {item.name}: {item.why}")
    if len(skipped) > LISTED:
        out.note(f"Left out {len(skipped) - LISTED:,} more.")
