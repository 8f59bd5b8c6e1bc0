"""`gatepost route` and `--routes-out` from the command line: what is told, what is not sent, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.routing.hosts.host import serving
from tests.routing.hosts.jira import FakeJira
from tests.routing.hosts.slack import FakeSlack
from tests.routing.verdicts import SECRETS, environment, finding, verdict

JIRA = {"jira": {"project": "NET"}}


@pytest.fixture
def jira() -> Iterator[FakeJira]:
    host = FakeJira()
    with serving(host):
        yield host


def run(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", *arguments],
        cwd=folder,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert not [name for name, secret in SECRETS.items() if secret in done.stdout + done.stderr]
    return done.returncode, done.stdout, done.stderr


def saved(folder: Path, *findings: Any, to: Any = JIRA, **judged: Any) -> None:
    (folder / "v.json").write_text(json.dumps(verdict(*findings, to=to, **judged)), encoding="utf-8")


def test_a_verdict_is_told_and_told_once(tmp_path: Path, jira: FakeJira) -> None:
    saved(tmp_path, finding(1))
    assert run(tmp_path, "route", "v.json", env=environment(jira)) == (0, "jira NET: 1 created\n", "")
    assert run(tmp_path, "route", "v.json", env=environment(jira)) == (0, "jira NET: 1 unchanged\n", "")


def test_a_dry_run_needs_no_credentials_and_asks_nobody(tmp_path: Path, jira: FakeJira) -> None:
    saved(tmp_path, finding(1))
    code, out, err = run(tmp_path, "route", "v.json", "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "net -> jira NET: 1 group"
    assert jira.asked == []


def test_a_fork_sends_nothing_and_says_so_unless_told(tmp_path: Path, jira: FakeJira) -> None:
    saved(tmp_path, finding(1))
    event = {"pull_request": {"head": {"repo": {"id": 2}}, "base": {"repo": {"id": 1}}}}
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    env = {**environment(jira), "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "event.json"}
    code, out, err = run(tmp_path, "route", "v.json", env=env)
    assert code == 0
    assert "nothing is sent, since a fork is built" in err
    assert "net -> jira NET: 1 group" in out
    assert jira.asked == []
    assert run(tmp_path, "route", "v.json", "--send", env=env)[1] == "jira NET: 1 created\n"


def test_issues_are_left_alone_while_a_change_is_judged_and_messages_are_not(tmp_path: Path) -> None:
    saved(tmp_path, finding(1), to={**JIRA, "slack": {"channel": "C0SECURITY"}}, change=True)
    host = FakeSlack()
    with serving(host):
        code, out, err = run(tmp_path, "route", "v.json", env=environment(host))
    assert (code, out) == (0, "slack C0SECURITY: 1 sent\n")
    assert "issues are left alone" in err


def test_what_could_not_be_told_is_exit_3_whatever_the_verdict(tmp_path: Path, jira: FakeJira) -> None:
    saved(tmp_path, finding(1), action="passed")
    env = {name: text for name, text in environment(jira).items() if name != "JIRA_TOKEN"}
    code, out, err = run(tmp_path, "route", "v.json", env=env)
    assert (code, out) == (3, "")
    assert err.startswith("gatepost: jira NET: JIRA_TOKEN is not set")


def test_a_verdict_of_nobody_knows_which_repository_writes_no_issues(tmp_path: Path, jira: FakeJira) -> None:
    saved(tmp_path, finding(1), repository=None)
    code, _, err = run(tmp_path, "route", "v.json", env=environment(jira))
    assert code == 3
    assert "give --repository" in err
    assert run(tmp_path, "route", "v.json", "--repository", "acme/shop", env=environment(jira))[0] == 0


def test_a_route_is_taken_by_its_name_and_a_wrong_name_is_a_fault(tmp_path: Path) -> None:
    saved(tmp_path, finding(1))
    assert run(tmp_path, "route", "v.json", "--dry-run", "--only", "net")[0] == 0
    code, _, err = run(tmp_path, "route", "v.json", "--dry-run", "--only", "nett")
    assert code == 2
    assert "did you mean 'net'?" in err


def test_what_other_routes_lead_to_stays_when_one_is_taken_alone(tmp_path: Path, jira: FakeJira) -> None:
    data = verdict(finding(1), finding(2), to=JIRA)
    [route] = data["routes"]
    one, two = route["findings"]
    data["routes"] = [{**route, "findings": [one]}, {**route, "name": "other", "findings": [two]}]
    (tmp_path / "v.json").write_text(json.dumps(data), encoding="utf-8")
    assert run(tmp_path, "route", "v.json", env=environment(jira))[1] == "jira NET: 2 created\n"
    assert run(tmp_path, "route", "v.json", "--only", "other", env=environment(jira))[1] == "jira NET: 1 unchanged\n"
    assert [one["status"]["name"] for one in jira.issues.values()] == ["To Do", "To Do"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', "[" * 100_000])
def test_what_is_no_verdict_is_a_usage_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "v.json").write_text(text, encoding="utf-8")
    code, out, err = run(tmp_path, "route", "v.json", "--dry-run")
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_the_files_are_the_same_from_check_and_from_route(tmp_path: Path) -> None:
    (tmp_path / "gatepost.yaml").write_text(
        "version: 1\nextends: recommended\nrules: {audience: thorough}\nroutes:\n"
        "  - {name: all, when: {}, jira: {project: NET}, teams: {webhook: GATEPOST_TEAMS}}\n",
        encoding="utf-8",
    )
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    common = ("--today", "2026-11-22", "--format", "json=v.json", "--routes-out", "one")
    assert run(tmp_path, "check", *common)[0] in (0, 1)
    code, out, _ = run(tmp_path, "route", "v.json", "--dry-run", "--routes-out", "two")
    assert code == 0
    one, two = (
        {path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in (tmp_path / name).rglob("*.json")}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 2
    assert out.startswith("two/all/jira-")


def test_routes_out_without_routes_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    code, _, err = run(tmp_path, "check", "--routes-out", "told")
    assert code == 2
    assert "the policy has no routes" in err


def test_a_plain_check_loads_nothing_of_routes(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\n", encoding="utf-8")
    script = (
        "import sys\nfrom gatepost.cli import run\n"
        "try:\n    run(['check', '-q'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if 'rout' in name or name in ('github', 'gitlab', 'requests', 'urllib3')])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_example_is_told_to_the_jira_team_search_backend(tmp_path: Path, jira: FakeJira) -> None:
    shutil.copytree(Path(__file__).parents[2] / "examples" / "routes", tmp_path / "routes")
    env = {**environment(jira), "GITHUB_REPOSITORY": "acme/search"}
    common = ("--today", "2026-11-22", "--format", "json=v.json")
    assert run(tmp_path / "routes", "check", *common, env=env)[0] == 1
    code, out, _ = run(tmp_path / "routes", "route", "v.json", "--only", "high findings of SearchAPI", env=env)
    assert (code, out) == (0, "jira SB: 1 created\n")
    [issue] = jira.issues.values()
    assert issue["fields"]["summary"] == "[high] A database has a public address"
    assert {"team-Search-Backend", "security", "gatepost"} <= set(issue["fields"]["labels"])
    assert issue["fields"]["issuetype"] == {"name": "Bug"}
