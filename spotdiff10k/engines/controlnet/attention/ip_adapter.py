"""The strategy `ip-adapter`: pictures follow a reference of their subject, the group's anchor or a photograph."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from PIL import Image as Pictures
from torch import Tensor

from spotdiff10k.engines.controlnet.attention.adapter import find_adapter
from spotdiff10k.engines.controlnet.attention.adapter_loading import load
from spotdiff10k.engines.controlnet.attention.options import adapter_of
from spotdiff10k.engines.controlnet.attention.references import framed
from spotdiff10k.engines.controlnet.finding import Used
from spotdiff10k.engines.controlnet.seams import Member, Pipe
from spotdiff10k.errors import EngineError
from spotdiff10k.types import EngineSettings, Image

UNET = "unet"
HALVES = 2


class IpAdapter:
    """Decoupled cross-attention to a reference (IP-Adapter, arXiv 2308.06721), with a reference for each picture of a batch.

    Pipelines take one reference for all their pictures. So they are given none, and the network's hooks put in the tokens of each
    picture's own. A picture without a reference, such as a group's first, and one made outside of a batch, such as a plate, gets
    tokens of zeros: keys and values made of them are zero, so it is what the network makes without an adapter.
    """

    name: ClassVar[str] = "ip-adapter"
    everywhere: ClassVar[bool] = False

    def __init__(self, layout: str, settings: EngineSettings) -> None:
        if layout != UNET:
            raise EngineError(
                "The strategy 'ip-adapter' goes with U-Nets (sd15, sdxl-union), not with networks in which text and picture are "
                "one sequence. Use 'shared-attention' or 'description'."
            )
        self._adapter = adapter_of(settings.options)
        self.weights: tuple[Used, ...] = ()
        self._known: dict[str, tuple[bytes, Tensor]] = {}  # by group: digest of the reference, its tokens
        self._members: list[Tensor | None] = []  # tokens (2, tokens, width) of the batch: of an empty reference, and of its own
        self._shape: tuple[int, ...] = ()  # of what the image encoder says of one picture
        self._rows = 0  # of the network's batch, both halves of guidance

    def prepare(self, pipe: Pipe) -> None:
        """Load the adapter; before shared attention is set, never after."""
        self.weights = find_adapter(self._adapter)
        load(pipe, self._adapter, *self.weights)
        self._shape = _shape_of(pipe)
        pipe.unet.register_forward_pre_hook(self._given_none, with_kwargs=True)
        pipe.unet.encoder_hid_proj.register_forward_hook(self._given_own)

    @contextmanager
    def batch(self, pipe: Pipe, members: Sequence[Member]) -> Iterator[Mapping[str, Any]]:
        """Nothing is added to the call; the network is given the references inside."""
        self._members = [self._tokens(pipe, member) for member in members]
        try:
            yield {}
        finally:
            self._members = []

    def forget(self, group: str) -> None:
        """Drop the tokens of the group's reference."""
        self._known.pop(group, None)

    def _tokens(self, pipe: Pipe, member: Member) -> Tensor | None:
        """(2, tokens, width): of an empty reference and of the member's; found once for each group and reference."""
        if member.reference is None:
            return None
        picture = framed(member.reference, member.reference_alpha)
        digest = hashlib.blake2b(picture.tobytes()).digest()
        known = self._known.get(member.group)
        if known is None or known[0] != digest:
            known = self._known[member.group] = digest, _looked_at(pipe, picture)
        return known[1]

    def _given_none(self, unet: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Before the network runs: an empty reference for every row, of the shape the adapter's projection takes."""
        sample = positional[0] if positional else named["sample"]
        self._rows = len(sample)
        empty = torch.zeros(self._rows, 1, *self._shape, device=sample.device, dtype=sample.dtype)
        return positional, {**named, "added_cond_kwargs": {**(named.get("added_cond_kwargs") or {}), "image_embeds": [empty]}}

    def _given_own(self, projection: Any, positional: tuple[Any, ...], projected: list[Tensor]) -> list[Tensor]:
        """After the projection: each row's own tokens instead, zeros for rows without a reference."""
        tokens = torch.zeros_like(projected[0])
        if self._members:
            halves, rest = divmod(self._rows, len(self._members))
            if rest or halves > HALVES:
                raise EngineError(
                    f"The network was given {self._rows} rows for a batch of {len(self._members)} pictures; the IP-Adapter "
                    "expects the batch once, or once for each half of classifier-free guidance."
                )
            for row, own in enumerate(self._members * halves):
                if own is not None:
                    tokens[row, 0] = own[(row // len(self._members)) + HALVES - halves]
        return [tokens]


def _shape_of(pipe: Pipe) -> tuple[int, ...]:
    """Of an encoded picture: one vector, or for adapters of the kind Plus one for each patch and one for the whole."""
    from diffusers.models.embeddings import ImageProjection

    config = pipe.image_encoder.config
    if isinstance(pipe.unet.encoder_hid_proj.image_projection_layers[0], ImageProjection):
        return (config.projection_dim,)
    return (config.image_size // config.patch_size) ** 2 + 1, config.hidden_size


def _looked_at(pipe: Pipe, picture: Image) -> Tensor:
    """What encoder and projection make of a reference: (2, tokens, width), of nothing first, as guidance needs it."""
    from diffusers.models.embeddings import ImageProjection

    layer = pipe.unet.encoder_hid_proj.image_projection_layers[0]
    place = next(layer.parameters()).device  # not the encoder's where components wait beside the device
    with torch.no_grad():
        own, nothing = pipe.encode_image(
            [Pictures.fromarray(picture)], pipe.unet.device, 1, not isinstance(layer, ImageProjection)
        )
        tokens: Tensor = layer(torch.cat([nothing, own]).to(place, pipe.unet.dtype))
    return tokens
