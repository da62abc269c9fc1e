"""Foreground feature averaging: against means that numpy takes, and in the check with a tiny DINOv2 of random weights."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import tiny_models  # noqa: E402
import toy_runs  # noqa: E402
from twin_groups import key, members, view  # noqa: E402

from spotdiff10k.checks.identity import Identity  # noqa: E402
from spotdiff10k.encoders import Features, load_encoder  # noqa: E402
from spotdiff10k.encoders.dinov2 import DinoV2  # noqa: E402
from spotdiff10k.errors import ModelError  # noqa: E402
from spotdiff10k.features import FeatureCache  # noqa: E402
from spotdiff10k.identity.foreground import foreground_means, token_means  # noqa: E402
from spotdiff10k.identity.group_scores import largest_clique  # noqa: E402
from spotdiff10k.identity.measuring import BY_SCORES  # noqa: E402
from spotdiff10k.identity.members import far_below, score_group  # noqa: E402
from spotdiff10k.identity.neural import grey_cut_out  # noqa: E402
from spotdiff10k.limits import read_rules  # noqa: E402
from spotdiff10k.measures import Measures  # noqa: E402
from spotdiff10k.models import fetch, find_model  # noqa: E402
from spotdiff10k.models.needs import refuse_missing  # noqa: E402
from spotdiff10k.validate import validate  # noqa: E402

PATCH, WIDTH, SIZE = 14, 24, 224
DINOV2 = {"identity": {"encoder": "dinov2"}}


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty store, and beside it a tiny DINOv2 as it is published."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(11)
    folder = tmp_path_factory.mktemp("dinov2")
    with pytest.MonkeyPatch.context() as patch:
        tiny_models.own_store(patch, folder / "store")
        sizes = {"image_size": SIZE, "patch_size": PATCH, "hidden_size": WIDTH, "num_hidden_layers": 4, "num_attention_heads": 2}
        transformers.Dinov2Model(transformers.Dinov2Config(**sizes)).eval().save_pretrained(folder / "published")
        stated = {"image_mean": (0.5, 0.4, 0.3), "image_std": (0.2, 0.25, 0.3)}
        (folder / "published" / "preprocessor_config.json").write_text(json.dumps(stated))
        yield folder
    tiny_models.forget_manifest()
    torch.set_num_threads(before)


@pytest.fixture
def fetched(store: Path) -> Any:
    fetch.fetch_from(find_model("dinov2-base"), store / "published", trust_unpinned=True)
    return load_encoder("dinov2")


def test_without_weights_it_says_how_to_fetch_them() -> None:
    assert "dinov2" in Identity(encoder="dinov2").setup
    with pytest.raises(ModelError, match="models fetch dinov2-base"):
        refuse_missing(DINOV2)
    with pytest.raises(ModelError, match="models fetch dinov2-base"):
        Identity(encoder="dinov2").measure(view("vessel"))


def test_a_patch_counts_by_the_share_of_it_that_the_soft_mask_covers() -> None:
    generator = np.random.default_rng(4)
    maps = generator.normal(size=(2, 5, 3, 3)).astype(np.float32)
    covers = generator.random((2, 12, 12)).astype(np.float32)
    covers[0, :6, :6] = 0.0
    covers[0, 0, 0] = 0.25
    tokens = (maps - maps.mean(1, keepdims=True)) / np.sqrt(maps.var(1, keepdims=True) + 1e-5)
    shares = covers.reshape(2, 3, 4, 3, 4).mean((2, 4))
    assert 0 < shares[0, 0, 0] < 0.02
    expected = np.einsum("nchw,nhw->nc", tokens, shares)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = token_means(torch.from_numpy(maps), covers).numpy()
    assert np.allclose(found, expected, atol=1e-6)


def test_no_token_outside_the_mask_counts_and_no_long_token_leads() -> None:
    maps, covers = np.ones((1, 2, 2, 2), np.float32), np.zeros((1, 4, 4), np.float32)
    maps[0, :, 0, 0], maps[0, :, 0, 1], maps[0, :, 1] = (3, -3), (-900, 900), np.array([[-50], [50]])
    covers[0, :2, :2] = 1.0
    alone = token_means(torch.from_numpy(maps), covers).numpy()[0]
    assert np.allclose(alone, np.array([1, -1]) / np.sqrt(2), atol=1e-4)
    covers[0, :2] = 1.0
    covers[0, :2, 2:] = 0.5
    both = token_means(torch.from_numpy(maps), covers).numpy()[0]
    assert both[0] > 0 > both[1], "twice the cover should outweigh three hundred times the length"


def test_it_looks_at_the_subject_alone(fetched: Any) -> None:
    picture, mask = np.full((64, 64, 3), 10, np.uint8), np.zeros((64, 64), np.uint8)
    picture[16:48, 20:44], mask[16:48, 20:44] = (200, 90, 30), 255
    elsewhere = np.where(mask[..., None] > 0, picture, 250).astype(np.uint8)
    first, second = foreground_means(fetched, [(picture, mask), (elsewhere, mask)])
    assert np.array_equal(first, second)
    cut, cover = grey_cut_out(picture, mask, side=SIZE)
    tokens = fetched.encode(cut[None]).maps[-1][0].permute(1, 2, 0).numpy()
    tokens = (tokens - tokens.mean(2, keepdims=True)) / np.sqrt(tokens.var(2, keepdims=True) + 1e-5)
    shares = cover.reshape(SIZE // PATCH, PATCH, SIZE // PATCH, PATCH).mean((1, 3))
    mean = (tokens * shares[..., None]).sum((0, 1))
    assert np.allclose(first, mean / np.linalg.norm(mean), atol=1e-5)


def test_the_check_measures_the_same_things_by_it(fetched: Any) -> None:
    found = Identity(encoder="dinov2").measure(view("vessel"))
    plain = Identity().measure(view("vessel"))
    assert {name: set(values) for name, values in found.samples.items()} == {
        name: set(values) for name, values in plain.samples.items()
    }
    assert found.group.keys() == plain.group.keys()
    assert found.facts == plain.facts
    for name, values in found.samples.items():
        assert {one: values[one] for one in ("copy", "novelty", "tint")} == {
            one: plain.samples[name][one] for one in ("copy", "novelty", "tint")
        }
    assert all(-1 <= values["same_subject"] <= 1 for values in found.samples.values())


def test_a_stranger_agrees_least_even_by_random_weights(fetched: Any) -> None:
    def lowest(found: Measures) -> str:
        return min(found.samples, key=lambda name: found.samples[name]["margin"])

    wrong = key("vessel", 1, 2)
    found = Identity(encoder="dinov2").measure(view("vessel", {wrong: members("vehicle")[key("vehicle", 1, 2)]}))
    assert lowest(found) == wrong


def test_limits_of_a_verifier_do_not_hold_for_it() -> None:
    rules = {rule.measure: rule.limit for rule in read_rules(DINOV2) if rule.check == "identity"}
    assert all(rules[name].low == -np.inf and rules[name].high == np.inf for name in BY_SCORES)
    assert all(rules[name] == Identity.limits[name] for name in ("copy", "novelty", "tint"))
    assert {rule.measure: rule.limit for rule in read_rules({"identity": {}}) if rule.check == "identity"} == Identity.limits
    set_by_hand = {"identity": {"encoder": "dinov2", "margin_min": -0.1}}
    assert next(rule for rule in read_rules(set_by_hand) if rule.measure == "margin").limit.low == -0.1


def test_a_calibration_of_another_encoder_is_not_taken() -> None:
    from spotdiff10k import recipe

    loaded = recipe.load("tiny", ["checks={identity: {encoder: dinov2}}", "calibration=rendered"])
    assert not any(name.endswith(("_min", "_max")) for name in loaded.checks["identity"])


def test_validate_looks_once_and_again_at_what_was_damaged(fetched: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def counted(self: DinoV2, pictures: np.ndarray) -> Features:
        looked.append(len(pictures))
        return encode(self, pictures)

    encode = DinoV2.encode
    monkeypatch.setattr(DinoV2, "encode", counted)
    monkeypatch.setattr("spotdiff10k.features.cache.shared", FeatureCache)
    run = toy_runs.generated_run(tmp_path, more="checks: {identity: {encoder: dinov2}}")

    def measured() -> dict[str, bytes]:
        validate(run, workers=1)
        return {path.name: path.read_bytes() for path in run.measures.rglob("*.json")}

    def forget() -> None:
        for path in run.measures.rglob("*.json"):
            path.unlink()

    first = measured()
    kept = sorted((run.root / "features").rglob("*.safetensors"))
    assert (sum(looked), len(kept)) == (20, 5)
    forget()
    assert measured() == first
    assert sum(looked) == 20
    whole = kept[2].read_bytes()
    kept[2].write_bytes(whole[:-40])
    forget()
    assert measured() == first
    assert sum(looked) == 24
    assert kept[2].read_bytes() == whole


def test_members_far_below_the_rest_of_their_group_are_not_in_its_clique() -> None:
    agreement = np.full((6, 6), 0.8)
    agreement += np.random.default_rng(2).normal(0, 0.02, (6, 6))
    agreement = (agreement + agreement.T) / 2
    assert largest_clique(agreement >= far_below(agreement)) == (0, 1, 2, 3, 4, 5)
    agreement[4, :] = agreement[:, 4] = 0.5
    assert largest_clique(agreement >= far_below(agreement)) == (0, 1, 2, 3, 5)
    lonely = score_group([np.ones(1, np.float32)], np.zeros(1, np.int64), np.zeros(1, np.int64), None)
    assert lonely.clique == (0,)
