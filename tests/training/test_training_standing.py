"""What stands before a background is found without masks and without being told which background it is."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from spotdiff10k.training.standing import FAINT, FEWEST_PICTURES, Standing

LEVELS, PLACES, BLOCKS = 3, 16, (4, 2)
EACH = 24
STANDS = 5  # places of a picture that a subject covers


def planted() -> tuple[torch.Tensor, np.ndarray, np.ndarray, torch.Tensor]:
    """(tokens, levels, where a subject stands, the bare backgrounds)."""
    random = np.random.default_rng(4)
    bare = 3 * random.standard_normal((LEVELS, PLACES, sum(BLOCKS)))
    level = np.repeat(np.arange(LEVELS), EACH)
    covered = np.argsort(random.random((len(level), PLACES)), 1) < STANDS
    subjects = random.standard_normal((len(level), 1, sum(BLOCKS))) + 5
    tokens = np.where(covered[..., None], subjects, bare[level]) + 0.01 * random.standard_normal(
        (len(level), PLACES, sum(BLOCKS))
    )
    return torch.from_numpy(tokens).float(), level, covered, torch.from_numpy(bare).float()


def fitted() -> tuple[Standing, torch.Tensor, np.ndarray, np.ndarray]:
    tokens, level, covered, _ = planted()
    standing = Standing(0, PLACES, BLOCKS)
    standing.fit(tokens, level)
    return standing, tokens, level, covered


def test_the_bare_background_of_a_level_is_found() -> None:
    tokens, level, _, bare = planted()
    standing = Standing(0, PLACES, BLOCKS)
    standing.fit(tokens, level)
    assert len(standing.backgrounds) == LEVELS
    close = (standing.backgrounds - bare).abs().amax(2) < 0.1
    assert close.float().mean() > 0.9


def test_places_where_a_subject_stands_are_those_far_from_the_background() -> None:
    standing, tokens, _, covered = fitted()
    values = standing(tokens)
    assert values.shape == (len(tokens), PLACES, len(BLOCKS))
    assert values.mean((0, 1)).numpy() == pytest.approx(0.0, abs=1e-4)
    seen = values.mean(2).numpy()
    assert seen[covered].min() > np.median(seen[~covered])
    assert np.mean(seen[covered] > np.quantile(seen[~covered], 0.9)) > 0.95


def test_it_matters_little_what_a_subject_looks_like() -> None:
    standing, tokens, _, covered = fitted()
    other = tokens.clone()
    other[torch.from_numpy(covered)] = -6.0
    same = np.corrcoef(standing(tokens).mean(2).flatten().numpy(), standing(other).mean(2).flatten().numpy())[0, 1]
    assert same > 0.95


def test_a_background_that_nobody_knows_is_taken_from_the_picture_itself() -> None:
    standing, _, _, _ = fitted()
    flat = torch.full((1, PLACES, sum(BLOCKS)), -20.0)
    flat[0, :STANDS] = 9.0
    values = standing(flat).mean(2)[0]
    assert values[:STANDS].min() > values[STANDS:].max()
    raw = values[STANDS:] * standing.spread.mean() + standing.mean.mean()
    assert raw.mean() == pytest.approx(np.log(FAINT), abs=0.5)


def test_levels_of_few_pictures_are_not_known_and_none_need_be() -> None:
    tokens, level, _, _ = planted()
    standing = Standing(0, PLACES, BLOCKS)
    standing.fit(tokens[: EACH + FEWEST_PICTURES - 1], level[: EACH + FEWEST_PICTURES - 1])
    assert len(standing.backgrounds) == 1
    standing.fit(tokens[: FEWEST_PICTURES - 1], level[: FEWEST_PICTURES - 1])
    assert len(standing.backgrounds) == 0
    assert standing(tokens).isfinite().all()


def test_a_picture_is_seen_alike_whatever_stands_beside_it() -> None:
    standing, tokens, _, _ = fitted()
    assert torch.allclose(standing.apply_to(tokens)[3], standing(tokens[3:4])[0], atol=1e-4)
