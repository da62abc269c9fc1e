"""The generative stage on a tiny network: what is read, what learns, and that a killed training goes on exactly."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
from safetensors.torch import load_file  # noqa: E402
from tiny_unet import CODE, SIDE, WIDTH, WORDS, pictures, scheduler, tiny_unet  # noqa: E402

from spotdiff10k.errors import DataError, ModelError  # noqa: E402
from spotdiff10k.training.generative.decoupled import set_weight  # noqa: E402
from spotdiff10k.training.generative.pairs import PairBatches  # noqa: E402
from spotdiff10k.training.generative.settings import GenerativeSettings  # noqa: E402
from spotdiff10k.training.generative.stage import GenerativeStage  # noqa: E402
from spotdiff10k.training.generative.train import train_generative  # noqa: E402
from spotdiff10k.training.generative.weights import Origin, load_stage, save_stage  # noqa: E402
from spotdiff10k.training.views import Labels  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
SETTINGS = GenerativeSettings(tokens=2, steps=6, batch=4, learning_rate=1e-3, checkpoint_every=2)
NETWORK = "tiny@0"


def draws(rows=3):
    generator = torch.Generator().manual_seed(1)
    latents, noise = (torch.randn(rows, 4, SIDE, SIDE, generator=generator) for _ in range(2))
    texts = torch.randn(rows, WORDS, WIDTH, generator=generator)
    return latents, noise, torch.tensor([10, 500, 990])[:rows], texts, torch.randn(rows, CODE, generator=generator)


def staged(seed=0, prediction="epsilon"):
    unet = tiny_unet(seed)
    stage = GenerativeStage(unet, scheduler(prediction), CODE, tokens=2, weight=1.0)
    stage.aligner.begin(torch.Generator().manual_seed(3))
    return unet, stage


def test_decoupled_attention_is_text_attention_plus_w_times_subject_attention():
    """One layer against its formula in numpy."""
    unet, stage = staged()
    name, attn = next((name, module) for name, module in unet.named_modules() if name.endswith("attn2"))
    processor = stage.processors[name.replace(".", "/")]
    processor.weight = 0.7
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(2, 6, attn.to_q.in_features, generator=generator)
    condition = torch.randn(2, WORDS + 2, WIDTH, generator=generator)
    with torch.no_grad():
        got = attn(hidden, encoder_hidden_states=condition).numpy()

    def numbers(layer):
        return layer.weight.detach().numpy().T.astype(np.float64)

    def attention(query, key, value):
        rows = []
        for head in range(attn.heads):
            part = slice(head * query.shape[-1] // attn.heads, (head + 1) * query.shape[-1] // attn.heads)
            scores = query[..., part] @ key[..., part].swapaxes(1, 2) / np.sqrt(part.stop - part.start)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            rows.append(shares / shares.sum(-1, keepdims=True) @ value[..., part])
        return np.concatenate(rows, -1)

    query = hidden.numpy() @ numbers(attn.to_q)
    text, subject = condition.numpy()[:, :WORDS], condition.numpy()[:, WORDS:]
    read = attention(query, text @ numbers(attn.to_k), text @ numbers(attn.to_v))
    read += 0.7 * attention(query, subject @ numbers(processor.to_key), subject @ numbers(processor.to_value))
    expected = read @ numbers(attn.to_out[0]) + attn.to_out[0].bias.detach().numpy()
    assert np.abs(got - expected).max() < 1e-5


def test_without_a_subject_or_with_weight_zero_the_network_is_as_it_was():
    latents, _, times, texts, codes = draws()
    with torch.no_grad():
        expected = tiny_unet()(latents, times, texts).sample
        unet, stage = staged()
        nobody = stage.condition(texts, codes, torch.zeros(3, dtype=torch.bool))
        assert torch.equal(unet(latents, times, nobody).sample, expected)
        somebody = stage.condition(texts, codes)
        assert (unet(latents, times, somebody).sample - expected).abs().max() > 1e-3
        set_weight(stage.processors, 0.0)
        assert torch.equal(unet(latents, times, somebody).sample, expected)


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction", "sample"])
def test_the_loss_is_that_of_what_the_scheduler_predicts(prediction):
    latents, noise, times, texts, codes = draws()
    unet, stage = staged(prediction=prediction)
    kept = scheduler().alphas_cumprod[times].view(-1, 1, 1, 1)
    with torch.no_grad():
        condition = stage.condition(texts, codes)
        said = unet(kept.sqrt() * latents + (1 - kept).sqrt() * noise, times, condition).sample
        got = stage.loss(latents, noise, times, condition)
    target = {"epsilon": noise, "v_prediction": kept.sqrt() * noise - (1 - kept).sqrt() * latents, "sample": latents}[prediction]
    assert float(got) == pytest.approx(float(((said - target) ** 2).mean()), rel=1e-5)


def test_gradients_reach_the_aligner_and_every_key_and_value_and_nothing_else():
    latents, noise, times, texts, codes = draws()
    unet, stage = staged()
    stage.loss(latents, noise, times, stage.condition(texts, codes)).backward()
    trained = dict(stage.named_parameters())
    assert {name.partition(".")[0] for name in trained} == {"aligner", "processors"}
    assert all(values.grad is not None and values.grad.abs().sum() > 0 for values in trained.values())
    ours = {id(values) for values in trained.values()}
    others = [values for values in unet.parameters() if id(values) not in ours]
    assert len(others) > 50
    assert not any(values.requires_grad or values.grad is not None for values in others)


def test_the_loss_of_a_fixed_batch_falls():
    latents, noise, times, texts, codes = draws()
    _, stage = staged()
    optimiser = torch.optim.AdamW(stage.parameters(), lr=1e-2)
    losses = []
    for _ in range(40):
        loss = stage.loss(latents, noise, times, stage.condition(texts, codes))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.9 * losses[0]


def test_the_target_is_never_the_same_picture_and_differs_in_pose_and_background_where_it_can():
    labels = pictures().labels
    batches = PairBatches(labels, 64)
    for step in range(20):
        pairs = batches.batch(np.random.default_rng(step))
        assert (labels.subject[pairs.codes] == labels.subject[pairs.targets]).all()
        assert (labels.pose[pairs.codes] != labels.pose[pairs.targets]).all()
        assert (labels.background[pairs.codes] != labels.background[pairs.targets]).all()


def test_subjects_with_one_pose_get_another_background_and_subjects_with_one_picture_are_left_out():
    subject, background = np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0])
    none = np.zeros(4, int)
    pairs = PairBatches(Labels(subject, none, background, none), 32).batch(np.random.default_rng(0))
    assert set(zip(pairs.codes.tolist(), pairs.targets.tolist(), strict=True)) == {(0, 1), (1, 0)}
    with pytest.raises(DataError, match="another picture of its subject"):
        PairBatches(Labels(np.arange(4), none, background, none), 32)


def test_training_changes_what_is_trained_alone_and_leaves_every_weight_of_the_network():
    unet = tiny_unet()
    before = {name: values.clone() for name, values in unet.state_dict().items()}
    stage = train_generative(pictures(), unet, scheduler(), SETTINGS, 0, NETWORK)
    after = unet.state_dict()
    assert all(torch.equal(after[name], values) for name, values in before.items())
    _, untrained = staged()
    for name, values in untrained.processors.state_dict().items():
        assert not torch.equal(stage.processors.state_dict()[name], values)


class KilledError(Exception):
    pass


@pytest.mark.parametrize(("killed_at", "precision"), [(3, "float32"), (4, "float32"), (3, "bfloat16")])
def test_a_killed_training_goes_on_to_the_same_weights_and_the_same_losses(tmp_path, killed_at, precision):
    data, settings = pictures(), replace(SETTINGS, precision=precision)
    whole = train_generative(data, tiny_unet(), scheduler(), settings, 7, NETWORK, tmp_path / "whole")

    def kill(record):
        if record.step == killed_at:
            raise KilledError

    with pytest.raises(KilledError):
        train_generative(data, tiny_unet(), scheduler(), settings, 7, NETWORK, tmp_path / "killed", kill)
    steps = []
    again = train_generative(
        data, tiny_unet(), scheduler(), settings, 7, NETWORK, tmp_path / "killed", lambda r: steps.append(r.step)
    )
    assert steps[0] == (killed_at - 1) // 2 * 2 + 1
    for name, values in whole.state_dict().items():
        assert torch.equal(values, again.state_dict()[name])
    curves = [(tmp_path / name / "steps.jsonl").read_text() for name in ("whole", "killed")]
    assert curves[0] == curves[1]
    assert len(curves[0].splitlines()) == settings.steps
    assert all(np.isfinite(json.loads(line)["loss"]) for line in curves[0].splitlines())


def test_another_seed_network_or_set_does_not_go_on_from_a_checkpoint(tmp_path):
    data = pictures()
    train_generative(data, tiny_unet(), scheduler(), SETTINGS, 7, NETWORK, tmp_path)
    other = replace(data, codes=data.codes + 1)
    for arguments in ((data, 8, NETWORK), (data, 7, "tiny@1"), (other, 7, NETWORK)):
        steps = []
        train_generative(
            arguments[0], tiny_unet(), scheduler(), replace(SETTINGS, checkpoint_every=100), arguments[1], arguments[2], tmp_path,
            lambda record, steps=steps: steps.append(record.step),
        )  # fmt: skip
        assert steps[0] == 1


def test_weights_are_read_back_into_a_network_and_make_the_same(tmp_path):
    unet = tiny_unet()
    stage = train_generative(pictures(), unet, scheduler(), SETTINGS, 0, NETWORK)
    path = save_stage(stage, SETTINGS, Origin(NETWORK, "codes of nobody", pictures().digest(), 0), tmp_path)
    other = tiny_unet()
    loaded, origin = load_stage(path, other, scheduler())
    assert origin.network == NETWORK and set(load_file(path)) == set(stage.state_dict())
    latents, _, times, texts, codes = draws()
    with torch.no_grad():
        expected = unet(latents, times, stage.condition(texts, codes)).sample
        assert torch.equal(other(latents, times, loaded.condition(texts, codes)).sample, expected)
    half = tiny_unet().to(torch.bfloat16)
    loaded, _ = load_stage(path, half, scheduler())
    with torch.no_grad():
        rough = half(latents.bfloat16(), times, loaded.condition(texts.bfloat16(), codes)).sample
    assert (rough.float() - expected).abs().max() < 0.1 * expected.abs().max()
    path.write_bytes(b"no weights")
    with pytest.raises(ModelError, match="no generative stage"):
        load_stage(path, tiny_unet(), scheduler())


def test_what_does_not_fit_is_refused_with_a_sentence():
    _, stage = staged()
    with pytest.raises(ModelError, match="plain network"):
        GenerativeStage(stage._held[0], scheduler(), CODE, 2, 1.0)
    with pytest.raises(ModelError, match="predicts flow"):
        GenerativeStage(tiny_unet(), type("S", (), {"config": {"prediction_type": "flow"}})(), CODE, 2, 1.0)
    with pytest.raises(DataError, match="between 1 and 16"):
        GenerativeSettings(tokens=0)
    with pytest.raises(DataError, match="add up"):
        GenerativeSettings(drop_subject=0.9, drop_text=0.2)
    data = pictures()
    with pytest.raises(DataError, match="one of each"):
        replace(data, codes=data.codes[1:])
    with pytest.raises(DataError, match="number them"):
        replace(data, prompts=data.prompts + 5)
