"""Pictures as latents and prompts as texts, by tiny encoders; and trained conditions in a pipeline."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")
from tiny_unet import CODE, WIDTH, WORDS, scheduler, tiny_unet  # noqa: E402

from spotdiff10k.training.generative.encode import latents_of, texts_of  # noqa: E402
from spotdiff10k.training.generative.stage import GenerativeStage  # noqa: E402

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


def tiny_vae():
    from diffusers import AutoencoderKL

    torch.manual_seed(0)
    blocks = {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
    return AutoencoderKL(block_out_channels=[8, 8], norm_num_groups=4, latent_channels=4, sample_size=16, **blocks).eval()


class Tokenizer:
    """A word's number is its length."""

    model_max_length = WORDS

    def __call__(self, texts, **_):
        rows = [([len(word) for word in text.split()] + [0] * WORDS)[:WORDS] for text in texts]
        return type("Tokens", (), {"input_ids": torch.tensor(rows)})()


def tiny_text():
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=20, hidden_size=WIDTH, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, eos_token_id=0
    )  # fmt: skip
    return CLIPTextModel(config).eval()


def test_a_latent_is_the_scaled_mean_of_the_encoder_whatever_comes_beside_it():
    vae = tiny_vae()
    pictures = list(np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3), np.uint8))
    got = latents_of(vae, iter(pictures), at_once=2)
    assert got.shape == (5, 4, 8, 8) and got.dtype == np.float32
    for picture, latent in zip(pictures, got, strict=True):
        pixels = torch.from_numpy(picture.astype(np.float32) / 255 * 2 - 1).permute(2, 0, 1)[None]
        with torch.no_grad():
            expected = vae.encode(pixels).latent_dist.mean[0] * vae.config.scaling_factor
        assert np.abs(latent - expected.numpy()).max() < 1e-5


def test_texts_come_in_the_order_of_prompts_after_that_of_no_words():
    encoder = tiny_text()
    got = texts_of(Tokenizer(), encoder, ["a cat", "a yellow cat", "a cat"], at_once=2)
    assert got.shape == (4, WORDS, WIDTH)
    assert np.array_equal(got[1], got[3]) and not np.array_equal(got[1], got[2])
    with torch.no_grad():
        empty = encoder(torch.zeros(1, WORDS, dtype=torch.long))[0]
    assert np.abs(got[0] - empty.numpy()).max() < 1e-6


def test_a_pipeline_takes_conditions_as_embeddings_and_draws_by_the_subject():
    from diffusers import StableDiffusionPipeline

    unet = tiny_unet()
    stage = GenerativeStage(unet, scheduler(), CODE, tokens=2, weight=1.0)
    stage.aligner.begin(torch.Generator().manual_seed(0))
    with torch.no_grad():
        pipe = StableDiffusionPipeline(
            tiny_vae(), tiny_text(), None, unet, scheduler(), None, None, requires_safety_checker=False
        )  # fmt: skip
        pipe.set_progress_bar_config(disable=True)
        text = torch.from_numpy(texts_of(Tokenizer(), pipe.text_encoder, ["a cat"]))
        codes = torch.randn(2, CODE, generator=torch.Generator().manual_seed(1))
        nobody = stage.condition(text[:1], codes[:1], torch.zeros(1, dtype=torch.bool))
        pictures = [
            pipe(
                prompt_embeds=stage.condition(text[1:], code[None]),
                negative_prompt_embeds=nobody,
                num_inference_steps=2,
                generator=torch.Generator().manual_seed(0),
                output_type="np",
            ).images
            for code in codes[[0, 0, 1]]
        ]
    assert np.array_equal(pictures[0], pictures[1])
    assert np.abs(pictures[0] - pictures[2]).max() > 1e-4
