"""GitLab's security reports: what their schemas demand, and every finding in exactly one of them."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from host_demands import gitlab_secure
from verdict_builders import (
    PLAIN,
    a_finding,
    a_place,
    a_problem,
    a_verdict,
    a_vulnerability,
    a_waiver,
    decided,
    in_environment,
    one_of_everything,
    ssh_finding,
)

from gatepost.model.decisions import Decision, Verdict
from gatepost.model.findings import Artifact, Cvss
from gatepost.reports import render

KINDS = {
    "gitlab-sast": "sast",
    "gitlab-dependency": "dependency_scanning",
    "gitlab-container": "container_scanning",
}
IMAGE = Artifact("registry.example/shop:1.2", os="debian 12.5")


def report(name: str, verdict: Verdict) -> dict[str, Any]:
    return json.loads(render(name, verdict, PLAIN).body)


def waived(finding: Any, status: str = "") -> Decision:
    return decided(finding, "allow", waiver=a_waiver(status=status), because=None)


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_holds(name: str) -> None:
    verdict = one_of_everything()
    in_image = decided(a_vulnerability(9, artifact=IMAGE), "warn")
    verdict = verdict._replace(decisions=(*verdict.decisions, in_image))
    data = report(name, verdict)
    jsonschema.validate(data, gitlab_secure(KINDS[name]))
    assert data["vulnerabilities"]


def test_every_finding_is_in_one_of_them_unless_it_is_waived() -> None:
    verdict = one_of_everything()
    counts = {name: len(report(name, verdict)["vulnerabilities"]) for name in KINDS}
    assert counts == {"gitlab-sast": 3, "gitlab-dependency": 7, "gitlab-container": 0}


def test_what_is_waived_is_left_out_and_counted() -> None:
    data = report("gitlab-sast", a_verdict(waived(a_finding())))
    assert data["vulnerabilities"] == []
    assert data["scan"]["messages"][0]["value"] == "1 waived finding is left out: the json report has all."


def test_what_is_stated_not_to_concern_us_is_flagged() -> None:
    (one,) = report("gitlab-dependency", a_verdict(waived(a_vulnerability(1), "not_affected")))["vulnerabilities"]
    (flag,) = one["flags"]
    assert flag["type"] == "flagged-as-likely-false-positive"
    assert "Waived until" in flag["description"]


def test_a_vulnerability_is_identified_by_its_number_first() -> None:
    (one,) = report("gitlab-dependency", a_verdict(decided(a_vulnerability(1, cwe=(79,)))))["vulnerabilities"]
    assert [given["type"] for given in one["identifiers"]] == ["cve", "gatepost", "cwe"]


def test_the_image_and_its_system_are_named() -> None:
    (one,) = report("gitlab-container", a_verdict(decided(a_vulnerability(1, artifact=IMAGE))))["vulnerabilities"]
    assert one["location"]["image"] == "registry.example/shop:1.2"
    assert one["location"]["operating_system"] == "debian 12.5"


def test_a_vector_that_the_schema_refuses_is_left_out() -> None:
    for vector in ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "CVSS:3.1/ZZ:Q" * 4, ""):
        finding = a_vulnerability(1, cvss=Cvss(8.1, vector))
        (one,) = report("gitlab-dependency", a_verdict(decided(finding)))["vulnerabilities"]
        assert "cvss_vectors" not in one


def test_ids_are_unique_and_stay_when_a_line_moves() -> None:
    both = report("gitlab-sast", a_verdict(decided(ssh_finding()), decided(ssh_finding())))["vulnerabilities"]
    moved = report("gitlab-sast", a_verdict(decided(ssh_finding(location=a_place(line=80)))))["vulnerabilities"]
    assert both[0]["id"] != both[1]["id"]
    assert both[0]["id"] == moved[0]["id"]


def test_a_blocking_problem_is_a_failed_scan_with_the_reason() -> None:
    data = report("gitlab-sast", a_verdict(problems=(a_problem("block"),)))
    assert data["scan"]["status"] == "failure"
    assert "this block is never closed" in data["scan"]["messages"][0]["value"]


def test_markdown_of_scanned_text_is_harmless() -> None:
    finding = a_finding(message="@all ![x](https://evil.example/x.png)", why="# big")
    (one,) = report("gitlab-sast", a_verdict(decided(finding, context=in_environment())))["vulnerabilities"]
    assert "](" not in one["description"].replace("\\]", "")
    assert "@all" not in one["description"]
