"""What `manifests/families.yaml` says: the families of diffusion models as a table of entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from spotdiff10k.errors import ModelError
from spotdiff10k.resources import manifest

MANIFEST = "families"
FIXED, MASKED, VARYING = "fixed", "masked", "varying"
TEXTS = (FIXED, MASKED, VARYING)
"""How long texts are when they reach the network."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A repository of weights."""

    hub: str  # "" where there is none
    revision: str | None  # a commit; None: the newest
    licence: str  # by a name of manifests/licences.yaml
    file: str = ""  # the one file to load, where it is no folder of diffusers
    mode: int | None = None  # number of this kind of map in a union
    config: tuple[tuple[str, Any], ...] = ()  # sizes of what the one file holds


@dataclass(frozen=True, slots=True)
class Join:
    """How the band around a subject is repainted."""

    pipeline: str  # a class of diffusers
    control: bool  # whether it takes the control map
    least: int = 0  # pixels a side that it makes; what is smaller it makes larger
    most: int = 0  # the same: what is larger it makes smaller; 0: any
    strength: bool = True  # whether it can put back a part of the noise; else all of it

    def makes(self, size: int) -> bool:
        """Whether what it makes of such a picture is as large as the picture."""
        return self.least <= size and (not self.most or size <= self.most)


@dataclass(frozen=True, slots=True)
class Family:
    """One entry of the table."""

    name: str
    title: str
    pipeline: str  # a class of diffusers
    join: Join
    network: str | None  # class of the ControlNet; None for editors, which follow reference pictures
    model: Weights
    controls: Mapping[str, Weights]  # by kind of map
    several: bool  # whether it takes more than one kind of map at a time
    layout: str  # "unet" or "joint"
    texts: str  # one of TEXTS: as long as the pipeline makes them all, padded under a mask, or as long as they are
    strategies: tuple[str, ...]
    dtype: str  # of torch, on a GPU
    size: int  # pixels it was trained for
    multiple: int  # sides are a multiple of this
    steps: int
    guidance: float
    guided_from: float | None  # scale above which a negative prompt is computed; None: never
    control_scale: float
    batch: int  # pictures of one call at most
    parameters: Mapping[str, float]  # millions, by component
    activations: Mapping[str, float]  # 16-bit numbers alive at once: `network` per latent pixel, `vae` per pixel of the picture

    @property
    def is_editor(self) -> bool:
        """Whether it follows reference pictures instead of a ControlNet."""
        return self.network is None

    def is_guided(self, guidance: float) -> bool:
        """Whether a negative prompt is computed at this scale."""
        return self.guided_from is not None and guidance > self.guided_from

    def licences(self, controls: tuple[str, ...]) -> dict[str, str]:
        """The licences of its default weights under these kinds of map, by repository."""
        used = (self.model, *(self.controls[kind] for kind in controls if self.controls[kind].hub))
        return {weights.hub: weights.licence for weights in used}


@cache
def all_families() -> Mapping[str, Family]:
    """Every family by name. Raises ModelError when an entry is not well-formed."""
    return {str(name): _read(str(name), entry) for name, entry in manifest(MANIFEST).items()}


def family_named(name: str) -> Family:
    """The family called `name`. Raises ModelError with the known names."""
    known = all_families()
    if name not in known:
        raise ModelError(f"There is no family '{name}'; known: {', '.join(known)}.")
    return known[name]


def _read(name: str, entry: Mapping[str, Any]) -> Family:
    try:
        values = dict(entry)
        join = values.pop("join")
        controls = {str(kind): _weights(found) for kind, found in values.pop("controls").items()}
        strategies = tuple(str(strategy) for strategy in values.pop("strategies"))
        return Family(
            name=name,
            join=Join(**join),
            model=_weights(values.pop("model")),
            controls=controls,
            strategies=strategies,
            **values,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"manifests/families.yaml: the entry {name} is not well-formed ({error!r}).") from error


def _weights(values: Mapping[str, Any]) -> Weights:
    revision, mode = values.get("revision"), values.get("mode")
    return Weights(
        hub=str(values.get("hub", "")),
        revision=None if revision is None else str(revision),
        licence=str(values.get("licence", "")),
        file=str(values.get("file", "")),
        mode=None if mode is None else int(mode),
        config=tuple((str(name), value) for name, value in values.get("config", {}).items()),
    )
