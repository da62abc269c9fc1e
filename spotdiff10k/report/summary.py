"""The summary: everything the page needs before a group is opened, as plain values for JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spotdiff10k.report import refusals
from spotdiff10k.report.records import Measures
from spotdiff10k.report.values import Story, Tallies

FORMAT = 1
HISTOGRAM_BINS = 24
MAX_QUARANTINED = 200
"""Quarantined groups that are shown with their errors; all of them are in the folder quarantine/."""


def summary(
    story: Story, pages: Mapping[str, tuple[int, int]], layers: Mapping[str, Sequence[str]], measures: Iterable[Measures]
) -> dict[str, Any]:
    """Build the summary. `pages` is a group's gallery page and slot; `layers` are those its page has."""
    poses = {pose.id: pose.description for group in story.groups for pose in group.poses}
    backgrounds = {one.id: (one.kind, one.description) for group in story.groups for one in group.backgrounds}
    pose_places = {name: place for place, name in enumerate(sorted(poses))}
    background_places = {name: place for place, name in enumerate(sorted(backgrounds))}
    refused = {refusal.group for refusal in story.refusals}
    return {
        "format": FORMAT,
        "title": story.title,
        "purpose": story.purpose,
        "stages": [_plain(stage) for stage in story.stages],
        "facts": dict(story.facts),
        "poses": [[name, poses[name]] for name in pose_places],
        "backgrounds": [[name, *backgrounds[name]] for name in background_places],
        "groups": [
            {
                "id": group.id,
                "split": group.split,
                "reserve": group.reserve,
                "family": group.subject.family,
                "noun": group.subject.class_noun,
                "subject": group.subject.description,
                "poses": [pose_places[pose.id] for pose in group.poses],
                "backgrounds": [background_places[one.id] for one in group.backgrounds],
                "state": story.states.get(group.id, "waiting"),
                "refused": group.id in refused,
                "layers": list(layers.get(group.id, ())),
                "page": list(pages[group.id]) if group.id in pages else None,
            }
            for group in story.groups
        ],
        "distributions": _distributions(story.tallies, measures),
        "judged": dict(story.judged.summary),
        "refusals": [{**_plain(one), "picture": refusals.name(one)} for one in story.refusals[: refusals.MAX_SHOWN]],
        "refusals_left_out": max(0, len(story.refusals) - refusals.MAX_SHOWN),
        "refusals_by_check": Counter(refusal.check for refusal in story.refusals).most_common(),
        "quarantined": [_plain(one) for one in story.quarantined[:MAX_QUARANTINED]],
        "quarantined_groups": len(story.quarantined),
        "recipe": story.recipe,
        "versions": [list(pair) for pair in story.versions],
        "throughput": None if story.throughput is None else _plain(story.throughput),
        "problems": list(story.problems),
    }


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _distributions(tallies: Tallies, measures: Iterable[Measures]) -> dict[str, Any]:
    known = list(measures)
    boxes = [one.box for one in known if one.box is not None]
    families = sorted(tallies.families)
    kinds = sorted({kind for _, kind in tallies.balance})
    return {
        "counted": tallies.counted,
        "groups": tallies.groups,
        "pictures": tallies.pictures,
        "split_groups": tallies.split_groups,
        "bars": {
            "split": list(tallies.splits.items()),
            "family": sorted(tallies.families.items()),
            "pose": sorted(tallies.poses.items()),
            "background": sorted(tallies.backgrounds.items()),
        },
        "histograms": {
            "area": histogram([one.area for one in known if one.area is not None]),
            "width": histogram([box[2] for box in boxes]),
            "height": histogram([box[3] for box in boxes]),
        },
        "balance": {
            "families": families,
            "kinds": kinds,
            "counts": [[tallies.balance.get((family, kind), 0) for kind in kinds] for family in families],
        },
    }


def histogram(shares: Sequence[float]) -> dict[str, Any]:
    """Counts of shares (0..1) in HISTOGRAM_BINS equal bins from 0 to 1, with mean and extremes."""
    counts = [0] * HISTOGRAM_BINS
    for share in shares:
        counts[min(HISTOGRAM_BINS - 1, max(0, int(share * HISTOGRAM_BINS)))] += 1
    if not shares:
        return {"counts": counts, "total": 0, "mean": None, "least": None, "most": None}
    mean = sum(shares) / len(shares)
    return {"counts": counts, "total": len(shares), "mean": mean, "least": min(shares), "most": max(shares)}
