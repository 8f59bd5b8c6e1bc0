"""Causes cost nothing where there are no reports, and time that grows with the findings where there are."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from gatepost.causes import with_causes
from gatepost.model.findings import Finding
from gatepost.sources.reading import Files
from tests.causes.causes import vulnerability

_CHECK = """
import sys
from gatepost.__main__ import main
sys.argv = ["gatepost", "check", "--today", "2026-11-22", "."]
try:
    main()
except SystemExit:
    pass
loaded = [name for name in sys.modules if name.startswith(("gatepost.causes", "gatepost.languages.manifests"))]
print("LOADED", loaded)
"""


def test_a_check_without_reports_loads_none_of_it(tmp_path: Path):
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    command = [sys.executable, "-c", _CHECK]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "LOADED []" in done.stdout


def _seconds(folder: Path, count: int) -> float:
    """Return what it costs to find the causes of `count` findings in two lock files of as many packages."""
    findings: list[Finding] = []
    for project in ("x", "y"):
        names = [f"p{number}" for number in range(count // 2)]
        packages: dict[str, object] = {"": {"dependencies": dict.fromkeys(names[::10], "^1.0.0")}}
        for number, name in enumerate(names):
            needs = {} if number % 10 == 9 or name == names[-1] else {names[number + 1]: "^1.0.0"}
            packages[f"node_modules/{name}"] = {"version": "1.0.0", "dependencies": needs}
        (folder / project).mkdir(parents=True)
        lock = json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)
        (folder / project / "package-lock.json").write_text(lock, encoding="utf-8")
        manifest = json.dumps({"dependencies": dict.fromkeys(names[::10], "^1.0.0")}, indent=1)
        (folder / project / "package.json").write_text(manifest, encoding="utf-8")
        findings += [vulnerability(f"{project}/package-lock.json", name, "1.0.0", "2.0.0") for name in names]
    start = time.process_time()
    found = with_causes(findings, Files(str(folder)))
    assert all(one.mend for one in found)
    return time.process_time() - start


def test_time_grows_with_the_findings(tmp_path: Path):
    few, many = _seconds(tmp_path / "few", 1_000), _seconds(tmp_path / "many", 8_000)
    assert many < 8 * few * 3 + 0.5
