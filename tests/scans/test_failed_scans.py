from __future__ import annotations

import json
from typing import Any

import pytest

from gatepost.scans import read_report

SUMMARY = {"info": 0, "low": 0, "moderate": 0, "high": 2, "critical": 0}
TRIVY_EOSL = {"OS": {"Family": "alpine", "Name": "3.9.4", "EOSL": True}}
SARIF_RUN = {"tool": {"driver": {"name": "T"}}, "results": []}


def told(content: Any, format: str | None = None) -> list[str]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    result = read_report(data, "report.json", format)
    assert result.format
    assert result.findings == ()
    return [problem.what for problem in result.problems]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"results": [], "errors": [], "metrics": {"_totals": {}}}, "bandit looked at no file"),
        ({"Issues": None, "Stats": {"files": 0, "lines": 0, "nosec": 0}}, "gosec looked at no file"),
        ({"queries": [], "queries_total": 900, "files_scanned": 0}, "kics scanned no file"),
        (
            {"results": {"violations": None, "scan_errors": None, "scan_summary": {"policies_validated": 0}}},
            "terrascan tried no policy",
        ),
        ({"details": None, "summary": {"fatal": 0, "warn": 0, "info": 0, "pass": 0}}, "dockle made no check"),
        ([{"filename": "a.yaml", "successes": 0}], "conftest applied no policy"),
        (
            {"results": {}, "plugins_used": []},
            "detect-secrets used no plugin, so it looked for nothing",
        ),
        (
            {"total_incidents": 2, "type": "path_scan", "entities_with_incidents": []},
            "ggshield counts 2 incidents, of which 2 are not in the report",
        ),
        (
            {"advisories": {}, "metadata": {"vulnerabilities": SUMMARY}, "actions": [], "runId": "a"},
            "the report counts vulnerabilities that are not in it",
        ),
        ({"dependencies": [], "fixes": []}, "pip-audit audited no package"),
        (
            {"lockfile": {"dependency-count": 0}, "vulnerabilities": {"list": [], "count": 0}},
            "cargo-audit found no dependency in the lock file",
        ),
        (
            {"projects": [{"path": "a.csproj"}], "parameters": "--outdated"},
            "the list of packages was not asked for vulnerabilities",
        ),
        ({"@context": "https://openvex.dev/ns", "statements": []}, "the VEX document states nothing"),
        (
            {"document": {"csaf_version": "2.0"}, "vulnerabilities": []},
            "the CSAF document speaks of no vulnerability",
        ),
        (
            {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"name": "a"}, {"name": "b"}]},
            "the SBOM lists 2 components and no vulnerabilities: it is no scan",
        ),
        (
            {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]},
            "the SBOM lists 1 packages and no vulnerabilities: it is no scan",
        ),
        (b"SPDXVersion: SPDX-2.3\n", "the SBOM lists 0 packages and no vulnerabilities: it is no scan"),
        (
            {"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "SbomReport", "metadata": {"name": "x"}},
            "the SBOM of x lists components and no vulnerabilities: it is no scan",
        ),
        (
            {"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "ConfigAuditReport", "metadata": {"name": "x"}},
            "the ConfigAuditReport of x holds no report",
        ),
        ({"reportSchema": "1.1", "dependencies": []}, "dependency-check found no dependency"),
        (
            {"SchemaVersion": 2, "ArtifactName": "x", "Metadata": TRIVY_EOSL, "Results": []},
            "alpine 3.9.4 is at its end, so that nobody tells of its new vulnerabilities",
        ),
        (
            {"runs": [{**SARIF_RUN, "externalPropertyFileReferences": {"results": [{"location": {}}]}}]},
            "t has written results to another file",
        ),
        (
            {"runs": [{**SARIF_RUN, "invocations": [{"executionSuccessful": False}]}]},
            "t says that its run failed",
        ),
        (
            {
                "runs": [
                    {
                        **SARIF_RUN,
                        "invocations": [
                            {
                                "executionSuccessful": True,
                                "toolConfigurationNotifications": [{"level": "error", "message": {"text": "no rules"}}],
                            }
                        ],
                    }
                ]
            },
            "t reports: no rules",
        ),
    ],
)
def test_a_scan_of_nothing_or_in_part_is_a_problem(content: Any, what: str) -> None:
    assert what in told(content)


def test_a_package_that_was_skipped_is_a_problem_and_so_are_all_of_them() -> None:
    skipped = [{"name": "a", "skip_reason": "not on PyPI"}, {"name": "b", "skip_reason": "broken"}]
    assert told({"dependencies": skipped, "fixes": []}) == [
        "pip-audit audited no package",
        "pip-audit skipped a: not on PyPI",
        "pip-audit skipped b: broken",
    ]


def test_the_lines_of_yarn_without_their_summary_were_cut() -> None:
    assert told(b'{"type":"auditAdvisory","data":{"advisory":{"id":1,"module_name":"a"}}}\n') == [
        "yarn's report has no summary at its end, so it was cut"
    ]
    assert told(b'{"type":"error","data":"no lockfile"}\n', "yarn-audit")[0] == "yarn reports: no lockfile"


def test_a_text_of_bundler_audit_without_its_end_was_cut() -> None:
    whole = b"Name: rack\nVersion: 1\nCVE: CVE-2020-8161\nCriticality: High\nTitle: T\nSolution: upgrade to '>= 2'\n\n"
    assert len(read_report(whole + b"Vulnerabilities found!\n", "r.txt").problems) == 0
    assert [one.what for one in read_report(whole, "r.txt").problems] == ["the report ends in the middle"]
    assert told(b"No vulnerabilities found\n") == []


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ({"results": None}, "tfsec"),
        (b"null", "gitleaks"),
        ({"results": []}, "osv-scanner"),
        ({"advisories": [], "abandoned": []}, None),
        ({"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {}}, None),
        ({"advisories": {}, "actions": [], "muted": [], "metadata": {"vulnerabilities": {}}}, None),
        ({"results": [], "experimental_config": {}}, None),
        ({"bomFormat": "CycloneDX", "metadata": {"tools": [{"name": "grype"}]}, "vulnerabilities": []}, None),
        ([{"filePath": "/a.js", "messages": [], "errorCount": 0}], None),
        ({"Issues": None, "Stats": {"files": 3, "lines": 9, "nosec": 0}}, None),
        (b'{"level":"info-0","msg":"finished scanning","chunks":3}\n', "trufflehog"),
    ],
)
def test_a_scan_that_found_nothing_is_clean(content: Any, format: str | None) -> None:
    assert told(content, format) == []


def test_what_snyk_could_not_test_is_a_problem_also_where_nothing_else_is_said() -> None:
    error = {"ok": False, "error": "Could not detect supported target files", "path": "/srv/shop"}
    assert told(error, "snyk") == ["snyk could not test /srv/shop: Could not detect supported target files"]
    assert read_report(json.dumps(error).encode(), "r.json").problems


def test_a_result_that_somebody_has_to_review_is_not_dropped() -> None:
    rows = [
        {"ruleId": "A", "kind": kind, "message": {"text": "m"}} for kind in ("review", "open", "pass", "notApplicable")
    ]
    result = read_report(json.dumps({"runs": [{**SARIF_RUN, "results": rows}]}).encode(), "r.sarif")
    assert [(one.severity, one.detectors[0].said) for one in result.findings] == [
        ("unknown", "review"),
        ("unknown", "open"),
    ]


def test_weaknesses_of_sarif_are_found_among_taxa_and_relationships() -> None:
    run = {
        "tool": {"driver": {"name": "T", "rules": [{"id": "A", "relationships": [_cwe("79")]}]}},
        "results": [{"ruleId": "A", "message": {"text": "m"}, "taxa": [_cwe("22")["target"]]}],
    }
    assert read_report(json.dumps({"runs": [run]}).encode(), "r.sarif").findings[0].cwe == (22, 79)


def _cwe(number: str) -> dict[str, Any]:
    return {"target": {"id": number, "toolComponent": {"name": "CWE"}}}
