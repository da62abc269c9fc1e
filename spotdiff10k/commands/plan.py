"""`plan`: what a build would make, before any pixel; written into a run folder when one is given."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import (
    AcceptOption,
    JsonFlag,
    OffloadFlag,
    Output,
    QuietFlag,
    SetOption,
    command_line,
    folder,
    with_accepted,
)

if TYPE_CHECKING:
    from spotdiff10k.plan import Facts, Plan
    from spotdiff10k.plan.estimate import Estimate
    from spotdiff10k.recipe import Recipe

SAMPLE_CAPTIONS = 4
UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
UNIT_STEP = 1000
MINUTE, HOUR = 60, 3600


RecipeArgument = Annotated[str, typer.Argument(metavar="RECIPE", help="A shipped recipe, such as tiny, or a .yaml file.")]
RunOption = Annotated[
    Path | None,
    typer.Option("--run", metavar="DIR", parser=folder, help="Folder to write the plan into; without it, only show it."),
]
CountedOnOption = Annotated[
    int, typer.Option("--workers", "-j", min=0, help="Processes the time estimate counts on; 0 means all cores.")
]
PilotOption = Annotated[
    int,
    typer.Option(
        "--pilot", metavar="N", min=0, help="Make and judge N groups, and forecast yield and cost of the whole with intervals."
    ),
]


def plan(
    recipe: RecipeArgument,
    run: RunOption = None,
    overrides: SetOption = None,
    accept_licence: AcceptOption = None,
    cpu_offload: OffloadFlag = False,
    workers: CountedOnOption = 0,
    pilot: PilotOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Show what a build would make: a dry run, in seconds and without a picture.

    Prints how many pictures, which splits, how balanced the levels are, whether poses and backgrounds are independent of
    subjects, some captions, under which licence the set will be, and about how much disk and time it will take. Refuses a plan
    in which factors are confounded, and one that the licences of its ingredients forbid.
    With --pilot, some groups are made and judged, to say what the recipe's checks will refuse; --run keeps them for the build.
    """
    from spotdiff10k import licences
    from spotdiff10k import plan as plans
    from spotdiff10k import recipe as recipes
    from spotdiff10k.commands import _forecast, _licences
    from spotdiff10k.plan.estimate import estimate, free_bytes
    from spotdiff10k.recipe.calibrating import left_alone, made_on_others
    from spotdiff10k.run import Run, driver_lock

    out = Output(json, quiet)
    loaded = recipes.load(recipe, with_accepted(overrides, accept_licence, cpu_offload))
    check_thresholds(loaded)
    if pilot:
        _forecast.refuse_few(pilot)
    made = plans.make(loaded)
    terms = licences.require(loaded)
    target, temporary = _forecast.somewhere(run) if run is not None or pilot else (None, None)
    if target is not None:
        with driver_lock(target):
            plans.write(made, loaded, target)
    cost, free = estimate(loaded, workers), free_bytes(run or Path())
    kept, others = left_alone(loaded), made_on_others(loaded)
    show(out, made, loaded, cost, free)
    _licences.show(out, terms)
    for sentence in (*kept, *others):
        out.note(sentence)
    told = {**document(made, cost, free, run), "not_calibrated": kept, "calibrated_on_others": others}
    told["licence"] = _licences.document(terms)
    if pilot and target is not None:
        forecast = _forecast.run_pilot(out, target, pilot, workers, temporary is not None)
        _forecast.show(out, forecast)
        told["pilot"] = _forecast.document(forecast)
    if temporary is not None:
        temporary.cleanup()
    if run is not None:
        out.say(f"Written to {run}. Make it: {command_line('build', Run(run).recipe, '--run', run)}")
    out.result(told)


def check_thresholds(recipe: "Recipe") -> None:
    """Refuse thresholds that no check knows. Raises RecipeError; a recipe with the defaults costs no import."""
    from spotdiff10k.recipe.delivery import default_checks

    if recipe.checks != default_checks():
        from spotdiff10k.limits import read_rules

        read_rules(recipe.checks)


def show(out: Output, made: "Plan", recipe: "Recipe", cost: "Estimate", free: int) -> None:
    """Print the plan for people."""
    facts = made.facts
    _show_counts(out, facts)
    for name in sorted(set(recipe.fractions) - set(facts.counts["splits"])):
        out.note(f"Warning: the split {name} gets no subject; raise subjects.count, or set splits.{name} to 0.")
    _show_balance(out, facts)
    _show_independence(out, facts)
    if not out.silent:
        out.say("Captions")
        for group in (made.group(i) for i in range(min(SAMPLE_CAPTIONS, len(made)))):
            out.say(f"  {group.cells[-1].caption}")
    out.say()
    out.say(
        f"Estimate: {cost.samples:,} pictures at {recipe.engine.size}²{_in_what_time(cost)}; "
        f"{size(cost.total_bytes)} on disk ({size(cost.groups_bytes)} groups, "
        f"{size(cost.shards_bytes)} shards, {size(cost.preview_bytes)} preview and report); {size(free)} are free."
    )
    if cost.total_bytes > free:
        out.note("Warning: that is more than is free on this disk.")


def _in_what_time(cost: "Estimate") -> str:
    if cost.seconds is None:
        return ", in a time that the device decides (--pilot measures it)"
    return f" in about {duration(cost.seconds)} with {cost.workers} processes, once compiled"


def _show_counts(out: Output, facts: "Facts") -> None:
    splits = facts.counts["splits"]
    rows = [(name, it["groups"], it["reserve"], it["samples"], _shared(facts.sharing.get(name))) for name, it in splits.items()]
    out.table(f"Plan of {facts.name}", ("split", "groups", "reserve", "samples", "cells shared by two or more subjects"), rows)
    if facts.purpose == "control":
        out.say("This is a declared control: it may be confounded, and is not for training.")


def _shared(sharing: Any) -> str:
    if not sharing:
        return ""
    shared = sharing["cells"] - sharing["taken_once"]
    return f"all {shared:,}" if not sharing["taken_once"] else f"{shared:,} of {sharing['cells']:,}"


def _show_balance(out: Output, facts: "Facts") -> None:
    rows = []
    for factor in ("pose", "background"):
        table = facts.balance[factor]
        taken = sorted(table["levels"].values())
        rows.append((factor, len(taken), f"{taken[0]} to {taken[-1]}", table["gap_inside_a_family"], table["gap_inside_a_split"]))
    out.table("Balance", ("factor", "levels", "groups a level", "gap in a family", "gap in a split"), rows)
    families = facts.balance["family"]
    refused = sum(facts.rejected.values())
    each = " to ".join(str(count) for count in sorted({min(families.values()), max(families.values())}))
    again = f"; {refused:,} draws were too like an earlier one and drawn again" if refused else ""
    out.say(f"Subjects in each of the {len(families)} families: {each}{again}.")
    out.say()


def _show_independence(out: Output, facts: "Facts") -> None:
    rows = [
        (
            f"{it.factor} and {it.on}",
            f"{it.cramers_v:.3f}",
            f"{it.by_chance:.3f}",
            f"{it.p_value:.3f}",
            f"{it.bits:.3f}",
            _verdict(it),
        )
        for it in facts.dependence
    ]
    out.table("Dependence (Cramér's V; permutation test)", ("of", "found", "by chance", "p", "bits beyond chance", ""), rows)


def _verdict(test: Any) -> str:
    return "CONFOUNDED" if test.confounded else "none beyond chance"


def document(made: "Plan", cost: "Estimate", free: int, run: Path | None) -> dict[str, Any]:
    """What --json prints."""
    facts = asdict(made.facts)
    balance = {
        factor: {key: value for key, value in table.items() if key != "levels"} for factor, table in facts["balance"].items()
    }
    return {
        "run": None if run is None else str(run),
        **{key: facts[key] for key in ("name", "purpose", "seed", "fingerprint", "counts", "sharing", "rejected")},
        "balance": balance,
        "dependence": [{**asdict(test), "confounded": test.confounded} for test in made.facts.dependence],
        "captions": [made.group(i).cells[-1].caption for i in range(min(SAMPLE_CAPTIONS, len(made)))],
        "estimate": {**asdict(cost), "total_bytes": cost.total_bytes, "free_bytes": free},
    }


def size(count: float) -> str:
    """Bytes for people, such as "6.2 GB"."""
    unit = 0
    while count >= UNIT_STEP and unit < len(UNITS) - 1:
        count, unit = count / UNIT_STEP, unit + 1
    return f"{count:.0f} {UNITS[unit]}" if count >= 10 or unit == 0 else f"{count:.1f} {UNITS[unit]}"


def duration(seconds: float) -> str:
    """Seconds for people, such as "12 min"."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"


def register(app: typer.Typer) -> None:
    """Add `plan`."""
    app.command("plan")(plan)
