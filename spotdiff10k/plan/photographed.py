"""Imported photographs as subjects and pose levels: a pose level is a view, by its name or by its place."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spotdiff10k.errors import PlanError
from spotdiff10k.photos.catalogue import CATALOGUE, PhotoSubject, read_catalogue
from spotdiff10k.plan import matched_camera, own
from spotdiff10k.plan.subjects import NO_COLOUR, Drawn
from spotdiff10k.seeds import seed_for
from spotdiff10k.types import PoseLevel

FAMILY = "photo"


def levels_and_subjects(
    folder: Path, levels: int, total: int, seed: int
) -> tuple[tuple[PoseLevel, ...], list[Drawn], float | None]:
    """Pose levels that all subjects have, `total` subjects in a seeded order, and the height of their camera where it is known.

    Where enough subjects have enough poses with the same names, levels are these names; else they are view-0, view-1 and so on,
    of which captions say nothing.
    Raises PlanError when there are too few subjects with that many views.
    """
    found = read_catalogue(folder).subjects
    names = _shared_names(found, levels, total)
    if names:
        able = [index for index, subject in enumerate(found) if set(names) <= {view.pose for view in subject.views}]
        poses = tuple(PoseLevel(name, name, 0.0, name.replace("-", " ")) for name in names)
    else:
        able = [index for index, subject in enumerate(found) if len(subject.views) >= levels]
        poses = tuple(PoseLevel(f"view-{number}", f"view-{number}", 0.0, "") for number in range(levels))
    if total > len(able):
        raise PlanError(_too_few(folder, found, levels, total, len(able)))
    camera = matched_camera.elevation_of([found[index] for index in able], poses)
    near = [index for index in able if matched_camera.fits(found[index], poses, camera)]
    if total > len(near):
        raise PlanError(_too_far_apart(folder, camera or 0.0, total, len(near)))
    order = np.random.default_rng(seed_for(seed, "plan", "photos")).permutation(len(near)).tolist()
    return poses, [_drawn(found[near[index]], near[index]) for index in order[:total]], camera


def _too_far_apart(folder: Path, camera: float, total: int, near: int) -> str:
    return (
        f"{folder} holds {near} subjects photographed from within {matched_camera.NEAR_DEGREES:.0f} degrees of {camera:.0f}, the "
        f"middle of all; fewer than the {total} of subjects.count and subjects.reserve. A set has one camera height: import "
        "photographs from higher and from lower into sets of their own, or lower the counts."
    )


def _shared_names(found: Sequence[PhotoSubject], levels: int, total: int) -> list[str]:
    """The first `levels` pose names, most common first, that `total` subjects have all of; nothing where they do not."""
    takers: dict[str, int] = {}
    for subject in found:
        for name in {view.pose for view in subject.views if view.pose}:
            takers[name] = takers.get(name, 0) + 1
    names = sorted(takers, key=lambda name: (-takers[name], name))[:levels]
    able = sum(set(names) <= {view.pose for view in subject.views} for subject in found)
    return sorted(names) if len(names) == levels and able >= total else []


def _too_few(folder: Path, found: Sequence[PhotoSubject], levels: int, total: int, able: int) -> str:
    short = next((subject for subject in found if len(subject.views) < levels), None)
    told = f"; {short.id} has {len(short.views)}" if short else ""
    return (
        f"{folder} holds {len(found)} subjects, {able} of them with the {levels} views of poses.levels{told}; "
        f"fewer than the {total} of subjects.count and subjects.reserve. Import more photographs, or lower these."
    )


def _drawn(subject: PhotoSubject, index: int) -> Drawn:
    return Drawn(FAMILY, index, subject.class_noun, subject.description, NO_COLOUR, 0, subject.id, subject.licence)


def inputs(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """The digests of the catalogue and of the cut-outs that the named subjects have. Raises PlanError."""
    wanted = set(names)
    found = {f"photos/{CATALOGUE}": own.digest(folder / CATALOGUE)}
    for subject in read_catalogue(folder).subjects:
        if subject.id in wanted:
            found |= {f"photos/{view.file}": _checked(folder, view.file, view.sha256) for view in subject.views}
    return found


def _checked(folder: Path, file: str, sha256: str) -> str:
    found = own.digest(folder / file)
    if found != sha256:
        raise PlanError(f"{folder / file} is not the cut-out in the catalogue: its sha256 differs. Import the photographs again.")
    return found
