"""spotdiff10k calibrate [RECIPE] -o FILE: plant defects in good groups, choose thresholds, report how often they err."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spotdiff10k.commands.output import JsonFlag, Output, QuietFlag, SetOption, WorkersOption

if TYPE_CHECKING:
    from spotdiff10k.calibration import Calibration
    from spotdiff10k.calibration.pairs import PairsRequest
    from spotdiff10k.calibration.preparing import Prepared, Request

SUFFIX, PAGE, PARTS = ".json", ".html", ".parts"
"""The file, the page to look at, and the folder that keeps what is measured until both are written."""
OF_RECIPES = {
    "recipe": "RECIPE",
    "overrides": "--set",
    "defects": "--defects",
    "subjects": "--subjects",
    "held_out": "--held-out",
    "planted": "--planted",
    "severe_planted": "--severe-planted",
}
"""What only groups that an engine makes can be told."""


RecipeArgument = Annotated[
    str | None, typer.Argument(help="A recipe whose engine and factors to calibrate on; without one, the rendered engine.")
]
OutputOption = Annotated[
    Path, typer.Option("--output", "-o", help="The calibration to write; a page to look at is written beside it.")
]
SubjectsOption = Annotated[int, typer.Option(min=20, help="Subjects that thresholds are chosen on.")]
HeldOutOption = Annotated[int, typer.Option("--held-out", min=20, help="Other subjects, that error rates are reported on.")]
PlantedOption = Annotated[
    int, typer.Option(min=1, help="Held-out subjects that get every defect; of the others half as many do.")
]
SeverePlantedOption = Annotated[
    int,
    typer.Option(
        "--severe-planted", min=0, help="Held-out subjects that get the severe grades, where that is more than --planted."
    ),
]
SizeOption = Annotated[str, typer.Option("--size", help="Sides of the pictures in pixels, in turn over the subjects.")]
FalseRefusalsOption = Annotated[
    float, typer.Option("--false-refusals", min=0.0001, max=0.2, help="Share of good samples that may be refused.")
]
ChecksOption = Annotated[str, typer.Option("--checks", help="Checks to calibrate; all that can be run, when left out.")]
DefectsOption = Annotated[str, typer.Option("--defects", help="Defects to plant; all of them, when left out.")]
PairsOption = Annotated[
    Path | None,
    typer.Option("--pairs", help="A folder of photographs instead: a folder for each object, its pictures in it."),
]
SeedOption = Annotated[int, typer.Option(min=0, help="Another seed, other subjects.")]
DryRunFlag = Annotated[bool, typer.Option("--dry-run", help="Show what would be measured; make nothing.")]
ForceFlag = Annotated[bool, typer.Option("--force", "-f", help="Replace the file if it is there already.")]


def calibrate(
    context: typer.Context,
    recipe: RecipeArgument = None,
    output: OutputOption = Path("calibration.json"),
    subjects: SubjectsOption = 200,
    held_out: HeldOutOption = 200,
    planted: PlantedOption = 96,
    severe_planted: SeverePlantedOption = 0,
    size: SizeOption = "128,256,512",
    false_refusals: FalseRefusalsOption = 0.01,
    checks: ChecksOption = "",
    defects: DefectsOption = "",
    pairs: PairsOption = None,
    seed: SeedOption = 0,
    dry_run: DryRunFlag = False,
    force: ForceFlag = False,
    overrides: SetOption = None,
    workers: WorkersOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Find every check's thresholds and how often they err.

    Good groups are made, and defects of graded severity planted in them: a sibling in one cell, a turned subject, a shifted mask,
    and many more. Thresholds are chosen on one set of subjects, for a stated share of good samples refused; what they catch
    and refuse is then counted on other subjects. Name the file in a recipe: `calibration: FILE`. A run that was stopped goes on.
    """
    from spotdiff10k.commands import _calibrated

    out = Output(json, quiet)
    _refuse_to_overwrite(output, force or dry_run)
    sides = _sizes(size)
    if pairs is not None:
        _refuse_ignored(context, sides)
        request = _pairs_request(output.stem, pairs, _names(checks), sides[0], false_refusals, seed)
        if dry_run:
            out.result(_calibrated.tell_pairs(out, request))
            return
        found = _of_pairs(out, request)
    else:
        counts = (subjects, held_out, planted, severe_planted)
        base, thresholds = _base(recipe, overrides or (), _names(checks))
        planned = _prepared(_request(output.stem, base, counts, sides, false_refusals, thresholds, _names(defects), seed))
        told = _calibrated.tell_plan(out, planned)
        if dry_run:
            out.result(told)
            return
        found = _of_groups(out, planned, output.with_suffix(PARTS), workers)
    _end(out, output, found)


def _refuse_ignored(context: typer.Context, sides: tuple[int, ...]) -> None:
    """Refuse what photographs leave no room for. Raises typer.BadParameter."""
    for name, shown in OF_RECIPES.items():
        if (source := context.get_parameter_source(name)) is not None and source.name != "DEFAULT":
            raise typer.BadParameter(f"--pairs takes photographs as they are, so {shown} would change nothing; leave it out.")
    source = context.get_parameter_source("size")
    if source is not None and source.name != "DEFAULT" and len(sides) > 1:
        listed = ", ".join(map(str, sides))
        raise typer.BadParameter(f"--size should be one size with --pairs, which all photographs are made to; found {listed}.")


def _pairs_request(name: str, folder: Path, checks: list[str], size: int, target: float, seed: int) -> "PairsRequest":
    from spotdiff10k.calibration.pairs import CHECKS, PairsRequest

    return PairsRequest(name, folder, size, target, {check: {} for check in checks or CHECKS}, seed)


def _of_pairs(out: Output, request: "PairsRequest") -> "Calibration":
    from spotdiff10k import progress
    from spotdiff10k.calibration.pairs import calibrate_pairs
    from spotdiff10k.progress import Tally

    with progress.shown("Calibrating", "objects", out.silent) as show:
        return calibrate_pairs(request, lambda done, total: show(Tally(done, total, done)))


def _request(
    name: str,
    base: Mapping[str, Any],
    counts: tuple[int, int, int, int],
    sizes: tuple[int, ...],
    target: float,
    checks: Any,
    defects: list[str],
    seed: int,
) -> "Request":
    from spotdiff10k.calibration.defects import NAMES
    from spotdiff10k.calibration.good import Counts
    from spotdiff10k.calibration.preparing import Request

    return Request(name, base, Counts(*counts), sizes, target, checks, tuple(defects) or NAMES, seed)


def _prepared(request: "Request") -> "Prepared":
    from spotdiff10k.calibration.preparing import prepare

    return prepare(request)


def _of_groups(out: Output, prepared: "Prepared", parts: Path, workers: int) -> "Calibration":
    from spotdiff10k import progress
    from spotdiff10k.calibration.calibrate import calibrate as stage
    from spotdiff10k.progress import Tally

    with progress.shown("Calibrating", "groups", out.silent) as show:
        return stage(prepared, workers, lambda done, total: show(Tally(done, total, done)), parts)


def _end(out: Output, path: Path, found: "Calibration") -> None:
    """Write the calibration and its page, and say what is in it."""
    from spotdiff10k import calibration
    from spotdiff10k.calibration import page
    from spotdiff10k.calibration.parts import remove
    from spotdiff10k.calibration.taking import without_vacuous
    from spotdiff10k.commands import _calibrated

    found = without_vacuous(found)
    calibration.write(path, found)
    page.write(path.with_suffix(PAGE), found)
    remove(path.with_suffix(PARTS))
    _calibrated.tell(out, found)
    out.say(f"Written to {path}. Name it in a recipe: calibration: {path}")
    out.result({"calibration": str(path), **_calibrated.summary(found)})


def _refuse_to_overwrite(path: Path, force: bool) -> None:
    from spotdiff10k.errors import RunError

    if path.suffix != SUFFIX:
        raise typer.BadParameter(f"--output should end in {SUFFIX}; found '{path.name}'.")
    if path.exists() and not force:
        raise RunError(f"{path} is there already. Give another name with --output, or replace it with --force.")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _sizes(text: str) -> tuple[int, ...]:
    from spotdiff10k.recipe.delivery import LARGEST_SIDE, SIZE_STEP, SMALLEST_SIDE

    try:
        found = tuple(int(part) for part in _names(text))
    except ValueError as error:
        raise typer.BadParameter(f"--size should be numbers of pixels such as 256,512; found '{text}'.") from error
    wrong = [side for side in found if not SMALLEST_SIDE <= side <= LARGEST_SIDE or side % SIZE_STEP]
    if wrong or not found:
        listed = ", ".join(map(str, wrong)) or f"'{text}'"
        raise typer.BadParameter(
            f"--size should be multiples of {SIZE_STEP} from {SMALLEST_SIDE} to {LARGEST_SIDE}, as engines make them; "
            f"found {listed}."
        )
    return found


def _base(recipe: str | None, overrides: tuple[str, ...] | list[str], names: list[str]) -> tuple[Mapping[str, Any], Any]:
    """The recipe's values, and the checks to calibrate with the options it gives them; its thresholds play no part."""
    from spotdiff10k import recipe as recipes
    from spotdiff10k import registry
    from spotdiff10k.calibration.good import DEFAULT_RECIPE
    from spotdiff10k.calibration.taking import options_only

    loaded = None if recipe is None else recipes.load(recipe, overrides)
    base: Mapping[str, Any] = DEFAULT_RECIPE if loaded is None else loaded.model_dump(mode="json")
    given = {} if loaded is None else loaded.checks
    return base, {name: options_only(name, given.get(name, {})) for name in names or registry.names("checks")}


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command(name="calibrate")(calibrate)
