"""One verdict in all formats, as files anybody can look at; GATEPOST_UPDATE_SNAPSHOTS=1 writes them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from verdict_builders import a_trace, one_of_everything

from gatepost import __version__
from gatepost.reports import FORMATS, render
from gatepost.reports.view import View

FOLDER = Path(__file__).parent / "snapshots"
ENDINGS = {
    "terminal": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "markdown": "md",
    "github": "txt",
    "html": "html",
    "compliance": "md",
    "compliance-csv": "csv",
    "openvex": "json",
    "cyclonedx": "json",
    "codequality": "json",
    "gitlab-sast": "json",
    "gitlab-dependency": "json",
    "gitlab-container": "json",
    "rdjson": "json",
    "azure": "txt",
    "bitbucket": "json",
    "gerrit": "json",
}


def test_every_format_has_a_snapshot() -> None:
    assert ENDINGS.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_report_looks_as_it_did(name: str) -> None:
    view = View(seconds=0.21, today="2026-11-21", verdict_file="verdict.json")
    verdict = one_of_everything()._replace(trace=a_trace())
    body = render(name, verdict, view).body.replace(__version__, "VERSION")
    file = FOLDER / f"{name}.{ENDINGS[name]}"
    if os.environ.get("GATEPOST_UPDATE_SNAPSHOTS"):
        file.write_text(body, encoding="utf-8")
    assert body == file.read_text(encoding="utf-8")
