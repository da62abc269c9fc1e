"""The camera of a set of photographs: every background level is seen from the height from which its subjects were photographed.

Levels are shared by all subjects and a plate by all pictures of a level, so a set has one height: the median of what is known of
its photographs. Each level keeps part of what its own camera differs from the others'.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean, median

from spotdiff10k.photos.catalogue import PhotoSubject, View
from spotdiff10k.types import BackgroundLevel, PoseLevel

NEAR_DEGREES = 12.0
"""A photograph from farther above or below is seen not to belong: its subject is left out of the set."""
LOWEST, HIGHEST = 3.0, 40.0
"""Degrees between which scenes have ground to stand on and something behind it."""
VARIETY = 0.5
"""Share of a level's own deviation that it keeps."""
DECIMALS = 3


def views_of(subject: PhotoSubject, poses: Sequence[PoseLevel]) -> list[View]:
    """The views that pose levels take of a subject: by their names, else by their places."""
    named = {view.pose: view for view in reversed(subject.views) if view.pose}
    return [named.get(pose.articulation, subject.views[min(place, len(subject.views) - 1)]) for place, pose in enumerate(poses)]


def elevation_of(subjects: Iterable[PhotoSubject], poses: Sequence[PoseLevel]) -> float | None:
    """Degrees above the horizon that fit most photographs of these subjects; None where nothing is known of them."""
    said = [view.elevation_degrees for subject in subjects for view in views_of(subject, poses)]
    known = [degrees for degrees in said if degrees is not None]
    return median(known) if known else None


def fits(subject: PhotoSubject, poses: Sequence[PoseLevel], elevation: float | None) -> bool:
    """Whether every photograph of a subject that is used was taken from near this height, or from nobody knows where."""
    if elevation is None:
        return True
    said = [view.elevation_degrees for view in views_of(subject, poses)]
    return all(degrees is None or abs(degrees - elevation) <= NEAR_DEGREES for degrees in said)


def seen_from(levels: Sequence[BackgroundLevel], elevation: float | None) -> tuple[BackgroundLevel, ...]:
    """Procedural levels with their cameras about this height; people's own pictures keep theirs, which nobody can move."""
    drawn = [level.camera_elevation_degrees for level in levels if not level.source]
    if elevation is None or not drawn:
        return tuple(levels)
    middle = fmean(drawn)
    return tuple(level if level.source else _moved(level, elevation, middle) for level in levels)


def _moved(level: BackgroundLevel, elevation: float, middle: float) -> BackgroundLevel:
    degrees = elevation + VARIETY * (level.camera_elevation_degrees - middle)
    return replace(level, camera_elevation_degrees=round(min(HIGHEST, max(LOWEST, degrees)), DECIMALS))
