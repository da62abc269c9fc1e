"""Getting weights from the hub: of a family, or all that a recipe needs; their sha256 are compared where the hub names them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.attention.options import identity_weights
from spotdiff10k.engines.controlnet.control.used import used_annotators
from spotdiff10k.engines.controlnet.families import Family, Weights, all_families
from spotdiff10k.engines.controlnet.finding import ENGINE_WORDS, EXTRA, brings_network, named_weights
from spotdiff10k.engines.controlnet.hub_lock import keep, locked_commit
from spotdiff10k.engines.controlnet.options import options_of
from spotdiff10k.errors import MissingExtraError, ModelError
from spotdiff10k.recipe.folders import LOCAL

WANTED = ("*.json", "*.txt", "*.jinja", "*.model", "*.safetensors")
"""What is fetched of a repository: no pickles, and no other frameworks' files."""
UNWANTED = ("*.fp16.safetensors", "*.non_ema.safetensors", "*/openvino*", "v1-5*", "sd_xl_base*", "flux1-*", "flux-2-klein*")
"""Weights that lie there a second time, for other programs."""
MOST_SAID = 200
"""Characters of what the hub says."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repository, and which of its files."""

    weights: Weights
    files: tuple[str, ...] = WANTED


def first_kind(family: Family) -> str:
    """The kind of map whose ControlNet is fetched with a family."""
    return next(iter(family.controls))


def fetch_family(name: str, said: Callable[[str], None]) -> list[str]:
    """Fetch a family's weights, with the ControlNet of its first kind of map, into the hub's cache; the names of what is there.

    Every weight that the hub names by its sha256 is compared with it. Raises ModelError or MissingExtraError.
    """
    family = all_families()[name]
    found = (family.model, family.controls[first_kind(family)])
    return fetch([Wanted(weights) for weights in found if weights.hub], said)


def fetch(wanted: Sequence[Wanted], said: Callable[[str], None]) -> list[str]:
    """Fetch repositories into the hub's cache and lock what came; their names. Raises ModelError or MissingExtraError.

    Where no commit is named, the locked one is fetched, and the newest where nothing is locked.
    """
    for one in wanted:
        hub, named = one.weights.hub, one.weights.revision
        said(f"Fetching {hub}, licence {one.weights.licence}.")
        files = list(_snapshot(one))
        for file in files:
            _check(file, hub)
        commit = keep(hub, named, files)
        said(f"{hub} is here at {commit[:12]}{'' if named else ', which is locked from now on'}.")
    return list(dict.fromkeys(one.weights.hub for one in wanted))


def wanted_by(options: Mapping[str, Any], subjects: str) -> list[Wanted]:
    """What an engine with these options loads from the hub; folders of one's own aside. subjects: their kind."""
    chosen = options_of(options)
    family = chosen.family
    found = [Wanted(_named(chosen.model, chosen.revision, family.model))]
    if family.network is not None and (chosen.controlnet or not brings_network(chosen.model)):
        for place, kind in enumerate(chosen.controls):
            named = chosen.controlnet[min(place, len(chosen.controlnet) - 1)] if chosen.controlnet else ""
            found.append(Wanted(_named(named, "", family.controls[kind])))
    for adapter in identity_weights(options):
        weights = Weights(adapter.model, adapter.revision or None, adapter.licence)
        found.append(Wanted(weights, (adapter.file, f"{adapter.encoder}/*.json", f"{adapter.encoder}/*.safetensors")))
    for entry, folder in used_annotators(options, chosen.controls, subjects):
        if not folder and entry.weights:
            files = tuple(weights.file for weights in entry.weights)
            found.append(Wanted(Weights(entry.repo, entry.revision, entry.licence), files))
    new = (one for place, one in enumerate(found) if one not in found[:place])
    return [one for one in new if one.weights.hub and not one.weights.hub.startswith(LOCAL)]


def _named(named: str, revision: str, known: Weights) -> Weights:
    """What an option names, or the family's own."""
    return named_weights(named, revision, known) if named else known


def _snapshot(wanted: Wanted) -> Iterator[Path]:
    weights = wanted.weights
    try:
        from huggingface_hub import hf_hub_download, snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", EXTRA, ENGINE_WORDS) from error
    revision = weights.revision or locked_commit(weights.hub)
    try:
        if weights.file:
            yield Path(hf_hub_download(weights.hub, weights.file, revision=revision))
            return
        folder = snapshot_download(
            weights.hub, revision=revision, allow_patterns=list(wanted.files), ignore_patterns=list(UNWANTED)
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = " ".join(str(error).split())[:MOST_SAID]
        raise ModelError(
            f"{weights.hub} could not be fetched ({reason}). Is there a network, and is its licence accepted?"
        ) from error
    yield from (file for file in sorted(Path(folder).rglob("*")) if file.is_file())


def _check(file: Path, hub: str) -> None:
    named = file.resolve().name
    if len(named) != hashlib.sha256().digest_size * 2 or named.strip("0123456789abcdef"):
        return
    with file.open("rb") as data:
        if hashlib.file_digest(data, "sha256").hexdigest() != named:
            raise ModelError(f"{file.name} of {hub} is not what the hub says it is; remove it from the cache and fetch it again.")
