"""Opens whatever somebody names: a release, a folder of folders, a table, WebDataset tars, Parquet files, pair pictures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spotdiff10k.cores import usable_cores
from spotdiff10k.errors import DataError
from spotdiff10k.training.foreign import folders, tables, tars
from spotdiff10k.training.foreign.checking import OnProgress, check_all
from spotdiff10k.training.foreign.columns import Columns
from spotdiff10k.training.foreign.foreign_set import ForeignSet, Told
from spotdiff10k.training.foreign.pair_pictures import PairLayout, split_pairs
from spotdiff10k.training.foreign.splitting import fewer_views, lonely, taken, with_splits
from spotdiff10k.training.foreign.values import Listed, Listing

MOST_PICTURES = 5_000_000
LEAST_SUBJECTS = 4
"""Two to train on and two to hold out; far more are needed for a figure that says anything."""
FAILED_NAMED = 3
PARQUET = ".parquet"
Failed = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ForeignOptions:
    """How to read a set that is no release."""

    columns: Columns = field(default_factory=dict)
    pairs: PairLayout | None = None
    marks: folders.Marks = field(default_factory=folders.Marks)
    training_subjects: int = 0  # at most so many are taken, 0 for all
    held_out_subjects: int = 0


def open_foreign(
    path: Path, options: ForeignOptions | None = None, workers: int = 0, on_progress: OnProgress | None = None
) -> ForeignSet:
    """Read and check every picture of a set. Raises DataError when it is none, or when too little of it can be used."""
    chosen = options or ForeignOptions()
    listing = list_set(path, chosen)
    _refuse_empty(path, listing.pictures, listing.failed)
    listed = with_splits(listing.pictures)
    of_subjects = taken(listed, chosen.training_subjects, chosen.held_out_subjects)
    wanted = fewer_views(of_subjects)
    checked, broken = check_all(wanted, workers or usable_cores(), on_progress)
    kept, alone = lonely(one.listed for one in checked)
    failed = (*listing.failed, *broken, *alone)
    _refuse_empty(path, kept, failed)
    keys = {one.key for one in kept}
    told = Told(
        len({one.subject for one in listed}), any(one.split for one in listing.pictures), failed, len(of_subjects) - len(wanted)
    )
    return ForeignSet(path.resolve().name, [one for one in checked if one.listed.key in keys], told)


def list_set(path: Path, options: ForeignOptions) -> Listing:
    """What a set lists, before any picture is opened. Raises DataError."""
    listed: list[Listed] = []
    failed: list[Failed] = []
    keys: set[str] = set()
    for one in _listed(path, options):
        if not isinstance(one, Listed):
            failed.append(one)
        elif not one.subject:
            failed.append((one.key, "it names no subject; say where subjects are named with --columns subject=..."))
        elif one.key in keys:
            failed.append((one.key, "it is listed twice"))
        else:
            keys.add(one.key)
            listed.append(one)
        if len(listed) > MOST_PICTURES:
            raise DataError(f"{path} lists more than {MOST_PICTURES:,} pictures; take a part of it.")
    return Listing(tuple(listed), tuple(failed))


def _listed(path: Path, options: ForeignOptions) -> Iterator[Listed | Failed]:
    found = _as_listed(path, options)
    if options.pairs is None:
        return found
    return _paired(found, options.pairs)


def _paired(found: Iterable[Listed | Failed], layout: PairLayout) -> Iterator[Listed | Failed]:
    for one in found:
        if isinstance(one, Listed):
            yield from split_pairs([one], layout)
        else:
            yield one


def _as_listed(path: Path, options: ForeignOptions) -> Iterator[Listed | Failed]:
    suffix = path.suffix.lower()
    if path.is_file() and suffix in tables.SUFFIXES:
        return tables.list_table(path, options.columns)
    if path.is_file() and suffix == tars.TAR:
        return tars.list_tars([path], path.parent, options.columns)
    if not path.is_dir():
        what = "is no folder, no tar and no .csv, .jsonl or .parquet table" if path.exists() else "does not exist"
        raise DataError(f"{path} {what}; expected a release, a folder with one folder of pictures a subject, or one of those.")
    if within := _files(path, tars.TAR):
        return tars.list_tars(within, path, options.columns)
    if within := _files(path, PARQUET):
        return tables.list_parquets(within, path, options.columns)
    if options.pairs is not None:
        return folders.list_flat(path, options.marks)
    return folders.list_folder(path, options.marks)


def _files(root: Path, suffix: str) -> list[Path]:
    """Files of a kind in the folder and in those in it, sorted; links are not followed."""
    found = [*root.glob(f"*{suffix}"), *root.glob(f"*/*{suffix}")]
    return sorted(path for path in found if path.is_file() and not path.is_symlink() and not path.parent.is_symlink())


def _refuse_empty(path: Path, pictures: Iterable[Listed], failed: Iterable[Failed]) -> None:
    subjects = {one.subject for one in pictures}
    if len(subjects) >= LEAST_SUBJECTS:
        return
    why = "; ".join(f"{what}: {reason}" for what, reason in list(failed)[:FAILED_NAMED])
    told = f" Left out: {why}." if why else ""
    raise DataError(
        f"{path} has {len(subjects)} subjects with two or more pictures that can be used; at least {LEAST_SUBJECTS} are needed."
        f"{told}"
    )
