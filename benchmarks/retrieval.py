"""Are poses and backgrounds found again, and is what is wrong found out? Retrieval, false refusals, and planted defects.

    python benchmarks/retrieval.py --subjects 96 --size 256 --seed 9001 --jobs 2
    python benchmarks/retrieval.py --fronts 20

Renders held-out groups of three poses and three backgrounds. Retrieval: a sample counts when what it shows is nearer to its own
level, seen in other samples, than to any other level of its group. Planted defects are rendered too, and labelled as planned.
`--estimated rembg` adds masks that a segmenter finds. `--fronts` measures turns against other subjects, from joints alone.
"""

import argparse
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from math import sqrt
from multiprocessing import get_context

import numpy as np
from _planted import Members, Studio, planned
from PIL import Image

from spotdiff10k import plan, recipe, registry
from spotdiff10k.checks._fronts import front_errors, note, read_note
from spotdiff10k.checks._joints import Joints
from spotdiff10k.checks.background import Background
from spotdiff10k.checks.outline import Outline
from spotdiff10k.checks.pose import Pose
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.measures import Check, Limit, Measures
from spotdiff10k.samples import decode
from spotdiff10k.types import PlannedGroup

ALL, MASKS, PLACES, ESTIMATED = "pose", "outline", "background", "outline of estimated masks"
CHECKS: dict[str, Check] = {ALL: Pose(), MASKS: Outline(), PLACES: Background()}
ESTIMATED_PLACES = "background outside estimated masks"
MARGINS = {ALL: "surface_margin", MASKS: "margin", PLACES: "margin", ESTIMATED: "margin", ESTIMATED_PLACES: "margin"}
VALUE = "value "
UNSEEN = ", unseen in depth"
SEVERE_FRONTS = (60.0, 90.0, 180.0)
Z = 1.96
"""Standard errors of a 95 % interval."""
Row = tuple[str, str, str, float, float]
"""What was looked at, by what, family, and two numbers that `group_rows` tells."""


@cache
def studio(subjects: int, seed: int, size: int) -> tuple[Studio, dict[str, PlannedGroup]]:
    """What renders, and the groups by id: once a process."""
    groups, backgrounds = planned(subjects, seed, size)
    return Studio(size, backgrounds), {group.id: group for group in groups}


@cache
def segmenter(name: str) -> object:
    """A registered segmenter: once a process."""
    return registry.find("segmenters", name)(device="cpu")


def refused(check: Check, found: Measures) -> set[str]:
    """The samples that the default limits refuse; "" where they refuse the group."""
    return {
        key
        for key, values in [*found.samples.items(), ("", found.group)]
        if any(not check.limits.get(name, Limit()).holds(value) for name, value in values.items())
    }


def estimated(samples: Mapping[str, Members], name: str) -> dict[str, Members]:
    """The samples with the masks that a segmenter finds."""
    pictures = np.stack([np.asarray(decode(members["png"]), np.uint8) for members in samples.values()])
    found = segmenter(name).segment(pictures)  # type: ignore[attr-defined]
    changed: dict[str, Members] = {}
    for (key, members), mask in zip(samples.items(), found, strict=True):
        buffer = io.BytesIO()
        Image.fromarray(mask).save(buffer, "PNG")
        changed[key] = {**members, "mask.png": buffer.getvalue()}
    return changed


Task = tuple[int, int, int, str, str, bool]
"""Subjects, seed, size, group, segmenter, whether defects are planted."""


def group_rows(task: Task) -> list[Row]:
    """Rows of one group.

    ("good", by, family, found again, refused) a sample, ("group", by, family, 0, refused),
    (defect, by, family, caught, siblings blamed).
    """
    subjects, seed, size, which, masks, planting = task
    made, groups = studio(subjects, seed, size)
    group = groups[which]
    family, good = group.subject.family, made.good(group)
    rows: list[Row] = []
    view = made.view(group, good)
    for by, check in CHECKS.items():
        rows += _good_rows(by, check, check.measure(view), family)
    if masks:
        view = made.view(group, estimated(good, masks))
        rows += _good_rows(ESTIMATED, CHECKS[MASKS], CHECKS[MASKS].measure(view), family)
        rows += _good_rows(ESTIMATED_PLACES, CHECKS[PLACES], CHECKS[PLACES].measure(view), family)
    for defect in made.defects(group, good) if planting else ():
        view = made.view(group, defect.samples)
        for by, check in CHECKS.items():
            if by == PLACES and "background" not in defect.name:
                continue
            found = refused(check, check.measure(view))
            caught = bool(found & {*defect.changed, ""})
            name = f"{defect.name} {defect.grade}".strip() + ("" if defect.seen else UNSEEN)
            rows.append((name, by, family, caught, len(found - {*defect.changed, ""})))
    return rows


def _good_rows(by: str, check: Check, found: Measures, family: str) -> list[Row]:
    away = refused(check, found)
    rows: list[Row] = [
        ("good", by, family, float(values[MARGINS[by]] > 0), float(key in away)) for key, values in found.samples.items()
    ]
    errors = [(VALUE + name, by, family, value, 0.0) for values in found.samples.values() for name, value in values.items()]
    return [*rows, ("group", by, family, 0.0, float(bool(away))), *errors]


def interval(hits: float, count: int) -> str:
    """A share with its Wilson interval, in per cent."""
    share = hits / count
    middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count)) / (1 + Z * Z / count)
    return f"{100 * share:.1f} ({100 * max(0.0, middle - half):.1f} to {100 * min(1.0, middle + half):.1f})"


def report(rows: Sequence[Row]) -> None:
    """Print the tables."""
    _report_good(rows)
    for name, by in dict.fromkeys(row[:2] for row in rows if row[0].startswith(VALUE)):
        values = [row[3] for row in rows if row[:2] == (name, by)]
        least, most = (f"{np.quantile(values, share):.4f}" for share in (0.005, 0.995))
        print(f"good samples, {by} {name[len(VALUE) :]}: {min(values):.4f}, 0.5 % {least}, 99.5 % {most}, {max(values):.4f}")
    planted = [row for row in rows if row[0] not in ("good", "group") and not row[0].startswith(VALUE)]
    if planted:
        _report_defects(planted)


def _report_good(rows: Sequence[Row]) -> None:
    by_all = [by for by in (*CHECKS, ESTIMATED, ESTIMATED_PLACES) if any(row[1] == by for row in rows)]
    good = [row for row in rows if row[0] == "good"]
    print("\n| found again, % of samples | samples | " + " | ".join(by_all) + " |\n|---|---|" + "---|" * len(by_all))
    for family in [*sorted({row[2] for row in good}), "all"]:
        chosen = {by: [r for r in good if r[1] == by and family in (r[2], "all")] for by in by_all}
        cells = [interval(sum(r[3] for r in some), len(some)) for some in chosen.values()]
        print(f"| {family} | {len(chosen[ALL])} | " + " | ".join(cells) + " |")
    for what, name in (("good", "falsely refused samples"), ("group", "falsely refused groups")):
        chosen = {by: [r for r in rows if r[:2] == (what, by)] for by in by_all}
        cells = [interval(sum(r[4] for r in some), len(some)) for some in chosen.values()]
        print(f"| {name} | {len(chosen[ALL])} | " + " | ".join(cells) + " |")


def _report_defects(rows: Sequence[Row]) -> None:
    print("\n| caught, % of groups | groups | " + " | ".join([*CHECKS, "siblings blamed"]) + " |")
    print("|---|---|" + "---|" * (len(CHECKS) + 1))
    for name in dict.fromkeys(row[0] for row in rows):
        chosen = {by: [r for r in rows if r[:2] == (name, by)] for by in CHECKS}
        cells = [interval(sum(r[3] for r in some), len(some)) if some else "" for some in chosen.values()]
        blamed = sum(r[4] for r in chosen[ALL]) / len(chosen[ALL])
        print(f"| {name} | {len(chosen[ALL])} | " + " | ".join(cells) + f" | {blamed:.2f} |")
    missed: dict[str, Counter[str]] = defaultdict(Counter)
    for name, by, family, caught, _ in rows:
        if by == ALL and name.startswith("turned") and "all" not in name and not caught:
            missed[name][family] += 1
    for name, families in missed.items():
        print(f"missed, {name}: {', '.join(f'{family} {count}' for family, count in sorted(families.items()))}")


def fronts(subjects: int, seed: int) -> None:
    """Turn every pose of every subject in turn, all its pictures alike, and ask what other subjects say."""
    counts = ["poses.levels=12", "poses.count=4", "backgrounds.count=1", "subjects.reserve=0"]
    groups = list(plan.make(recipe.load("spotdiff10k", [*counts, f"subjects.count={12 * subjects}", f"seed={seed}"])).groups())
    families, stands = [], []
    for group in groups:
        model = build_subject(group.subject)
        for level in group.poses:
            posed = pose_subject(model, level.articulation, level.turn_degrees)
            joints = Joints(posed.joint_names, posed.joints.astype(np.float64))
            stands.append(read_note(note(joints), (group.subject.family, level.articulation), level.turn_degrees))
            families.append(group.subject.family)
    errors = front_errors(stands)
    limit = Pose.limits["front_error"].high
    caught = {degrees: _turned_fronts(stands, degrees) for degrees in SEVERE_FRONTS}
    print(
        "| family | poses | told % | median error | largest | falsely refused | "
        + " | ".join(f"caught {d:g}°" for d in caught)
        + " |"
    )
    print("|---|---|---|---|---|---|" + "---|" * len(caught))
    for family in [*sorted(set(families)), "all"]:
        rows = [i for i, name in enumerate(families) if family in (name, "all")]
        told = [error for i in rows if (error := errors[i]) is not None]
        cells = [interval(sum((found[i] or 0.0) > limit for i in rows), len(rows)) for found in caught.values()]
        false = interval(sum(error > limit for error in told), len(rows))
        middle, most = (np.median(told), max(told)) if told else (0.0, 0.0)
        print(
            f"| {family} | {len(rows)} | {100 * len(told) / len(rows):.0f} | {middle:.1f}° | {most:.0f}° | {false} | "
            + " | ".join(cells)
            + " |"
        )


def _turned_fronts(stands: Sequence, degrees: float) -> list[float | None]:  # type: ignore[type-arg]
    found = []
    for place, stand in enumerate(stands):
        alike = [one for other, one in enumerate(stands) if one.kind == stand.kind and other != place]
        turned = type(stand)(stand.kind, {name: at * np.exp(1j * np.radians(degrees)) for name, at in stand.places.items()})
        found.append(front_errors([turned, *alike])[0])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=48)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--seed", type=int, default=9001)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--estimated", default="", help="a segmenter, such as rembg")
    parser.add_argument("--good", action="store_true", help="good groups only, no defects")
    parser.add_argument("--fronts", type=int, default=0, help="subjects of each family; nothing else is then measured")
    chosen = parser.parse_args()
    if chosen.fronts:
        fronts(chosen.fronts, chosen.seed)
        return
    common = (chosen.subjects, chosen.seed, chosen.size)
    tasks = [(*common, f"g{n:06d}", chosen.estimated, not chosen.good) for n in range(chosen.subjects)]
    print(f"{chosen.subjects} groups of 9 samples, {chosen.size} pixels, seed {chosen.seed}", flush=True)
    report([row for rows in _mapped(tasks, chosen.jobs) for row in rows])


def _mapped(tasks: Sequence[Task], jobs: int) -> Iterable[list[Row]]:
    if jobs == 1:
        yield from map(group_rows, tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(group_rows, tasks)


if __name__ == "__main__":
    main()
