"""The fakes are held against the hosts' descriptions: what a host would not take or give is seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reviewing.descriptions import Description, description
from tests.routing.hosts.host import Answer, Asked, Host, serving

GITHUB = description("github", unlisted="/graphql")
HOSTS = {
    "github": (GITHUB, "/repos/acme/shop/issues/7/comments"),
    "gitea": (description("gitea"), "/repos/acme/shop/issues/7/comments"),
    "gitlab": (description("gitlab", "/api/v4"), "/api/v4/projects/a%2Fb/merge_requests/7/notes"),
    "bitbucket": (description("bitbucket", "/2.0"), "/2.0/repositories/acme/shop/pullrequests/7/comments"),
    "azure": (description("azure"), "/shop/_apis/git/repositories/web/pullRequests/7/threads"),
}
SENT = {
    "bitbucket": {"content": {"raw": "x"}},
    "azure": {"comments": [{"content": "x", "commentType": "text"}], "status": "active"},
}
ANSWERED = {
    "github": (201, {"id": 1, "body": "x"}),
    "gitea": (201, {"id": 1, "body": "x"}),
    "gitlab": (201, {"id": 1, "body": "x"}),
    "bitbucket": (201, {"id": 1, "content": {"raw": "x"}}),
    "azure": (200, {"id": 1, "comments": [{"id": 1, "content": "x"}]}),
}


def asked(path: str, data: Any = None, method: str = "POST") -> Asked:
    return Asked(method, path, {}, {}, b"" if data is None else json.dumps(data).encode())


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> tuple[str, Description, str]:
    return request.param, *HOSTS[request.param]


def test_what_a_host_takes_and_gives_is_taken(host: tuple[str, Description, str]) -> None:
    name, described, path = host
    request = asked(path, SENT.get(name, {"body": "x"}))
    status, data = ANSWERED[name]
    assert not described.fault(request)
    whole = described.held(request, Answer(status, data)).data
    assert {key: whole[key] for key in ("id",)} == {"id": 1} and described.held(
        request, Answer(status, whole)
    ).data == whole


def test_a_body_of_another_type_is_not_taken(host: tuple[str, Description, str]) -> None:
    name, described, path = host
    wrong = {"bitbucket": {"content": {"raw": 5}}, "azure": {"comments": "x"}}.get(name, {"body": 5})
    assert described.fault(asked(path, wrong))


def test_a_field_that_a_host_does_not_have_is_seen(host: tuple[str, Description, str]) -> None:
    name, described, path = host
    status, data = ANSWERED[name]
    with pytest.raises(AssertionError, match="has no colour"):
        described.held(asked(path), Answer(status, {**data, "colour": "red"}))


def test_a_value_of_another_type_is_seen(host: tuple[str, Description, str]) -> None:
    name, described, path = host
    status, data = ANSWERED[name]
    with pytest.raises(AssertionError, match="id"):
        described.held(asked(path), Answer(status, {**data, "id": "one"}))


def test_a_status_and_a_path_that_a_host_does_not_have_are_seen(host: tuple[str, Description, str]) -> None:
    name, described, path = host
    with pytest.raises(AssertionError, match="never answers 202"):
        described.held(asked(path), Answer(202, ANSWERED[name][1]))
    with pytest.raises(AssertionError, match="has no POST"):
        described.held(asked("/nowhere"), Answer(200, {}))


def test_what_is_required_is_filled_in() -> None:
    whole = GITHUB.held(asked("/repos/acme/shop/pulls", None, "GET"), Answer(200, [{"number": 7}])).data[0]
    assert whole["number"] == 7 and whole["base"]["repo"]["full_name"]


def test_a_fake_that_answers_wrongly_fails_its_test() -> None:
    class Wrong(Host):
        described = GITHUB

        def answer(self, asked: Asked) -> Answer:
            return Answer(200, {"colour": asked.path})

    with pytest.raises(AssertionError, match="would not answer this"), serving(Wrong()) as made:
        assert made.take(asked("/repos/acme/shop/issues/comments/1", None, "GET")).status == 599
