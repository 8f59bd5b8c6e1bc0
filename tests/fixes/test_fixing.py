"""Fixes that are proved, put together, and written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.fixes.applying import OverlapError, apply_edits, overlap
from gatepost.model.changes import Edit
from gatepost.model.places import Location, Region, Source
from gatepost.pipeline.fixing import Chosen, fix_all
from tests.pipeline.stories import found, inside, judged, request, write

STORAGE = "aws/rds/storage-encrypted"
DATABASE = (
    'resource "aws_db_instance" "{name}" {{\n  engine            = "postgres"\n  storage_encrypted = {value}\n}}\n'
)


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Edit:
    return Edit(Location("a", Region(*start, *end)), text)


def test_edits_change_their_characters_and_no_others() -> None:
    source = Source("a", "one\ntwo\nthree\n", "")
    assert apply_edits(source, [edit((2, 1), (2, 4), "2"), edit((1, 1), (1, 1), "0 ")]) == "0 one\n2\nthree\n"


def test_edits_that_meet_are_refused() -> None:
    both = [edit((1, 1), (1, 4), "x"), edit((1, 2), (1, 3), "y")]
    assert overlap(both[:1], both[1:])
    with pytest.raises(OverlapError):
        apply_edits(Source("a", "one\n", ""), both)


def test_a_fix_is_proved_before_it_is_offered(tmp_path: Path) -> None:
    (decision,) = found(judged(tmp_path, {"main.tf": DATABASE.format(name="a", value="false")}), STORAGE)
    (fix,) = decision.assessment.finding.fixes
    assert (fix.proof, fix.safety, fix.edits[0].replacement) == ("proved", "unsafe", "true")


def test_a_fix_that_cannot_help_is_not_offered_and_the_reason_is_told(tmp_path: Path) -> None:
    text = DATABASE.format(name="a", value="data.x.y.encrypted") + 'data "x" "y" {}\n'
    verdict = judged(tmp_path, {"main.tf": text})
    assert not found(verdict, STORAGE)
    assert [one.undecided.rule for one in verdict.undecided].count(STORAGE) == 1


def test_a_fix_is_written_where_the_value_comes_from(tmp_path: Path) -> None:
    files = {
        "main.tf": DATABASE.format(name="a", value="var.encrypt") + '\nvariable "encrypt" {}\n',
        "terraform.tfvars": "encrypt = false # for now\n",
    }
    with inside(write(tmp_path, files)):
        fixed = fix_all(request(), Chosen((STORAGE,), unsafe=True))
    assert fixed.after == {"terraform.tfvars": "encrypt = true # for now\n"}


def test_a_place_that_feeds_two_uses_makes_the_fix_unsafe(tmp_path: Path) -> None:
    two = DATABASE.format(name="a", value="var.on") + DATABASE.format(name="b", value="var.on")
    verdict = judged(tmp_path, {"main.tf": two + 'variable "on" {\n  default = false\n}\n'})
    assert all(d.assessment.finding.fixes[0].safety == "unsafe" for d in found(verdict, STORAGE))


def test_unsafe_fixes_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    with inside(write(tmp_path, {"main.tf": DATABASE.format(name="a", value="false")})):
        assert not fix_all(request(), Chosen((STORAGE,))).after
        assert fix_all(request(), Chosen((STORAGE,), unsafe=True)).after


def test_many_fixes_compose_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    files = {
        "main.tf": "\n".join(DATABASE.format(name=f"d{n}", value="false") for n in range(5))
        + '\nresource "aws_s3_bucket" "b" {\n}\n',
        "Dockerfile": "FROM debian:12\nRUN apt-get update && apt-get install curl\nEXPOSE 22\n",
        "t.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  D:\n    Type: AWS::RDS::DBInstance\n"
        "    Properties:\n      Engine: x\n",
    }
    with inside(write(tmp_path, files)):
        fixed = fix_all(request(), Chosen(unsafe=True))
        for path, text in fixed.after.items():
            (tmp_path / path).write_text(text)
        again = fix_all(request(), Chosen(unsafe=True))
    assert set(fixed.after) == set(files)
    assert not again.after
    left = sorted(d.assessment.finding.rule for d in again.first.decisions)
    assert left == sorted(d.assessment.finding.rule for d in fixed.first.decisions if not d.assessment.finding.fixes)


def test_a_waived_finding_is_left_as_it_is(tmp_path: Path) -> None:
    waiver = f"version: 1\nextends: recommended\nwaivers:\n  - {{rule: {STORAGE}, until: 2027-01-01, why: w, by: b}}\n"
    files = {"main.tf": DATABASE.format(name="a", value="false"), "gatepost.yaml": waiver}
    with inside(write(tmp_path, files)):
        assert not fix_all(request(), Chosen((STORAGE,), unsafe=True)).after


def test_a_file_of_another_line_break_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(DATABASE.format(name="a", value="false").replace("\n", "\r\n").encode())
    with inside(tmp_path):
        fixed = fix_all(request(), Chosen((STORAGE,), unsafe=True))
    assert fixed.after["main.tf"].count("\r\n") == 4
