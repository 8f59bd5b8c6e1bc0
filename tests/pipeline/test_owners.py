"""Whose a finding is: tags, CODEOWNERS, the catalogue, each with its source; and that a change cannot own itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Context
from gatepost.pipeline import check, preparing
from tests.pipeline.stories import inside, request, write

DATABASE = """
    resource "aws_db_instance" "a" {
      publicly_accessible = true
      tags = {
        Team    = "orders"
        Service = "checkout"
      }
    }
    """
CATALOGUE = """
    apiVersion: backstage.io/v1alpha1
    kind: Component
    metadata:
      name: shop
    spec:
      owner: group:default/web
      system: store
    """

QUEUE = """
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Store:
        Type: AWS::S3::Bucket
        Properties:
          AccessControl: PublicRead
          Tags: [{Key: Team, Value: orders}]
    """


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def context(folder: Path, files: dict[str, str], **more: str) -> Context:
    with inside(write(folder, files)):
        verdict = check(request(**more))
    (found,) = [one for one in verdict.decisions if one.assessment.finding.rule == "aws/rds/instance-public"]
    return found.assessment.context


def test_every_source_that_tells_is_told(tmp_path: Path) -> None:
    files = {"live/a.tf": DATABASE, "CODEOWNERS": "/live/ @org/live", "live/catalog-info.yaml": CATALOGUE}
    found = context(tmp_path, files)
    assert [tuple(fact) for fact in found.owners or ()] == [
        ("orders", "tag Team", "high"),
        ("@org/live", "CODEOWNERS:1", "high"),
        ("web", "live/catalog-info.yaml:2, Component shop", "high"),
    ]
    assert [fact.name for fact in found.projects or ()] == ["checkout", "shop", "store"]


def test_nobody_is_an_answer_and_no_source_is_none(tmp_path: Path) -> None:
    plain = DATABASE.replace("tags", "# tags").replace("Team", "# Team").replace("Service", "# Service")
    plain = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
    assert context(tmp_path / "one", {"a.tf": plain}).owners is None
    assert context(tmp_path / "two", {"a.tf": plain, "CODEOWNERS": "*.py @org/python"}).owners == ()


def test_the_line_that_matches_last_owns(tmp_path: Path) -> None:
    plain = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
    found = context(tmp_path, {"live/a.tf": plain, ".github/CODEOWNERS": "* @org/all\n/live/ @org/live\n"})
    assert [tuple(fact) for fact in found.owners or ()] == [("@org/live", ".github/CODEOWNERS:2", "high")]


def test_no_owner_no_deploy(tmp_path: Path) -> None:
    policy = "version: 1\ngate:\n  - {name: no owner no deploy, when: {owner: {exists: false}}, decide: block}\n"
    plain = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
    files = {"a.tf": plain, "CODEOWNERS": "*.py @org/python", "gatepost.yaml": policy}
    with inside(write(tmp_path, files)):
        assert check(request()).action == "blocked"
    with inside(write(tmp_path, {"CODEOWNERS": "*.tf @org/infra"})):
        assert check(request()).action == "passed"


@pytest.mark.parametrize("place", ["CODEOWNERS", ".github/CODEOWNERS"])
def test_a_change_that_gives_itself_an_owner_has_the_owners_of_the_base(tmp_path: Path, place: str) -> None:
    plain = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
    write(tmp_path, {"live/a.tf": plain, "CODEOWNERS": "* @org/platform"})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    found = context(tmp_path, {place: "* @me", "live/catalog-info.yaml": CATALOGUE}, base="main")
    assert [fact.name for fact in found.owners or ()] == ["@org/platform"]


def test_a_catalogue_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    plain = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
    with inside(write(tmp_path, {"a.tf": plain, "catalog-info.yaml": "a: [b\n"})):
        verdict = check(request())
    assert [one.problem.location.path for one in verdict.problems] == ["catalog-info.yaml"]


def test_a_file_that_is_named_has_nothing_else_walked_unless_a_catalogue_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def found(_request: object, paths: tuple[str, ...], excluded: object) -> object:
        asked.append(tuple(paths))
        return discovered(_request, paths, excluded)

    discovered = preparing._found
    monkeypatch.setattr(preparing, "_found", found)
    write(tmp_path, {"other/a.tf": DATABASE})
    with inside(write(tmp_path, {"live/a/queue.yaml": QUEUE})):
        check(request("live/a/queue.yaml"))
        assert asked == [("live/a/queue.yaml",)]
        write(tmp_path, {"live/catalog-info.yaml": CATALOGUE})
        verdict = check(request("live/a/queue.yaml"))
    assert len(asked) == 3
    owners = verdict.decisions[0].assessment.context.owners or ()
    assert [one.name for one in owners] == ["orders", "web"]
