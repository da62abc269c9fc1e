"""spotdiff10k: a dataset factory for personalised image generation that proves its product."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spotdiff10k.data.release import load_release

__version__ = "0.1.0"
__all__ = ["__version__", "load_release"]


def __getattr__(name: str) -> Any:
    """Import what is heavy only when it is asked for."""
    if name == "load_release":
        from spotdiff10k.data.release import load_release

        return load_release
    raise AttributeError(f"module 'spotdiff10k' has no attribute '{name}'")
