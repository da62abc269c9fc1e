"""`recipes`: list, show and copy the shipped recipes, and print the JSON schema editors can check a recipe with."""

from pathlib import Path
from typing import Annotated

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag

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
) -> None:
    """Print a recipe, with its comments; or, resolved, with every default."""
    from spotdiff10k import recipe as recipes

    text = recipes.dump(recipes.load(name)) if resolved else recipes.text_of(name)
    typer.echo(text, nl=False)


def copy(
    name: Name,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Where to write it, such as my.yaml.")],
    force: Annotated[bool, typer.Option("--force", help="Replace PATH if it is there.")] = False,
) -> None:
    """Copy a recipe to a file of your own, to edit."""
    from spotdiff10k import recipe as recipes
    from spotdiff10k.errors import RecipeError
    from spotdiff10k.run import write_atomically

    text = recipes.text_of(name)
    if path.exists() and not force:
        raise RecipeError(f"{path} is there already; choose another name, or replace it with --force.")
    write_atomically(path, text.encode())
    Output().say(f"Wrote {path}. Edit it, then look at what it would make: spotdiff10k plan {path}")


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
