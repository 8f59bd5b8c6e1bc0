"""The repository that the attempts are made on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.redteam.repository import Repository


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository of its own, away from whatever the machine's git is set to."""
    for name in ("GITHUB_ACTIONS", "GITHUB_BASE_REF", "GITHUB_REF_NAME", "GITLAB_CI", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = tmp_path / "repo"
    folder.mkdir()
    return Repository(folder)
