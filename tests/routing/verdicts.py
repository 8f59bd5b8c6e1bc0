"""Verdicts as the json report has them, made small, and what is sent of them; never a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.routing.delivering import Delivered, Terms, deliver
from gatepost.routing.items import read_routing
from gatepost.routing.telling import Links
from gatepost.services.patience import Patience
from tests.routing.hosts.host import Host

NOW = 1_800_000_000.0
COMMIT = "4be1c90d4be1c90d4be1c90d4be1c90d4be1c90d"
REGION = {"start_line": 41, "start_column": 1, "end_line": 41, "end_column": 9}


def finding(number: int = 1, **changed: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "rule": "aws/ec2/ssh-open-to-internet",
        "title": f"SSH is open to the whole internet, {number}",
        "message": "Anyone reaches port 22.",
        "why": "It is found within minutes.",
        "severity": "high",
        "path": f"live/prod/net{number}.tf",
        "region": REGION,
        "resource": "aws_security_group.web",
        "ids": [],
        "context": {"owners": [{"name": "@acme/net", "how": "CODEOWNERS:1"}], "environments": [{"name": "production"}]},
        "group": None,
        "mend": None,
        "decision": {"action": "block", "because": "nothing high in production", "waiver": None, "notes": []},
        "fixes": [{"title": "Let only the trusted network in"}],
        "diff": ["live/prod/prod.tfvars:7", '- admin = ["0.0.0.0/0"]', '+ admin = ["10.20.0.0/16"]'],
        "fingerprint": f"{number:016x}",
        "routes": ["net"],
    }
    return {**made, **changed}


def verdict(
    *findings: Mapping[str, Any], to: Mapping[str, Any], action: str = "blocked", **judged: Any
) -> dict[str, Any]:
    """Return a verdict whose one route `net` leads to `to` with every finding that names it."""
    about = {"repository": "acme/shop", "root": "", "paths": ["."], "commit": COMMIT, "change": False, **judged}
    taken = [one["fingerprint"] for one in findings if one["routes"]]
    place = {"path": "gatepost.yaml", "region": REGION}
    route = {"name": "net", "policy": "gatepost.yaml", "line": place, "destinations": dict(to), "findings": taken}
    return {
        "version": 1,
        "verdict": {"action": action},
        "judged": about,
        "routes": [route],
        "findings": [dict(one) for one in findings],
        "undecided": [],
        "problems": [],
    }


class Clock:
    """A clock that stands still but for what is slept."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


# Every credential that a test gives, so that one test can look for them in all that is shown.
SECRETS = {
    "JIRA_TOKEN": "jira-token-6f1c",
    "GITHUB_TOKEN": "github-token-91ab",
    "GITLAB_TOKEN": "gitlab-token-77dd",
    "SERVICENOW_PASSWORD": "servicenow-password-20e4",
    "SLACK_BOT_TOKEN": "slack-token-c3c3",
    "GATEPOST_HOOK_SECRET": "a-shared-secret-of-32-characters",
}


def environment(host: Host, **more: str) -> dict[str, str]:
    return {
        "JIRA_BASE_URL": host.address,
        "JIRA_USER": "bot@example.com",
        "GITHUB_API_URL": host.address,
        "GITHUB_REPOSITORY": "acme/shop",
        "GITLAB_URL": host.address,
        "CI_PROJECT_PATH": "acme/shop",
        "SERVICENOW_URL": host.address,
        "SERVICENOW_USER": "gatepost",
        "SLACK_API_URL": host.address,
        "GATEPOST_SLACK_WEBHOOK_NET": f"{host.address}/hook",
        "GATEPOST_TEAMS_WEBHOOK_NET": f"{host.address}/teams",
        "GATEPOST_HOOK": f"{host.address}/receive",
        **SECRETS,
        **more,
    }


def send(
    data: Mapping[str, Any],
    host: Host,
    *,
    clock: Clock | None = None,
    links: Links | None = None,
    seconds: float = 300.0,
    most_new: int = 50,
    env: Mapping[str, str] | None = None,
) -> list[Delivered]:
    terms = Terms(env or environment(host), links or Links(), seconds, most_new, (clock or Clock()).patience)
    return list(deliver(read_routing(data), terms))


def done(delivered: list[Delivered]) -> list[str]:
    """Return what was done, in order, of all destinations."""
    return [one.what for each in delivered for one in each.done]


def told(delivered: list[Delivered]) -> str:
    """Return everything that a person would be shown."""
    return repr(delivered)
