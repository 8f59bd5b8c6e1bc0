"""examples/shop tells the story that its README and ours tell."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.console import TODAY
from tests.docs.pages import TOP

SHOP = TOP / "examples" / "shop"


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("example") / "shop"
    shutil.copytree(SHOP, folder)
    return json.loads(_gatepost(folder, 1, "check", "--report", "reports/trivy.json", "--format", "json"))


def _gatepost(folder: Path, code: int, command: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", command, "--today", TODAY, *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


DECIDED = [
    ("aws/ec2/ssh-open-to-internet", "infra/main.tf", "block"),
    ("trivy/CVE-2023-37920", "requirements.txt", "block"),
    ("aws/sqs/queue-policy-public", "queue.yaml", "block"),
    ("docker/runs-as-root", "Dockerfile", "warn"),
    ("aws/s3/plain-http-refused", "infra/modules/bucket/main.tf", "warn"),
    ("aws/rds/instance-public", "infra/main.tf", "allow"),
]


@pytest.mark.parametrize(("rule", "path", "action"), DECIDED)
def test_each_part_is_decided_as_told(verdict: dict[str, Any], rule: str, path: str, action: str) -> None:
    (finding,) = (f for f in verdict["findings"] if f["rule"] == rule)
    assert (finding["path"], finding["decision"]["action"]) == (path, action)


def test_the_fix_of_the_open_port_is_written_in_the_variable_file(verdict: dict[str, Any]) -> None:
    (finding,) = (f for f in verdict["findings"] if f["rule"] == DECIDED[0][0])
    (edit,) = finding["fixes"][0]["edits"]
    assert edit["path"] == "infra/terraform.tfvars" and "10.20.0.0/16" in edit["replacement"]


def test_the_public_database_is_waived_and_its_encryption_undecided(verdict: dict[str, Any]) -> None:
    (finding,) = (f for f in verdict["findings"] if f["rule"] == "aws/rds/instance-public")
    assert finding["decision"]["waiver"]["until"] == "2027-03-31"
    assert "aws/rds/storage-encrypted" in {one["rule"] for one in verdict["undecided"]}
    assert not verdict["problems"] and not verdict["verdict"]["unused_waivers"]


def test_its_policy_keeps_its_cases() -> None:
    assert ", 0 failed" in _gatepost(SHOP, 0, "test")
