"""Attempts to be taken for another environment."""

from __future__ import annotations

import pytest

from tests.redteam.attempts import attempt
from tests.redteam.repository import PLACE, PUBLIC, Repository, stopped, told

G = "environments"
BRANCH = """\
version: 1
environments:
  production: {branch: [main, "release/*"]}
gate:
  - {name: production, when: {environment: production, severity: {at_least: info}}, decide: block}
"""
PATH = """\
version: 1
environments:
  production: {path: ["live/prod/**"]}
  dev: {path: ["live/dev/**"]}
gate:
  - {name: dev may, when: {environment: dev}, decide: allow}
  - {name: the rest, when: {severity: {at_least: info}}, decide: block}
"""


@attempt(140, G, "names its branch so that it is taken for a test", "the branch is the target's, never the author's")
def test_branch_name(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    from gatepost.context import target_branch

    for environment in (
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_BASE_REF": "main",
            "GITHUB_HEAD_REF": "dev/x",
            "GITHUB_REF_NAME": "5/merge",
        },
        {"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_REF_NAME": "dev/x"},
    ):
        assert target_branch(environment)[0] == "main"
    stopped(repo.based({"gatepost.yaml": BRANCH}).write({PLACE: PUBLIC}).judged(branch="main"))


@attempt(
    141,
    G,
    "puts production code where another environment's glob leads",
    "its path says where it is: it is told as that environment's",
    "deployments run from fixed folders; the owners of `live/dev` review what comes there",
)
def test_path(repo: Repository) -> None:
    verdict = repo.based({"gatepost.yaml": PATH}).write({"live/dev/db.tf": PUBLIC}).judged()
    assert {fact.name for one in verdict.decisions for fact in one.assessment.context.environments} == {"dev"}


@attempt(
    142,
    G,
    "has a folder `live/dev` inside production, dots, doubled slashes or other cases in paths",
    "globs are anchored at the root and paths are normal",
)
@pytest.mark.parametrize(
    "place",
    ["live/prod/live/dev/db.tf", "live/prod/dev/db.tf", "live/d\u0435v/db.tf", "Live/dev/db.tf", "x/live/dev/db.tf"],
)
def test_path_tricks(repo: Repository, place: str) -> None:
    stopped(repo.based({"gatepost.yaml": PATH}).write({place: PUBLIC}).judged())


@attempt(
    143, G, "has the check see the folder through a link of a friendlier name", "paths are those that links lead to"
)
def test_linked_folder(repo: Repository) -> None:
    repo.based({"gatepost.yaml": PATH}).write({PLACE: PUBLIC})
    (repo.folder / "live/dev/x").symlink_to("../prod")
    stopped(repo.judged("live/dev/x"))


@attempt(
    144, G, "tags the resource as a test's", "every environment that matches applies, and the strictest decision counts"
)
def test_tag(repo: Repository) -> None:
    policy = PATH.replace('  dev: {path: ["live/dev/**"]}', '  dev: [{path: ["live/dev/**"]}, {tag.env: dev}]')
    text = PUBLIC.replace("{\n", '{\n  tags = { env = "dev" }\n', 1)
    verdict = repo.based({"gatepost.yaml": policy}).write({PLACE: text}).judged()
    stopped(verdict)


@attempt(145, G, "shares a module between a test and production", "it reaches both, and the strictest decision counts")
def test_shared_module(repo: Repository) -> None:
    call = 'module "db" {\n  source = "../../modules/db"\n}\n'
    repo.based({"gatepost.yaml": PATH})
    stopped(repo.write({PLACE: call, "live/dev/db.tf": call, "modules/db/main.tf": PUBLIC}).judged())


@attempt(
    146, G, "adds a var file whose name says test to a root of production", "the path's environment applies beside it"
)
def test_var_file_name(repo: Repository) -> None:
    repo.based({"gatepost.yaml": PATH}).write(
        {PLACE: PUBLIC, "live/prod/dev.tfvars": "x = 1\n", "live/prod/v.tf": 'variable "x" {}\n'}
    )
    verdict = repo.judged()
    stopped(verdict)
    assert "production" in {fact.name for one in verdict.decisions for fact in one.assessment.context.environments}, (
        told(verdict)
    )


@attempt(
    147,
    G,
    "puts code where the base's policy excludes paths",
    "it is not judged; the verdict says how many were passed over",
    "excluded paths are few, and nothing is deployed from them",
)
def test_excluded_folder(repo: Repository) -> None:
    repo.based({"gatepost.yaml": PATH + 'exclude: ["vendor/**"]\n'})
    verdict = repo.write({"vendor/db.tf": PUBLIC}).judged()
    assert ("excluded by the policy", 1) in verdict.counts.passed_over
