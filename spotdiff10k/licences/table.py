"""Licences and what they ask and forbid, from manifests/licences.yaml."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from spotdiff10k.errors import PlanError
from spotdiff10k.resources import manifest

UNKNOWN = "unknown"
ATTRIBUTION, SHARE_ALIKE, NON_COMMERCIAL, USE_RESTRICTIONS = "attribution", "share-alike", "non-commercial", "use-restrictions"
ASKS = (ATTRIBUTION, SHARE_ALIKE, NON_COMMERCIAL, USE_RESTRICTIONS)
REDISTRIBUTE, TRAIN_GENERATIVE = "redistribute", "train-generative"
FORBIDS = (REDISTRIBUTE, TRAIN_GENERATIVE)
DOING = {REDISTRIBUTE: "redistribute the set", TRAIN_GENERATIVE: "train generative models on it"}
OUTPUTS = "outputs"


@dataclass(frozen=True, slots=True)
class Terms:
    """What using something under a licence means for a set it goes into."""

    asks: frozenset[str] = frozenset()  # of ASKS
    forbids: frozenset[str] = frozenset()  # of FORBIDS
    known: bool = True  # False: nobody has read this licence for the table
    clause: str = ""
    source: str = ""
    notice: bool = False  # copies carry the licence's own text


def canonical(licence: str) -> str:
    """A licence as the table spells it: SPDX identifiers are the same in any case. Unchanged where it is not in the table."""
    return _spelling().get(licence.lower(), licence)


@cache
def _spelling() -> dict[str, str]:
    return {name.lower(): name for name in manifest("licences")}


@cache
def terms_of(licence: str, of_outputs: bool = False) -> Terms:
    """The terms of a licence by its SPDX identifier or name; of what a model under it makes, if `of_outputs`.

    A licence that is not in the table is not known: it neither allows nor forbids. Raises PlanError for a broken table.
    """
    entry: dict[str, Any] | None = manifest("licences").get(canonical(licence))
    if entry is None:
        return Terms(known=False)
    said = entry.get(OUTPUTS, {}) if of_outputs else entry
    asks, forbids = frozenset(said.get("asks", ())), frozenset(said.get("forbids", ()))
    if beyond := sorted((asks - set(ASKS)) | (forbids - set(FORBIDS))):
        raise PlanError(f"manifests/licences.yaml: {licence} has '{beyond[0]}', which is none of {', '.join((*ASKS, *FORBIDS))}.")
    return Terms(
        asks, forbids, True, str(entry.get("clause", "")), str(entry.get("source", "")), bool(entry.get("notice", False))
    )
