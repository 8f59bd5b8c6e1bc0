"""`gatepost test` of the folder with everything that is shipped runs rules and resources, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from gatepost.model.problems import UsageError
from gatepost.testing.running import run_files

POLICIES = Path(__file__).parents[2] / "policies"


def test_every_folder_of_what_is_shipped_is_known(tmp_path: Path) -> None:
    for name in os.listdir(POLICIES):
        folder = tmp_path / name
        folder.mkdir()
        if name not in ("rules", "resources"):
            (folder / "one.yaml").write_text("neither: rule nor resource\n")
    assert not [one for one in run_files([str(tmp_path)]) if isinstance(one, UsageError)]
