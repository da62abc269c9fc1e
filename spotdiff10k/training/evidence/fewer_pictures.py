"""Some pictures of each subject, as different as can be: what is left of a large group beside a small one."""

import hashlib
from collections.abc import Sequence

import numpy as np

from spotdiff10k.training.views import Indices, View


def spread(views: Sequence[View], most: int) -> Indices:
    """Positions of at most `most` pictures of each subject, in order.

    Each one differs in pose and in background from those taken before as long as there are such. Cells come in the order of
    their names' digests, the same for every subject, so that subjects keep cells in common and twins stay twins.
    """
    subjects: dict[str, list[int]] = {}
    for position, view in enumerate(views):
        subjects.setdefault(view.subject, []).append(position)
    kept = [position for members in subjects.values() for position in _of_subject(views, members, most)]
    return np.array(sorted(kept), np.int64)


def _of_subject(views: Sequence[View], members: Sequence[int], most: int) -> list[int]:
    rest = sorted(members, key=lambda position: _order(views[position]))
    taken: list[int] = []
    while rest and len(taken) < most:
        poses = {views[position].pose for position in taken} - {""}
        backgrounds = {views[position].background for position in taken} - {""}
        best = min(rest, key=lambda position: (views[position].pose in poses) + (views[position].background in backgrounds))
        taken.append(best)
        rest.remove(best)
    return taken


def _order(view: View) -> tuple[bytes, str]:
    cell = f"{view.pose}\n{view.background}" if view.pose or view.background else view.key
    return hashlib.sha256(cell.encode()).digest(), view.key
