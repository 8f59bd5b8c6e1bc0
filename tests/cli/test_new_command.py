"""`gatepost new rule`: what it writes runs, loads in an editor, and is about what was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from gatepost.rules.catalogue import load_shipped
from tests.cli.conftest import Run

SUBJECTS = ["aws.s3.bucket", "aws.iam.policy.statements", "azure.storage.account", "google.sql.instance"]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gatepost: Run) -> Run:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return gatepost


@pytest.mark.parametrize(
    "arguments", [["docker/no-root"], ["acme/first"], *(["acme/x", "--about", one] for one in SUBJECTS)]
)
def test_it_runs_from_the_start_and_its_schema_stands_beside(empty: Run, arguments: list[str]) -> None:
    written = empty("new", "rule", *arguments)
    path = Path(written.out.splitlines()[0].removeprefix("wrote "))
    assert written.out.splitlines()[1] == f"next:  gatepost test --watch {path}"
    tested = empty("test", str(path))
    assert tested.code == 0 and ", 0 failed" in tested.out and not tested.out.startswith("0 passed")
    head = path.read_text().splitlines()[0]
    schema = json.loads((path.parent / head.partition("$schema=")[2]).read_text())
    jsonschema.validate(yaml.safe_load(path.read_text()), schema)


def test_it_speaks_every_dialect_of_the_subject_and_lists_what_can_be_asked(empty: Run) -> None:
    empty("new", "rule", "acme/bucket", "--about", "aws.s3.bucket")
    text = Path("policies/rules/acme/bucket.yaml").read_text()
    assert "applies_to: aws.s3.bucket\n" in text and "terraform: |" in text and "cloudformation: |" in text
    asked = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    for name in load_shipped().concept("aws.s3.bucket").schema().names():
        assert name in asked
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_subject_that_no_shipped_case_shows_has_a_place_for_cases(empty: Run) -> None:
    assert empty("new", "rule", "acme/own", "--about", "terraform.acme_thing").code == 0
    plain = yaml.safe_load(Path("policies/rules/acme/own.yaml").read_text())
    assert plain["applies_to"] == "terraform.acme_thing" and plain["cases"] == []


@pytest.mark.parametrize(
    ("about", "hint"),
    [("aws.s3.buckt", "did you mean 'aws.s3.bucket'?"), ("nothing-like-it", "docs/rules.md has the subjects")],
)
def test_a_subject_that_is_none_is_refused_with_the_nearest_word(empty: Run, about: str, hint: str) -> None:
    ran = empty("new", "rule", "acme/own", "--about", about)
    assert ran.code == 2 and hint in ran.err and not Path("policies").exists()


def test_a_rule_of_ones_own_is_listed_and_explained(empty: Run) -> None:
    empty("new", "rule", "acme/bucket", "--about", "aws.s3.bucket")
    assert "acme/bucket" in empty("rules", "--provider", "acme", "--rules", "policies").out
    told = empty("explain", "acme/bucket", "--rules", "policies").out
    assert "What is wrong, in one line" in told and "found in cloudformation" in told
    assert empty("explain", "acme/bucket").code == 2
