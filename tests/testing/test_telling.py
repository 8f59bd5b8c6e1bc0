"""What is said of a case that fails: where it differs, and what the rule saw there."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.rules.catalogue import Part, load_shipped
from gatepost.testing.cases import run_rule_case

ID = "acme/bucket-owner"
RULE: dict[str, Any] = {
    "title": "A bucket names no team",
    "severity": "medium",
    "category": "hardening",
    "why": "Nobody knows whom to ask.",
    "applies_to": "aws.s3.bucket",
    "when": {"versioning": False},
    "require": {"tags.team": {"exists": True}},
    "no_fix": "Only people know.",
}


def said(text: str, **rule: Any) -> str:
    catalogue = load_shipped()
    catalogue.add(Part({ID: {**RULE, **rule}}, {}))
    return run_rule_case(ID, {"name": "a", "terraform": text}, catalogue).difference


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '# finding\nresource "aws_s3_bucket" "a" {\n  tags = { team = "web" }\n}\n',
            """\
line 1: a finding is marked here, and the rule is silent
    resource "aws_s3_bucket" "a" {
at aws_s3_bucket.a `require` holds:
    tags.team: {exists: true}  reads 'web'""",
        ),
        (
            '# finding\nresource "aws_s3_bucket" "a" {\n  versioning { enabled = true }\n}\n',
            """\
line 1: a finding is marked here, and the rule is silent
    resource "aws_s3_bucket" "a" {
at aws_s3_bucket.a `when` does not hold:
    versioning: false  reads true""",
        ),
        (
            'resource "aws_s3_bucket" "a" {\n}\n',
            """\
line 1: the rule has a finding here, and nothing is marked
    resource "aws_s3_bucket" "a" {
at aws_s3_bucket.a `require` does not hold:
    tags.team: {exists: true}  reads nothing""",
        ),
        (
            'resource "aws_s3_bucket" "a" {\n  # finding\n  bucket = "a"\n}\n',
            """\
line 2: a finding is marked here, and stands at line 1:
    resource "aws_s3_bucket" "a" {
    move the mark there, or see `points_at` of the rule
at aws_s3_bucket.a `require` does not hold:
    tags.team: {exists: true}  reads nothing""",
        ),
        (
            '# finding\nresource "aws_sqs_queue" "a" {\n}\n',
            """\
line 1: a finding is marked here, and the rule is silent
    resource "aws_sqs_queue" "a" {
the rule looks at aws.s3.bucket, and there is none in this text""",
        ),
        (
            'variable "v" {}\n# finding\nresource "aws_s3_bucket" "a" {\n  tags = var.v\n}\n',
            """\
line 2: a finding is marked here, and the rule is silent
    resource "aws_s3_bucket" "a" {
line 3: the rule has undecided here, and nothing is marked
    tags = var.v
undecided because var.v has no default and no var file gives it
at aws_s3_bucket.a `require` cannot be decided:
    tags.team: {exists: true}  reads unknown (var.v has no default and no var file gives it)""",
        ),
    ],
)
def test_it_says_what_the_rule_saw(text: str, told: str) -> None:
    assert said(text) == told


def test_several_resources_are_told_up_to_three() -> None:
    text = "".join(f'resource "aws_s3_bucket" "b{n}" {{\n}}\n' for n in range(5))
    assert said(text).endswith("… and at 2 more")


def test_a_condition_with_branches_tells_each_attribute() -> None:
    told = said(
        '# finding\nresource "aws_s3_bucket" "a" {\n}\n',
        when={"versioning": False},
        require={"any": [{"versioning": False}, {"not": {"bucket": "x"}}]},
    )
    assert "versioning: false  reads false" in told and "bucket: x  reads" in told


def test_what_names_itself_in_the_end_is_told_to_a_depth() -> None:
    """Each instruction of a Dockerfile names those before and after it."""
    rule = {"applies_to": "docker.stage", "when": {"is_final": True}, "require": {"instructions": {"count": 0}}}
    catalogue = load_shipped()
    catalogue.add(Part({ID: {**RULE, **rule}}, {}))
    text = "FROM debian:12\nRUN a\nRUN b\nCMD c\n"
    assert "{…}" in run_rule_case(ID, {"name": "a", "dockerfile": text}, catalogue).difference
