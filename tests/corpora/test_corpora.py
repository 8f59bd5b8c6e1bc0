"""The main job on real input: needs a folder of it, named by GATEPOST_CORPORA."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CORPORA = Path(os.environ.get("GATEPOST_CORPORA", ""))
pytestmark = pytest.mark.skipif(
    not os.environ.get("GATEPOST_CORPORA") or not CORPORA.is_dir(),
    reason="GATEPOST_CORPORA names no folder of real input",
)

# A key, networks, log buckets and the like, as an organisation would name them once.
SETTINGS = {
    "trusted_networks": ["10.20.0.0/16"],
    "log_bucket": "central-logs",
    "log_group": "arn:aws:logs:eu-central-1:111122223333:log-group:central",
    "log_workspace": "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/central",
    "kms_key": "arn:aws:kms:eu-central-1:111122223333:key/central",
}


def gatepost(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatepost", *arguments, "--today", "2026-11-21"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def verdict(folder: Path, *arguments: str) -> dict[str, Any]:
    done = gatepost(folder, "check", "--format", "json", *arguments)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return {**json.loads(done.stdout), "exit": done.returncode, "bytes": done.stdout}


def policy_with_settings() -> str:
    from gatepost.rules.catalogue import load_shipped

    lines = ["version: 1", "extends: recommended", "rules:"]
    for rule in load_shipped().rules():
        given = {name: SETTINGS[name] for name in rule.settings if name in SETTINGS}
        if given:
            lines.append(f"  {rule.id}: {json.dumps(given)}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def terragoat(tmp_path: Path) -> Path:
    folder = tmp_path / "terragoat"
    shutil.copytree(CORPORA / "terraform/terragoat", folder, copy_function=shutil.copy)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (folder / "gatepost.yaml").write_text(policy_with_settings())
    return folder


def unformatted(folder: Path) -> set[str]:
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive", str(folder)], capture_output=True, text=True)
    return {line for line in done.stdout.splitlines() if line.endswith(".tf")}


def test_terragoat_is_blocked_and_half_of_it_can_be_mended(terragoat: Path) -> None:
    found = verdict(terragoat)
    findings = found["findings"]
    assert found["exit"] == 1
    assert len(findings) >= 100
    assert 2 * sum(bool(finding["fixes"]) for finding in findings) >= len(findings)
    assert all(finding["fixes"] or finding["no_fix"] for finding in findings)
    assert not found["problems"]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not here")
def test_terragoat_mended_is_formatted_and_has_exactly_the_rest(terragoat: Path) -> None:
    before, formatted = verdict(terragoat), unformatted(terragoat)
    rest = Counter((f["rule"], f["path"], f["resource"]) for f in before["findings"] if not f["fixes"])
    assert gatepost(terragoat, "fix", "--unsafe", "--write").returncode == 0
    after = verdict(terragoat)
    _only_the_rest(after, rest)
    assert unformatted(terragoat) <= formatted
    assert "wrote 0 fixes" in gatepost(terragoat, "fix", "--unsafe", "--write").stdout


@pytest.mark.parametrize("name", ["terraform", "cloudformation"])
def test_a_second_run_gives_the_same_bytes(name: str) -> None:
    one, two = verdict(CORPORA / name, "--jobs", "1"), verdict(CORPORA / name, "--jobs", "2")
    assert one["bytes"] == two["bytes"]
    assert one["findings"]


def test_templates_mended_are_still_templates(tmp_path: Path) -> None:
    from cfnlint.decode import decode_str

    folder = tmp_path / "templates"
    shutil.copytree(CORPORA / "cloudformation", folder, copy_function=shutil.copy)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (folder / "gatepost.yaml").write_text(policy_with_settings())
    before = verdict(folder)
    rest = Counter((f["rule"], f["path"], f["resource"]) for f in before["findings"] if not f["fixes"])
    texts = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert gatepost(folder, "fix", "--unsafe", "--write").returncode == 0
    changed = [path for path, text in texts.items() if path.read_text() != text]
    assert changed
    for path in changed:
        assert decode_str(path.read_text())[0] is not None, path
    after = verdict(folder)
    _only_the_rest(after, rest)


def test_every_report_is_read_or_told_and_none_crashes() -> None:
    from gatepost.pipeline.reports import read_one
    from gatepost.sources.reading import Files

    files = Files(str(CORPORA / "reports"))
    for path in sorted((CORPORA / "reports").rglob("*")):
        if path.is_file() and path.suffix != ".md":
            one = read_one(str(path), None, files)
            assert one.format, path
            assert one.findings or one.problems or one.format == "kubescape", path  # whose controls have all passed


def _only_the_rest(after: dict[str, Any], rest: Counter[tuple[str, str, str]]) -> None:
    """What is left had no fix before; a fix may have mended what had none of its own."""
    left = Counter((f["rule"], f["path"], f["resource"]) for f in after["findings"])
    assert left <= rest, left - rest
    assert len(rest - left) <= 3, rest - left
    assert not any(finding["fixes"] for finding in after["findings"])
