"""The shared catalogues of pose and background levels, drawn from `manifests/`."""

from collections.abc import Mapping, Sequence

import numpy as np

from spotdiff10k.plan.captions import spoken
from spotdiff10k.plan.strata import Strata
from spotdiff10k.plan.walk import crossed
from spotdiff10k.resources import manifest
from spotdiff10k.seeds import seed_for
from spotdiff10k.traits import FamilySpec, Traits, catalogue, describe, draw
from spotdiff10k.types import BackgroundLevel, PoseLevel

ID_DIGITS = 2


def pose_levels(
    levels: int, seed: int, articulations: Sequence[str] | None = None, turns: Sequence[str] | None = None
) -> tuple[PoseLevel, ...]:
    """Different (articulation, turn) pairs, balanced over both; all of manifests/poses.yaml where none are given."""
    poses = manifest("poses")
    actions = _shuffled(articulations or tuple(poses["articulations"]), seed, "articulations")
    facings = _shuffled(turns or tuple(poses["turns"]), seed, "turns")
    pairs = [crossed(step, (len(actions), len(facings))) for step in range(levels)]
    return tuple(_pose(poses, actions[action], facings[facing]) for action, facing in pairs)


def _pose(poses: Mapping[str, Mapping[str, Mapping[str, str]]], articulation: str, turn: str) -> PoseLevel:
    action, facing = poses["articulations"][articulation], poses["turns"][turn]
    return PoseLevel(
        id=f"{articulation}-{turn}",
        articulation=articulation,
        turn_degrees=float(facing["degrees"]),
        description=f"{action['description']}, {facing['description']}",
    )


def background_levels(levels: int, seed: int, kinds: Sequence[str] | None = None) -> tuple[BackgroundLevel, ...]:
    """Procedural backgrounds, balanced over kinds and over each kind's strata."""
    families = catalogue("backgrounds")
    order = _shuffled(kinds or tuple(families), seed, "kinds")
    strata = {kind: Strata.of(families[kind], seed) for kind in order}
    digits = max(ID_DIGITS, len(str((levels - 1) // len(order))))
    return tuple(
        _background(families[kind := order[index % len(order)]], strata[kind], index // len(order), digits, seed)
        for index in range(levels)
    )


def _background(kind: FamilySpec, strata: Strata, place: int, digits: int, seed: int) -> BackgroundLevel:
    identity = strata.identity(place, seed_for(seed, "background", kind.name, place))
    traits = draw(kind, identity)
    return BackgroundLevel(
        id=f"{kind.name.replace('_', '-')}-{place:0{digits}d}",
        kind=kind.name,
        seed=identity,
        description=spoken(describe(kind, traits)),
        camera_elevation_degrees=number(traits, "camera_elevation"),
        camera_fov_degrees=number(traits, "camera_fov"),
    )


def number(traits: Traits, name: str) -> float:
    """A trait that every background kind has, as a number of degrees rounded to 1/1000."""
    return round(float(traits[name]), 3)  # type: ignore[arg-type]


def _shuffled(names: Sequence[str], seed: int, purpose: str) -> list[str]:
    order = np.random.default_rng(seed_for(seed, "plan", purpose)).permutation(len(names))
    return [names[index] for index in order]
