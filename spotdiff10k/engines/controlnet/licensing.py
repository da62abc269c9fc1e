"""The licences of what an engine with some options paints with, for the licence gate; imports no torch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spotdiff10k.engines.controlnet.attention.options import identity_weights
from spotdiff10k.engines.controlnet.control.used import used_annotators
from spotdiff10k.engines.controlnet.finding import AT, brings_network
from spotdiff10k.engines.controlnet.options import options_of
from spotdiff10k.licences.table import UNKNOWN
from spotdiff10k.recipe.folders import LOCAL


def licences_of(options: Mapping[str, Any], subjects: str) -> Mapping[str, str]:
    """By name of the weights: the licence of the table, or what the recipe says of its own. subjects: their kind."""
    chosen = options_of(options)
    known = chosen.family.licences(chosen.controls)
    named = [name for name in (chosen.model, *chosen.controlnet) if name]
    own = chosen.model_licence or UNKNOWN
    found = {_called(name): known.get(_called(name), own) for name in named}
    if not chosen.model:
        found[chosen.family.model.hub] = chosen.family.model.licence
    if not chosen.controlnet and not brings_network(chosen.model):
        found |= {hub: licence for hub, licence in known.items() if hub != chosen.family.model.hub}
    found |= {adapter.model: adapter.licence for adapter in identity_weights(options)}
    annotators = used_annotators(options, chosen.controls, subjects)
    return found | {f"annotator {entry.name}": entry.licence for entry, _ in annotators}


def _called(name: str) -> str:
    """A folder by its last name, a repository without its commit."""
    return Path(name).name if name.startswith(LOCAL) else name.partition(AT)[0]
