"""Reports load nothing that a verdict does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "json",
    "dataclasses",
    "enum_",
    "pathlib",
    "html",
    "hashlib",
    "datetime",
    "difflib",
    "unicodedata",
    "urllib.parse",
}


@pytest.mark.parametrize(
    ("name", "allowed"), [("terminal", set()), ("json", {"json"}), ("sarif", {"json", "urllib.parse"})]
)
def test_a_format_imports_only_what_it_writes_with(name: str, allowed: set[str]) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/reports'); before = set(sys.modules)\n"
        "from gatepost.model.decisions import Verdict, Counts; from gatepost.reports import render\n"
        "from gatepost.reports.view import View\n"
        f"render({name!r}, Verdict('enforce', 'x', (), (), (), Counts(files=1)), View())\n"
        "print(' '.join(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env=_paths())
    assert not (HEAVY - allowed) & set(done.stdout.split())


def _paths() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path) + os.pathsep + "src"}
