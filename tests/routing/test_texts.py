"""What comes from files is only text at every host: it mentions nobody, links nowhere, breaks out of nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.routing.items import read_routing
from gatepost.routing.rendering import TRACKERS, bodies
from gatepost.routing.telling import Links
from gatepost.routing.texts import (
    issue_code,
    issue_line,
    issue_title,
    journal_line,
    line,
    slack_line,
    wiki_block,
    wiki_line,
)
from tests.routing.verdicts import finding, verdict

HOSTILE = [
    "@channel @here @everyone @octocat",
    "<!everyone> <!here> <!subteam^S123> <@U123> <#C123>",
    "[~admin] [click|https://evil.example] !https://evil.example/x.png!",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example mailto:a@evil.example",
    "#1 !2 %3 &4 $5 ~bug ^6 GH-7 acme/shop#8 SB-9",
    "``` \n```\n# head\n| a | b |\n|---|---|",
    "{code}{noformat}{html}<b>x</b>{html}",
    "[code]<script>alert(1)</script>[/code] ${gs.getUser()} @[sys_id:Ann]",
    "<at>Ann</at> <script>alert(1)</script> <!-- gatepost key=0123456789abcdef -->",
    "/close\n/assign @me\n/merge",
    "\u202e\u200b\x1b[31m\x00 ::error::x ##vso[task.complete]",
    "h1. head\nbq. quote\n---- \n* a\n|| b ||",
    ":tada: *bold* _it_ ~st~ `code`",
    "x" * 5000,
    "\ud800 half",
]
DESTINATIONS: dict[str, Any] = {
    "jira": {"project": "SB"},
    "github": None,
    "gitlab": None,
    "servicenow": None,
    "slack": {"channel": "C0SECURITY"},
    "teams": {"webhook": "GATEPOST_TEAMS"},
    "webhook": {"url": "GATEPOST_HOOK", "secret": "GATEPOST_SECRET"},
}


def hostile(text: str) -> dict[str, Any]:
    named = [{"name": text, "how": text}]
    return finding(
        1,
        title=text,
        message=text,
        why=text,
        path=text.replace("\n", "/") or "x",
        resource=text,
        rule=text,
        ids=[text],
        mend=text,
        diff=[text, f"- {text}", f"+ {text}"],
        fixes=[{"title": text}],
        context={"owners": named, "environments": named},
        decision={"action": "block", "because": text, "waiver": None, "notes": []},
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("service", DESTINATIONS)
def test_every_body_can_be_made_of_any_text(service: str, text: str) -> None:
    data = verdict(hostile(text), to={service: DESTINATIONS[service]})
    data["routes"][0]["name"] = text
    routing = read_routing(json.loads(json.dumps(data)))
    for _, body in bodies(routing.batches[0], routing.about, Links("https://code.example/")):
        shown = json.dumps(body, ensure_ascii=False)
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_is_one_line(text: str) -> None:
    for service in TRACKERS:
        routing = read_routing(verdict(hostile(text), to={service: DESTINATIONS[service]}))
        for _, body in bodies(routing.batches[0], routing.about, Links()):
            assert "\n" not in body["title"]
            assert len(body["title"]) <= 255


@pytest.mark.parametrize("text", HOSTILE)
def test_an_issue_mentions_nobody_and_runs_no_command(text: str) -> None:
    for shown in (issue_line(text), issue_title(text)):
        seen = shown.replace("&#8203;", "\u200b").replace("\\", "")
        assert not re.search(r"@\w|(?<!\w)[!%$~^]\w|#\d", seen)
        assert not re.search(r"https?://", shown)
    assert not issue_line(text).startswith("/")
    assert "<" not in issue_line(text)
    assert "\n" not in issue_code(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_wiki_markup_reads_no_sign_of_it(text: str) -> None:
    shown = wiki_line(text)
    assert not re.search(r"(?<!\\)[{}\[\]*|!~^]", shown.replace("\\\\", ""))
    assert "://" not in re.sub(r"\u200b", " ", shown)
    assert not re.match(r"h1\.", shown)
    assert wiki_block(text.split("\n")).count("{noformat}") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_a_journal_reads_no_html_and_no_mention(text: str) -> None:
    shown = journal_line(text)
    assert "<" not in shown
    assert "[code]" not in shown.lower()
    assert not re.search(r"@[\w\[]", shown)
    assert "${" not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_the_notification_of_slack_is_only_text(text: str) -> None:
    shown = slack_line(text)
    assert "<" not in shown
    assert not re.search(r"@\w", shown)


def test_a_document_has_links_to_the_code_host_alone() -> None:
    text = "https://evil.example [x](https://evil.example)"
    routing = read_routing(verdict(hostile(text), to={"jira": {"project": "SB"}}))
    [(_, body)] = bodies(routing.batches[0], routing.about, Links("https://code.example/"))
    found = re.findall(r'"href": "([^"]*)"', json.dumps(body["body"]))
    assert found
    assert all(address.startswith("https://code.example/https%3A//evil.example") for address in found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_out_of_any_form(text: str) -> None:
    assert "\n" not in line(text)
    assert not re.search(r"@\w", issue_line(text))
    assert "<" not in issue_line(text) + slack_line(text) + journal_line(text)
    assert not re.search(r"(?<!\\)[{}\[\]|]", wiki_line(text).replace("\\\\", ""))
    data = verdict(hostile(text), to={"jira": {"project": "SB"}})
    routing = read_routing(data)
    [(_, body)] = bodies(routing.batches[0], routing.about, Links())
    from tests.routing.hosts.jira import _DOCUMENT

    jsonschema.Draft4Validator(_DOCUMENT).validate(body["body"])


@pytest.mark.parametrize(
    ("service", "settings_", "most"),
    [
        ("jira", {"project": "SB"}, 32_767),
        ("jira", {"project": "SB", "api": "server"}, 32_767),
        ("github", None, 65_536),
        ("gitlab", None, 65_536),
        ("servicenow", None, 4000),
    ],
)
@pytest.mark.parametrize("text", ["x [{*_~`|<>@#é" * 300, "word " * 400])
def test_an_issue_is_never_longer_than_its_host_takes(service: str, settings_: Any, most: int, text: str) -> None:
    findings = [{**hostile(f"{number} {text}"), "group": "g", "fingerprint": f"{number:016x}"} for number in range(40)]
    routing = read_routing(verdict(*findings, to={service: settings_}))
    [(key, body)] = bodies(routing.batches[0], routing.about, Links(f"https://code.example/{'a' * 100}/"))
    shown = body["body"] if isinstance(body["body"], str) else json.dumps(body["body"])
    assert len(shown) <= most
    assert key in shown
    assert "more" in shown
