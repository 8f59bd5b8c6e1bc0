"""How places lead to the code host, by what the build service says."""

from __future__ import annotations

import pytest

from gatepost.routing.items import Place, read_routing
from gatepost.routing.telling import links_of
from tests.routing.verdicts import COMMIT, finding, verdict

GITHUB = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_RUN_ID": "7"}
GITLAB = {"CI_PROJECT_URL": "https://gitlab.example/acme/shop", "CI_PIPELINE_URL": "https://gitlab.example/p/7"}


@pytest.mark.parametrize(
    ("environment", "address", "run"),
    [
        ({}, "", ""),
        (
            GITHUB,
            f"https://github.example/acme/shop/blob/{COMMIT}/infra/a%20b%23.tf#L7",
            "https://github.example/acme/shop/actions/runs/7",
        ),
        (
            GITLAB,
            f"https://gitlab.example/acme/shop/-/blob/{COMMIT}/infra/a%20b%23.tf#L7",
            "https://gitlab.example/p/7",
        ),
        ({**GITHUB, "GITHUB_SERVER_URL": "javascript:alert(1)"}, "", ""),
        (
            {**GITLAB, "CI_PIPELINE_URL": "javascript:alert(1)"},
            f"https://gitlab.example/acme/shop/-/blob/{COMMIT}/infra/a%20b%23.tf#L7",
            "",
        ),
    ],
)
def test_a_place_leads_to_its_line_at_the_commit(environment: dict[str, str], address: str, run: str) -> None:
    about = read_routing(verdict(finding(1), to={"github": None}, root="infra")).about
    links = links_of(environment, about)
    assert links.to(Place("a b#.tf", 7, "")) == address
    assert links.run == run


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "x" * 500])
def test_what_is_no_place_in_the_repository_has_no_link(path: str) -> None:
    about = read_routing(verdict(finding(1), to={"github": None})).about
    assert links_of(GITHUB, about).to(Place(path, 1, "")) == ""
