"""spotdiff10k preview RECIPE: one group as a contact sheet, in seconds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, SetOption
from spotdiff10k.errors import EngineError, RunError

if TYPE_CHECKING:
    from spotdiff10k.recipe import Recipe
    from spotdiff10k.types import FinishedGroup, Image, PlannedGroup

MOST_DIGITS = 9
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="preview")(preview)


def preview(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or the name of a shipped recipe.")],
    group: Annotated[str, typer.Option("--group", "-g", help="Which group: a number, or an id such as g000042.")] = "0",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The picture to write; default: RECIPE-GROUP.png here.")
    ] = None,
    layers: Annotated[
        bool, typer.Option("--layers", help="Add mask, depth, normals and whatever else the recipe asks for.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace the picture if it is there already.")] = False,
    overrides: SetOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Draw one group of a recipe as a contact sheet: pose rows, background columns. Nothing else is written."""
    from spotdiff10k import plan
    from spotdiff10k import recipe as recipes
    from spotdiff10k.report.sheet import group_sheet

    out = Output(json=json, quiet=quiet)
    loaded = recipes.load(recipe, overrides or ())
    planned = plan.make(loaded).group(int(group) if group.isdecimal() and len(group) <= MOST_DIGITS else group)
    path = output or Path(f"{loaded.name}-{planned.id}.png")
    _refuse_to_overwrite(path, force)
    out.note(f"Making {planned.id} (the first time on a machine, the renderer is compiled, which takes a minute) ...")
    sheet = group_sheet(planned, _made(loaded, planned), layers)
    _save(path, sheet)
    out.result({"preview": str(path), "group": planned.id, "subject": planned.subject.description})
    out.say(f"{path}: {planned.subject.description}, {len(planned.poses)} poses × {len(planned.backgrounds)} backgrounds")


def _refuse_to_overwrite(path: Path, force: bool) -> None:
    """Before anything is rendered, so that no one waits for a picture that is then not written."""
    if path.suffix.lower() not in SUFFIXES:
        raise RunError(f"{path} should end in one of {', '.join(SUFFIXES)}; found '{path.suffix}'.")
    if path.exists() and not force:
        raise RunError(f"{path} is there already. Give another name with --output, or replace it with --force.")


def _made(recipe: "Recipe", group: "PlannedGroup") -> "FinishedGroup":
    from spotdiff10k import registry

    engine = registry.find("engines", recipe.engine.name)(recipe.engine_settings())
    for finished in engine.generate([group]):
        found: FinishedGroup = finished
        return found
    raise EngineError(f"The engine {recipe.engine.name} made nothing of the group {group.id}.")


def _save(path: Path, sheet: "Image") -> None:
    import io

    from PIL import Image as Pictures

    from spotdiff10k.run import write_atomically

    buffer = io.BytesIO()
    Pictures.fromarray(sheet).save(buffer, {".png": "PNG", ".webp": "WEBP"}.get(path.suffix.lower(), "JPEG"), quality=92)
    write_atomically(path, buffer.getvalue())
