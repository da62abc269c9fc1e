"""What families and recipes need, for `spotdiff10k models`: memory, weights, whether they are here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.attention.adapter import Adapter, find_adapter
from spotdiff10k.engines.controlnet.attention.options import identity_weights
from spotdiff10k.engines.controlnet.control.annotator_weights import weights_folder
from spotdiff10k.engines.controlnet.control.annotators import Annotator
from spotdiff10k.engines.controlnet.control.used import used_annotators
from spotdiff10k.engines.controlnet.families import Family, Weights
from spotdiff10k.engines.controlnet.fetching import first_kind
from spotdiff10k.engines.controlnet.finding import brings_network, files_of, find_weights, named_weights
from spotdiff10k.engines.controlnet.memory import BF16_BYTES, GIB, MILLION, peak_memory
from spotdiff10k.engines.controlnet.options import options_of
from spotdiff10k.errors import MissingExtraError, ModelError

GIGABYTE = 1e9
CONTROLNET = "controlnet"
"""In the table's parameters; all others are the model's."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Weights that a recipe paints with."""

    name: str
    revision: str  # "" where any will do
    licence: str
    here: bool
    fetched_by_name: bool = False  # with the family, by `models fetch`
    bytes: int = 0  # on disk where they are here, else as many as their parameters take in 16 bits; 0: not known


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
    found = [_needed(chosen.model, chosen.revision, family.model, True, _counted(family, False))]
    if family.network is not None and (chosen.controlnet or not brings_network(chosen.model)):
        for place, kind in enumerate(chosen.controls):
            named = chosen.controlnet[min(place, len(chosen.controlnet) - 1)] if chosen.controlnet else ""
            known = family.controls[kind]
            first = known.hub == family.controls[first_kind(family)].hub
            found.append(_needed(named, "", known, first, _counted(family, True)))
    found += map(_adapter_needed, identity_weights(options))
    found += [_annotator_needed(entry, folder) for entry, folder in used_annotators(options, chosen.controls, subjects)]
    return list(dict.fromkeys(found))


def _annotator_needed(entry: Annotator, folder: str) -> Needed:
    """Weights in a folder of one's own are named by it."""
    of_folder = not entry.weights
    try:
        here = bool(folder) if of_folder else weights_folder(entry, folder).is_dir()
    except (ModelError, MissingExtraError):
        here = False
    name = folder or (entry.name if of_folder else entry.repo)
    return Needed(name, "" if folder or of_folder else entry.revision, entry.licence, here)


def _adapter_needed(adapter: Adapter) -> Needed:
    try:
        used, encoder = find_adapter(adapter)
    except (ModelError, MissingExtraError):
        return Needed(adapter.model, adapter.revision, adapter.licence, False)
    return Needed(used.name, used.revision, used.licence, True, bytes=_size(used.path) + _size(encoder.path))


def _size(path: Path) -> int:
    """Bytes of a file, or of what is loaded from a folder."""
    return sum(file.stat().st_size for file in ([path] if path.is_file() else files_of(path)))


def _counted(family: Family, is_control: bool) -> int:
    """Bytes of the parameters that the table counts, in 16 bits."""
    millions = sum(count for part, count in family.parameters.items() if (part == CONTROLNET) == is_control)
    return round(millions * MILLION) * BF16_BYTES


def _needed(named: str, revision: str, known: Weights, fetched: bool, counted: int) -> Needed:
    own = not named or named == known.hub
    try:
        used = find_weights(named, revision, known)
    except (ModelError, MissingExtraError):
        meant = known if not named else named_weights(named, revision, known)
        return Needed(meant.hub, meant.revision or "", meant.licence, False, own and fetched, counted)
    return Needed(used.name, used.revision, used.licence, True, own and fetched, _size(used.path))
