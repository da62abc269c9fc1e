"""Shared attention as its definition says it, in plain loops over numpy float64: what the fast one is checked against."""

from collections.abc import Sequence

import numpy as np


def dense(query, key, value, may_see: Sequence[Sequence[float]]):
    """Attention of B pictures (B, heads, N, width); may_see[b][c] is (N,) weights 0..1 of the tokens of c for b.

    A weight w multiplies the exponential of a score; 0 hides the token. May_see[b][b] is all ones.
    """
    query, key, value = (np.asarray(of, np.float64) for of in (query, key, value))
    out = np.zeros_like(query)
    count, heads, tokens, width = query.shape
    for picture in range(count):
        for head in range(heads):
            for token in range(tokens):
                seen = []
                for other in range(count):
                    for place in range(tokens):
                        weight = may_see[picture][other][place]
                        if weight > 0:
                            score = float(query[picture, head, token] @ key[other, head, place]) / np.sqrt(width)
                            seen.append((score, weight, value[other, head, place]))
                highest = max(score for score, _, _ in seen)
                shares = np.array([weight * np.exp(score - highest) for score, weight, _ in seen])
                out[picture, head, token] = (shares / shares.sum()) @ np.array([of for _, _, of in seen])
    return out
