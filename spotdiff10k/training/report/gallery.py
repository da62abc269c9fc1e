"""Retrieval with pictures: what the model and the raw encoder find first for a picture, and how near its twin comes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spotdiff10k.training.codes import Float32
from spotdiff10k.training.evidence.held_out import HeldOut
from spotdiff10k.training.report.exhibit import Exhibit
from spotdiff10k.training.report.markup import Markup, tag
from spotdiff10k.training.report.sections import section
from spotdiff10k.training.report.thumbnails import Thumbnails
from spotdiff10k.training.report.words import number
from spotdiff10k.training.views import View, labels_of

QUERIES = 10
MISTAKES = 3
"""Of these, as many that the model gets wrong, where there are so many."""
SHOWN = 8
TINY = 1e-12
Similar = npt.NDArray[np.float64]
"""(N, N) cosines."""
NOTE = (
    "For a held-out picture, the pictures nearest to it. Those of its own subject in the same pose or on the same background are "
    "not searched, so that copying a context finds nothing. Green is the same subject, red another one before all of its "
    "own were found; a twin is another subject in the very pose on the very background. Some are chosen because the model errs."
)


def gallery(exhibit: Exhibit, thumbnails: Thumbnails) -> Markup | None:
    """The rows of some held-out pictures; None where none can be asked."""
    related = HeldOut.of(labels_of(exhibit.views))
    before, after = _cosines(exhibit.before), _cosines(exhibit.after)
    chosen = _chosen(exhibit.views, after, related)
    if not chosen:
        return None
    rows = [_row(exhibit, query, before, after, related, thumbnails) for query in chosen]
    return section("gallery", "What is found", NOTE, tag("div", {"class_": "findings"}, rows))


def _chosen(views: Sequence[View], similar: Similar, related: HeldOut) -> list[int]:
    """A picture of each of QUERIES subjects, evenly over the list, with some that the model gets wrong."""
    asked = [
        index for index in range(len(views)) if related.own[index].any() and (related.gallery[index] & ~related.own[index]).any()
    ]
    wrong = [index for index in asked if not related.own[index, _nearest(similar, related, index)[0]]]
    first = {views[index].subject: index for index in reversed(asked) if index not in set(wrong)}
    right = [first[subject] for subject in sorted(first)]
    mistakes = _evenly(
        [{views[i].subject: i for i in reversed(wrong)}[s] for s in sorted({views[i].subject for i in wrong})], MISTAKES
    )
    kept = [index for index in right if views[index].subject not in {views[i].subject for i in mistakes}]
    return sorted([*_evenly(kept, QUERIES - len(mistakes)), *mistakes])


def _evenly(items: Sequence[int], count: int) -> list[int]:
    if len(items) <= count:
        return list(items)
    return [items[place * len(items) // count] for place in range(count)]


def _nearest(similar: Similar, related: HeldOut, query: int) -> list[int]:
    order = np.argsort(-similar[query], kind="stable")
    return [int(index) for index in order if related.gallery[query, index]]


def _row(exhibit: Exhibit, query: int, before: Similar, after: Similar, related: HeldOut, thumbnails: Thumbnails) -> Markup:
    view = exhibit.views[query]
    words = [tag("b", None, view.subject), *(tag("span", None, text) for text in (view.pose, view.background) if text)]
    told = tag("div", None, tag("p", None, words), _twin_words(query, after, related))
    strips = [
        tag("div", {"class_": "found"}, tag("p", {"class_": "note"}, title), _strip(exhibit, query, similar, related, thumbnails))
        for title, similar in ((exhibit.after_title, after), (exhibit.before_title, before))
    ]
    picture = tag("div", {"class_": "asked"}, thumbnails.image(query, view.key), told)
    return tag("article", {"class_": "finding"}, picture, tag("div", {"class_": "found-both"}, strips))


def _twin_words(query: int, similar: Similar, related: HeldOut) -> Markup | None:
    if not related.twins[query].any():
        return None
    own = float(similar[query][related.own[query]].max())
    twin = float(similar[query][related.twins[query]].max())
    return tag("p", {"class_": "note"}, f"own view {number(own)}, twin {number(twin)}")


def _strip(exhibit: Exhibit, query: int, similar: Similar, related: HeldOut, thumbnails: Thumbnails) -> Markup:
    """The nearest pictures; what comes after all own views were found is no mistake."""
    found = _nearest(similar, related, query)[:SHOWN]
    left = int(related.own[query].sum())
    items = []
    for index in found:
        right, twin = bool(related.own[query, index]), bool(related.twins[query, index])
        view = exhibit.views[index]
        told = (
            f"{view.subject}, {'the same subject' if right else 'another subject'}, cosine {number(float(similar[query, index]))}"
        )
        badge = tag("span", {"class_": "twin-badge"}, "twin") if twin else None
        kind = "right" if right else "wrong" if left else "after"
        left -= right
        items.append(tag("li", {"class_": kind, "title": told}, thumbnails.image(index, told), badge))
    return tag("ol", {"class_": "strip"}, items)


def _cosines(codes: Float32) -> Similar:
    rows = codes.astype(np.float64)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), TINY)
    return np.asarray(rows @ rows.T)
