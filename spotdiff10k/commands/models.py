"""`models`: which there are, what a recipe needs, what is on this machine; fetches what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, SetOption, command_line

if TYPE_CHECKING:
    from spotdiff10k.engines.controlnet.fetching import Wanted
    from spotdiff10k.models import Model

MEGABYTE = 1e6
GIGABYTE = 1e9
LIST = "spotdiff10k models list"
Names = Annotated[list[str] | None, typer.Argument(metavar="NAME...", help=f"Models, such as augnet; see: {LIST}")]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", metavar="PATH", help="Take it from this folder, file, wheel or tarball, without a network."),
]
TrustFlag = Annotated[
    bool, typer.Option("--trust-unpinned", help="Take files whose sha256 the manifest does not know, and record it.")
]


def list_models(json: JsonFlag = False, quiet: QuietFlag = False) -> None:
    """List the models that checks can use, and the families that the engine controlnet paints with: licence, size, memory."""
    from spotdiff10k import models
    from spotdiff10k.engines.controlnet.families import all_families
    from spotdiff10k.engines.controlnet.listing import family_facts
    from spotdiff10k.models import store

    out = Output(json, quiet)
    known = [(model, models.is_stored(model)) for model in models.all_models().values()]
    rows = [(it.name, it.kind, it.licence, it.sources[0].place, _megabytes(it), "yes" if there else "no") for it, there in known]
    out.table("Models", ("name", "kind", "licence", "from", "MB", "here"), rows)
    out.say(f"Kept in {store.root()} ($SPOTDIFF10K_MODELS). Fetch one: spotdiff10k models fetch augnet")
    families = [family_facts(family) for family in all_families().values()]
    columns = ("name", "size", "weights_gb", "peak_gib", "peak_gib_offloaded", "licence", "from")
    names = ("family", "pixels", "weights GB", "peak GiB", "with cpu_offload", "licence", "from the hub")
    out.table("Families of the engine controlnet", names, [tuple(facts[column] for column in columns) for facts in families])
    out.say(
        "Peak memory is counted, for one picture at the family's own size in bfloat16. Fetch one: spotdiff10k models fetch sd15"
    )
    result = {"folder": str(store.root()), "models": [_facts(model, there) for model, there in known], "families": families}
    out.result(result)


def fetch_models(
    names: Names = None,
    recipe: Annotated[
        str | None, typer.Option("--recipe", metavar="RECIPE", help="Fetch all that this recipe's engine and checks need.")
    ] = None,
    overrides: SetOption = None,
    given: FromOption = None,
    trust_unpinned: TrustFlag = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch again what is here.")] = False,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Fetch models, check every sha256, and keep them for all runs on this machine."""
    from spotdiff10k import models
    from spotdiff10k.engines.controlnet.families import all_families
    from spotdiff10k.engines.controlnet.fetching import fetch as fetch_weights
    from spotdiff10k.engines.controlnet.fetching import fetch_family
    from spotdiff10k.models.fetch import fetch, fetch_from, nothing_shown
    from spotdiff10k.models.watching import watched

    out = Output(json, quiet)
    checks, repositories = _of_recipe(recipe, overrides or ()) if recipe else ([], [])
    asked = list(dict.fromkeys([*(names or ()), *checks]))
    if not asked and not recipe:
        raise typer.BadParameter("Name a model, or a recipe with --recipe.")
    painting = [name for name in asked if name in all_families()]
    wanted = [models.find_model(name) for name in asked if name not in painting]
    if given and (painting or len(wanted) > 1):
        raise typer.BadParameter("--from goes with one model at a time, and with none of the families.")
    results: list[dict[str, Any]] = [{"name": name, "repositories": fetch_family(name, out.say)} for name in painting]
    if repositories:
        results.append({"name": recipe, "repositories": fetch_weights(repositories, out.say)})
    for model in wanted:
        there = models.is_stored(model) and not force
        if not there and given:
            fetch_from(model, given, trust_unpinned)
        elif not there:
            fetch(model, trust_unpinned, nothing_shown if out.silent else watched)
        kept = models.stored(model.name)
        out.say(f"{model.name} {'was here' if there else 'is here now'}: {kept.folder}, licence {model.licence}")
        results.append({**_facts(model, True), "folder": str(kept.folder), "fetched": not there})
    out.result({"models": results})


def _of_recipe(recipe: str, overrides: Sequence[str]) -> "tuple[list[str], list[Wanted]]":
    """The models of a recipe's checks, and the repositories that its engine loads."""
    from spotdiff10k import recipe as recipes
    from spotdiff10k.models.needs import needed_models, wanted_repositories

    chosen = recipes.load(recipe, overrides)
    return list(needed_models(chosen.checks)), wanted_repositories(chosen)


def needs(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or the name of a shipped recipe.")],
    overrides: SetOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Say which models the engine and the checks of a recipe need, and which of them are missing here."""
    from spotdiff10k import models
    from spotdiff10k import recipe as recipes
    from spotdiff10k.models.needs import needed_models, needed_weights

    out = Output(json, quiet)
    chosen = recipes.load(recipe, overrides or ())
    weights = needed_weights(chosen)
    if weights:
        out.table("Weights of the engine", ("name", "revision", "licence", "GB", "here"), [_weights_row(it) for it in weights])
    checks = needed_models(chosen.checks)
    found = [(model, models.is_stored(model)) for model in map(models.find_model, checks)]
    rows = [(it.name, ", ".join(checks[it.name]), it.licence, _megabytes(it), "yes" if there else "no") for it, there in found]
    if found:
        out.table("Models", ("name", "for the checks", "licence", "MB", "here"), rows)
    missing = [model.name for model, there in found if not there]
    if any(not it["here"] for it in weights):
        missing = ["--recipe", recipe, *(word for override in overrides or () for word in ("--set", override))]
    if missing:
        out.say(f"Fetch what is missing: {command_line('models', 'fetch', *missing)}")
    else:
        out.say("Every model that it needs is here." if found or weights else "It needs no models.")
    told = [{**_facts(model, there), "checks": checks[model.name]} for model, there in found]
    out.result({"models": told, "weights": weights})


def _weights_row(it: dict[str, Any]) -> tuple[str, ...]:
    """Size: on disk, or counted, where they are not here; "" where nothing is known."""
    size = f"{it['bytes'] / GIGABYTE:.1f}" if it["bytes"] else ""
    return it["name"], it["revision"][:12] or "newest", it["licence"], size, "yes" if it["here"] else "no"


def _megabytes(model: "Model") -> float:
    return round(model.size / MEGABYTE, 1)


def _facts(model: "Model", there: bool) -> dict[str, Any]:
    return {
        "name": model.name,
        "kind": model.kind,
        "title": model.title,
        "purpose": model.purpose,
        "paper": model.paper,
        "licence": model.licence,
        "outputs": model.outputs,
        "bytes": model.size,
        "pinned": model.is_pinned,
        "sources": [str(source) for source in model.sources],
        "here": there,
    }


def register(app: typer.Typer) -> None:
    """Add `models` and what it can do."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_models)
    group.command("fetch")(fetch_models)
    group.command("needs")(needs)
    app.add_typer(group, name="models", help="List, fetch and check the models that checks, engines and certificates use.")
