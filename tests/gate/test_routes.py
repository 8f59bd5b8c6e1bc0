"""Routes of a policy: verified when they are read, matched with what was decided in the end."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gatepost.gate.cases import run_cases
from gatepost.gate.destinations import DESTINATIONS
from gatepost.gate.policy import load
from gatepost.gate.routes import routed
from gatepost.model.decisions import Assessment, Context, Decision, Due
from gatepost.model.findings import Finding
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request, check
from gatepost.reports.plain_data import verdict_report
from gatepost.routing.items import read_routing
from gatepost.routing.rendering import bodies
from gatepost.routing.telling import Links
from gatepost.sources.shipped import shipped_policy

TODAY = "2026-11-22"
FINDING = Finding(
    "a/b", "t", "m", "high", "high", "network", Location("a.tf", Region(1, 1, 1, 2)), fingerprint="f" * 16
)
TERRAFORM = """
resource "aws_db_instance" "ranking" {
  identifier          = "ranking"
  publicly_accessible = true
  storage_encrypted   = true
  tags                = { Project = "SearchAPI" }
}
resource "aws_db_instance" "bills" {
  identifier          = "bills"
  publicly_accessible = true
  storage_encrypted   = true
  tags                = { Project = "Billing" }
}
"""
SENTENCE = "{name: search, when: {severity: high, project: SearchAPI}, jira: {project: SB, team: Search-Backend}}"


def fault(routes: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        load(Source("gatepost.yaml", f"version: 1\nextends: strict\nroutes: {routes}\n", "policy"), shipped_policy)
    return raised.value


def judged(folder: Path, policy: str, organisation: str = "", **files: str) -> dict[str, Any]:
    (folder / "main.tf").write_text(files.pop("terraform", TERRAFORM), encoding="utf-8")
    (folder / "gatepost.yaml").write_text(f"version: 1\nextends: recommended\n{policy}\n", encoding="utf-8")
    if organisation:
        (folder / "organisation.yaml").write_text(
            f"version: 1\nextends: recommended\n{organisation}\n", encoding="utf-8"
        )
    request = Request(
        (str(folder),), TODAY, organisation_policy=str(folder / "organisation.yaml") if organisation else None
    )
    return json.loads(json.dumps(verdict_report(check(request))))


def on_a_route(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (rule, resource) of what takes a route."""
    return sorted((one["rule"], one["resource"]) for one in data["findings"] if one["routes"])


@pytest.mark.parametrize(
    ("routes", "message", "hint"),
    [
        ("[{name: a, when: {}}]", 'the route "a" tells nobody', "one of: jira"),
        ("[{name: a, when: {}, jira: {team: T}}]", "`jira` has no `project`", ""),
        ("[{name: a, when: {}, jira: {project: sb}}]", "`project` cannot be 'sb'", "it takes the key of a project"),
        ("[{name: a, when: {}, jira: {projct: SB}}]", 'unknown key "projct" in `jira`', 'did you mean "project"?'),
        ("[{name: a, when: {}, slack: {}}]", "`slack` takes one of `channel` and `webhook`", ""),
        ("[{name: a, when: {}, slack: {channel: c, webhook: GATEPOST_A}}]", "`slack` takes one of", ""),
        ("[{name: a, when: {}, slack: {webhook: AWS_SECRET_ACCESS_KEY}}]", "`webhook` cannot be", "it takes the name"),
        ("[{name: a, when: {}, slack: {webhook: 'https://evil.example'}}]", "`webhook` cannot be", "it takes the name"),
        ("[{name: a, when: {}, teams: {channel: c}}]", 'unknown key "channel" in `teams`', ""),
        ("[{name: a, when: {}, webhook: {url: GATEPOST_A}}]", "`webhook` has no `secret`", ""),
        ("[{name: a, when: {}, github: {reviewers: [x]}}]", 'unknown key "reviewers" in `github`', ""),
        ("[{name: a, when: {}, github: {repository: 'a b/c'}}]", "`repository` cannot be", "it takes OWNER/NAME"),
        (
            f"[{{name: a, when: {{}}, github: {{labels: [{', '.join(['x'] * 51)}]}}}}]",
            "`labels` lists more than 50",
            "",
        ),
        ("[{name: a, when: {}, gitlab: {confidential: maybe}}]", "`confidential` has to be true or false", ""),
        (
            "[{name: a, when: {}, servicenow: {urgency: {hgh: 1}}}]",
            '`urgency` knows no severity "hgh"',
            'did you mean "high"?',
        ),
        (
            "[{name: a, when: {}, jira: {project: SB, team_field: customfield_1}}]",
            "`team_field` cannot take effect",
            "",
        ),
        ("[{name: a, when: {}, jira: {project: SB, team: T, team_as: id}}]", "`team_as` cannot take effect", ""),
        ("[{name: a, when: {action: blocked}, github: {}}]", '`action` cannot be "blocked"', 'did you mean "block"?'),
        ("[{name: a, when: {undecided: true}, github: {}}]", "`undecided` cannot take effect here", ""),
        ("[{name: a, when: {any: [{problem: true}]}, github: {}}]", "`problem` cannot take effect here", ""),
        ("[{name: a, when: {sevrity: high}, github: {}}]", "there is no attribute 'sevrity'", ""),
        ("[{name: a, when: {}, github: {}}, {name: a, when: {}, gitlab: {}}]", 'two routes with the name "a"', ""),
    ],
)
def test_what_cannot_take_effect_is_a_fault_with_its_place(routes: str, message: str, hint: str) -> None:
    error = fault(routes)
    assert message.replace("`", "") in error.message.replace("`", "")
    assert hint in error.hint
    assert error.location is not None
    assert error.location.region.start_line == 3


def test_high_findings_of_searchapi_go_to_the_jira_team_search_backend(tmp_path: Path) -> None:
    data = judged(tmp_path, f"routes: [{SENTENCE}]")
    assert on_a_route(data) == [("aws/rds/instance-public", "aws_db_instance.ranking")]
    [route] = data["routes"]
    assert route["destinations"] == {"jira": {"project": "SB", "team": "Search-Backend"}}
    [taken] = [one for one in data["findings"] if one["routes"]]
    assert route["findings"] == [taken["fingerprint"]]
    assert taken["routes"] == ["search"]
    assert taken["diff"] == ["main.tf:4", "-   publicly_accessible = true", "+   publicly_accessible = false"]
    assert data["judged"]["paths"] == ["."]
    again = judged(tmp_path, f"routes: [{SENTENCE}]")
    assert again["judged"] == data["judged"]
    assert judged(tmp_path, f"routes: [{SENTENCE}]\nexclude: [x]")["judged"]["inputs"] != data["judged"]["inputs"]


def test_a_verdict_without_routes_says_that_there_are_none(tmp_path: Path) -> None:
    data = judged(tmp_path, "")
    assert data["routes"] == []
    assert data["judged"] is None
    assert all(one["routes"] == [] and one["diff"] is None for one in data["findings"])


def test_what_was_decided_in_the_end_counts(tmp_path: Path) -> None:
    public = ("aws/rds/instance-public", "aws_db_instance.ranking")
    data = judged(tmp_path, "routes: [{name: a, when: {action: block, project: SearchAPI}, github: {}}]")
    assert public in on_a_route(data)
    line = "gate: [{name: let it pass, when: {rule: aws/rds/instance-public}, decide: allow}]\n"
    data = judged(tmp_path, f"{line}routes: [{{name: a, when: {{action: block, project: SearchAPI}}, github: {{}}}}]")
    assert public not in on_a_route(data)
    data = judged(tmp_path, f"{line}routes: [{{name: a, when: {{action: {{not: block}}}}, github: {{}}}}]")
    assert public in on_a_route(data)


def test_what_is_waived_takes_a_route_only_where_it_asks(tmp_path: Path) -> None:
    waiver = "waivers: [{rule: aws/rds/instance-public, until: 2027-03-31, why: x, by: y}]\n"
    data = judged(tmp_path, waiver + "routes: [{name: a, when: {category: network}, github: {}}]")
    assert on_a_route(data) == []
    data = judged(tmp_path, waiver + "routes: [{name: a, when: {waived: true}, github: {}}]")
    assert {rule for rule, _ in on_a_route(data)} == {"aws/rds/instance-public"}


def test_what_is_switched_off_or_honoured_takes_no_route(tmp_path: Path) -> None:
    every = "routes: [{name: a, when: {rule: aws/rds/instance-public}, github: {}}]"
    data = judged(tmp_path, f"rules: {{aws/rds/instance-public: {{enabled: false}}}}\n{every}")
    assert on_a_route(data) == []
    skipped = TERRAFORM.replace("= true\n", "= true # checkov:skip=CKV_AWS_17:no\n", 1)
    assert len(on_a_route(judged(tmp_path, every, terraform=skipped))) == 2
    assert len(on_a_route(judged(tmp_path, f"honour: [checkov]\n{every}", terraform=skipped))) == 1


def test_an_organisations_routes_count_too_by_its_own_severities(tmp_path: Path) -> None:
    organisation = (
        "rules: {aws/rds/instance-public: {severity: critical}}\n"
        "routes: [{name: everywhere, when: {severity: critical}, slack: {channel: C0SEC}}]"
    )
    data = judged(tmp_path, "routes: [{name: ours, when: {severity: critical}, github: {}}]", organisation)
    by_name = {route["name"]: route for route in data["routes"]}
    assert len(by_name["everywhere"]["findings"]) == 2
    assert by_name["everywhere"]["policy"].endswith("organisation.yaml")


@pytest.mark.parametrize(
    ("when", "due", "taken"),
    [
        ("{overdue: true}", Due("2026-11-20", "x", True), True),
        ("{overdue: true}", Due("2026-12-20", "x", False), False),
        ("{overdue: true}", Due("", "x", None), False),
        ("{overdue: {known: false}}", Due("", "x", None), True),
        ("{due_in: {at_most: 7 days}}", Due("2026-11-25", "x", False), True),
        ("{due_in: {at_most: 7 days}}", Due("2026-12-25", "x", False), False),
        ("{due_in: {at_most: 7 days}}", None, False),
    ],
)
def test_a_route_can_ask_for_what_is_due(when: str, due: Due | None, taken: bool) -> None:
    text = f"version: 1\nextends: strict\nroutes: [{{name: a, when: {when}, github: {{}}}}]\n"
    policy = load(Source("gatepost.yaml", text, "policy"), shipped_policy)
    assessment = Assessment(FINDING, Context())
    decision = Decision(assessment, "block", due=due)
    [told], [route] = routed([(policy, [assessment])], [decision], TODAY)
    assert told.routes == (("a",) if taken else ())
    assert route.fingerprints == (("f" * 16,) if taken else ())


def test_every_matching_route_counts(tmp_path: Path) -> None:
    data = judged(
        tmp_path,
        f"routes: [{SENTENCE}, {{name: all, when: {{}}, teams: {{webhook: GATEPOST_TEAMS}}}}]",
    )
    names = {tuple(one["routes"]) for one in data["findings"]}
    assert names == {("all",), ("search", "all")}


def test_a_case_tells_which_routes_a_finding_takes() -> None:
    text = (
        f"version: 1\nextends: recommended\nroutes: [{SENTENCE}]\ncases:\n"
        "  - {finding: {severity: high, project: SearchAPI}, decides: block, routes: search}\n"
        "  - {finding: {severity: high, project: [Billing, SearchAPI]}, decides: block, routes: [search]}\n"
        "  - {finding: {severity: high, project: Billing}, decides: block, routes: []}\n"
        "  - {finding: {severity: medium, project: SearchAPI}, decides: warn, routes: search}\n"
    )
    results = run_cases(load(Source("gatepost.yaml", text, "policy"), shipped_policy), TODAY)
    assert [one.failure for one in results] == ["", "", "", 'takes no route, the case says "search"']


def test_a_case_of_a_problem_takes_no_route() -> None:
    text = "version: 1\nextends: strict\ncases: [{problem: {}, decides: block, routes: []}]\n"
    with pytest.raises(UsageError, match="findings alone are routed"):
        load(Source("gatepost.yaml", text, "policy"), shipped_policy)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_change_does_not_choose_who_is_told_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    Path("main.tf").write_text(TERRAFORM, encoding="utf-8")
    Path("gatepost.yaml").write_text(f"version: 1\nextends: recommended\nroutes: [{SENTENCE}]\n", encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    git(tmp_path, "switch", "-q", "-c", "change")
    Path("gatepost.yaml").write_text(
        "version: 1\nextends: recommended\nroutes: [{name: mine, when: {}, slack: {channel: C0EVIL}}]\n",
        encoding="utf-8",
    )
    verdict = check(Request((".",), TODAY, base="main"))
    assert [route.name for route in verdict.routes] == ["search"]
    assert verdict.judged is not None
    assert len(verdict.judged.commit) == 40


def test_a_secret_is_in_nothing_that_is_told(tmp_path: Path) -> None:
    secret = "Xk29fLq81mZp0vRt"
    terraform = (
        'resource "aws_db_instance" "ranking" {\n  publicly_accessible = true\n'
        f'  username = "admin"\n  password = "{secret}"\n}}\n'
    )
    data = judged(tmp_path, "routes: [{name: a, when: {}, jira: {project: SB}}]", terraform=terraform)
    assert any(one["category"] in ("secret", "secrets") or "password" in one["rule"] for one in data["findings"])
    routing = read_routing(data, "acme/shop")
    shown = [json.dumps(body) for batch in routing.batches for _, body in bodies(batch, routing.about, Links())]
    assert len(shown) > 1
    assert not [body for body in shown if secret in body]


def test_the_page_names_every_key_of_every_destination() -> None:
    page = (Path(__file__).parents[2] / "docs" / "routes.md").read_text(encoding="utf-8")
    for service, keys in DESTINATIONS.items():
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{service}` |")]
        named = re.findall(r"`([a-z_]+)`", row.split("|")[2])
        assert named == list(keys), service
