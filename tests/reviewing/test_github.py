"""GitHub's own client against a stateful GitHub: reviews, edits, threads, refusals and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.marks import read_mark
from gatepost.reviewing.told import read_told
from gatepost.services.github_reviews import GitHubReviews, pull_request_of
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.github_host import HEAD, FakeGitHub
from tests.reviewing.hosts import finding, suggested, verdict
from tests.routing.hosts.host import Answer, Fault, serving

PATCH = "@@ -1,2 +1,3 @@\n a\n+open\n c"


@pytest.fixture
def host() -> Iterator[FakeGitHub]:
    with serving(FakeGitHub({"main.tf": PATCH})) as made:
        yield cast("FakeGitHub", made)


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.time = 2_000_000_000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


def tell(host: FakeGitHub, *findings: dict[str, Any], clock: Clock | None = None, **wishes: Any) -> Reviewed:
    clock = clock or Clock()
    patience = Patience(300, clock.now, clock.sleep)
    client = GitHubReviews(host.address, "acme/shop", 7, host.token, patience, read_hunks, read_mark)
    return review(read_told(verdict(*findings)), client, Wishes(**wishes))


OPEN = finding(fixes=[suggested()])


def test_one_review_and_one_summary_are_all_that_is_written(host: FakeGitHub) -> None:
    tell(host, OPEN)
    assert [(one.method, one.path) for one in host.writes() if one.path != "/graphql"] == [
        ("POST", "/repos/acme/shop/pulls/7/reviews"),
        ("POST", "/repos/acme/shop/issues/7/comments"),
    ]
    (comment,) = host.line_comments
    assert (comment["path"], comment["line"], comment["start_line"]) == ("main.tf", 2, None)
    assert "```suggestion\nclosed\n```" in comment["body"]


def test_a_second_run_writes_nothing(host: FakeGitHub) -> None:
    tell(host, OPEN)
    before = len([one for one in host.writes() if one.path != "/graphql"])
    done = tell(host, OPEN)
    assert len([one for one in host.writes() if one.path != "/graphql"]) == before and done.unchanged == 1


def test_fixed_resolved_back_and_opened_again(host: FakeGitHub) -> None:
    tell(host, OPEN)
    tell(host)
    assert "fixed in" in host.line_comments[0]["body"] and host.resolved == {host.line_comments[0]["id"]}
    tell(host, OPEN)
    assert "is back" in host.line_comments[0]["body"] and not host.resolved and len(host.line_comments) == 1


def test_a_token_that_may_not_resolve_claims_nothing(host: FakeGitHub) -> None:
    host.may_resolve = False
    tell(host, OPEN)
    done = tell(host)
    assert "fixed in" in host.line_comments[0]["body"] and not host.resolved and not done.failed


def test_a_person_s_credential_knows_itself(host: FakeGitHub) -> None:
    host.me = "ada"
    tell(host, OPEN)
    tell(host, OPEN)
    assert len(host.line_comments) == 1 and len(host.comments) == 1


def test_replies_are_counted_and_what_others_write_is_never_touched(host: FakeGitHub) -> None:
    tell(host, OPEN)
    first = host.line_comments[0]
    host.add("ada", {"body": "On purpose.", "path": "main.tf", "in_reply_to": first["id"]})
    host.add("mallory", {"body": first["body"], "path": "main.tf", "line": 2})
    tell(host)
    assert [one["body"] for one in host.line_comments[1:]] == ["On purpose.", host.line_comments[2]["body"]]
    assert "fixed in" in first["body"] and "fixed in" not in host.line_comments[2]["body"]


def test_a_review_that_is_refused_is_posted_one_by_one(host: FakeGitHub) -> None:
    host.patches["b.tf"] = PATCH
    host.fail("POST", "/reviews", Answer(422, {"message": "Unprocessable Entity"}))
    done = tell(host, OPEN, finding(path="b.tf"))
    assert {one["path"] for one in host.line_comments} == {"main.tf", "b.tf"} and not done.failed


def test_one_comment_that_is_refused_is_told_in_the_summary(host: FakeGitHub) -> None:
    host.patches["b.tf"] = PATCH
    host.fail("POST", "/reviews", Answer(422, {"message": "Unprocessable Entity"}))
    host.fail("POST", "/pulls/7/comments", Answer(422, {"message": "Validation Failed"}))
    done = tell(host, OPEN, finding(path="b.tf"))
    assert len(host.line_comments) == 1 and len(done.failed) == 1 and "no comment" in host.comments[0]["body"]


def test_a_place_outside_the_hunks_is_a_comment_on_the_file(host: FakeGitHub) -> None:
    tell(host, finding(line=90))
    (comment,) = host.line_comments
    assert comment["subject_type"] == "file" and "line" not in comment


def test_a_file_that_the_change_does_not_have_is_told_in_the_summary_alone(host: FakeGitHub) -> None:
    done = tell(host, finding(path="modules/x/main.tf"))
    assert not host.line_comments and done.summary == "posted"
    assert "modules/x/main.tf:2" in host.comments[0]["body"]


def test_files_without_a_diff_take_no_comment_on_lines(host: FakeGitHub) -> None:
    host.patches["main.tf"] = None
    tell(host, OPEN)
    assert host.line_comments[0]["subject_type"] == "file"


def test_several_pages_of_files_and_comments_are_read(host: FakeGitHub) -> None:
    host.patches.update({f"f{number}.tf": PATCH for number in range(250)})
    some = [finding(path=f"f{number}.tf") for number in range(150)]
    done = tell(host, *some, most=150)
    assert done.posted == 150 and len(host.line_comments) == 150
    done = tell(host, *some, most=150)
    assert done.unchanged == 150 and len(host.line_comments) == 150


def test_a_secondary_limit_is_waited_for(host: FakeGitHub) -> None:
    clock = Clock()
    host.fail("POST", "/reviews", Answer(403, {"message": "secondary rate limit"}, {"Retry-After": "61"}))
    tell(host, OPEN, clock=clock)
    assert 61 in clock.waits and len(host.line_comments) == 1


def test_a_primary_limit_is_waited_for(host: FakeGitHub) -> None:
    clock = Clock()
    reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.time) + 30)}
    host.fail("GET", "/pulls/7", Answer(403, {"message": "API rate limit exceeded"}, reset))
    tell(host, OPEN, clock=clock)
    assert sum(clock.waits) >= 30 and len(host.line_comments) == 1


def test_a_fault_of_the_host_while_reading_is_tried_again(host: FakeGitHub) -> None:
    host.fail("GET", "/pulls/7/files", Answer(502, {"message": "bad gateway"}), times=2)
    tell(host, OPEN)
    assert len(host.line_comments) == 1


def test_a_fault_of_the_host_while_writing_is_not_repeated_blindly(host: FakeGitHub) -> None:
    host.fail("POST", "/reviews", Answer(502, {"message": "bad gateway"}), done=True)
    done = tell(host, OPEN)
    assert len(host.line_comments) == 1 and done.failed
    tell(host, OPEN)
    assert len(host.line_comments) == 1  # the next run finds it


@pytest.mark.parametrize(("status", "what"), [(401, "not accepted"), (403, "may not do this"), (404, "not there")])
def test_what_the_host_does_not_allow_is_told_without_the_credential(host: FakeGitHub, status: int, what: str) -> None:
    host.fail("GET", "/pulls/7", Answer(status, {"message": f"no {host.token}"}))
    with pytest.raises(Refused, match=what) as caught:
        tell(host, OPEN)
    assert host.token not in str(caught.value)


def test_a_token_that_may_only_read_posts_nothing_and_says_so_once(host: FakeGitHub) -> None:
    refused = Answer(403, {"message": "Resource not accessible by integration"})
    host.fail("POST", "/reviews", refused)
    host.fail("POST", "/issues/7/comments", refused)
    done = tell(host, OPEN)
    assert not host.line_comments and len(done.failed) == 1 and done.summary == "failed"


def test_a_head_that_was_pushed_meanwhile_is_left_alone(host: FakeGitHub) -> None:
    host.head = "e" * 40
    done = tell(host, OPEN, commit="4be1c90aaa4be1c90aaa4be1c90aaa4be1c90aaa")
    assert "is the head by now" in done.skipped and not [one for one in host.writes() if one.path != "/graphql"]


def test_a_push_between_reading_and_writing_ends_the_run(host: FakeGitHub) -> None:
    def pushed(asked: Any) -> bool:
        if asked.method == "POST" and asked.path.endswith("/reviews"):
            host.head = "e" * 40
            return True
        return False

    host.faults.append(Fault(pushed, Answer(422, {"message": "commit_id is not part of the pull request"})))
    done = tell(host, OPEN)
    assert done.skipped == "eeeeeeeeee was pushed meanwhile" and not host.comments
    assert sum(one.method == "POST" and one.path != "/graphql" for one in host.asked) == 1


def test_a_closed_pull_request_is_left_alone(host: FakeGitHub) -> None:
    host.state = "closed"
    assert "closed" in tell(host, OPEN).skipped


def test_a_suggestion_whose_lines_are_others_by_now_is_no_suggestion(host: FakeGitHub) -> None:
    tell(host, finding(fixes=[suggested(old="something else")], diff=["main.tf:2", "- something else", "+ closed"]))
    body = host.line_comments[0]["body"]
    assert "```suggestion" not in body and "<details><summary>the fix" in body


@pytest.mark.parametrize("source", [f"ada:{'e' * 40}", f"mallory:{HEAD}"])
def test_a_workflow_after_another_one_finds_its_pull_request_by_what_no_fork_can_choose(
    host: FakeGitHub, source: str
) -> None:
    patience = Patience(5)
    assert pull_request_of(host.address, "acme/shop", f"ada:{HEAD}", host.token, patience) == 7
    with pytest.raises(Refused):
        pull_request_of(host.address, "acme/shop", source, host.token, patience)
