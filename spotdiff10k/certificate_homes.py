"""Where certificates are written: beside the release of a run, and never into somebody's set."""

from collections.abc import Sequence
from pathlib import Path

from spotdiff10k.errors import RecipeError
from spotdiff10k.run import Run

PLAN = "plan.json"
"""What a run has and nothing else."""
HOME = "{name}-certificate"
"""Where the certificate of a set that is no run is written, beside which one stands."""


def home_of(path: Path, chosen: Path | None, several: bool = False) -> Path:
    """Where a certificate is written: beside the release of a run, else in a folder of its own here, or beside the set.

    `chosen` is the folder that somebody named; of several sets each gets a folder in it.
    """
    name = path.resolve().stem if path.is_file() else path.resolve().name
    if chosen is not None:
        return chosen / name if several else chosen
    if (path / PLAN).is_file():
        return Run(path).certificate
    here, whole = Path.cwd(), path.resolve()
    inside = path.is_dir() and here.is_relative_to(whole)
    return (whole.parent if inside else Path()) / HOME.format(name=name)


def homes_of(paths: Sequence[Path], chosen: Path | None) -> list[Path]:
    """The home of each of several sets, all different: the second of a name is numbered."""
    found: list[Path] = []
    for path in paths:
        home = home_of(path, chosen, len(paths) > 1)
        number = 2
        name = home.name
        while any(home.resolve() == other.resolve() for other in found):
            home, number = home.with_name(f"{name}-{number}"), number + 1
        found.append(home)
    return found


def refuse_inside(path: Path, folder: Path) -> None:
    """Nothing is written into somebody's set: only a run has a place for its certificate. Raises RecipeError."""
    whole = path.resolve()
    if path.is_dir() and not (path / PLAN).is_file() and folder.resolve().is_relative_to(whole):
        raise RecipeError(
            f"The certificate would be written into the set itself, to {folder}; choose a folder elsewhere with --out."
        )
