"""Seeds are addresses."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from spotdiff10k.seeds import SEED_BITS, seed_for

ADDRESSES = st.lists(st.one_of(st.integers(0, 10**9), st.text(max_size=12)), min_size=1, max_size=4)


@given(st.integers(0, 2**40), ADDRESSES)
def test_a_seed_is_a_nonnegative_integer_that_every_json_reader_keeps(root: int, address: list[str | int]) -> None:
    seed = seed_for(root, *address)
    assert 0 <= seed < 2**SEED_BITS
    assert int(float(seed)) == seed


@given(st.integers(0, 2**40), ADDRESSES, ADDRESSES)
def test_different_addresses_have_different_seeds(root: int, one: list[str | int], other: list[str | int]) -> None:
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (seed_for(root, *one) == seed_for(root, *other)) == same


def test_parts_do_not_run_into_each_other_and_types_count() -> None:
    assert seed_for(0, "a", "bc") != seed_for(0, "ab", "c")
    assert seed_for(0, 1) != seed_for(0, "1")
    assert seed_for(0, "a") != seed_for(1, "a")


def test_a_seed_does_not_depend_on_the_process_or_its_hash_seed() -> None:
    script = "from spotdiff10k.seeds import seed_for; print(seed_for(7, 'group', 42, 'pose'))"
    outputs = {
        subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, check=True).stdout
        for hash_seed in ("0", "1")
    }
    assert outputs == {f"{seed_for(7, 'group', 42, 'pose')}\n".encode()}


def test_the_seed_of_an_address_never_changes_between_versions() -> None:
    """The literal was computed once with hashlib by hand: blake2b-64 of length-prefixed, typed parts."""
    import hashlib

    raw = b"".join(len(t).to_bytes(4, "little") + t for t in (b"i7", b"sgroup", b"i42"))
    assert seed_for(7, "group", 42) == int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "little") >> 11
