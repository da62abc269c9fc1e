"""Tiny tokenizers and text encoders of random weights: they know the 256 byte symbols and nothing more."""

import string
from functools import cache
from typing import Any

CHAT = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")


def symbols() -> list[str]:
    """The 256 bytes as a byte-level tokenizer writes them."""
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


@cache
def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    words = [*symbols(), *(f"{symbol}</w>" for symbol in symbols()), "re", "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[("r", "e")], model_max_length=77)


def clip_text(projected: bool = False) -> Any:
    import torch
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    tokenizer = clip_tokenizer()
    config = CLIPTextConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        hidden_size=32,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        vocab_size=len(tokenizer),
        projection_dim=32,
        max_position_embeddings=77,
    )
    torch.manual_seed(0)
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


@cache
def qwen_tokenizer() -> Any:
    from transformers import Qwen2Tokenizer

    vocabulary = {word: number for number, word in enumerate([*symbols(), "re"])}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=[("r", "e")], model_max_length=2048)
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL)})
    tokenizer.chat_template = CHAT
    return tokenizer


def qwen3(kind: str, layers: int = 4) -> Any:
    import torch
    import transformers

    config = transformers.Qwen3Config(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        vocab_size=len(qwen_tokenizer()),
        max_position_embeddings=512,
    )
    torch.manual_seed(0)
    return getattr(transformers, kind)(config).eval()


def qwen_vl() -> Any:
    import torch
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    tokenizer = qwen_tokenizer()
    numbers = {
        name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in ("vision_start", "vision_end", "image_pad", "video_pad")
    }
    config = Qwen2_5_VLConfig(
        text_config={
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "vocab_size": len(tokenizer),
            "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1_000_000.0},
        },
        vision_config={"depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16},
        vision_start_token_id=numbers["vision_start"],
        vision_end_token_id=numbers["vision_end"],
        image_token_id=numbers["image_pad"],
        video_token_id=numbers["video_pad"],
    )
    torch.manual_seed(0)
    return Qwen2_5_VLForConditionalGeneration(config).eval()


def t5_tokenizer() -> Any:
    """Letters and digits."""
    from transformers import T5Tokenizer

    known = [(one, -3.0) for one in string.ascii_lowercase + string.digits]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *known]
    return T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=512)


def t5(tokenizer: Any) -> Any:
    import torch
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(0)
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4}
    return T5EncoderModel(T5Config(vocab_size=len(tokenizer), decoder_start_token_id=0, **sizes)).eval()
