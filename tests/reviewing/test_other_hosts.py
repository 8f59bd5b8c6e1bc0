"""Gitea, Azure DevOps and Bitbucket: the same life of a comment, each by its own API, against stateful fakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.clients import client
from gatepost.reviewing.places import Where
from gatepost.reviewing.told import read_told
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.hosts import finding, suggested, verdict
from tests.reviewing.other_hosts import TOKEN, FakeAzure, FakeBitbucket, FakeGitea, Other
from tests.routing.hosts.host import Answer, serving

PATCH = "@@ -1,2 +1,3 @@\n a\n+open\n c\n"
HOSTS: dict[str, tuple[type[Other], str]] = {
    "gitea": (FakeGitea, "acme/shop"),
    "azure": (FakeAzure, "shop/web"),
    "bitbucket": (FakeBitbucket, "acme/shop"),
}
OPEN = finding(fixes=[suggested()], diff=["main.tf:2", "- open", "+ closed"])
# Where a comment is begun, as each host calls it.
BEGIN = {"gitea": "/pulls/7/reviews", "azure": "/threads", "bitbucket": "/comments"}


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[tuple[str, Other]]:
    make = HOSTS[request.param][0]
    with serving(make({"main.tf": PATCH, "b.tf": PATCH})) as made:
        yield request.param, cast("Other", made)


def tell(host: tuple[str, Other], *findings: dict[str, Any], **wishes: Any) -> Reviewed:
    name, there = host
    waits: list[float] = []
    patience = Patience(300, lambda: 2e9 + sum(waits), waits.append)
    token = {"GITEA_TOKEN": TOKEN, "SYSTEM_ACCESSTOKEN": TOKEN, "BITBUCKET_TOKEN": TOKEN}
    speaks = client(Where(name, there.address, HOSTS[name][1], 7), token, patience)
    return review(read_told(verdict(*findings)), speaks, Wishes(**wishes))


def test_one_comment_on_the_line_and_one_summary(host: tuple[str, Other]) -> None:
    done = tell(host, OPEN)
    (comment,) = host[1].inline
    assert (comment["path"], comment["line"]) == ("main.tf", 2) and len(host[1].summaries) == 1
    assert (done.posted, done.summary) == (1, "posted") and "+ closed" in comment["body"]


def test_a_second_run_writes_nothing(host: tuple[str, Other]) -> None:
    tell(host, OPEN)
    before = len(host[1].writes())
    assert tell(host, OPEN).unchanged == 1 and len(host[1].writes()) == before


def test_fixed_and_back(host: tuple[str, Other]) -> None:
    name, there = host
    tell(host, OPEN)
    tell(host)
    assert "fixed in" in there.inline[0]["body"] and there.inline[0]["resolved"] == (name != "gitea")
    tell(host, OPEN)
    assert "is back" in there.inline[0]["body"] and not there.inline[0]["resolved"] and len(there.inline) == 1


def test_without_the_right_to_resolve_nothing_is_claimed(host: tuple[str, Other]) -> None:
    host[1].may_resolve = False
    tell(host, OPEN)
    done = tell(host)
    assert "fixed in" in host[1].inline[0]["body"] and not host[1].inline[0]["resolved"] and not done.failed


def test_what_others_wrote_with_our_mark_is_left_alone(host: tuple[str, Other]) -> None:
    tell(host, OPEN)
    body = host[1].inline[0]["body"]
    host[1].say("mallory", body, "b.tf", 2)
    tell(host)
    assert host[1].inline[1]["body"] == body


def test_one_that_is_refused_does_not_stop_the_others(host: tuple[str, Other]) -> None:
    name, there = host
    refused = Answer(422 if name == "gitea" else 400, {"message": "no"})
    there.fail("POST", BEGIN[name], refused, times=2 if name == "gitea" else 1)
    done = tell(host, OPEN, finding(path="b.tf"))
    assert len(there.inline) == 1 and len(done.failed) == 1 and "no comment" in there.summaries[0]["body"]


def test_many_files_and_comments_are_read_page_by_page(host: tuple[str, Other]) -> None:
    host[1].patches.update({f"f{number}.tf": PATCH for number in range(230)})
    some = [finding(path=f"f{number}.tf") for number in range(130)]
    assert tell(host, *some, most=200).posted == 130
    assert tell(host, *some, most=200).unchanged == 130 and len(host[1].inline) == 130


def test_a_limit_is_waited_for(host: tuple[str, Other]) -> None:
    host[1].fail("POST", BEGIN[host[0]], Answer(429, {"message": "later"}, {"Retry-After": "20"}))
    tell(host, OPEN)
    assert len(host[1].inline) == 1


def test_a_fault_after_writing_makes_no_double(host: tuple[str, Other]) -> None:
    host[1].fail("POST", BEGIN[host[0]], Answer(502, {"message": "bad gateway"}), done=True)
    assert tell(host, OPEN).failed
    tell(host, OPEN)
    assert len(host[1].inline) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_is_not_allowed_is_told_without_the_credential(host: tuple[str, Other], status: int) -> None:
    host[1].fail("GET", "7", Answer(status, {"message": f"no {TOKEN}"}))
    with pytest.raises(Refused) as caught:
        tell(host, OPEN)
    assert str(status) in str(caught.value) and TOKEN not in str(caught.value)


def test_a_host_that_leads_elsewhere_is_not_followed(host: tuple[str, Other]) -> None:
    host[1].fail("GET", "7", Answer(302, None, {"Location": "http://127.0.0.1:9/"}))
    with pytest.raises(Refused, match="not followed"):
        tell(host, OPEN)


def test_a_closed_request_and_a_new_head_are_left_alone(host: tuple[str, Other]) -> None:
    host[1].open = False
    assert tell(host, OPEN).skipped
    host[1].open, host[1].head = True, "e" * 40
    assert "head by now" in tell(host, OPEN, commit="4" * 40).skipped and not host[1].said


def test_without_a_credential_nothing_is_asked(host: tuple[str, Other]) -> None:
    with pytest.raises(Refused, match="is not set"):
        client(Where(host[0], host[1].address, "a/b", 7), {}, Patience(5))
    assert not host[1].asked
