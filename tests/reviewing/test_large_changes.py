"""Thousands of findings on hundreds of files: few requests, bodies within limits, work that grows with the findings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast

import pytest

from gatepost.model.reviews import ChangedFile, PullRequest
from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.composing import compose
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.marks import read_mark
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.told import Told, read_told
from gatepost.services.github_reviews import GitHubReviews
from gatepost.services.patience import Patience
from tests.benchmarks.review import findings, host_with, patch
from tests.reviewing.github_host import FakeGitHub
from tests.reviewing.hosts import finding, verdict
from tests.routing.hosts.host import serving

FILES = 120


@pytest.fixture
def host() -> Iterator[FakeGitHub]:
    with serving(host_with(FILES)) as made:
        yield cast("FakeGitHub", made)


def tell(host: FakeGitHub, told: Told, most: int = 20) -> Reviewed:
    host.asked.clear()
    client = GitHubReviews(host.address, "acme/shop", 7, host.token, Patience(60), read_hunks, read_mark)
    return review(told, client, Wishes(most=most))


def test_requests_do_not_grow_with_the_findings(host: FakeGitHub) -> None:
    done = tell(host, read_told(verdict(*findings(1_000, FILES))))
    assert done.posted == 20 and not done.failed
    assert len(host.asked) <= 16 and sum(one.path.endswith("/reviews") for one in host.asked) == 1
    assert all(len(one["body"]) <= 65_536 for one in (*host.line_comments, *host.comments))
    assert tell(host, read_told(verdict(*findings(1_000, FILES)))).posted == 0
    assert not [one for one in host.writes() if one.path != "/graphql"]


def test_a_hundred_comments_are_five_reviews(host: FakeGitHub) -> None:
    done = tell(host, read_told(verdict(*findings(400, FILES))), most=100)
    assert done.posted == 100 and len(host.line_comments) == 100
    assert sum(one.path.endswith("/reviews") for one in host.asked) == 5


def seconds(count: int, lines: int) -> float:
    """Return the CPU seconds that composing takes for findings of one cause, none of them on a line of a long file."""
    some = [finding(f"a/{number}", line=lines + number + 2, group="one") for number in range(count)]
    told = read_told(verdict(*some))
    file = ChangedFile("main.tf", "main.tf", read_hunks(patch(lines)))
    change = PullRequest(7, "", "", True, {"main.tf": file})
    begin = time.process_time()
    compose(told, change, MARKUPS["github"])
    return time.process_time() - begin


def test_many_findings_in_a_long_file_do_not_multiply() -> None:
    assert seconds(4_000, 40_000) < 2  # reading the file anew for each would take minutes
