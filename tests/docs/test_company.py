"""examples/company tells the story that its README tells, also to a change that wants to be let through."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.console import TODAY
from tests.docs.pages import TOP

COMPANY = TOP / "examples" / "company"


def git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The company as a repository, with a branch that a change is made on."""
    folder = tmp_path / "company"
    shutil.copytree(COMPANY, folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "switch", "-q", "-c", "change")
    return folder


def check(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "gatepost", "check", "--today", TODAY, "--format", "json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def decided(verdict: dict[str, Any], rule: str) -> dict[str, str]:
    return {
        finding["context"]["environments"][0]["name"]: finding["decision"]["action"]
        for finding in verdict["findings"]
        if finding["rule"] == rule
    }


def test_one_module_is_decided_by_the_environment_that_uses_it(company: Path) -> None:
    verdict = check(company)
    assert decided(verdict, "aws/ec2/ssh-open-to-internet") == {"staging": "block", "development": "warn"}
    assert decided(verdict, "aws/rds/instance-public") == {"production": "allow"}


def test_what_is_exploited_goes_before_what_has_a_high_score(company: Path) -> None:
    verdict = check(company, "--report", "reports/search-api.json")
    because = {finding["rule"]: finding["decision"]["because"] for finding in verdict["findings"]}
    assert because["trivy/CVE-2023-4911"] == "exploitable before high-scored"
    assert decided(verdict, "trivy/CVE-2024-1135") == {"production": "warn"}
    assert decided(verdict, "trivy/CVE-2023-45853") == {"production": "allow"}  # waived, and why is stated


def test_waivers_are_there_in_every_state(company: Path) -> None:
    states = {
        state for one in check(company, "--report", "reports/search-api.json")["waivers"] for state in one["states"]
    }
    assert states >= {"active", "expired", "expiring", "fix_exists", "not_yet_valid", "refused", "unused"}


def test_high_findings_of_the_search_api_go_to_its_team(company: Path) -> None:
    verdict = check(company, "--report", "reports/search-api.json")
    (route,) = (one for one in verdict["routes"] if "jira" in one["destinations"])
    assert route["destinations"]["jira"]["team"] == "Search-Backend" and len(route["findings"]) >= 3


def test_a_service_that_nobody_owns_is_not_deployed(company: Path) -> None:
    owners = company / ".github/CODEOWNERS"
    owners.write_text(owners.read_text().replace("*                        @lumen/platform\n", ""))
    (company / "services/lamp").mkdir()
    (company / "services/lamp/Dockerfile").write_text("FROM debian:12.5-slim\nUSER 1000\n")
    verdict = check(company)
    lamp = [one for one in verdict["findings"] if one["path"] == "services/lamp/Dockerfile"]
    assert lamp and {one["decision"]["because"] for one in lamp} == {"no owner, no deploy"}


def test_a_change_does_not_waive_itself(company: Path) -> None:
    waivers = company / "waivers/platform.yaml"
    waivers.write_text(
        waivers.read_text()
        + '\n  - {rule: aws/ec2/ssh-open-to-internet, until: 2027-01-01, why: later, by: "@lumen/platform"}\n'
    )
    verdict = check(company, "--base", "main")
    assert decided(verdict, "aws/ec2/ssh-open-to-internet")["staging"] == "block"
    (note,) = (note for note in verdict["verdict"]["notes"] if "waivers/platform.yaml" in note)
    assert "would waive" in note and "@lumen/platform" in note


def test_what_was_there_before_is_not_new(company: Path) -> None:
    main = company / "infra/live/prod/main.tf"
    main.write_text(main.read_text().replace('["10.20.0.0/16"]', '["0.0.0.0/0"]'))
    verdict = check(company, "--base", "main")
    new = {one["context"]["environments"][0]["name"] for one in verdict["findings"] if one["context"]["is_new"]}
    assert new == {"production"}
