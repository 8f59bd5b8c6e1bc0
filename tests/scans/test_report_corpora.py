from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatepost.scans import read_report

CORPORA = os.environ.get("GATEPOST_CORPORA", "")
# Folder: (format, findings in its report).
FOLDERS = {
    "sarif": ("sarif", 5),
    "trivy": ("trivy", 5),
    "anchore_grype": ("grype", 9),
    "checkov": ("checkov", 3),
    "semgrep": ("semgrep", 3),
    "hadolint": ("hadolint", 12),
}
pytestmark = pytest.mark.skipif(not CORPORA, reason="GATEPOST_CORPORA does not name a folder of real input")


def reports(folder: str) -> list[Path]:
    return sorted(path for path in (Path(CORPORA) / "reports" / folder).iterdir() if path.is_file())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_real_report_is_recognised_and_read_whole(folder: str) -> None:
    for path in reports(folder):
        result = read_report(path.read_bytes(), path.name)
        assert (result.format, len(result.findings), result.problems) == (*FOLDERS[folder], ())


def test_a_report_of_any_other_format_is_a_problem_or_recognised_as_what_it_is() -> None:
    for folder in sorted((Path(CORPORA) / "reports").iterdir()):
        if folder.is_dir() and folder.name not in FOLDERS:
            for path in reports(folder.name):
                result = read_report(path.read_bytes(), path.name)
                assert result.format or result.problems, path
