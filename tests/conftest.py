"""Lets tests in sub-folders import the helper modules of this folder, and a parallel run compile every kernel only once."""

import pytest
from compiled_kernels import compile_all
from torchvision_operators import declare_missing


def pytest_configure() -> None:
    """Torchvision is only there where the tests marked `torchvision` run."""
    declare_missing()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Runs before pytest-xdist starts its workers, and in each of them."""
    is_worker = hasattr(session.config, "workerinput")
    if session.config.getoption("numprocesses", None) and not is_worker:
        compile_all()
