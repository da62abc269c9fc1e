"""Attention over one's own tokens and a handful of other members' tokens; the only place where shared attention is computed.

    out_m = softmax([q_m k_m^T / sqrt(d),  q_m K^T / sqrt(d) + b_m]) [v_m; V]

K and V are the subject tokens of the sources, the same for every member m of the group; b_m is log(strength), or -inf for a
token that m owns itself or that was dropped. Only subject tokens are gathered, so the cost is N * (N + T) and not N * M * N.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def plain(query: Tensor, key: Tensor, value: Tensor, keep: Tensor | None = None) -> Tensor:
    """Ordinary attention; all (B, heads, tokens, width). `keep` is (B, tokens): False for padding that nobody sees."""
    return functional.scaled_dot_product_attention(query, key, value, None if keep is None else keep[:, None, None, :])


def by_sdpa(query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
    """Attention of (B, heads, N, width) over (B, heads, S, width); `bias` (B, S) is added to every query's scores."""
    return functional.scaled_dot_product_attention(query, key, value, bias.to(query.dtype)[:, None, None, :])


def by_flex(query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
    """The same by FlexAttention: blocks of keys that a member must not see are skipped, the others' scores are shifted.

    Compiled on CUDA; elsewhere it runs as its authors' plain reference, which is slow and there for tests.
    """
    from torch.nn.attention.flex_attention import create_block_mask

    seen = bias > float("-inf")
    shift = torch.where(seen, bias, 0.0).to(torch.float32)

    def visible(batch: Tensor, head: Tensor, row: Tensor, column: Tensor) -> Tensor:
        return seen[batch, column]

    def shifted(score: Tensor, batch: Tensor, head: Tensor, row: Tensor, column: Tensor) -> Tensor:
        return score + shift[batch, column].to(score.dtype)

    length = query.shape[2]
    blocks = create_block_mask(visible, B=len(query), H=None, Q_LEN=length, KV_LEN=key.shape[2], device=str(query.device))
    attend = _flex(query.is_cuda)
    return attend(query.contiguous(), key.contiguous(), value.contiguous(), score_mod=shifted, block_mask=blocks)


@cache
def _flex(compiled: bool) -> Callable[..., Any]:
    from torch.nn.attention.flex_attention import flex_attention

    attend: Callable[..., Any] = torch.compile(flex_attention, dynamic=True) if compiled else flex_attention
    return attend


KERNELS: dict[str, Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]] = {"sdpa": by_sdpa, "flex": by_flex}
