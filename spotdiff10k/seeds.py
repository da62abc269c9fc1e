"""Randomness as addresses: a seed is a hash of where it is used, never of when or by whom."""

import hashlib

SEED_BITS = 53
"""Seeds fit a double, so that every JSON reader keeps them exact."""

Address = str | int


def seed_for(root: int, *address: Address) -> int:
    """The seed that belongs to `address` under the root seed; 0 is a root like any other.

    Returns an integer in [0, 2**53). Parts are length-prefixed, so ("a", "bc") and ("ab", "c") differ,
    and typed, so 1 and "1" differ.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in (root, *address):
        text = f"{'i' if isinstance(part, int) else 's'}{part}".encode()
        digest.update(len(text).to_bytes(4, "little") + text)
    return int.from_bytes(digest.digest(), "little") >> (64 - SEED_BITS)
