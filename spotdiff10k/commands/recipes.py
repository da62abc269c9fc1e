"""`recipes`: list, show and copy the shipped recipes, and print the JSON schema editors can check a recipe with."""

from pathlib import Path
from typing import Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag

SCHEMA = "recipe.schema.json"
MODELINE = "# yaml-language-server: $schema="
"""How the YAML language server, and so most editors, find a schema."""

Name = Annotated[str, typer.Argument(metavar="NAME", help="A shipped recipe, such as quickstart, or a .yaml file.")]


def list_recipes(json: JsonFlag = False, quiet: QuietFlag = False) -> None:
    """List the shipped recipes and how many pictures each makes."""
    from spotdiff10k import recipe as recipes

    out = Output(json, quiet)
    loaded = {name: recipes.load(name) for name in recipes.shipped()}
    rows = [
        (name, it.subjects.count, it.poses.count, it.backgrounds.count, it.samples, f"{it.engine.size}²", it.engine.name)
        for name, it in sorted(loaded.items(), key=lambda item: item[1].samples)
    ]
    columns = ("name", "subjects", "poses", "backgrounds", "pictures", "size", "engine")
    out.table("Recipes", columns, rows)
    out.say("Show one: spotdiff10k recipes show quickstart    Make it yours: spotdiff10k recipes copy quickstart my.yaml")
    out.result({"recipes": [dict(zip(columns, row, strict=True)) for row in rows]})


def show(
    name: Name,
    resolved: Annotated[bool, typer.Option("--resolved", help="Write every default out.")] = False,
    json: JsonFlag = False,
) -> None:
    """Print a recipe, with its comments; or, resolved, with every default."""
    from spotdiff10k import recipe as recipes

    if json:
        return Output(json).result(recipes.load(name).model_dump(mode="json"))
    text = recipes.dump(recipes.load(name)) if resolved else recipes.text_of(name)
    return typer.echo(text, nl=False)


def copy(
    name: Name,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Where to write it, such as my.yaml.")],
    force: Annotated[bool, typer.Option("--force", help="Replace PATH if it is there.")] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Copy a recipe to a file of your own, to edit."""
    from spotdiff10k import recipe as recipes
    from spotdiff10k.errors import RecipeError
    from spotdiff10k.recipe.reference import schema_text
    from spotdiff10k.run import write_atomically

    text = recipes.text_of(name)
    if path.exists() and not force:
        raise RecipeError(f"{path} is there already; choose another name, or replace it with --force.")
    write_atomically(path, _with_schema(text).encode())
    schema_path = path.with_name(SCHEMA)
    if not schema_path.exists():
        write_atomically(schema_path, schema_text().encode())
    out = Output(json, quiet)
    out.say(f"Wrote {path}, and {schema_path} for your editor. Edit it, then look at what it would make: spotdiff10k plan {path}")
    out.result({"recipe": str(path), "schema": str(schema_path)})


def _with_schema(text: str) -> str:
    """The recipe with the line by which editors find the schema beside it."""
    return f"{MODELINE}{SCHEMA}\n" + "".join(line for line in text.splitlines(keepends=True) if not line.startswith(MODELINE))


def schema() -> None:
    """Print the JSON schema of a recipe, for editors and other programs."""
    from spotdiff10k.recipe.reference import schema_text

    typer.echo(schema_text(), nl=False)


def register(app: typer.Typer) -> None:
    """Add `recipes` and what it can do."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_recipes)
    group.command("show")(show)
    group.command("copy")(copy)
    group.command("schema")(schema)
    app.add_typer(group, name="recipes", help="List, show and copy the recipes that come with spotdiff10k.")
