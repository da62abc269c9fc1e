"""Loading by the `transformers` package without a bar on the terminal, which belongs to the command that validates."""

import contextlib
from collections.abc import Iterator
from importlib import import_module


@contextlib.contextmanager
def without_progress() -> Iterator[None]:
    """No bars of transformers for a while; afterwards as before."""
    logging = import_module("transformers.utils.logging")
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
