"""Where each destination is and what it is asked with, out of the environment alone; never shows a credential."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from gatepost.model.routing import Tracker
from gatepost.routing.items import Batch
from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web, safe_address

_TOKEN = re.compile(r"[\x21-\x7e]+\Z")
_SHORTEST = 6  # a shorter text occurs by chance in other words
# What has to be set for each destination, as people read it.
NEEDED: Mapping[str, str] = {
    "jira": "JIRA_BASE_URL, JIRA_USER and JIRA_TOKEN (Server and Data Center: JIRA_BASE_URL and JIRA_TOKEN)",
    "github": "GITHUB_TOKEN",
    "gitlab": "GITLAB_TOKEN",
    "servicenow": "SERVICENOW_URL, and SERVICENOW_TOKEN or SERVICENOW_USER and SERVICENOW_PASSWORD",
    "slack": "SLACK_BOT_TOKEN",
}


_CREDENTIALS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "KEY", "WEBHOOK", "CREDENTIAL")


def credentials(environment: Mapping[str, str]) -> list[str]:
    """Return what of an environment must not be shown, whatever a host says back: credentials, webhooks' addresses."""
    return [
        value
        for name, text in environment.items()
        if name.startswith("GATEPOST_") or any(word in name.upper() for word in _CREDENTIALS)
        if len(value := text.strip()) >= _SHORTEST
    ]


def target_of(batch: Batch, environment: Mapping[str, str]) -> str:
    """Return which place at a destination a batch is for: batches for the same one are brought in line together."""
    settings = batch.settings
    if batch.service == "jira":
        return f"jira {settings['project']}"
    if batch.service == "github":
        return f"github {settings.get('repository') or environment.get('GITHUB_REPOSITORY', '')}"
    if batch.service == "gitlab":
        return f"gitlab {settings.get('project') or environment.get('CI_PROJECT_PATH', '')}"
    if batch.service == "servicenow":
        return f"servicenow {settings.get('table', 'incident')}"
    where = settings.get("channel") or settings.get("webhook") or settings.get("url")
    return f"{batch.service} {where}"


def variable(environment: Mapping[str, str], service: str, *names: str) -> str:
    """Return the first of some environment variables that is set; raises Refused, which names what is missing."""
    for name in names:
        text = environment.get(name, "").strip()
        if text and name.endswith("_TOKEN") and not _TOKEN.match(text):
            raise Refused(f"{name} holds what no token has: it is not one word of ASCII")
        if text:
            return text
    raise Refused(f"{' or '.join(names)} is not set; it takes {NEEDED.get(service, names[0])}")


def tracker_of(batch: Batch, environment: Mapping[str, str], patience: Patience, note_of: Any) -> Tracker:
    """Return the host that keeps the issues of a batch. Raises Refused."""
    if batch.service == "jira":
        return _jira(batch, environment, patience, note_of)
    if batch.service == "servicenow":
        return _servicenow(batch, environment, patience)
    if batch.service == "github":
        from gatepost.services.github_issues import GitHubIssues

        token = variable(environment, "github", "GITHUB_TOKEN", "GH_TOKEN")
        repository = batch.settings.get("repository") or variable(environment, "github", "GITHUB_REPOSITORY")
        address = safe_address(environment.get("GITHUB_API_URL") or "https://api.github.com", "GITHUB_API_URL")
        return GitHubIssues(address, repository, token, patience)
    from gatepost.services.gitlab_issues import GitLabIssues

    token = variable(environment, "gitlab", "GITLAB_TOKEN")
    project = batch.settings.get("project") or variable(environment, "gitlab", "CI_PROJECT_PATH")
    named = environment.get("GITLAB_URL") or environment.get("CI_SERVER_URL") or "https://gitlab.com"
    return GitLabIssues(safe_address(named, "GITLAB_URL or CI_SERVER_URL"), project, token, patience)


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")


def _jira(batch: Batch, environment: Mapping[str, str], patience: Patience, note_of: Any) -> Tracker:
    from gatepost.services.jira import Jira

    address = safe_address(variable(environment, "jira", "JIRA_BASE_URL"), "JIRA_BASE_URL")
    token, user = variable(environment, "jira", "JIRA_TOKEN"), environment.get("JIRA_USER", "").strip()
    if batch.settings.get("api") != "server" and not user:
        variable(environment, "jira", "JIRA_USER")
    authorization = _basic(user, token) if user else f"Bearer {token}"
    web = Web(address, {"Authorization": authorization, "X-Atlassian-Token": "no-check"}, patience, [token])
    return Jira(web, batch.settings["project"], batch.settings, note_of)


def _servicenow(batch: Batch, environment: Mapping[str, str], patience: Patience) -> Tracker:
    from gatepost.services.servicenow import ServiceNow

    address = safe_address(variable(environment, "servicenow", "SERVICENOW_URL"), "SERVICENOW_URL")
    if environment.get("SERVICENOW_TOKEN", "").strip():
        token = variable(environment, "servicenow", "SERVICENOW_TOKEN")
        return ServiceNow(Web(address, {"Authorization": f"Bearer {token}"}, patience, [token]), batch.settings)
    user = variable(environment, "servicenow", "SERVICENOW_USER")
    password = variable(environment, "servicenow", "SERVICENOW_PASSWORD")
    web = Web(address, {"Authorization": _basic(user, password)}, patience, [password])
    return ServiceNow(web, batch.settings)


def slack_web(environment: Mapping[str, str], patience: Patience) -> Web:
    """Return Slack as its bot speaks to it. Raises Refused."""
    token = variable(environment, "slack", "SLACK_BOT_TOKEN")
    address = safe_address(environment.get("SLACK_API_URL") or "https://slack.com/api", "SLACK_API_URL")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
    return Web(address, headers, patience, [token])
