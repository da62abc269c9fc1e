"""certify A --against B: two certificates made in one way on as much of either set, and the page that shows both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING

from spotdiff10k.certificate_homes import homes_of, refuse_inside
from spotdiff10k.certify import (
    CertifyPlan,
    CertifySummary,
    CertifyWatchers,
    SetOptions,
    certify_opened,
    how_of,
    open_set,
    plan_opened,
)
from spotdiff10k.certify_command import command_of
from spotdiff10k.errors import DataError, RecipeError
from spotdiff10k.training.needs import refuse_without_needs

if TYPE_CHECKING:
    from spotdiff10k.training.evidence.options import CertifyOptions
    from spotdiff10k.training.views import GroupedSet

Asked = tuple[Path, SetOptions]
LIKE_SHARE = 0.1
"""By so much more pictures two sets count as equally large."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two certificates, and the page beside the first."""

    sets: tuple[CertifySummary, CertifySummary]
    page: Path
    told: tuple[str, ...]  # how they were made alike, as sentences


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two sets, open."""

    path: Path
    grouped: "GroupedSet"
    own: "CertifyOptions"  # how it would be certified alone
    home: Path  # where it would be


def certify_against(
    asked: Sequence[Asked], out: Path | None = None, workers: int = 0, watchers: CertifyWatchers | None = None
) -> Compared:
    """Certify both sets by the rule of the first, with as many subjects and pictures of a subject.

    A set that is certified as it would be alone has its certificate where it always has it; one of which only a part is taken
    has it in a folder of its own beside that. Raises what `certify` raises, and RecipeError where both are the same set.
    """
    told = watchers or CertifyWatchers()
    _refuse_the_same(asked)
    refuse_without_needs(how_of(*asked[0]).encoder)
    sides, how, sentences = _made_alike(asked, out, workers, told)
    found = []
    for one, side, other in zip(asked, sides, reversed(sides), strict=True):
        alone = _as_alone(side, how)
        folder = side.home if alone else side.home / _against(other)
        command = command_of([one] if alone else asked)
        found.append(certify_opened(side.path, side.grouped, folder, side.own if alone else how, workers, told, command))
    left, right = found
    return Compared((left, right), _page(sides, left, right, sentences), sentences)


def plans_against(
    asked: Sequence[Asked], workers: int = 0, watchers: CertifyWatchers | None = None
) -> tuple[list[CertifyPlan], tuple[str, ...]]:
    """What would be trained, and how the sets would be made alike."""
    _refuse_the_same(asked)
    sides, how, sentences = _made_alike(asked, None, workers, watchers or CertifyWatchers())
    return [plan_opened(side.path, side.grouped, side.own if _as_alone(side, how) else how) for side in sides], sentences


def _refuse_the_same(asked: Sequence[Asked]) -> None:
    (first, options), (second, others) = asked
    if (first.resolve(), options) == (second.resolve(), others):
        raise RecipeError(f"--against names the set itself, {first}; name another one to compare it with.")


def _made_alike(
    asked: Sequence[Asked], out: Path | None, workers: int, watchers: CertifyWatchers
) -> "tuple[list[_Side], CertifyOptions, tuple[str, ...]]":
    (first, options), (second, _) = asked
    rule = how_of(first, options)
    sides = []
    for (path, chosen), home in zip(asked, homes_of([first, second], out), strict=True):
        refuse_inside(path, home)
        sides.append(_Side(path, open_set(path, chosen, rule, workers, watchers), how_of(path, chosen), home))
    sizes = [_sizes(side.grouped, rule) for side in sides]
    training, held_out, pictures = (min(counts) for counts in zip(*sizes, strict=True))
    more = any(size[2] > pictures for size in sizes)
    how = replace(rule, training_subjects=training, held_out_subjects=held_out, pictures=pictures if more else 0)
    return sides, how, (*_sentences(sides, sizes, rule, how), *_unlike(sides, how))


def _sizes(grouped: "GroupedSet", rule: "CertifyOptions") -> tuple[int, int, int]:
    """Subjects to train on and held out that the rule would take, and how many pictures one of them has in the middle."""
    from spotdiff10k.training.evidence.part_set import TRAIN, limited

    views = limited(grouped, rule.training_subjects, rule.held_out_subjects, rule.pictures).views
    training = {view.subject for view in views if view.split == TRAIN}
    counts = Counter(view.subject for view in views)
    for what, count in (("to train on", len(training)), ("held out", len(counts) - len(training))):
        if not count:  # said of this set, before the other one is cut down to nothing
            raise DataError(f"{grouped.name} has no subjects {what}: there is nothing to compare.")
    return len(training), len(counts) - len(training), median_low(counts.values())


def _as_alone(side: _Side, how: "CertifyOptions") -> bool:
    """Whether the set would be certified by the same rule, on the very same pictures, without the other one."""
    return _keys(side, side.own) == _keys(side, how) and _rule_of(side.own) == _rule_of(how)


def _keys(side: _Side, how: "CertifyOptions") -> list[str]:
    """Of the pictures that are taken."""
    from spotdiff10k.training.evidence.part_set import limited

    return [view.key for view in limited(side.grouped, how.training_subjects, how.held_out_subjects, how.pictures).views]


def _unlike(sides: Sequence[_Side], how: "CertifyOptions") -> list[str]:
    """A sentence where one set is the larger one still: its subjects in the middle have no more pictures, but others have."""
    (fewer, smaller), (more, larger) = sorted((len(_keys(side, how)), side.grouped.name) for side in sides)
    if more <= fewer * (1.0 + LIKE_SHARE):
        return []
    found = f"{larger} has {more:,} pictures in all and {smaller} {fewer:,}"
    return [f"{found}, since some of its subjects have more than others: it may be ahead by its size."]


def _rule_of(how: "CertifyOptions") -> tuple[object, ...]:
    return how.encoder, how.seeds, how.training, how.bars


def _sentences(
    sides: Sequence[_Side], sizes: Sequence[tuple[int, int, int]], rule: "CertifyOptions", how: "CertifyOptions"
) -> list[str]:
    training, held_out = how.training_subjects, how.held_out_subjects
    each = f"at most {how.pictures} pictures of each" if how.pictures else "all pictures of each"
    found = [f"Of both sets {training:,} subjects are trained on and {held_out:,} held out, with {each}."]
    for side, size in zip(sides, sizes, strict=True):
        if size != (training, held_out, how.pictures or size[2]):
            found.append(
                f"{side.grouped.name} has {size[0]:,} and {size[1]:,} subjects with {size[2]:,} pictures each: a part was taken, "
                "always the same one, so that neither set is ahead by its size."
            )
    if _rule_of(sides[1].own) != _rule_of(rule):
        found.append(f"{sides[1].grouped.name} is trained and judged by the rule of {sides[0].grouped.name}, not by its own.")
    return found


def _page(sides: Sequence[_Side], left: CertifySummary, right: CertifySummary, sentences: Sequence[str]) -> Path:
    from spotdiff10k.training.report.comparison_page import write_comparison

    path = sides[0].home / f"{_against(sides[1])}.html"
    return write_comparison(path, left.certificate, right.certificate, sentences)


def _against(other: _Side) -> str:
    from spotdiff10k.photos.entries import slug

    return f"against-{slug(other.grouped.name) or 'other'}"
