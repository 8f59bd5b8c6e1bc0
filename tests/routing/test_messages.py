"""Messages to Slack, Teams and receivers of one's own, through the real clients: one per owner, kept up to date."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from gatepost.routing.telling import MOST_ITEMS, Links
from tests.routing.hosts.hook import FakeHook, FakeTeams
from tests.routing.hosts.host import Answer, serving
from tests.routing.hosts.slack import FakeSlack
from tests.routing.verdicts import NOW, SECRETS, Clock, done, environment, finding, send, told, verdict

BOT = {"slack": {"channel": "C0SECURITY"}}
HOOK = {"webhook": {"url": "GATEPOST_HOOK", "secret": "GATEPOST_HOOK_SECRET"}}
TEAMS = {"teams": {"webhook": "GATEPOST_TEAMS_WEBHOOK_NET"}}
LINKS = Links("https://example.com/acme/shop/blob/4be1c90/", "#L", "https://example.com/run/1")


def of(owner: str) -> dict[str, object]:
    return {"owners": [{"name": owner, "how": "CODEOWNERS:1"}], "environments": [{"name": "production"}]}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    host = FakeSlack(SECRETS["SLACK_BOT_TOKEN"])
    with serving(host):
        yield host


@pytest.fixture
def hook() -> Iterator[FakeHook]:
    host = FakeHook(SECRETS["GATEPOST_HOOK_SECRET"], NOW)
    with serving(host):
        yield host


def test_each_owner_gets_one_message_and_a_second_run_says_nothing(slack: FakeSlack) -> None:
    data = verdict(finding(1), finding(2), finding(3, context=of("@acme/db")), to=BOT)
    assert done(send(data, slack, links=LINKS)) == ["sent", "sent"]
    assert [one["text"].replace("\u200b", "") for one in slack.messages] == [
        "2 findings for @acme/net in acme/shop, 2 to mend before this may pass",
        "1 finding for @acme/db in acme/shop, 1 to mend before this may pass",
    ]
    assert done(send(data, slack, links=LINKS)) == ["unchanged", "unchanged"]
    assert done(send({**data, "judged": {**data["judged"], "commit": "a" * 40}}, slack)) == ["unchanged", "unchanged"]
    assert len(slack.messages) == 2


def test_a_message_is_changed_in_its_place_and_its_thread_says_what_is_new(slack: FakeSlack) -> None:
    send(verdict(finding(1), to=BOT), slack)
    assert done(send(verdict(finding(1), finding(2), to=BOT), slack)) == ["updated"]
    first, reply = slack.messages
    assert first["text"].startswith("2 findings")
    assert reply["text"] == "Changed: 1 new."
    assert reply["thread"] == first["ts"]


def test_a_message_of_which_nothing_is_left_says_so_and_what_comes_back_is_a_new_one(slack: FakeSlack) -> None:
    send(verdict(finding(1), to=BOT), slack)
    assert done(send(verdict(to=BOT), slack)) == ["closed"]
    assert slack.messages[0]["text"] == "Nothing of this is left in 4be1c90d4be1."
    assert done(send(verdict(to=BOT), slack)) == []
    assert done(send(verdict(finding(1), to=BOT), slack)) == ["sent"]
    assert len(slack.messages) == 2


def test_nothing_is_said_to_be_gone_by_a_verdict_on_a_change(slack: FakeSlack) -> None:
    send(verdict(finding(1), to=BOT), slack)
    assert done(send(verdict(to=BOT, change=True), slack)) == []
    assert done(send(verdict(to=BOT, action="incomplete"), slack)) == []
    assert slack.messages[0]["text"].startswith("1 finding")


def test_messages_of_other_repositories_and_routes_stay(slack: FakeSlack) -> None:
    send(verdict(finding(1), to=BOT), slack)
    send(verdict(finding(1), to=BOT, repository="acme/other"), slack)
    assert done(send(verdict(to=BOT), slack)) == ["closed"]
    assert slack.messages[1]["text"].startswith("1 finding")


def test_our_message_is_found_behind_many_others(slack: FakeSlack) -> None:
    slack.page = 50
    data = verdict(finding(1), to=BOT)
    send(data, slack)
    for number in range(180):
        slack.messages.append(
            {"ts": f"18{number}", "channel": "C0SECURITY", "thread": "", "text": "hello", "bot": None, "metadata": None}
        )
    assert done(send(data, slack)) == ["unchanged"]


def test_a_channel_is_found_by_its_name_over_pages(slack: FakeSlack) -> None:
    assert done(send(verdict(finding(1), to={"slack": {"channel": "#sec"}}), slack)) == ["sent"]
    assert slack.messages[0]["channel"] == "C0SECURITY"
    [delivered] = send(verdict(finding(1), to={"slack": {"channel": "#nowhere"}}), slack)
    assert "sees no channel 'nowhere'" in delivered.failed


def test_slack_that_asks_to_wait_is_waited_for(slack: FakeSlack) -> None:
    slack.fail("POST", "/chat.postMessage", Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}))
    clock = Clock()
    assert done(send(verdict(finding(1), to=BOT), slack, clock=clock)) == ["sent"]
    assert clock.slept == [30.0]
    assert len(slack.messages) == 1


@pytest.mark.parametrize("error", ["invalid_auth", "channel_not_found", "missing_scope"])
def test_what_slack_refuses_is_told(slack: FakeSlack, error: str) -> None:
    slack.fail("GET", "/conversations.history", Answer(200, {"ok": False, "error": error}))
    [delivered] = send(verdict(finding(1), to=BOT), slack)
    assert delivered.failed == f"Slack answers: {error}"


def test_one_message_that_fails_does_not_stop_the_others(slack: FakeSlack) -> None:
    slack.fail("POST", "/chat.postMessage", Answer(200, {"ok": False, "error": "msg_too_long"}))
    [delivered] = send(verdict(finding(1), finding(2, context=of("@acme/db")), to=BOT), slack)
    assert sorted(done([delivered])) == ["failed", "sent"]
    assert not delivered.well


def test_a_message_names_the_first_ones_and_how_many_more_there_are(slack: FakeSlack) -> None:
    send(verdict(*(finding(number) for number in range(1, 40)), to=BOT), slack)
    text = json.dumps(slack.messages[0]["blocks"])
    assert f"{39 - MOST_ITEMS} more, not shown here" in text
    assert text.count('"divider"') == MOST_ITEMS


def test_too_many_owners_are_not_all_sent_and_it_says_how_many_are_left(slack: FakeSlack) -> None:
    data = verdict(*(finding(n, context=of(f"@acme/team{n}")) for n in range(1, 31)), to=BOT)
    delivered = send(data, slack)
    assert done(delivered).count("sent") == 20
    assert "10 groups of more owners" in told(delivered)


def test_the_worst_and_the_most_urgent_come_first(slack: FakeSlack) -> None:
    def decided(action: str, due: str = "") -> dict[str, object]:
        return {"action": action, "because": "x", "waiver": None, "notes": [], "due": {"date": due, "how": "7d"}}

    data = verdict(
        finding(1, title="late", severity="high", decision=decided("block", "2027-01-09")),
        finding(2, title="soon", severity="high", decision=decided("block", "2026-12-01")),
        finding(5, title="past", severity="low", decision={**decided("block"), "due": "2026-10-01", "overdue": True}),
        finding(3, title="warned", severity="high", decision=decided("warn", "2026-11-01")),
        finding(4, title="worst", severity="critical", decision=decided("warn")),
        to=BOT,
    )
    send(data, slack)
    text = json.dumps(slack.messages[0]["blocks"])
    assert sorted(["worst", "soon", "late", "warned"], key=text.index) == ["worst", "soon", "late", "warned"]
    assert "due: 2026-10-01, which is past" in text
    assert "due: 2026-12-01 " in text


def test_who_the_policy_names_is_mentioned_and_nobody_else(slack: FakeSlack) -> None:
    to = {"slack": {"channel": "C0SECURITY", "mention": "S0123456"}}
    send(verdict(finding(1, title="<!everyone> @here <@U123>", context=of("<!channel>")), to=to), slack)
    text = json.dumps(slack.messages[0]["blocks"])
    assert text.count('"usergroup_id": "S0123456"') == 1
    kinds = _kinds(slack.messages[0]["blocks"])
    assert kinds <= {"rich_text", "rich_text_section", "rich_text_preformatted", "text", "usergroup", "divider"}
    assert "<" not in slack.messages[0]["text"]


def _kinds(value: object) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_kinds(one) for one in value))
    if isinstance(value, dict):
        own = {value["type"]} if isinstance(value.get("type"), str) else set()
        return own.union(*(_kinds(one) for one in value.values()))
    return set()


def test_an_incoming_webhook_is_posted_to_and_its_address_never_shown(slack: FakeSlack) -> None:
    to = {"slack": {"webhook": "GATEPOST_SLACK_WEBHOOK_NET"}}
    assert done(send(verdict(finding(1), to=to), slack)) == ["sent"]
    slack.fail("POST", "/hook", Answer(404, {"error": "no_service"}))
    delivered = send(verdict(finding(1), to=to), slack)
    assert done(delivered) == ["failed"]
    assert "/hook" not in told(delivered)
    assert "404" in told(delivered)


def test_teams_gets_cards_that_its_schema_allows_and_never_too_large_ones() -> None:
    host = FakeTeams()
    with serving(host):
        findings = [
            finding(number, message="m" * 2000, title="t" * 2000, diff=["+ " + "d" * 300] * 40)
            for number in range(1, 30)
        ]
        assert done(send(verdict(*findings, to=TEAMS), host, links=LINKS)) == ["sent"]
    [card] = host.cards
    shown = sum(one["type"] == "Container" for one in card["body"])
    assert 1 <= shown <= MOST_ITEMS
    assert f"{29 - shown} more, not shown here" in json.dumps(card)
    assert card["actions"][0]["url"] == "https://example.com/acme/shop/blob/4be1c90/live/prod/net1.tf#L41"


def test_teams_reads_no_markdown_in_what_comes_from_files() -> None:
    host = FakeTeams()
    with serving(host):
        send(verdict(finding(1, title="[click](https://evil.example) <at>Ann</at> **b**"), to=TEAMS), host)
    assert _kinds(host.cards) <= {"AdaptiveCard", "RichTextBlock", "TextRun", "Container", "Action.OpenUrl"}
    assert "actions" not in host.cards[0]


def test_a_receiver_can_verify_what_it_gets_and_takes_it_once(hook: FakeHook) -> None:
    data = verdict(finding(1), to=HOOK)
    assert done(send(data, hook)) == ["sent"]
    assert done(send(data, hook)) == ["sent"]
    [taken] = hook.taken.values()
    assert taken["repository"] == "acme/shop"
    assert taken["items"][0]["places"][0] == {
        "path": "live/prod/net1.tf", "line": 41, "resource": "aws_security_group.web", "link": None,
    }  # fmt: skip


def test_the_receiver_of_the_page_takes_what_is_sent_and_nothing_else(hook: FakeHook) -> None:
    page = (Path(__file__).parents[2] / "docs" / "routes.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    send(verdict(finding(1), to=HOOK), hook)
    [asked] = hook.asked
    headers = {"-".join(part.capitalize() for part in name.split("-")): text for name, text in asked.headers.items()}
    given = {"hmac": hmac, "hashlib": hashlib, "headers": headers, "body": asked.raw, "secret": hook.secret}
    exec(code, {**given, "time": SimpleNamespace(time=lambda: NOW)})
    for wrong in ({"body": asked.raw + b" "}, {"secret": "x"}, {"time": SimpleNamespace(time=lambda: NOW + 400)}):
        with pytest.raises(AssertionError):
            exec(code, {**given, "time": SimpleNamespace(time=lambda: NOW), **wrong})


def test_a_receiver_refuses_what_was_changed_or_is_old(hook: FakeHook) -> None:
    data = verdict(finding(1), to=HOOK)
    hook.secret = "another-secret-of-32-characters!"
    assert "401" in told(send(data, hook))
    hook.secret = SECRETS["GATEPOST_HOOK_SECRET"]
    hook.now = NOW + 301
    assert "400" in told(send(data, hook))
    assert hook.taken == {}


def test_a_receiver_that_fails_for_a_moment_is_sent_the_same_delivery_again(hook: FakeHook) -> None:
    hook.fail("POST", "", Answer(500), done=True)
    hook.fail("POST", "", Answer(502))
    clock = Clock()
    assert done(send(verdict(finding(1), to=HOOK), hook, clock=clock)) == ["sent"]
    assert len({one.headers["gatepost-delivery"] for one in hook.asked}) == 1
    assert len(hook.taken) == 1
    assert clock.slept == [1.0, 2.0]


def test_a_receiver_that_is_too_slow_is_given_up(hook: FakeHook) -> None:
    hook.fail("POST", "", Answer(200, None, delay=3.0))
    [delivered] = send(verdict(finding(1), to=HOOK), hook, seconds=1)
    assert "takes too long" in told([delivered])
    assert not delivered.well


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x",
        "ftp://example.com",
        "https://user:pw@example.com/",
        "file:///etc/passwd",
        "https://",
        "x",
    ],
)
def test_an_address_that_is_not_safe_is_not_sent_to_and_not_shown(address: str) -> None:
    host = FakeHook("", NOW)
    with serving(host):
        delivered = send(verdict(finding(1), to=HOOK), host, env=environment(host, GATEPOST_HOOK=address))
    assert "GATEPOST_HOOK holds no https address" in told(delivered)
    assert address not in told(delivered) or address == "x"


def test_a_missing_variable_is_named(hook: FakeHook) -> None:
    for name in ("GATEPOST_HOOK", "GATEPOST_HOOK_SECRET"):
        env = {key: text for key, text in environment(hook).items() if key != name}
        [delivered] = send(verdict(finding(1), to=HOOK), hook, env=env)
        assert delivered.failed.startswith(f"{name} is not set")
    assert hook.asked == []


def test_a_destination_that_fails_does_not_stop_the_others(hook: FakeHook) -> None:
    data = verdict(finding(1), to={"jira": {"project": "NET"}, **BOT, **TEAMS, **HOOK})
    env = environment(hook, JIRA_BASE_URL="http://127.0.0.1:9", SLACK_API_URL="http://127.0.0.1:9")
    env["GATEPOST_TEAMS_WEBHOOK_NET"] = "http://127.0.0.1:9/"
    delivered = send(data, hook, env=env)
    assert [one.well for one in delivered] == [False, False, False, True]
    assert len(hook.taken) == 1


def test_no_credential_is_in_anything_that_is_shown() -> None:
    host = FakeSlack()
    echoed = {
        "message": " ".join(SECRETS.values()),
        "errorMessages": list(SECRETS.values()),
        "error": {"message": " ".join(SECRETS.values())},
    }
    with serving(host):
        for to in (
            {"jira": {"project": "A1"}},
            {"jira": {"project": "A1", "api": "server"}},
            {"github": None},
            {"gitlab": None},
            {"servicenow": None},
            BOT,
            {"slack": {"webhook": "GATEPOST_SLACK_WEBHOOK_NET"}},
            TEAMS,
            HOOK,
        ):
            for status in (400, 401, 403, 404, 422, 500):
                for method in ("GET", "POST"):
                    host.fail(method, "", Answer(status, echoed), times=9)
                delivered = send(verdict(finding(1), to=to), host)
                assert not delivered[0].well, to
                assert not [name for name, secret in SECRETS.items() if secret in told(delivered)], (to, status)
                host.faults.clear()


def test_what_two_runs_have_posted_at_the_same_time_ends_as_one_message(slack: FakeSlack) -> None:
    data = verdict(finding(1), to=BOT)
    send(data, slack)
    slack.messages.append({**slack.messages[0], "ts": "1999999999.000100"})
    assert done(send(data, slack)) == ["unchanged", "twin"]
    assert [one["text"].partition(" ")[0] for one in slack.messages] == ["This", "1"]
    assert done(send(data, slack)) == ["unchanged"]
