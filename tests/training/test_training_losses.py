"""The losses against loops that spell their formulas out, and against cases whose value is known."""

import math

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training.losses import cross_covariance, info_nce, projected_out, squared_cosine

RANDOM = np.random.default_rng(5)


def rows(count: int, width: int) -> "torch.Tensor":
    made = torch.from_numpy(RANDOM.standard_normal((count, width)))
    return made / made.norm(dim=1, keepdim=True)


def test_info_nce_is_its_formula() -> None:
    codes, temperature = rows(6, 4), 0.3
    subject = [0, 0, 0, 1, 1, 2]
    positive = np.array([[a == b and i != j for j, b in enumerate(subject)] for i, a in enumerate(subject)])
    negative = np.array([[a != b for b in subject] for a in subject])
    negative[0, 3] = False  # a pair that is not looked at
    anchors = []
    for i in range(6):
        looked_at = [j for j in range(6) if positive[i, j] or negative[i, j]]
        total = sum(math.exp(float(codes[i] @ codes[j]) / temperature) for j in looked_at)
        wanted = [j for j in range(6) if positive[i, j]]
        if wanted:
            terms = [-math.log(math.exp(float(codes[i] @ codes[j]) / temperature) / total) for j in wanted]
            anchors.append(sum(terms) / len(terms))
    found = info_nce(codes, torch.from_numpy(positive), torch.from_numpy(negative), temperature)
    assert len(anchors) == 5
    assert found.item() == pytest.approx(sum(anchors) / len(anchors), rel=1e-9)


def test_info_nce_without_any_positive_is_nothing_to_learn_from() -> None:
    none = torch.zeros((3, 3), dtype=torch.bool)
    assert info_nce(rows(3, 4), none, ~none, 0.1).item() == 0.0


def test_squared_cosine_is_zero_at_right_angles_and_one_along_a_line() -> None:
    codes = torch.eye(4, dtype=torch.float64)
    assert squared_cosine(codes, codes.roll(1, 0)).item() == 0.0
    assert squared_cosine(codes, -3 * codes).item() == pytest.approx(1.0)


def test_cross_covariance_sees_what_right_angles_hide() -> None:
    factor = torch.tensor([1.0, -1.0] * 8, dtype=torch.float64)
    codes = torch.stack([factor, torch.zeros(16, dtype=torch.float64)], 1)
    others = torch.stack([torch.zeros(16, dtype=torch.float64), factor], 1)
    assert squared_cosine(codes, others).item() == 0.0
    assert cross_covariance(codes, others).item() == pytest.approx(0.5)  # one of the two numbers is told in full


def test_cross_covariance_of_what_is_independent_is_zero() -> None:
    one = torch.tensor([1.0, 1.0, -1.0, -1.0], dtype=torch.float64)[:, None]
    other = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)[:, None]
    assert cross_covariance(one, other).item() == 0.0


def test_what_is_projected_out_is_orthogonal_to_every_other_code() -> None:
    codes, pose, background = rows(8, 12), rows(8, 12), rows(8, 12)
    found = projected_out(codes, (pose, background))
    for other in (pose, background):
        assert (found * other).sum(1).abs().max().item() < 1e-12
    assert found.norm(dim=1).numpy() == pytest.approx(1.0)
