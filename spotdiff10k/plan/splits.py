"""Sharing subjects out among the splits, in exact numbers and evenly along an order."""

from collections.abc import Mapping, Sequence


def apportion(total: int, fractions: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers that sum to `total`, nearest to its fractions: largest remainders, earlier names first on a tie."""
    exact = {name: total * fraction for name, fraction in fractions.items()}
    counts = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: counts[name] - exact[name])
    for step in range(total - sum(counts.values())):
        counts[by_remainder[step % len(by_remainder)]] += 1
    return counts


def apportion_reserve(total: int, regular: Mapping[str, int]) -> dict[str, int]:
    """Reserves by the size of the splits, at least one for every split that has subjects where there are enough."""
    filled = {name: count for name, count in regular.items() if count}
    first = dict.fromkeys(filled, 1) if total >= len(filled) else dict.fromkeys(filled, 0)
    everyone = sum(filled.values())
    rest = apportion(total - sum(first.values()), {name: count / everyone for name, count in filled.items()})
    return {name: first.get(name, 0) + rest.get(name, 0) for name in regular}


def deal(counts: Mapping[str, int]) -> Sequence[str]:
    """A sequence with each name `counts` times, spread so that every run holds each about in proportion."""
    total = sum(counts.values())
    dealt = dict.fromkeys(counts, 0)
    sequence: list[str] = []
    for step in range(1, total + 1):
        name = max(counts, key=lambda name: counts[name] * step - dealt[name] * total)
        dealt[name] += 1
        sequence.append(name)
    return sequence
