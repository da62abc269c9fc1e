"""Nearest neighbours: exact search is numpy's brute force, the index of clusters finds what is planted."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotdiff10k.duplicates import bits, clusters, exact, neighbours
from spotdiff10k.duplicates.bits import NOBODY
from spotdiff10k.duplicates.codes import UNIT, codes_of, similarity
from spotdiff10k.duplicates.neighbours import UNLIKE
from spotdiff10k.errors import MissingExtraError

Ints = npt.NDArray[np.int64]


def hashes(seed: int, count: int, words: int = 3) -> npt.NDArray[np.uint64]:
    """Hashes with near ones among them."""
    rng = np.random.default_rng(seed)
    found = rng.integers(0, 2**64, (count, words), dtype=np.uint64)
    for row in range(0, count - 1, 3):
        found[row + 1] = found[row] ^ (np.uint64(1) << rng.integers(0, 64, words).astype(np.uint64))
    return found


def differing(first: npt.NDArray[np.uint64], second: npt.NDArray[np.uint64]) -> Ints:
    """(N, M) by unpacking every bit."""
    unpacked = [np.unpackbits(item.view(np.uint8), axis=1).astype(np.int64) for item in (first, second)]
    return (unpacked[0][:, None] != unpacked[1][None]).sum(axis=2)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 30), words=st.integers(1, 8))
def test_nearest_hashes_are_those_of_brute_force(seed: int, count: int, words: int) -> None:
    found = hashes(seed, count, words)
    limits = np.random.default_rng(seed).integers(0, count + 1, count)
    table = differing(found, found)
    nearest = bits.nearest(found, found, limits)
    for row, limit in enumerate(limits):
        assert nearest.bits[row] == (table[row, :limit].min() if limit else words * 64)
        assert nearest.index[row] == (table[row, :limit].argmin() if limit else NOBODY)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 20))
def test_nearest_others_are_those_of_brute_force(seed: int, count: int) -> None:
    found = hashes(seed, count)
    table = differing(found, found) + 10_000 * np.eye(count, dtype=int)
    nearest = bits.others(found)
    assert (nearest.bits == table.min(axis=1)).all()
    assert (table[np.arange(count), nearest.index] == nearest.bits).all()


def test_candidates_in_blocks_are_compared_like_all_others() -> None:
    found = hashes(3, 50)
    limits = np.arange(50) // 5 * 5
    everybody = np.tile(np.append(np.arange(50), -1), (50, 1))
    blocks = [(slice(start, start + 20), everybody[start : start + 20]) for start in (0, 20, 40)]
    among, all_of_them = bits.nearest_among(found, blocks, limits), bits.nearest(found, found, limits)
    assert (among.index == all_of_them.index).all()
    assert (among.bits == all_of_them.bits).all()


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=12),
    numbers=st.integers(1, 40),
    other=st.booleans(),
)
def test_the_most_similar_earlier_sample_is_that_of_brute_force(seed: int, sizes: list[int], numbers: int, other: bool) -> None:
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    splits = rng.integers(0, 3, len(sizes))[groups]
    vectors = rng.standard_normal((len(groups), numbers))
    found = neighbours.earlier(codes_of(vectors), groups, splits, other_split=other)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    allowed = (groups[None] < groups[:, None]) & ((splits[None] != splits[:, None]) == other)
    table = np.where(allowed, unit @ unit.T, UNLIKE)
    assert ((found.index == NOBODY) == ~allowed.any(axis=1)).all()
    assert np.abs(found.similarity - np.where(allowed.any(axis=1), table.max(axis=1), UNLIKE)).max() < 1e-3
    rows = np.flatnonzero(found.index != NOBODY)
    assert allowed[rows, found.index[rows]].all()


@pytest.mark.parametrize("numbers", [1, 3, 96, 256, 2048])
def test_a_code_never_overflows_and_is_wholly_like_itself(numbers: int) -> None:
    vectors = np.concatenate([np.ones((1, numbers)), -np.ones((1, numbers)), np.eye(1, numbers)])
    codes = codes_of(vectors)
    _, products = exact.most_similar(codes, codes, np.full(3, 3))
    assert similarity(products) == pytest.approx([1, 1, 1], abs=0.02)
    assert similarity(products).max() <= 1
    assert np.abs(codes.astype(int)).max() <= UNIT


def test_a_vector_without_length_is_like_nothing() -> None:
    codes = codes_of(np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]]))
    found = neighbours.earlier(codes, np.arange(3), np.zeros(3, np.int64), other_split=False)
    assert found.similarity.tolist() == [UNLIKE, 0.0, 0.0]


def crowded(seed: int, subjects: int, samples: int = 8, numbers: int = 32) -> tuple[npt.NDArray[np.int16], Ints, Ints]:
    """Samples close about their subjects' centres, with copies of samples of earlier subjects planted."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((subjects, numbers))
    vectors = np.repeat(centres, samples, axis=0) + 0.5 * rng.standard_normal((subjects * samples, numbers))
    copies = np.sort(rng.choice(np.arange(len(vectors) // 2, len(vectors)), 150, replace=False))
    vectors[copies] = vectors[rng.integers(0, len(vectors) // 2, 150)] + 0.05 * rng.standard_normal((150, numbers))
    return codes_of(vectors), np.repeat(np.arange(subjects), samples), copies


def test_the_index_finds_what_exact_search_finds() -> None:
    pytest.importorskip("faiss")
    codes, groups, copies = crowded(1, 600)
    limits = np.searchsorted(groups, groups)
    found, products = clusters.most_similar(codes, codes, limits, passed_over=8)
    true, best = exact.most_similar(codes, codes, limits)
    assert (found[copies] == true[copies]).mean() >= 0.99
    assert (products[copies] == best[copies]).mean() >= 0.99
    assert (products <= best).all()
    assert (found < limits).all()


def test_the_index_finds_the_same_whatever_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    codes, groups, _ = crowded(2, 400)
    limits = np.searchsorted(groups, groups)
    found = []
    for threads in (1, 2):
        monkeypatch.setattr(clusters, "usable_cores", lambda threads=threads: threads)
        found.append(clusters.most_similar(codes, codes, limits, passed_over=8))
    assert (found[0][0] == found[1][0]).all()
    assert (found[0][1] == found[1][1]).all()


def test_beyond_what_exact_search_can_do_the_index_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    codes, groups, copies = crowded(3, 200)
    splits = groups % 2
    exactly = neighbours.earlier(codes, groups, splits, other_split=False)
    monkeypatch.setattr(neighbours, "EXACT_PAIRS", 0)
    nearly = neighbours.earlier(codes, groups, splits, other_split=False)
    assert (nearly.index[copies] == exactly.index[copies]).mean() >= 0.99


def test_without_faiss_a_large_set_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "faiss", None)
    monkeypatch.setattr(neighbours, "EXACT_PAIRS", 0)
    codes, groups, _ = crowded(4, 60)
    with pytest.raises(MissingExtraError, match=r"pip install 'spotdiff10k\[scale\]'"):
        neighbours.earlier(codes, groups, groups % 2, other_split=True)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 30))
def test_the_few_most_similar_are_those_of_brute_force(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    codes = codes_of(rng.normal(size=(count, 5)))
    limits = rng.integers(0, count + 1, count)
    found = exact.few_most_similar(codes, codes, limits, 4)
    table = codes.astype(np.int64) @ codes.astype(np.int64).T
    for row, limit in enumerate(limits):
        expected = np.argsort(-table[row, :limit], kind="stable")[:4].tolist()
        assert found[row].tolist() == expected + [NOBODY] * (4 - len(expected))
