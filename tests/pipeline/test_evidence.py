"""What people found when they tried is laid over the findings that it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gatepost.model.findings import Detector, Exploitability, Finding, Package
from gatepost.model.places import Location, Region
from gatepost.model.problems import UsageError
from gatepost.pipeline.evidence import evidence_schema, read_evidence, with_evidence
from gatepost.reports import render
from gatepost.reports.view import View
from tests.pipeline.stories import judged

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "evidence.schema.json"
SAID = {"validated": True, "by": "Red Team", "on": "2026-11-02", "what": "A shell on the host"}
FINDING = Finding(
    "trivy/CVE-2024-3094", "t", "m", "low", "high", "vulnerability", Location("app/Dockerfile", Region(1, 1, 1, 2)),
    "package", 'module.a["x"].aws_instance.b', ids=("CVE-2024-3094", "GHSA-x"), package=Package("xz-utils", "5.6.0"),
    detectors=(Detector("trivy", "trivy/CVE-2024-3094"), Detector("grype", "grype/GHSA-x")),
    fingerprint="0123456789abcdef",
)  # fmt: skip


def entries(tmp_path: Path, *pieces: dict[str, Any]) -> Any:
    path = tmp_path / "evidence.json"
    document = {"version": 1, "evidence": list(pieces)}
    path.write_text(json.dumps(document))
    jsonschema.validate(document, evidence_schema())
    return read_evidence(str(path))


@pytest.mark.parametrize(
    ("where", "about"),
    [
        ({"id": "cve-2024-3094"}, True),
        ({"id": "CVE-2024-3095"}, False),
        ({"id": "CVE-2024-3094", "package": "xz-utils"}, True),
        ({"id": "CVE-2024-3094", "package": "xz-utils@5.6.1"}, False),
        ({"rule": "grype/*"}, True),
        ({"rule": "checkov/*"}, False),
        ({"resource": "module.a.aws_instance.b"}, True),
        ({"resource": "module.b.aws_instance.b"}, False),
        ({"id": "GHSA-x", "path": "app/**"}, True),
        ({"id": "GHSA-x", "path": "web/**"}, False),
        ({"fingerprint": "01234567"}, True),
        ({"fingerprint": "01234568"}, False),
    ],
)
def test_evidence_is_about_what_all_of_it_fits(tmp_path: Path, where: dict[str, str], about: bool) -> None:
    ((found,), notes) = with_evidence([FINDING], entries(tmp_path, {**where, **SAID}))
    assert found.exploitability.validated is (True if about else None)
    assert [one.what for one in found.evidence] == (["A shell on the host"] if about else [])
    assert (len(notes), "is about nothing that was found" in "".join(notes)) == ((0, False) if about else (1, True))


def test_the_newest_evidence_counts_and_all_of_it_is_kept(tmp_path: Path) -> None:
    later = {**SAID, "validated": False, "on": "2026-11-12", "what": "Mended: it no longer works"}
    ((found,), _) = with_evidence([FINDING], entries(tmp_path, {"id": "GHSA-x", **SAID}, {"id": "GHSA-x", **later}))
    assert (found.exploitability.validated, [one.validated for one in found.evidence]) == (False, [False, True])


def test_what_a_tool_has_shown_to_be_usable_stays_so(tmp_path: Path) -> None:
    shown = FINDING._replace(exploitability=Exploitability(validated=True))
    ((found,), _) = with_evidence([shown], entries(tmp_path, {"id": "GHSA-x", **SAID, "validated": False}))
    assert found.exploitability.validated is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has to be a mapping"),
        ("version: 2\nevidence: []", "reads evidence of version 1"),
        ("version: 1", "has no `evidence`"),
        ("version: 1\nevidence: [{validated: true, by: x, on: 2026-01-01, what: x}]", "about nothing"),
        ("version: 1\nevidence: [{path: '**', validated: true, by: x, on: 2026-01-01, what: x}]", "about nothing"),
        ("version: 1\nevidence: [{id: x, validated: yes, by: x, on: 2026-01-01, what: x}]", "true or false"),
        ("version: 1\nevidence: [{id: x, validated: true, by: x, on: 2026-02-30, what: x}]", "is not a date"),
        ("version: 1\nevidence: [{id: x, validated: true, on: 2026-01-01, what: x}]", "has no `by`"),
        ("version: 1\nevidence: [{id: x, valid: true}]", 'unknown key "valid"'),
        ("[" * 3000, "deep"),
    ],
)
def test_evidence_that_cannot_be_read_is_an_error_at_its_place(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "evidence.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=why) as raised:
        read_evidence(str(path))
    assert raised.value.location is not None


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_evidence(str(tmp_path / "none.yaml"))


def test_evidence_decides_and_is_shown(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM debian\nUSER app\n",
        "evidence.yaml": """
            version: 1
            evidence:
              - rule: docker/base-image-unpinned
                validated: true
                by: Red Team
                on: 2026-11-02
                what: Stood still unseen
        """,
    }
    verdict = judged(tmp_path, files, "Dockerfile", evidence=("evidence.yaml",))
    (one,) = [each for each in verdict.decisions if each.assessment.finding.evidence]
    assert one.because is not None
    assert (one.action, one.because.name) == ("block", "nothing that was shown to be usable")
    shown = render("terminal", verdict, View(width=120)).body
    assert "can be used, says Red Team on 2026-11-02: Stood still unseen" in shown
    (found,) = [each for each in json.loads(render("json", verdict, View()).body)["findings"] if each["evidence"]]
    assert found["evidence"][0]["origin"]["path"] == "evidence.yaml"


def test_the_schema_that_is_shipped_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == evidence_schema()
