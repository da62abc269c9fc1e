"""How many groups' anchors there is room for: counted from the layers that share, before anything runs; imports no torch."""

from spotdiff10k.engines.controlnet.attention.sharing import GIB, Sharing

SUBJECT = 0.4
"""Of a picture: what is planned with. A subject that fills more takes more, up to the limit at which the engine stops."""
KEYS_AND_VALUES = 2
BF16_BYTES = 2

LAYERS: dict[str, tuple[int, int]] = {
    "sd15": (512, 11_550_720),
    "sdxl-union": (1024, 104_857_600),
    "z-image": (1024, 32 * 4096 * 3840),
    "flux": (1024, 57 * 4096 * 3072),
    "qwen-image": (1024, 60 * 4096 * 3072),
}
"""By family: a size in pixels, and tokens times channels at that size, summed over all self-attention layers of pictures."""


def anchor_bytes(family: str, size: int, steps: int, halves: int, subject: float = SUBJECT) -> int:
    """What one anchor's keys and values take over all layers and steps in 16-bit numbers; 0 for families that do not share.

    `halves` is 2 under guidance, `subject` the share of the picture that the subject covers.
    """
    native, numbers = LAYERS.get(family, (1, 0))
    return round(numbers * (size / native) ** 2 * subject) * steps * halves * KEYS_AND_VALUES * BF16_BYTES


def groups_with_room(sharing: Sharing, family: str, size: int, steps: int, halves: int) -> int | None:
    """How many groups may be in the making at once, at least 1; None where anchors set no limit.

    Layers that do not share are counted as if they did.
    """
    one = anchor_bytes(family, size, steps, halves)
    if not one or not sharing.keep:
        return None
    return max(1, int((sharing.device_gib + sharing.host_gib) * GIB) // one)
