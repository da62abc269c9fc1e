"""What each family's networks weigh, and how much is alive while a picture is made: counted on the full-size classes.

    python benchmarks/controlnet_memory.py            # all families, beside what manifests/families.yaml says
    python benchmarks/controlnet_memory.py sd15 flux

Nothing is allocated: networks are built on torch's device `meta`, which knows shapes alone, and every tensor that a call makes is
counted from its birth to its death. Attention is taken as flash kernels do it, without its table of scores. A picture is made
at the family's own size; both halves of guidance count where the pipeline runs them in one batch.
"""

import argparse
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from _full_size_networks import PARTS, built, parameters
from _full_size_steps import CALLS, empty
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from spotdiff10k.engines.controlnet.families import Family, all_families
from spotdiff10k.engines.controlnet.memory import BF16_BYTES, GIB, LATENT_STEP, peak_memory


class Alive(TorchDispatchMode):  # type: ignore[misc]  # torch has no types here
    """Counts bytes of tensors that are made inside, from birth to death; views and weights are nothing new."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = {leaf.untyped_storage()._cdata for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)}
        out = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(out):
            if isinstance(leaf, torch.Tensor) and leaf.untyped_storage()._cdata not in given:
                self._born(leaf)
        return out

    def _born(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        count = storage.nbytes()
        self._known.add(key)
        self.now += count
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._died, key, count)

    def _died(self, key: int, count: int) -> None:
        self._known.discard(key)
        self.now -= count


def flash(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> Any:
    """Attention without its table of scores."""
    return query.new_empty((*query.shape[:-1], value.shape[-1]))


@contextmanager
def counting() -> Iterator[Alive]:
    """Elements alive inside, attention as flash kernels do it."""
    ordinary = functional.scaled_dot_product_attention
    functional.scaled_dot_product_attention = flash
    try:
        with torch.no_grad(), Alive() as alive:
            yield alive
    finally:
        functional.scaled_dot_product_attention = ordinary


def activations(family: Family) -> dict[str, float]:
    """Elements of 16 bits alive at once: `network` per pixel of the latent, `vae` per pixel of the picture.

    What is computed in 32 bits, such as norms, counts double.
    """
    latent = family.size // LATENT_STEP
    for part in PARTS[family.name]:
        built(family.name, part)  # weights are not counted here
    with counting() as alive:
        CALLS[family.name](family.name, latent)
    network = alive.peak / BF16_BYTES / latent**2
    decoder = built(family.name, "vae")
    channels = decoder.config.get("latent_channels") or decoder.config.z_dim
    middle = empty(1, channels, *((1,) if "z_dim" in decoder.config else ()), latent, latent)
    with counting() as alive:
        decoder.decode(middle)
    return {"network": network, "vae": alive.peak / BF16_BYTES / family.size**2}


def main() -> None:
    """Print what is counted beside what the table says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", default=list(all_families()))
    for name in parser.parse_args().families:
        family = all_families()[name]
        print(f"{name}, {family.size} pixels: peak {peak_memory(family, family.size).total / GIB:.1f} GiB by the table")
        for part, said in family.parameters.items():
            print(f"  {part:16s} {parameters(name, part):10.1f} million, table {said:10.1f}", flush=True)
        for kind, counted in activations(family).items():
            print(f"  alive, {kind:9s} {counted:10.0f} elements, table {family.activations[kind]:10.0f}", flush=True)


if __name__ == "__main__":
    main()
