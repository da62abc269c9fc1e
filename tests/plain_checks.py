"""Recipes of engines that draw discs and noise: the checks that judge subjects are left out."""

from spotdiff10k.recipe.delivery import DEFAULT_CHECKS

PLAIN = ("structure", "mask")
LEFT_OUT = {name: {"enabled": False} for name in DEFAULT_CHECKS if name not in PLAIN}


def line(mask: str = "{}") -> str:
    """A line of a recipe that leaves them out; `mask` is what it says of the masks."""
    return "checks: {mask: " + mask + "".join(f", {name}: {{enabled: false}}" for name in LEFT_OUT) + "}\n"


CHECKS = line()
