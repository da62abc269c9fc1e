"""What families and recipes need, for `spotdiff10k models`: memory, weights, whether they are here; and getting them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.attention.adapter import Adapter, find_adapter
from spotdiff10k.engines.controlnet.attention.options import identity_weights
from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import Annotator
from spotdiff10k.engines.controlnet.control.used import used_annotators
from spotdiff10k.engines.controlnet.families import Family, Weights, all_families
from spotdiff10k.engines.controlnet.finding import ENGINE_WORDS, EXTRA, brings_network, find_weights
from spotdiff10k.engines.controlnet.memory import GIB, peak_memory
from spotdiff10k.engines.controlnet.options import options_of
from spotdiff10k.errors import MissingExtraError, ModelError

WANTED = ("*.json", "*.txt", "*.jinja", "*.model", "*.safetensors")
"""What is fetched of a repository: no pickles, and no other frameworks' files."""
UNWANTED = ("*.fp16.safetensors", "*.non_ema.safetensors", "*/openvino*", "v1-5*", "sd_xl_base*", "flux1-*", "flux-2-klein*")
"""Weights that lie there a second time, for other programs."""
GIGABYTE = 1e9
MOST_SAID = 200
"""Characters of what the hub says."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Weights that a recipe paints with."""

    name: str
    revision: str  # "" where any will do
    licence: str
    here: bool
    fetched_by_name: bool = False  # with the family, by `models fetch`


def family_facts(family: Family) -> dict[str, Any]:
    """What people ask of a family: size, memory at its own size with one picture at a time, licence of its weights."""
    memory, offloaded = peak_memory(family, family.size), peak_memory(family, family.size, offloaded=True)
    return {
        "name": family.name,
        "title": family.title,
        "size": family.size,
        "controls": list(family.controls),
        "strategies": list(family.strategies),
        "licence": family.model.licence,
        "weights_gb": round(memory.weights / GIGABYTE, 1),
        "peak_gib": round(memory.total / GIB, 1),
        "peak_gib_offloaded": round(offloaded.total / GIB, 1),
        "from": family.model.hub,
        "revision": family.model.revision or "",
    }


def needed_weights(options: Mapping[str, Any], subjects: str) -> list[Needed]:
    """The weights that an engine with these options loads, those of a model's own ControlNet aside. subjects: their kind."""
    chosen = options_of(options)
    family = chosen.family
    found = [_needed(chosen.model, chosen.revision, family.model, True)]
    if family.network is not None and (chosen.controlnet or not brings_network(chosen.model)):
        for place, kind in enumerate(chosen.controls):
            named = chosen.controlnet[min(place, len(chosen.controlnet) - 1)] if chosen.controlnet else ""
            known = family.controls[kind]
            found.append(_needed(named, "", known, known.hub == family.controls[_first_kind(family)].hub))
    found += map(_adapter_needed, identity_weights(options))
    found += [_annotator_needed(entry, folder) for entry, folder in used_annotators(options, chosen.controls, subjects)]
    return list(dict.fromkeys(found))


def _annotator_needed(entry: Annotator, folder: str) -> Needed:
    """Weights in a folder of one's own are named by it."""
    try:
        here = bool(folder) if entry.estimator else weights_folder(entry, folder).is_dir()
    except (ModelError, MissingExtraError):
        here = False
    name = folder or (entry.name if entry.estimator else entry.repo)
    return Needed(name, "" if folder or entry.estimator else entry.revision, entry.licence, here)


def _adapter_needed(adapter: Adapter) -> Needed:
    try:
        used, _ = find_adapter(adapter)
    except (ModelError, MissingExtraError):
        return Needed(adapter.model, adapter.revision, adapter.licence, False)
    return Needed(used.name, used.revision, used.licence, True)


def _needed(named: str, revision: str, known: Weights, fetched: bool) -> Needed:
    own = not named or named == known.hub
    try:
        used = find_weights(named, revision, known)
    except (ModelError, MissingExtraError):
        commit = revision or (known.revision or "" if own else "")
        return Needed(named or known.hub, commit, known.licence if own else "unknown", False, own and fetched)
    return Needed(used.name, used.revision, used.licence, True, own and fetched)


def _first_kind(family: Family) -> str:
    """The kind of map whose ControlNet is fetched with a family."""
    return next(iter(family.controls))


def fetch_family(name: str, said: Callable[[str], None]) -> list[str]:
    """Fetch a family's weights, with the ControlNet of its first kind of map, into the hub's cache; the names of what is there.

    Every weight that the hub names by its sha256 is compared with it. Raises ModelError or MissingExtraError.
    """
    family = all_families()[name]
    wanted = [family.model, *[weights for weights in [family.controls[_first_kind(family)]] if weights.hub]]
    for weights in wanted:
        said(f"Fetching {weights.hub}, licence {weights.licence}.")
        for file in _snapshot(weights):
            _check(file, weights.hub)
    return [weights.hub for weights in wanted]


def _snapshot(weights: Weights) -> Iterator[Path]:
    try:
        from huggingface_hub import hf_hub_download, snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", EXTRA, ENGINE_WORDS) from error
    try:
        if weights.file:
            yield Path(hf_hub_download(weights.hub, weights.file, revision=weights.revision))
            return
        folder = snapshot_download(weights.hub, revision=weights.revision, allow_patterns=WANTED, ignore_patterns=UNWANTED)
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
