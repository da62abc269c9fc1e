"""Turns a story into files: a page a group, a page a screenful of cards, the summary, and the page people open."""

import html
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TypeVar

from spotdiff10k.cores import usable_cores
from spotdiff10k.report import layers, refusals, scripts, summary
from spotdiff10k.report.pages import GroupPage, PageSettings, group_page
from spotdiff10k.report.records import Measures
from spotdiff10k.report.values import Story
from spotdiff10k.types import PlannedGroup

CARDS_PER_PAGE = 24
SMALL_REPORT = 2_000
"""Pictures up to which all are shown large and with all layers; beyond, the report stays bounded."""
LARGE_SIDE, MEDIUM_SIDE = 512, 272
"""Pixels of a picture in a small and in a large report."""
LAYERED_PICTURES = 1_600
"""Pictures that keep their layers in a large report: whole groups, evenly chosen."""
ASSETS = ("style.css", "core.js", "charts.js", "groups.js", "viewer.js", "sections.js", "checks.js", "app.js")
WITHOUT_PICTURES = ("waiting", "quarantined")
TITLE_MARK = "{{title}}"

Item = TypeVar("Item")
Made = TypeVar("Made")


def write_files(story: Story, folder: Path, workers: int = 0) -> None:
    """Write index.html, its assets and pages/*.js into an empty folder; `workers` threads, 0 for one a core."""
    pages = folder / "pages"
    pages.mkdir(parents=True)
    cards: list[tuple[str, tuple[str, ...]]] = []
    places: dict[str, tuple[int, int]] = {}
    found: dict[str, Sequence[str]] = {}
    measures: list[Measures] = []
    problems = list(story.problems)
    for page in _made_pages(story, workers):
        (pages / f"{page.id}.js").write_bytes(page.script)
        places[page.id] = divmod(len(cards), CARDS_PER_PAGE)
        cards.append((page.id, page.thumbnails))
        found[page.id] = page.layers
        measures.extend(page.measures)
        problems.extend(page.problems)
    for number, part in enumerate(batches(cards, CARDS_PER_PAGE)):
        name = f"cards-{number:04d}"
        (pages / f"{name}.js").write_bytes(scripts.script(name, dict(part)))
    refused = refusals.pictures(story.refusals, story.library)
    (pages / "refused.js").write_bytes(scripts.script("refused", refused))
    (pages / "edges.js").write_bytes(scripts.script("edges", story.judged.pictures))
    told = summary.summary(replace(story, problems=tuple(problems)), places, found, measures)
    (pages / "summary.js").write_bytes(scripts.script("summary", told))
    _write_assets(story, folder)


def _made_pages(story: Story, workers: int) -> Iterator[GroupPage]:
    """The pages of all groups that have pictures, in plan order, whatever the number of workers."""
    notes = {refusal.key: refusal.reason for refusal in story.refusals if refusal.key and not refusal.superseded}
    groups = [group for group in story.groups if story.states.get(group.id) not in WITHOUT_PICTURES]
    small = sum(len(group.cells) for group in groups) <= SMALL_REPORT
    rich = {group.id for group in (groups if small else evenly(groups, LAYERED_PICTURES))}
    full = PageSettings(LARGE_SIDE if small else MEDIUM_SIDE, tuple(layers.OVERLAYS))
    bare = replace(full, layers=())

    def make(group: PlannedGroup) -> GroupPage:
        return group_page(group, story.library, full if group.id in rich else bare, notes)

    threads = workers or usable_cores()
    with ThreadPoolExecutor(threads) as pool:
        for batch in batches(groups, CARDS_PER_PAGE):
            yield from pool.map(make, batch)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def evenly(groups: Sequence[PlannedGroup], pictures: int) -> list[PlannedGroup]:
    """Whole groups of about `pictures` pictures together, evenly spread over the plan; at least one."""
    total = sum(len(group.cells) for group in groups)
    if total <= pictures:
        return list(groups)
    count = max(1, len(groups) * pictures // total)
    return [groups[place * len(groups) // count] for place in range(count)]


def _write_assets(story: Story, folder: Path) -> None:
    assets = files("spotdiff10k.report") / "assets"
    for name in ASSETS:
        (folder / name).write_bytes((assets / name).read_bytes())
    template = (assets / "index.html").read_text(encoding="utf-8")
    (folder / "index.html").write_text(template.replace(TITLE_MARK, html.escape(story.title)), encoding="utf-8")
