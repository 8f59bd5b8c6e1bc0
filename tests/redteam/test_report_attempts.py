"""Attempts by what the change hands in beside the code: reports, feeds, evidence, rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatepost.model.problems import UsageError
from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, POLICY, PUBLIC, Repository, not_passed, stopped, told

G = "reports and files beside"
NAME = "CVE-2024-3094"


def trivy(**more: Any) -> dict[str, Any]:
    vulnerability = {"VulnerabilityID": NAME, "PkgName": "xz", "InstalledVersion": "5.6.0", "Severity": "CRITICAL"}
    result = {"Target": "app", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [vulnerability]}
    return {"SchemaVersion": 2, "ArtifactName": "app:1", "ArtifactType": "container_image", "Results": [result], **more}


def sarif(**more: Any) -> dict[str, Any]:
    result = {
        "ruleId": "r1",
        "level": "error",
        "message": {"text": "bad"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "app.py"}, "region": {"startLine": 1}}}],
        **more,
    }
    run = {"tool": {"driver": {"name": "tool", "rules": [{"id": "r1"}]}}, "results": [result]}
    return {"version": "2.1.0", "runs": [run]}


def handed_in(repo: Repository, report: Any, name: str = "report.json", **more: Any) -> Any:
    """The verdict on a report that the pipeline made; it is no part of the change."""
    text = report if isinstance(report, str | bytes) else json.dumps(report)
    repo.based({".gitignore": "*.json\n"}).write({"app.py": "x\n"}).commit()
    repo.write({name: text})
    return repo.judged(reports=((name, None),), **more)


@attempt(
    120, G, "has its report claim that the finding is suppressed", "the claim is told; it counts only with `honour`"
)
def test_suppression(repo: Repository) -> None:
    verdict = handed_in(repo, sarif(suppressions=[{"kind": "inSource", "status": "accepted", "justification": "fine"}]))
    not_passed(verdict)
    assert verdict.decisions[0].assessment.finding.suppressions


@attempt(
    121,
    G,
    "has its report call the finding a note, unchanged or absent",
    "`baselineState` and the level are the tool's word; what has no severity is not low",
)
@pytest.mark.parametrize("more", [{"baselineState": "unchanged"}, {"level": "none"}, {"kind": "open"}, {"rank": 0.0}])
def test_mild_words(repo: Repository, more: dict[str, Any]) -> None:
    verdict = handed_in(repo, sarif(**more))
    assert verdict.decisions, told(verdict)
    assert verdict.decisions[0].assessment.context.is_new is not False


@attempt(122, G, "hands in a report of another commit", "a problem of kind other-commit, and that blocks")
def test_other_commit(repo: Repository) -> None:
    report = trivy(Results=[], Metadata={"Commit": "0" * 40})
    verdict = handed_in(repo, report)
    not_passed(verdict)
    assert "other-commit" in {one.problem.kind for one in verdict.problems}


@attempt(123, G, "hands in an old report", "with `reports: {max_age: …}` a problem of kind old-report")
def test_old_report(repo: Repository) -> None:
    verdict = handed_in(repo, trivy(Results=[], CreatedAt="2020-01-01T00:00:00Z"), oldest_report=7)
    not_passed(verdict)


@attempt(124, G, "hands in an empty file, an empty object or an error", "a problem: a report that failed is not clean")
@pytest.mark.parametrize("report", ["", "{}", "[]", "null", '{"error": "could not scan"}', " \n"])
def test_empty_report(repo: Repository, report: str) -> None:
    not_passed(handed_in(repo, report))


@attempt(125, G, "cuts the report off", "a problem, and that blocks")
@pytest.mark.parametrize("at", [20, 90, -2])
def test_truncated(repo: Repository, at: int) -> None:
    not_passed(handed_in(repo, json.dumps(trivy())[:at]))


@attempt(126, G, "has the report name files outside: `../`, absolute paths, `.git`", "none is read; the finding stays")
@pytest.mark.parametrize(
    "uri", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", ".git/config", "..\\\\..\\\\x", "a/../../x"]
)
def test_paths_out(repo: Repository, uri: str) -> None:
    report = sarif(locations=[{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}])
    verdict = handed_in(repo, report)
    not_passed(verdict)
    from gatepost.reports import render
    from gatepost.reports.view import View

    for name in ("terminal", "markdown", "html"):
        body = render(name, verdict, View(verbose=True)).body
        assert "root:x:" not in body
        assert "repositoryformatversion" not in body


@attempt(
    127,
    G,
    "forges a report, or writes a key of it twice so that the findings are overwritten",
    "a report that reads well is believed: the last key counts, as for every reader of JSON",
    "the job that scans is none that the change can write, and hands its report over as an artifact",
)
def test_forged_report(repo: Repository) -> None:
    verdict = handed_in(repo, json.dumps(trivy())[:-1] + ', "Results": []}')
    assert not verdict.decisions


@attempt(
    128,
    G,
    "commits the report that the pipeline is to make",
    "a report that is part of the change is a problem, and that blocks",
)
def test_committed_report(repo: Repository) -> None:
    repo.based().write({"trivy.json": json.dumps(trivy(Results=[]))})
    not_passed(repo.judged(reports=(("trivy.json", None),)))


@attempt(129, G, "edits the feed of exploited vulnerabilities that lies in the repository", "feeds of the base count")
def test_committed_feed(repo: Repository) -> None:
    line = "gate:\n  - {name: exploited, when: {known_exploited: true}, decide: block}\n"
    repo.based(
        {
            "gatepost.yaml": f"version: 1\nfeeds: {{path: feeds}}\n{line}",
            "feeds/known_exploited_vulnerabilities.json": kev(NAME),
            ".gitignore": "report.json\n",
        }
    )
    repo.write({"report.json": json.dumps(trivy())})
    assert repo.judged(reports=(("report.json", None),)).exit_code == 1
    repo.write({"feeds/known_exploited_vulnerabilities.json": kev("CVE-2020-0001")})
    not_passed(repo.judged(reports=(("report.json", None),)))
    verdict = repo.judged(reports=(("report.json", None),), feeds="feeds")
    not_passed(verdict)
    assert "this change edits feeds: it counts as main has it" in verdict.notes


def kev(name: str) -> str:
    texts = ("vendorProject", "product", "vulnerabilityName", "shortDescription", "requiredAction", "notes")
    entry = {"cveID": name, "dateAdded": "2024-04-01", "dueDate": "2024-04-22", **dict.fromkeys(texts, "x")}
    return json.dumps(
        {
            "title": "CISA",
            "catalogVersion": "2026.11.20",
            "dateReleased": "2026-11-20T00:00:00Z",
            "count": 1,
            "vulnerabilities": [entry],
        }
    )


@attempt(130, G, "edits the evidence that says whether a finding can be used", "evidence of the base counts")
def test_committed_evidence(repo: Repository) -> None:
    policy = POLICY.replace("gate:\n", "gate:\n  - {name: shown harmless, when: {validated: false}, decide: allow}\n")
    said = "validated: false, by: me@example.com, on: 2026-11-20, what: looked, reference: x"
    evidence = f"version: 1\nevidence:\n  - {{rule: {FAULT}, path: {PLACE}, {said}}}\n"
    repo.based({"gatepost.yaml": policy, "evidence.yaml": "version: 1\nevidence: []\n"})
    repo.write({PLACE: PUBLIC, "evidence.yaml": evidence})
    try:
        verdict = repo.judged(evidence=("evidence.yaml",))
    except UsageError:
        return
    stopped(verdict)


RULE = """\
title: No database is public here
severity: high
category: network
why: Because.
applies_to: terraform.aws_db_instance
forbid: {publicly_accessible: true}
"""


@attempt(131, G, "edits or deletes the repository's own rules that `--rules` names", "the rules of the base judge")
@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_own_rules(repo: Repository, how: str) -> None:
    only = "version: 1\ngate:\n  - {name: ours, when: {rule: own/db}, decide: block}\n"
    repo.based({"gatepost.yaml": only, "policies/rules/own/db.yaml": RULE, "policies/rules/own/other.yaml": RULE})
    repo.write({PLACE: PUBLIC})
    if how == "edited":
        repo.write({"policies/rules/own/db.yaml": RULE.replace("true}", "'never'}")})
    else:
        repo.remove("policies/rules/own/db.yaml")
    verdict = repo.judged(rules=("policies",))
    not_passed(verdict)
    assert "this change edits policies: it counts as main has it" in verdict.notes


@attempt(132, G, "adds a concept to its own rules that stands for a shipped one", "an error, or the base's count")
def test_own_concept(repo: Repository) -> None:
    concept = "name: aws.rds.instance\nfound_in:\n  - terraform: aws_nothing\n    attributes:\n      public: x\n"
    repo.based({"policies/rules/own/db.yaml": RULE}).write({PLACE: PUBLIC, "policies/resources/own/db.yaml": concept})
    try:
        verdict = repo.judged(rules=("policies",))
    except UsageError:
        return
    stopped(verdict)
