"""Lets tests in sub-folders import the helper modules of this folder, and a parallel run compile every kernel only once.

Hypothesis shows every run the same examples and lets them take their time, so that what passes once passes on a busy machine too.
"""

import pytest
from compiled_kernels import compile_all
from hypothesis import HealthCheck, settings
from torchvision_operators import declare_missing

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Torchvision is only there where the tests marked `torchvision` run."""
    declare_missing()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Runs before pytest-xdist starts its workers, and in each of them."""
    is_worker = hasattr(session.config, "workerinput")
    if session.config.getoption("numprocesses", None) and not is_worker:
        compile_all()
