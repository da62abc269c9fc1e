"""spotdiff10k import PHOTOS -o SUBJECTS: photographs become subjects, cut out, measured and listed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, command_line
from spotdiff10k.errors import DataError

if TYPE_CHECKING:
    from spotdiff10k.photos.catalogue import Catalogue, Failed
    from spotdiff10k.photos.importing import Options
    from spotdiff10k.photos.listing import Listing

LISTED = 20
NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="import")(import_photos)


def import_photos(
    photos: Annotated[Path, typer.Argument(help="A folder with one folder of photographs a subject, or a CSV or JSONL table.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of subjects to write.")],
    segmenter: Annotated[
        str, typer.Option("--segmenter", help="Finds the subject of a photograph without alpha and without NAME.mask.png.")
    ] = NONE,
    licence: Annotated[str, typer.Option("--licence", help="SPDX licence of photographs that the table gives none.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where photographs come from that the table gives none for.")] = "",
    waive_licence: Annotated[
        str, typer.Option("--waive-licence", metavar="REASON", help="Take photographs without licence and source; recorded.")
    ] = "",
    keep_cut: Annotated[bool, typer.Option("--keep-cut", help="Take subjects that their photograph cuts off.")] = False,
    trimmed: Annotated[
        bool, typer.Option("--trimmed", help="Pictures with alpha or a mask are cropped to subjects that are whole.")
    ] = False,
    elevation: Annotated[
        float | None,
        typer.Option("--elevation", min=0, max=60, help="Degrees above the horizon of cameras that the table does not say."),
    ] = None,
    plates: Annotated[
        bool, typer.Option("--plates", help="Take subjects out of their photographs, and keep what lies behind as backgrounds.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Cut subjects out of photographs, for the engine `composite` and as references.

    In a recipe: `engine: {name: composite}` and `subjects: {count: 8, source: {photos: SUBJECTS}}`. Columns of a table: file,
    subject, class_noun, description, licence, source, pose, elevation_degrees. What cannot be taken is listed with its reason;
    the same command again takes only what is new or changed.
    """
    from spotdiff10k.photos.listing import Terms, list_photos

    out = Output(json, quiet)
    _refuse_inside(photos, output)
    listing = list_photos(photos, Terms(licence, source, waive_licence.strip(), elevation))
    if dry_run:
        _tell_plan(out, listing)
        return
    if not listing.entries:
        _tell_failed(out, listing.failed)
        raise DataError(f"{photos} has no photograph that can be taken ({len(listing.failed)} cannot); nothing was written.")
    options = _options(segmenter, keep_cut, trimmed)
    found = _imported(listing, output, options, waive_licence.strip(), out)
    _tell_failed(out, found.failed)
    behind = _plates(listing, output, found, options, out) if plates else 0
    written = _write_sheets(listing.root, output, found)
    views = sum(len(subject.views) for subject in found.subjects)
    out.result({
        "subjects": len(found.subjects), "views": views, "failed": _plain(found.failed), "sheets": written,
        "plates": behind, "catalogue": str(output / "subjects.json"),
    })  # fmt: skip
    out.say(f"{len(found.subjects):,} subjects with {views:,} views in {output}; {len(found.failed):,} photographs left out.")
    if not found.subjects:
        raise DataError(f"No photograph could be taken; {output / 'subjects.json'} says why of each.")
    out.say(f"Look at {output / written[0]}: what is wrong there, give a mask (NAME.mask.png) or take away, and import again.")
    out.say(f"Then set subjects.source.photos to {output} in a recipe, and: {command_line('preview', 'RECIPE')}")


def _refuse_inside(photos: Path, output: Path) -> None:
    """Every picture in a folder of photographs is taken for one, so cut-outs must lie elsewhere."""
    if photos.is_dir() and output.resolve().is_relative_to(photos.resolve()):
        raise DataError(f"{output} lies in {photos}, where cut-outs would be taken for photographs; choose a folder beside it.")


def _tell_plan(out: Output, listing: "Listing") -> None:
    _tell_failed(out, listing.failed)
    subjects = len({entry.subject for entry in listing.entries})
    out.say(f"{len(listing.entries):,} photographs of {subjects:,} subjects would be imported.")
    out.result({"photographs": [entry.file for entry in listing.entries], "failed": _plain(listing.failed)})


def _imported(listing: "Listing", output: Path, options: "Options", waived: str, out: Output) -> "Catalogue":
    from spotdiff10k import progress
    from spotdiff10k.photos.importing import take_photos
    from spotdiff10k.progress import Tally

    total = len(listing.entries)
    with progress.shown("Importing", "photographs", out.silent) as show:
        return take_photos(listing, output, options, waived, lambda done: show(Tally(done, total, done)))


def _plates(listing: "Listing", output: Path, found: "Catalogue", options: "Options", out: Output) -> int:
    from spotdiff10k import progress
    from spotdiff10k.photos.plates import FOLDER, strangers, write_plates
    from spotdiff10k.progress import Tally

    total = sum(len(subject.views) for subject in found.subjects)
    with progress.shown("Taking subjects out", "photographs", out.silent) as show:
        written, failed = write_plates(
            listing.root, output, found, options.segmenter, lambda done: show(Tally(done, total, done))
        )
    _tell_failed(out, tuple(failed))
    if others := strangers(output, found):
        told = f"{others[0]} and {len(others) - 1:,} more are" if len(others) > 1 else f"{others[0]} is"
        out.note(
            f"In {output / FOLDER}, {told} of no imported photograph; a recipe would take them too. Delete what is not wanted."
        )
    out.say(
        f"{written:,} backgrounds without their subjects in {output / FOLDER}: look at them, and set backgrounds.source.images."
    )
    return written


def _options(segmenter: str, keep_cut: bool, trimmed: bool) -> "Options":
    from spotdiff10k.photos.importing import Options

    if segmenter == NONE:
        return Options(keep_cut=keep_cut, trimmed=trimmed)
    from spotdiff10k.segmenters import load_segmenter, segmenter_setup

    loaded = load_segmenter(segmenter)
    if loaded.needs_boxes:
        raise typer.BadParameter(
            f"{segmenter} must be told where to look; choose one that finds a subject itself, such as rembg."
        )
    return Options(loaded, segmenter_setup(segmenter), keep_cut, trimmed)


def _write_sheets(root: Path, output: Path, found: "Catalogue") -> list[str]:
    """Write the contact sheets, and remove those of an earlier, larger import."""
    from PIL import Image

    from spotdiff10k.photos.sheet import sheets

    for old in sorted(output.glob("sheet-[0-9][0-9][0-9].png")):
        old.unlink()
    names = []
    for name, picture in sheets(root, output, found):
        Image.fromarray(picture).save(output / name)
        names.append(name)
    return names


def _plain(failed: "tuple[Failed, ...]") -> list[dict[str, Any]]:
    return [{"file": one.file, "why": one.why} for one in failed]


def _tell_failed(out: Output, failed: "tuple[Failed, ...]") -> None:
    for one in failed[:LISTED]:
        out.note("".join(letter if letter.isprintable() else "?" for letter in f"Left out {one.file}: {one.why}"))
    if len(failed) > LISTED:
        out.note(f"Left out {len(failed) - LISTED:,} more; subjects.json lists them all.")
