"""`gatepost owners` says who and why; --check finds what is wrong with the sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import TOP, Run
from tests.pipeline.stories import write

MAIN = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n  tags   = { Team = "orders" }\n}\n\n'
MAIN += 'resource "aws_s3_bucket_policy" "logs" {\n  bucket = "acme-logs"\n  policy = "{}"\n}\n'
FILES = {
    "live/main.tf": MAIN,
    "Dockerfile": "FROM scratch\n",
    "CODEOWNERS": "# who\n/live/ @acme/search\n/gone/ @acme/ghosts\n",
    "catalog-info.yaml": "kind: Group\nmetadata: {name: search}\nspec: {members: [ann]}\n",
}


@pytest.fixture
def folder(gatepost: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = write(tmp_path / "repository", FILES)
    monkeypatch.chdir(made)
    return made


def listed(gatepost: Run, *arguments: str, code: int = 0) -> Any:
    ran = gatepost("owners", "--format", "json", *arguments)
    assert ran.code == code, ran.err
    report = json.loads(ran.out)
    schema = json.loads((TOP / "docs" / "schemas" / "owners.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    return report


def test_who_owns_a_file_and_its_resources_and_why(gatepost: Run, folder: Path) -> None:
    ran = gatepost("owners", "live")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "live/main.tf",
        "  owner      @acme/search         CODEOWNERS:2 · high",
        "  members    @acme/search: ann",
        "  aws_s3_bucket.logs (line 1)",
        "    owner      orders               tag Team · high",
        "               @acme/search         CODEOWNERS:2 · high",
        "    members    @acme/search: ann",
        "    the sources name different owners; the first counts first",
        "  1 resource as the file",
    ]


def test_json_tells_every_source(gatepost: Run, folder: Path) -> None:
    report = listed(gatepost, "live")
    bucket = next(thing for thing in report["things"] if thing["resource"] == "aws_s3_bucket.logs")
    assert [(one["source"], one["name"], one["confidence"]) for one in bucket["told"]] == [
        ("tags", "orders", "high"),
        ("codeowners", "@acme/search", "high"),
    ]
    assert bucket["owners_disagree"] is True
    assert report["faults"] is None


def test_a_file_that_is_not_judged_has_owners_too(gatepost: Run, folder: Path) -> None:
    write(folder, {"live/notes.md": "x"})
    (thing,) = listed(gatepost, "live/notes.md")["things"]
    assert [one["name"] for one in thing["owners"]] == ["@acme/search"]


def test_check_lists_what_is_wrong(gatepost: Run, folder: Path) -> None:
    report = listed(gatepost, "--check", code=1)
    assert [(fault["kind"], fault["path"], fault["line"]) for fault in report["faults"]] == [
        ("nobody", "Dockerfile", None),
        ("gone", "CODEOWNERS", 3),
        ("line", "CODEOWNERS", 3),
    ]


def test_check_ends_with_0_when_all_is_well(gatepost: Run, folder: Path) -> None:
    write(folder, {"CODEOWNERS": "* @acme/search\n"})
    ran = gatepost("owners", "--check")
    assert (ran.code, ran.out.strip()) == (0, "Everything has an owner, and every source is in order.")


def test_a_resource_without_a_contact_tag_is_told(gatepost: Run, folder: Path) -> None:
    policy = "version: 1\nextends: recommended\nowners: {tags: {contact: [contact]}}\n"
    write(folder, {"CODEOWNERS": "* @acme/search\n", "gatepost.yaml": policy})
    (fault,) = listed(gatepost, "--check", code=1)["faults"]
    assert (fault["kind"], fault["line"]) == ("contact", 1)
    assert "aws_s3_bucket.logs has no tag" in fault["what"]


def test_a_source_that_cannot_be_read_ends_with_3(gatepost: Run, folder: Path) -> None:
    write(folder, {"cmdb.csv": "nonsense\n"})
    ran = gatepost("owners", "live", "--cmdb", "cmdb.csv")
    assert ran.code == 3
    assert "owners cannot be read from it: this is neither JSON nor CSV" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "there is no file or folder 'nowhere'"),
        (("live", "--cmdb", "no.csv"), "--cmdb: there is no file 'no.csv'"),
        (("live", "--audit-log", "no.json"), "--audit-log: there is no file 'no.json'"),
    ],
)
def test_what_is_not_there_is_an_error(gatepost: Run, folder: Path, arguments: tuple[str, ...], message: str) -> None:
    ran = gatepost("owners", *arguments)
    assert ran.code == 2
    assert message in ran.err


def test_a_column_that_the_export_has_not_is_an_error_of_the_policy(gatepost: Run, folder: Path) -> None:
    section = "owners: {cmdb: {file: cmdb.csv, columns: {owner: owend_by}}}\n"
    write(folder, {"cmdb.csv": "name,owned_by\na,b\n", "gatepost.yaml": f"version: 1\nextends: recommended\n{section}"})
    ran = gatepost("owners", "live")
    assert ran.code == 2
    assert 'cmdb.csv has no column "owend_by"' in ran.err
    assert 'did you mean "owned_by"?' in ran.err


def test_names_from_files_cannot_command_a_terminal(gatepost: Run, folder: Path) -> None:
    write(folder, {"cmdb.csv": "name,owned_by\nacme-logs,\x1b[31mEve\n"})
    assert "\x1b" not in gatepost("owners", "live", "--cmdb", "cmdb.csv").out
