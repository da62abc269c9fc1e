"""What the pictures of a circle see of others in one layer: tokens of sources beside them, and of anchors kept from before."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.anchors import Kept
from spotdiff10k.engines.controlnet.attention.batches import Circle
from spotdiff10k.engines.controlnet.attention.dropping import left_out
from spotdiff10k.engines.controlnet.attention.regions import Grid
from spotdiff10k.engines.controlnet.attention.state import SharingState
from spotdiff10k.errors import EngineError

Hidden = npt.NDArray[np.bool_]
NEVER = float("-inf")
TIME_TOLERANCE = 1e-5
"""Relative: an anchor's timestep and a follower's that differ by more come from different schedules."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Tokens of others, the same for every picture of the circle but for the bias."""

    key: Tensor  # (halves, heads, T, width)
    value: Tensor  # (halves, heads, T, width)
    bias: Tensor  # (members, T) float32: log(strength), or -inf for what a member must not see


def sight(state: SharingState, circle: Circle, layer: str, grid: Grid, key: Tensor, value: Tensor) -> Sight | None:
    """What a circle sees; None where nobody in it sees anything. Keeps what its anchors give for batches to come.

    Keys and values are (halves, members, heads, tokens, width), of the tokens on the grid alone.
    """
    if circle.anchors and state.sharing.keep:
        _keep(state, circle, layer, grid, key, value)
    parts = [_beside(state, circle, layer, grid, key, value), _before(state, circle, layer, key)]
    seen = [part for part in parts if part is not None]
    if not seen or state.sharing.strength == 0.0:
        return None
    if len(seen) == 1:
        return seen[0]
    key, value = torch.cat([part.key for part in seen], 2), torch.cat([part.value for part in seen], 2)
    return Sight(key, value, torch.cat([part.bias for part in seen], 1))


def _beside(state: SharingState, circle: Circle, layer: str, grid: Grid, key: Tensor, value: Tensor) -> Sight | None:
    """Tokens of the sources in the same batch."""
    found = state.picked(circle, circle.sources, grid)
    if len(circle.rows) == 1 or len(found.tokens) == 0:
        return None

    def hidden() -> Hidden:
        gone = _gone(state, circle.group, layer, [_name(circle, place) for place in circle.sources], found.counts)
        own: Hidden = found.owners[None, :] == np.arange(len(circle.rows))[:, None]
        return own | gone[None, :]

    bias = _bias(state, (circle.group, grid), hidden, key.device)
    given_key, given_value = (_gather(state, circle, grid, circle.sources, of) for of in (key, value))
    return Sight(given_key, given_value, bias)


def _before(state: SharingState, circle: Circle, layer: str, key: Tensor) -> Sight | None:
    """Tokens of the group's anchors from an earlier batch."""
    if circle.anchors or not state.cache.has(circle.group):
        return None
    kept = state.cache.find(circle.group, (layer, state.call))
    if kept is None:
        raise EngineError(
            f"The anchor of group {circle.group} was made with fewer calls of the network than a picture that follows it: "
            f"{layer} has nothing kept for call {state.call}. Make both with the same number of steps and the same guidance."
        )
    _check_same(state, circle, kept, key)
    if kept.key.shape[2] == 0:
        return None

    def hidden() -> Hidden:
        gone = _gone(state, circle.group, layer, [f"anchor {number}" for number in range(len(kept.counts))], kept.counts)
        return np.broadcast_to(gone[None, :], (len(circle.rows), len(gone)))

    bias = _bias(state, (circle.group, "kept", kept.counts), hidden, key.device)
    return Sight(kept.key.to(key.device), kept.value.to(key.device), bias)


def _keep(state: SharingState, circle: Circle, layer: str, grid: Grid, key: Tensor, value: Tensor) -> None:
    found = state.picked(circle, circle.anchors, grid)
    given_key, given_value = (_gather(state, circle, grid, circle.anchors, of) for of in (key, value))
    state.cache.keep(circle.group, (layer, state.call), Kept(given_key, given_value, found.counts, state.time))


def _gather(state: SharingState, circle: Circle, grid: Grid, given: tuple[int, ...], tokens: Tensor) -> Tensor:
    """(halves, members, heads, N, width) to the picked (halves, heads, T, width)."""
    what = ("tokens", circle.group, given, grid, tokens.device)
    picked = state.remember(what, lambda: torch.from_numpy(state.picked(circle, given, grid).tokens).to(tokens.device))
    return tokens.transpose(1, 2).flatten(2, 3).index_select(2, picked)


def _gone(state: SharingState, group: str, layer: str, names: list[str], counts: tuple[int, ...]) -> Hidden:
    drawn = [left_out(state.sharing, group, name, layer, state.time, count) for name, count in zip(names, counts, strict=True)]
    return np.concatenate([np.zeros(0, np.bool_), *drawn])


def _name(circle: Circle, place: int) -> str:
    """An anchor is called the same in its own batch and in later ones."""
    return f"anchor {circle.anchors.index(place)}" if place in circle.anchors else f"member {place}"


def _bias(state: SharingState, what: tuple[object, ...], hidden: Callable[[], Hidden], device: torch.device) -> Tensor:
    def made() -> Tensor:
        return torch.from_numpy(np.where(hidden(), NEVER, math.log(state.sharing.strength or 1.0)).astype(np.float32)).to(device)

    fixed = state.sharing.dropout == 0.0
    found: Tensor = state.remember(("bias", *what, device), made) if fixed else made()
    return found


def _check_same(state: SharingState, circle: Circle, kept: Kept, key: Tensor) -> None:
    if not math.isclose(kept.time, state.time, rel_tol=TIME_TOLERANCE):
        raise EngineError(
            f"The anchor of group {circle.group} was at timestep {kept.time:g} where a picture that follows it is at "
            f"{state.time:g}; make both with the same scheduler and the same number of steps."
        )
    if kept.key.shape[0] != key.shape[0]:
        raise EngineError(
            f"The anchor of group {circle.group} was made {'with' if kept.key.shape[0] == 2 else 'without'} classifier-free "
            "guidance and a picture that follows it was not made the same way; use the same guidance for both."
        )
