"""Texts as the embeddings that a family's network takes, computed once each and kept."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

Tensors = Mapping[str, Any]
"""Arguments of a pipeline's call for one text, by name."""
MOST_BYTES = 512 * 2**20
NEGATIVE = "negative_"
EMBEDS, MASK = "prompt_embeds", "prompt_embeds_mask"
TEXT_TOKENS = 256
"""Padded texts are as long as a multiple of this: prompts of this engine take 60 to 150, so all of them one length."""


def _one(pipe: Any, text: str) -> Tensors:
    return {EMBEDS: pipe.encode_prompt([text], pipe._execution_device, 1, False)[0]}


def _pooled(pipe: Any, text: str) -> Tensors:
    found = pipe.encode_prompt(prompt=[text], device=pipe._execution_device, do_classifier_free_guidance=False)
    return {EMBEDS: found[0], "pooled_prompt_embeds": found[2]}


def _tokens(pipe: Any, text: str) -> Tensors:
    return {EMBEDS: pipe.encode_prompt([text], pipe._execution_device, False)[0][0]}


def _masked(pipe: Any, text: str) -> Tensors:
    return {EMBEDS: pipe.encode_prompt([text], pipe._execution_device)[0][0]}


def _flux(pipe: Any, text: str) -> Tensors:
    found = pipe.encode_prompt(prompt=[text], prompt_2=None, device=pipe._execution_device)
    return {EMBEDS: found[0], "pooled_prompt_embeds": found[1]}


def _klein(pipe: Any, text: str) -> Tensors:
    return {EMBEDS: pipe.encode_prompt(prompt=[text], device=pipe._execution_device)[0]}


EMBED: Mapping[str, Callable[[Any, str], Tensors]] = {
    "sd15": _one,
    "sdxl-union": _pooled,
    "z-image": _tokens,
    "qwen-image": _masked,
    "flux": _flux,
    "flux2-klein": _klein,
}
"""By family; a family that is not here reads its texts together with its reference pictures, so they cannot be kept."""


def _side_by_side(found: Sequence[Tensors], multiple: int) -> dict[str, Any]:
    import torch

    return {name: torch.cat([one[name] for one in found]) for name in found[0]}


def _as_list(found: Sequence[Tensors], multiple: int) -> dict[str, Any]:
    return {EMBEDS: [one[EMBEDS] for one in found]}


def _padded(found: Sequence[Tensors], multiple: int) -> dict[str, Any]:
    """(B, tokens, width) with zeros behind the texts, and which tokens are text."""
    import torch

    texts = [one[EMBEDS] for one in found]
    lengths = torch.tensor([len(text) for text in texts], device=texts[0].device)
    longest = -(-int(lengths.max()) // multiple) * multiple
    embeds = texts[0].new_zeros(len(texts), longest, texts[0].shape[1])
    for row, text in enumerate(texts):
        embeds[row, : len(text)] = text
    mask = torch.arange(longest, device=embeds.device)[None] < lengths[:, None]
    return {EMBEDS: embeds, MASK: mask.long()}


COLLATE: Mapping[str, Callable[[Sequence[Tensors], int], dict[str, Any]]] = {"z-image": _as_list, "qwen-image": _padded}


def pad_texts(pipe: Any) -> None:
    """Let a pipeline that reads its texts together with pictures pad them as well, under a mask."""
    import torch

    encode = pipe.encode_prompt

    def encode_prompt(*positional: Any, **named: Any) -> tuple[Any, Any]:
        embeds, mask = encode(*positional, **named)
        if mask is None:  # all of them are text
            mask = torch.ones(embeds.shape[:2], dtype=torch.long, device=embeds.device)
        missing = -embeds.shape[1] % TEXT_TOKENS
        pad = torch.nn.functional.pad
        return pad(embeds, (0, 0, 0, missing)), pad(mask, (0, missing))

    pipe.encode_prompt = encode_prompt


class Embeddings:
    """The embeddings of texts for one pipeline; each text is embedded alone, so its numbers do not depend on company.

    Threads may use it: a text that two embed at the same time is embedded twice, to the same numbers.
    """

    def __init__(self, family: str, pipe: Any, is_padded: bool = False) -> None:
        """`is_padded`: to one length, where the pipeline takes a mask; else texts are as long as the longest of a batch."""
        self._embed = EMBED[family]
        self._collate = COLLATE.get(family, _side_by_side)
        self._multiple = TEXT_TOKENS if is_padded else 1
        self._pipe = pipe
        self._kept: OrderedDict[str, Tensors] = OrderedDict()
        self._bytes = 0
        self._changing = Lock()

    def arguments(self, prompts: Sequence[str], negatives: Sequence[str] | None) -> dict[str, Any]:
        """What to call the pipeline with; `negatives` None: no negative prompt is computed."""
        found = self._collate([self._of(text) for text in prompts], self._multiple)
        if negatives is None:
            return found
        against = self._collate([self._of(text) for text in negatives], self._multiple)
        return {**found, **{f"{NEGATIVE}{name}": value for name, value in against.items()}}

    def ahead(self, text: str) -> None:
        """Embed a text that will be needed, as long as nothing that is kept has to go for it."""
        if self._bytes < MOST_BYTES // 2:
            self._of(text)

    def _of(self, text: str) -> Tensors:
        with self._changing:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        import torch

        with torch.no_grad():
            made = self._embed(self._pipe, text)
        with self._changing:
            if text not in self._kept:
                self._keep(text, made)
            return self._kept[text]

    def _keep(self, text: str, made: Tensors) -> None:
        self._kept[text] = made
        self._bytes += _bytes(made)
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _bytes(dropped)


def _bytes(tensors: Tensors) -> int:
    return sum(int(tensor.numel() * tensor.element_size()) for tensor in tensors.values())
