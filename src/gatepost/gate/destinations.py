"""Who a route can tell, and what each destination can be told to do; never tells anybody.

A credential or an address to send to stands in no policy: there is only the name of an environment variable, which has
to begin with GATEPOST_, so that a policy cannot name another secret of the pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.findings import SEVERITIES
from gatepost.model.records import NamedTuple

MOST_LISTED = 50
VARIABLE = re.compile(r"GATEPOST_[A-Z0-9_]{1,80}\Z")
_PATTERNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "variable": (VARIABLE, "the name of an environment variable that begins with GATEPOST_"),
    "jira-project": (re.compile(r"[A-Z][A-Z0-9_]{1,59}\Z"), "the key of a project, such as SB"),
    "jira-label": (re.compile(r"[^\s\"]{1,200}\Z"), "a label, which has no spaces"),
    "jira-field": (re.compile(r"customfield_\d{1,10}\Z"), "the id of a field, such as customfield_10001"),
    "github-repository": (re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}\Z"), "OWNER/NAME"),
    "gitlab-project": (re.compile(r"[A-Za-z0-9._/-]{1,255}\Z"), "the path of a project, GROUP/NAME"),
    "slack-channel": (re.compile(r"#?[\w.-]{1,80}\Z"), "the id or the name of a channel"),
    "slack-mention": (re.compile(r"[SUW][A-Z0-9]{5,20}\Z"), "the id of a user (U…) or of a user group (S…)"),
    "servicenow-table": (re.compile(r"[a-z][a-z0-9_]{0,79}\Z"), "the name of a table, such as incident"),
    "state": (re.compile(r"-?\d{1,4}\Z"), "the number of a state"),
}


class Key(NamedTuple):
    """One key of a destination.

    `sort` is text, texts (one or a list), truth, by severity (a mapping), or the name of a pattern; "texts of P" is a
    list of which each has the pattern P. `words` are all that are allowed, where there are any.
    """

    sort: str
    what: str
    needed: bool = False
    words: tuple[str, ...] = ()


DESTINATIONS: Mapping[str, Mapping[str, Key]] = {
    "jira": {
        "project": Key("jira-project", "the key of the project", needed=True),
        "issue_type": Key("text", "the type of the issue; Task when it is not given"),
        "team": Key("text", "the team: in `team_field` where that is given, else as a label team-NAME"),
        "team_field": Key("jira-field", "the id of the field that holds the team"),
        "team_as": Key("text", "what that field takes: its text, an option, or an id", words=("text", "option", "id")),
        "labels": Key("texts of jira-label", "labels beside those that Gatepost finds its issues by"),
        "components": Key("texts", "components"),
        "assignee": Key("text", "the account id (Cloud) or the name (Server) of a person"),
        "priority": Key("by severity", "the priority for each severity"),
        "due_date": Key("truth", "false: the due date is not written to the field of that name"),
        "fixed": Key("text", "the transition that closes an issue; Done when it is not given"),
        "reopened": Key("text", "the transition that opens one again; To Do when it is not given"),
        "api": Key("text", "cloud (version 3, the default) or server (version 2)", words=("cloud", "server")),
    },
    "github": {
        "repository": Key("github-repository", "where the issues are; the repository of the pipeline if not given"),
        "labels": Key("texts", "labels beside `gatepost`, which its issues are found by"),
        "assignees": Key("texts", "who the issue is assigned to"),
    },
    "gitlab": {
        "project": Key("gitlab-project", "where the issues are; the project of the pipeline if not given"),
        "labels": Key("texts", "labels beside `gatepost`, which its issues are found by"),
        "assignees": Key("texts", "who the issue is assigned to, by user name"),
        "confidential": Key("truth", "false: everybody who sees the project sees the issues"),
    },
    "servicenow": {
        "table": Key("servicenow-table", "the table; incident when it is not given"),
        "assignment_group": Key("text", "the group that gets it"),
        "category": Key("text", "the category"),
        "subcategory": Key("text", "the subcategory"),
        "caller": Key("text", "the caller"),
        "service": Key("text", "the business service"),
        "ci": Key("text", "the configuration item"),
        "urgency": Key("by severity", "the urgency (1 to 3) for each severity"),
        "impact": Key("by severity", "the impact (1 to 3) for each severity"),
        "resolved_state": Key("state", "the state of what is fixed; 6 when it is not given"),
        "reopened_state": Key("state", "the state of what came back; 2 when it is not given"),
        "close_code": Key("text", "the close code; Solution provided when it is not given"),
    },
    "slack": {
        "channel": Key("slack-channel", "the channel, by the bot of SLACK_BOT_TOKEN: its message is kept up to date"),
        "webhook": Key("variable", "the environment variable with the address of an incoming webhook"),
        "mention": Key("slack-mention", "who is mentioned in the first line"),
    },
    "teams": {
        "webhook": Key("variable", "the environment variable with the address of a workflow", needed=True),
    },
    "webhook": {
        "url": Key("variable", "the environment variable with the address", needed=True),
        "secret": Key("variable", "the environment variable with the secret that signs", needed=True),
    },
}
# Of these keys exactly one has to be there.
EITHER: Mapping[str, tuple[str, ...]] = {"slack": ("channel", "webhook")}
# A key that cannot take effect without another.
WITH: Mapping[tuple[str, str], str] = {("jira", "team_field"): "team", ("jira", "team_as"): "team_field"}


def read_destination(page: Page, service: str, node: Node) -> Mapping[str, Any]:
    """Return the keys of one destination of a route, verified; raises UsageError."""
    keys = DESTINATIONS[service]
    found = page.fields(node, keys, f"`{service}`") if node.kind != "null" else {}
    for name, key in keys.items():
        if key.needed:
            page.required(found, name, node, f"`{service}`")
    either = EITHER.get(service, ())
    if either and sum(name in found for name in either) != 1:
        page.fault(node, f"`{service}` takes one of {' and '.join(f'`{name}`' for name in either)}")
    for (owner, name), other in WITH.items():
        if owner == service and name in found and other not in found:
            page.fault(found[name][0], f"`{name}` cannot take effect without `{other}`")
    return {name: _value(page, name, keys[name], value) for name, (_, value) in found.items()}


def _value(page: Page, name: str, key: Key, node: Node) -> Any:
    if key.words:
        return page.one_of(node, key.words, f"`{name}`")
    if key.sort == "truth":
        return page.truth(node, f"`{name}`")
    if key.sort == "by severity":
        return _by_severity(page, name, node)
    if key.sort.startswith("texts"):
        pattern = key.sort.partition(" of ")[2]
        nodes = node.value if node.kind == "list" else [node]
        if not nodes:
            page.fault(node, f"`{name}` is an empty list")
        if len(nodes) > MOST_LISTED:
            page.fault(nodes[MOST_LISTED], f"`{name}` lists more than {MOST_LISTED}")
        return [_text(page, name, pattern, one) for one in nodes]
    return _text(page, name, key.sort, node)


def _text(page: Page, name: str, pattern: str, node: Node) -> str:
    text = page.text(node, f"`{name}`")
    if pattern in _PATTERNS and not _PATTERNS[pattern][0].match(text):
        page.fault(node, f"`{name}` cannot be {text[:80]!r}", f"it takes {_PATTERNS[pattern][1]}")
    if len(text) > 255:
        page.fault(node, f"`{name}` is longer than 255 characters")
    return text


def _by_severity(page: Page, name: str, node: Node) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for severity, key, value in page.mapping(node, f"`{name}`"):
        if severity not in SEVERITIES:
            page.unknown_word(key, severity, SEVERITIES, f'`{name}` knows no severity "{severity}"')
        chosen[severity] = page.text(value, f"`{name}`")
    return chosen


def pattern_of(sort: str) -> str:
    """Return the regular expression that a text of a sort has to match, "" where any text will do."""
    found = _PATTERNS.get(sort)
    return found[0].pattern.replace("\\Z", "") if found else ""
