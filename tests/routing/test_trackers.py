"""Issues at every host that keeps them, through the real clients: made, changed, closed, opened again, once each."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.routing.hosts.github import FakeGitHub
from tests.routing.hosts.gitlab import FakeGitLab
from tests.routing.hosts.host import Answer, Host, serving
from tests.routing.hosts.jira import FakeJira
from tests.routing.hosts.servicenow import FakeServiceNow
from tests.routing.verdicts import NOW, SECRETS, Clock, done, environment, finding, send, told, verdict


def _basic(user: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


class Kept(NamedTuple):
    """An issue as the host has it, whatever the host calls its parts."""

    title: str
    body: str
    open: bool
    notes: list[Any]


class Bench:
    """One host with the destination that leads to it."""

    def __init__(self, name: str, host: Host, to: dict[str, Any]) -> None:
        self.name, self.host, self.to = name, host, to

    def issues(self) -> list[Kept]:
        host: Any = self.host
        if self.name.startswith("jira"):
            return [
                Kept(
                    one["fields"]["summary"],
                    str(one["fields"]["description"]),
                    one["status"]["statusCategory"]["key"] != "done",
                    one["comments"],
                )
                for one in host.issues.values()
            ]
        if self.name == "github":
            return [Kept(o["title"], o["body"], o["state"] == "open", o["comments_made"]) for o in host.issues]
        if self.name == "gitlab":
            return [Kept(o["title"], o["description"], o["state"] == "opened", o["notes_made"]) for o in host.issues]
        return [
            Kept(o["short_description"], o["description"], o["state"] not in ("6", "7"), o["notes"])
            for o in host.records
        ]

    def close_by_hand(self, number: int = 0) -> None:
        host: Any = self.host
        if self.name.startswith("jira"):
            one = list(host.issues.values())[number]
            one["status"] = {"name": "Done", "statusCategory": {"key": "done"}}
        elif self.name == "servicenow":
            host.records[number]["state"] = "7"
        else:
            host.issues[number]["state"] = "closed"

    def route(self, *findings: Any, **more: Any) -> dict[str, Any]:
        return verdict(*findings, to=self.to, **more)

    @property
    def creating(self) -> tuple[str, str]:
        """The method and the end of the path of the request that makes an issue."""
        return "POST", {"servicenow": "/incident", "github": "/issues", "gitlab": "/issues"}.get(self.name, "/issue")


def _bench(name: str) -> Bench:
    if name == "jira cloud":
        host: Host = FakeJira(authorization=_basic("bot@example.com", SECRETS["JIRA_TOKEN"]), page=2)
        return Bench(name, host, {"jira": {"project": "NET", "team": "Net Team", "priority": {"high": "High"}}})
    if name == "jira server":
        host = FakeJira(server=True, authorization=_basic("bot@example.com", SECRETS["JIRA_TOKEN"]), page=2)
        return Bench(name, host, {"jira": {"project": "NET", "api": "server"}})
    if name == "github":
        return Bench(
            name, FakeGitHub(SECRETS["GITHUB_TOKEN"]), {"github": {"labels": ["security"], "assignees": ["ann"]}}
        )
    if name == "gitlab":
        return Bench(
            name, FakeGitLab(SECRETS["GITLAB_TOKEN"]), {"gitlab": {"labels": ["security"], "assignees": ["ann"]}}
        )
    host = FakeServiceNow(_basic("gatepost", SECRETS["SERVICENOW_PASSWORD"]))
    return Bench(name, host, {"servicenow": {"assignment_group": "Net", "urgency": {"high": "2"}}})


NAMES = ["jira cloud", "jira server", "github", "gitlab", "servicenow"]


@pytest.fixture(params=NAMES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "github":
        pytest.importorskip("github")
    if request.param == "gitlab":
        pytest.importorskip("gitlab")
    made = _bench(request.param)
    with serving(made.host):
        yield made


def test_a_group_gets_one_issue_and_a_second_run_changes_nothing(bench: Bench) -> None:
    same = {"group": "one cause", "mend": "Change the network"}
    data = bench.route(finding(1, **same), finding(2, **same), finding(3))
    assert done(send(data, bench.host)) == ["created", "created"]
    titles = sorted(one.title for one in bench.issues())
    assert titles[0].startswith("[high] Change the network (2 findings)")
    before = len(bench.host.writes())
    assert done(send(data, bench.host)) == ["unchanged", "unchanged"]
    assert len(bench.host.writes()) == before
    assert "live/prod/prod.tfvars:7" in bench.issues()[0].body


def test_another_commit_alone_changes_nothing(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    assert done(send(bench.route(finding(1), commit="a" * 40), bench.host)) == ["unchanged"]


def test_what_changes_is_written_anew_and_people_are_told_what_matters(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    moved = finding(1, region={"start_line": 99, "start_column": 1, "end_line": 99, "end_column": 2})
    assert done(send(bench.route(moved), bench.host)) == ["updated"]
    [kept] = bench.issues()
    assert "net1.tf:99" in kept.body
    assert kept.notes == []
    assert done(send(bench.route({**moved, "severity": "critical"}), bench.host)) == ["updated"]
    [kept] = bench.issues()
    assert kept.title.startswith("[critical]")
    assert "high → critical" in str(kept.notes)


def test_what_is_gone_is_closed_with_the_commit_and_what_comes_back_is_opened_again(bench: Bench) -> None:
    send(bench.route(finding(1), finding(2)), bench.host)
    assert done(send(bench.route(finding(2)), bench.host)) == ["unchanged", "closed"]
    gone = bench.issues()[0]
    assert not gone.open
    assert "Fixed in 4be1c90d4be1" in str(gone.notes)
    assert done(send(bench.route(finding(2)), bench.host)) == ["unchanged"]
    assert sorted(done(send(bench.route(finding(1), finding(2), commit="b" * 40), bench.host))) == [
        "reopened",
        "unchanged",
    ]
    back = bench.issues()[0]
    assert back.open
    assert "It is back in bbbbbbbbbbbb" in str(back.notes)
    assert len(bench.issues()) == 2


def test_what_people_close_while_it_is_still_found_stays_closed(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    bench.close_by_hand()
    delivered = send(bench.route(finding(1)), bench.host)
    assert done(delivered) == ["left"]
    assert not bench.issues()[0].open


def test_what_people_close_because_they_mended_it_is_opened_when_it_comes_back(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    bench.close_by_hand()
    assert done(send(bench.route(), bench.host)) == []
    assert done(send(bench.route(finding(1)), bench.host)) == ["reopened"]


def test_what_is_waived_is_closed_and_the_note_says_until_when(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    waiver = {"until": "2027-03-31", "why": "x", "by": "y"}
    waived = finding(1, routes=[], decision={"action": "allow", "because": None, "waiver": waiver, "notes": []})
    assert done(send(bench.route(waived), bench.host)) == ["closed"]
    assert "waived until 2027-03-31" in str(bench.issues()[0].notes)


def test_nothing_is_closed_by_a_verdict_that_could_not_read_everything(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    assert done(send(bench.route(action="incomplete"), bench.host)) == ["left"]
    unread = {**bench.route(), "problems": [{"path": "a.tf", "what": "x", "kind": "unreadable"}]}
    assert done(send(unread, bench.host)) == ["left"]
    assert bench.issues()[0].open


def test_nothing_is_closed_by_a_verdict_on_a_change_or_on_other_paths(bench: Bench) -> None:
    send(bench.route(finding(1)), bench.host)
    assert done(send(bench.route(change=True), bench.host)) == ["left"]
    assert done(send(bench.route(paths=["live/stage"]), bench.host)) == ["left"]
    assert done(send(bench.route(inputs="without the report"), bench.host)) == ["left"]
    assert done(send(bench.route(repository="acme/other"), bench.host)) == []
    assert bench.issues()[0].open


def test_what_runs_with_other_inputs_find_too_is_one_issue_and_closed_by_the_one_that_saw_it_last(bench: Bench) -> None:
    send(bench.route(finding(1), finding(2), inputs="with a report"), bench.host)
    assert done(send(bench.route(finding(1), inputs="without"), bench.host)) == ["unchanged", "left"]
    assert len(bench.issues()) == 2
    assert done(send(bench.route(inputs="with a report"), bench.host)) == ["left", "closed"]
    assert done(send(bench.route(inputs="without"), bench.host)) == ["closed"]


def test_two_runs_at_the_same_time_end_with_one_open_issue_for_each_group(bench: Bench) -> None:
    data = bench.route(finding(1), finding(2))
    runs = [threading.Thread(target=send, args=(data, bench.host)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    send(data, bench.host)  # whatever they left behind
    assert sorted(one.title for one in bench.issues() if one.open) == [
        "[high] SSH is open to the whole internet, 1",
        "[high] SSH is open to the whole internet, 2",
    ]


def test_many_issues_are_found_over_all_pages(bench: Bench) -> None:
    data = bench.route(*(finding(number) for number in range(1, 106)))
    assert done(send(data, bench.host, most_new=200)).count("created") == 105
    assert set(done(send(data, bench.host))) == {"unchanged"}


def test_no_more_issues_are_made_than_allowed_and_the_worst_come_first(bench: Bench) -> None:
    data = bench.route(finding(1), finding(2, severity="critical"), finding(3))
    delivered = send(data, bench.host, most_new=2)
    assert done(delivered) == ["created", "created", "over"]
    assert bench.issues()[0].title.startswith("[critical]")
    assert done(send(data, bench.host, most_new=2)) == ["unchanged", "unchanged", "created"]


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "not accepted"), (403, "may not do this"), (404, "not there"), (410, "410"), (422, "422"), (501, "501")],
)
def test_what_the_host_answers_while_looking_is_told_and_nothing_is_made(bench: Bench, status: int, said: str) -> None:
    for method in ("GET", "POST"):
        bench.host.fail(method, "", Answer(status, {"message": "so it is"}), times=1)
    [delivered] = send(bench.route(finding(1)), bench.host)
    assert said in delivered.failed
    assert not delivered.well
    assert bench.issues() == []


def test_a_host_that_asks_to_wait_is_given_the_time_it_asks_for(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(429, {"message": "slow down"}, {"Retry-After": "17"}))
    clock = Clock()
    assert done(send(bench.route(finding(1)), bench.host, clock=clock)) == ["created"]
    assert clock.slept == [17.0]
    assert len(bench.issues()) == 1


def test_a_host_that_asks_for_more_time_than_there_is_is_left(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(429, None, {"Retry-After": "3600"}))
    clock = Clock()
    [delivered] = send(bench.route(finding(1)), bench.host, clock=clock, seconds=60)
    assert not delivered.well
    assert "3600 s" in told([delivered])
    assert clock.slept == []


def test_a_host_that_always_asks_to_wait_is_left_after_a_few_tries(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(429, {"message": "no"}, {"Retry-After": "20"}), times=50)
    clock = Clock()
    began = time.monotonic()
    [delivered] = send(bench.route(finding(1)), bench.host, clock=clock)
    assert not delivered.well
    assert clock.slept == [20.0] * 4
    assert time.monotonic() - began < 10  # nobody else waits


def test_a_fault_of_the_host_while_looking_is_tried_again_with_growing_pauses(bench: Bench) -> None:
    method, path = ("POST", "/search") if bench.name.startswith("jira") else ("GET", "")
    times = 1 if bench.name.startswith("jira") else 3
    answer = Answer(503, None, {"Retry-After": "1"}) if bench.name.startswith("jira") else Answer(502)
    bench.host.fail(method, path, answer, times=times)
    clock = Clock()
    assert done(send(bench.route(finding(1)), bench.host, clock=clock)) == ["created"]
    assert clock.slept == ([1.0] if bench.name.startswith("jira") else [1.0, 2.0, 4.0])


def test_what_was_made_although_the_host_failed_is_not_made_twice(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(502), done=True)
    assert done(send(bench.route(finding(1)), bench.host)) == ["created"]
    assert len(bench.issues()) == 1


def test_what_the_host_failed_to_make_is_made_once_more(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(500))
    assert done(send(bench.route(finding(1)), bench.host)) == ["created"]
    assert len(bench.issues()) == 1


def test_one_issue_that_is_refused_does_not_stop_the_others(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(422 if bench.name in ("github", "gitlab") else 400, {"message": "no"}))
    [delivered] = send(bench.route(finding(1), finding(2)), bench.host)
    assert sorted(done([delivered])) == ["created", "failed"]
    assert not delivered.well


def test_a_host_that_refuses_everything_is_not_asked_for_ever(bench: Bench) -> None:
    bench.host.fail(*bench.creating, Answer(403, {"message": "no"}), times=50)
    [delivered] = send(bench.route(*(finding(number) for number in range(1, 21))), bench.host)
    assert set(done([delivered])) == {"failed"}
    assert len([one for one in bench.host.asked if one.method == "POST" and one.path.endswith(bench.creating[1])]) == 3
    assert "may not do this" in told([delivered])


@pytest.mark.parametrize("name", ["JIRA_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "SERVICENOW_PASSWORD"])
def test_a_wrong_credential_is_told_without_showing_it(name: str) -> None:
    which = {"JIRA_TOKEN": "jira cloud", "GITHUB_TOKEN": "github", "GITLAB_TOKEN": "gitlab"}.get(name, "servicenow")
    bench = _bench(which)
    with serving(bench.host):
        env = {**environment(bench.host), name: "wrong-credential-0815"}
        [delivered] = send(bench.route(finding(1)), bench.host, env=env)
    assert "401, the credential is not accepted" in delivered.failed
    assert "0815" not in told([delivered])


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_credential_is_named(name: str) -> None:
    bench = _bench(name)
    with serving(bench.host):
        env = {key: text for key, text in environment(bench.host).items() if key not in SECRETS}
        [delivered] = send(bench.route(finding(1)), bench.host, env=env)
    assert "is not set" in delivered.failed
    assert bench.host.asked == []


@pytest.mark.parametrize("token", ["two words", "one\ntwo", "t\u00f6ken"])
@pytest.mark.parametrize("name", ["jira cloud", "github", "gitlab"])
def test_a_token_that_is_none_is_told_before_anything_is_sent(name: str, token: str) -> None:
    bench = _bench(name)
    with serving(bench.host):
        env = {**environment(bench.host), f"{name.partition(' ')[0].upper()}_TOKEN": token}
        [delivered] = send(bench.route(finding(1)), bench.host, env=env)
    assert "holds what no token has" in delivered.failed
    assert token not in told([delivered])
    assert bench.host.asked == []


def test_a_host_that_is_not_there_is_told(bench: Bench) -> None:
    env = {
        name: text.replace(bench.host.address, "http://127.0.0.1:9") for name, text in environment(bench.host).items()
    }
    clock = Clock()
    [delivered] = send(bench.route(finding(1)), bench.host, env=env, clock=clock)
    assert "cannot be reached" in delivered.failed
    assert clock.slept == [1.0, 2.0]


def test_a_host_that_leads_elsewhere_is_not_followed_with_the_credential(bench: Bench) -> None:
    other = FakeGitHub()
    with serving(other):
        leads = Answer(302, None, {"Location": f"{other.address.replace('127.0.0.1', 'localhost')}/x"})
        for method in ("GET", "POST"):
            bench.host.fail(method, "", leads, times=9)
        [delivered] = send(bench.route(finding(1)), bench.host)
    assert not delivered.well
    assert other.asked == []


def test_an_answer_that_is_no_answer_is_a_fault_and_never_a_crash(bench: Bench) -> None:
    for method in ("GET", "POST"):
        bench.host.fail(method, "", Answer(200, ["what", 3, None]), times=9)
    delivered = send(bench.route(finding(1)), bench.host)
    assert delivered
    bench.host.faults.clear()
    for method in ("GET", "POST"):
        bench.host.fail(method, "", Answer(200, None, broken=True), times=9)
    [delivered_] = send(bench.route(finding(1)), bench.host)
    assert not delivered_.well


def test_github_lets_its_limit_be_lifted_before_it_is_asked_again() -> None:
    pytest.importorskip("github")
    bench = _bench("github")
    with serving(bench.host):
        bench.host.fail(
            "POST",
            "/issues",
            Answer(
                403, {"message": "rate limit"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 40)}
            ),
        )
        clock = Clock()
        assert done(send(bench.route(finding(1)), bench.host, clock=clock)) == ["created"]
    assert clock.slept == [40.0]


def test_github_is_written_to_a_second_apart() -> None:
    pytest.importorskip("github")
    bench = _bench("github")
    with serving(bench.host):
        clock = Clock()
        send(bench.route(*(finding(number) for number in range(1, 5))), bench.host, clock=clock)
    assert clock.slept == [1.0, 1.0, 1.0]


def test_a_quota_that_is_used_up_is_waited_for_before_the_next_request() -> None:
    bench = _bench("jira cloud")
    with serving(bench.host):
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2027-01-15T08:00:30Z"}
        bench.host.fail("POST", "/search", Answer(200, {"issues": []}, headers))
        clock = Clock()
        assert done(send(bench.route(finding(1)), bench.host, clock=clock)) == ["created"]
    assert clock.slept == [30.0]


def test_jira_without_the_transition_says_which_there_are() -> None:
    bench = _bench("jira cloud")
    with serving(bench.host):
        send(bench.route(finding(1)), bench.host)
        bench.host.transitions = {"Erledigt": "done", "Offen": "new"}  # type: ignore[attr-defined]
        [delivered] = send(bench.route(), bench.host)
        assert not delivered.well
        assert "it offers: Erledigt, Offen" in told([delivered])
        bench.to["jira"]["fixed"] = "erledigt"
        assert done(send(bench.route(), bench.host)) == ["closed"]


def test_jira_gets_the_fields_that_the_policy_names() -> None:
    host = FakeJira()
    to = {
        "jira": {
            "project": "SB",
            "issue_type": "Bug",
            "team": "36885b3c",
            "team_field": "customfield_10001",
            "labels": ["security"],
            "components": ["search"],
            "assignee": "712020:abc",
            "priority": {"high": "High"},
        }
    }
    due = {"action": "block", "because": "x", "waiver": None, "notes": [], "due": {"date": "2026-12-24", "how": "x"}}
    with serving(host):
        send(verdict(finding(1, decision=due), to=to), host)
    [issue] = host.issues.values()
    fields = issue["fields"]
    assert fields["issuetype"] == {"name": "Bug"}
    assert fields["customfield_10001"] == "36885b3c"
    assert fields["components"] == [{"name": "search"}]
    assert fields["assignee"] == {"accountId": "712020:abc"}
    assert fields["priority"] == {"name": "High"}
    assert fields["duedate"] == "2026-12-24"
    assert "security" in fields["labels"]
    assert "gatepost" in fields["labels"]


def test_gitlab_keeps_issues_to_the_team_unless_told_otherwise() -> None:
    pytest.importorskip("gitlab")
    host = FakeGitLab()
    with serving(host):
        send(verdict(finding(1), to={"gitlab": {"assignees": ["ann"]}}), host)
        assert host.issues[0]["confidential"] is True
        assert host.issues[0]["assignee_ids"] == [7]
        [delivered] = send(verdict(finding(2), to={"gitlab": {"assignees": ["nobody"]}}, paths=["x"]), host)
        assert "there is no user" in told([delivered])


def test_github_lists_its_issues_and_is_asked_for_none_of_them_again() -> None:
    pytest.importorskip("github")
    host = FakeGitHub()
    with serving(host):
        data = verdict(*(finding(number) for number in range(1, 4)), to={"github": None})
        send(data, host)
        host.asked.clear()
        assert set(done(send(data, host))) == {"unchanged"}
        assert not [one for one in host.asked if one.path[-1].isdigit()]


def test_github_takes_no_pull_request_and_no_quoted_mark_for_an_issue_of_ours() -> None:
    pytest.importorskip("github")
    host = FakeGitHub()
    with serving(host):
        data = verdict(finding(1), to={"github": None})
        send(data, host)
        mark = host.issues[0]["body"].partition("\n")[0]
        host.issues.append({**host.issues[0], "number": 2, "pull": True, "comments_made": []})
        host.issues.append({**host.issues[0], "number": 3, "body": f"> look\n{mark}\n", "comments_made": []})
        assert done(send(data, host)) == ["unchanged"]
        assert [one["state"] for one in host.issues] == ["open", "open", "open"]


def test_the_text_that_people_added_below_stays_when_an_issue_is_closed() -> None:
    pytest.importorskip("github")
    host = FakeGitHub()
    with serving(host):
        send(verdict(finding(1), to={"github": None}), host)
        host.issues[0]["body"] += "\nWe talked about this on Monday."
        send(verdict(to={"github": None}), host)
    assert host.issues[0]["state"] == "closed"
    assert "on Monday" in host.issues[0]["body"]
