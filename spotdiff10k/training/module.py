"""What the reference model's parts are made of."""

from torch import nn


class Module(nn.Module):  # type: ignore[misc]  # torch is looked at as untyped
    """torch's module."""
