"""GitLab's own client against a stateful GitLab: discussions, positions, replies, refusals and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.marks import read_mark
from gatepost.reviewing.told import read_told
from gatepost.services.gitlab_reviews import GitLabReviews
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.gitlab_host import FakeGitLab
from tests.reviewing.hosts import finding, suggested, verdict
from tests.routing.hosts.host import Answer, serving

PATCH = "@@ -1,3 +1,4 @@\n a\n+open\n c\n d\n"


@pytest.fixture
def host() -> Iterator[FakeGitLab]:
    with serving(FakeGitLab({"main.tf": PATCH})) as made:
        yield cast("FakeGitLab", made)


def tell(host: FakeGitLab, *findings: dict[str, Any], **wishes: Any) -> Reviewed:
    waits: list[float] = []
    patience = Patience(300, lambda: 2e9 + sum(waits), waits.append)
    client = GitLabReviews(host.address, "acme/shop", 7, host.token, patience, read_hunks, read_mark)
    return review(read_told(verdict(*findings)), client, Wishes(**wishes))


OPEN = finding(fixes=[suggested()])


def test_a_finding_is_a_discussion_on_the_added_line(host: FakeGitLab) -> None:
    tell(host, OPEN)
    (note,) = host.inline
    assert note["position"]["new_line"] == 2 and "old_line" not in note["position"]
    assert "```suggestion:-0+0\nclosed\n```" in note["body"] and len(host.summaries) == 1


def test_an_unchanged_line_has_both_numbers(host: FakeGitLab) -> None:
    tell(host, finding(line=3))
    position = host.inline[0]["position"]
    assert (position["old_line"], position["new_line"]) == (2, 3)


def test_several_lines_are_a_range_with_line_codes(host: FakeGitLab) -> None:
    fix = suggested()
    fix["suggestion"].update(start_line=2, end_line=3, old=["open", "c"], lines=["shut", "c"])
    tell(host, finding(fixes=[fix]))
    (note,) = host.inline
    assert set(note["position"]["line_range"]) == {"start", "end"} and "suggestion:-1+0" in note["body"]


def test_a_second_run_writes_nothing(host: FakeGitLab) -> None:
    tell(host, OPEN)
    before = len(host.writes())
    assert tell(host, OPEN).unchanged == 1 and len(host.writes()) == before


def test_fixed_resolved_and_back(host: FakeGitLab) -> None:
    tell(host, OPEN)
    tell(host)
    assert "fixed in" in host.inline[0]["body"] and host.inline[0]["resolved"]
    tell(host, OPEN)
    assert "is back" in host.inline[0]["body"] and not host.inline[0]["resolved"] and len(host.inline) == 1


def test_without_the_right_to_resolve_nothing_is_claimed(host: FakeGitLab) -> None:
    host.may_resolve = False
    tell(host, OPEN)
    done = tell(host)
    assert "fixed in" in host.inline[0]["body"] and not host.inline[0]["resolved"] and not done.failed


def test_replies_stay_and_discussions_of_others_are_not_ours(host: FakeGitLab) -> None:
    tell(host, OPEN)
    host.reply(host.discussions[0], "ada", "On purpose.")
    host.add("mallory", host.inline[0]["body"], host.inline[0]["position"])
    tell(host)
    assert host.discussions[0]["notes"][1]["body"] == "On purpose."
    assert "fixed in" in host.inline[0]["body"] and "fixed in" not in host.inline[1]["body"]


def test_a_place_outside_the_hunks_is_a_discussion_of_the_file(host: FakeGitLab) -> None:
    tell(host, finding(line=80))
    assert host.inline[0]["position"]["position_type"] == "file"


def test_a_file_that_is_too_large_to_be_shown_takes_a_discussion_of_the_file(host: FakeGitLab) -> None:
    host.hidden.add("main.tf")
    tell(host, OPEN)
    assert host.inline[0]["position"]["position_type"] == "file"


def test_one_that_is_refused_does_not_stop_the_others(host: FakeGitLab) -> None:
    host.patches["b.tf"] = PATCH
    host.fail("POST", "/discussions", Answer(400, {"message": "400 line_code can't be blank"}))
    done = tell(host, OPEN, finding(path="b.tf"))
    assert len(host.inline) == 1 and len(done.failed) == 1 and "no comment" in host.summaries[0]


def test_pages_are_read_to_the_end(host: FakeGitLab) -> None:
    host.patches.update({f"f{number}.tf": PATCH for number in range(130)})
    some = [finding(path=f"f{number}.tf") for number in range(120)]
    assert tell(host, *some, most=100).posted == 100
    done = tell(host, *some, most=100)
    assert (done.unchanged, done.posted) == (100, 0)  # those that have one count


def test_a_limit_is_waited_for(host: FakeGitLab) -> None:
    host.fail("POST", "/discussions", Answer(429, {"message": "Retry later"}, {"Retry-After": "30"}))
    tell(host, OPEN)
    assert len(host.inline) == 1


def test_a_fault_of_the_host_after_writing_makes_no_double(host: FakeGitLab) -> None:
    host.fail("POST", "/discussions", Answer(502, {"message": "bad gateway"}), done=True)
    assert tell(host, OPEN).failed
    tell(host, OPEN)
    assert len(host.inline) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_is_not_allowed_is_told_without_the_credential(host: FakeGitLab, status: int) -> None:
    host.fail("GET", "/merge_requests/7", Answer(status, {"message": f"no {host.token}"}))
    with pytest.raises(Refused) as caught:
        tell(host, OPEN)
    assert str(status) in str(caught.value) and host.token not in str(caught.value)


def test_a_merged_request_and_a_new_head_are_left_alone(host: FakeGitLab) -> None:
    host.state = "merged"
    assert tell(host, OPEN).skipped
    host.state, host.head = "opened", "e" * 40
    assert "head by now" in tell(host, OPEN, commit="4" * 40).skipped and not host.discussions
