"""What holds for all tests: property tests take as long as a busy machine needs, and the same examples each time.

The policies are compiled once, as in an installation: hundreds of tests start the command line, and each would read
every rule from its file.
"""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import settings

from gatepost.model.problems import UsageError
from gatepost.rules.checkout import keep_compiled

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # before the workers of pytest-xdist start
        with contextlib.suppress(UsageError):  # a rule that does not load has tests that say so
            keep_compiled()
