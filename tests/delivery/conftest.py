"""What several tests of the delivery run on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.delivery.real_parts import TOP, commit_all, copy_delivered


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the example at its top and the action in `gate/`."""
    folder = tmp_path_factory.mktemp("action") / "shop"
    shutil.copytree(TOP / "examples" / "shop", folder)
    copy_delivered(folder / "gate", "action.yml", ".github/action", "src", "policies")
    commit_all(folder)
    return folder
