"""Override files are merged into what they override, as Terraform does; .tofu files take the place of .tf ones."""

from __future__ import annotations

import pytest
from terraform_roots import plain, resource, root

MAIN = """
variable "size" {
  type    = string
  default = "small"
}
locals {
  who = "base"
  own = "base"
}
resource "t" "r" {
  size = var.size
  who  = local.who
  own  = local.own
  kept = 1
  rule {
    port = 22
  }
  rule {
    port = 80
  }
  other {
    x = 1
  }
  lifecycle {
    prevent_destroy       = true
    create_before_destroy = true
  }
}
"""


def test_attributes_are_overridden_one_by_one_and_blocks_by_their_type() -> None:
    texts = {"main.tf": MAIN, "z_override.tf": 'resource "t" "r" {\n  size = "big"\n  rule {\n    port = 443\n  }\n}\n'}
    body = resource(root(texts), "t.r").body
    assert plain(body) == {
        "size": "big",
        "who": "base",
        "own": "base",
        "kept": 1,
        "rule": [{"port": 443}],
        "other": [{"x": 1}],
    }
    assert body.literal["size"].span.source.path == "z_override.tf"
    assert body.literal["kept"].span.source.path == "main.tf"


def test_locals_and_variables_are_merged_by_name() -> None:
    over = 'locals {\n  who = "over"\n}\nvariable "size" {\n  default = "huge"\n}\n'
    body = resource(root({"main.tf": MAIN, "override.tf": over}), "t.r").body
    assert (plain(body)["who"], plain(body)["own"], plain(body)["size"]) == ("over", "base", "huge")


def test_lifecycle_is_merged_argument_by_argument() -> None:
    over = 'resource "t" "r" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n'
    beside = resource(root({"main.tf": MAIN, "override.tf": over}), "t.r").beside
    assert plain(beside) == {"lifecycle": [{"prevent_destroy": False, "create_before_destroy": True}]}


def test_several_override_files_count_in_the_order_of_their_names() -> None:
    texts = {
        "main.tf": MAIN,
        "b_override.tf": 'resource "t" "r" {\n  size = "b"\n  who = "b"\n}\n',
        "a_override.tf": 'resource "t" "r" {\n  size = "a"\n  count = 2\n}\n',
    }
    document = root(texts)
    found = plain(document.resources("t")[0].body)
    assert (found["size"], found["who"]) == ("b", "b")
    assert document.problems == ()


def test_what_overrides_nothing_is_told() -> None:
    (problem,) = root({"main.tf": "", "override.tf": 'resource "t" "r" {}\n'}).problems
    assert problem.what == "resource t r overrides nothing: no other file declares it"


def test_a_tofu_file_takes_the_place_of_the_file_of_the_same_name() -> None:
    texts = {
        "main.tf": 'resource "t" "old" {}\n',
        "main.tofu": 'resource "t" "new" {}\n',
        "more.tf": 'resource "t" "more" {}\n',
    }
    assert [one.address for one in root(texts).resources("t")] == ["t.new", "t.more"]


@pytest.mark.parametrize(
    ("tf", "tofu", "told"),
    [
        ('terraform {\n  required_version = "1.12"\n}\n', 'terraform {\n  required_version = "1.11"\n}\n', False),
        ("terraform {}\n", 'terraform {\n  encryption {\n    key_provider "pbkdf2" "a" {}\n  }\n}\n', False),
        ('resource "t" "r" {}\nterraform {}\n', 'terraform {\n  backend "s3" {}\n}\n', True),
        ('resource "t" "r" {\n  a = 1\n}\n', 'resource "t" "r" {\n  a = 2\n}\n', True),
        ("terraform {\n  required_providers {}\n}\n", "terraform {}\n", True),
        ("terraform {\n", "terraform {}\n", True),
    ],
)
def test_the_two_files_may_differ_in_what_is_about_the_program_that_reads_them(tf, tofu, told) -> None:
    problems = list(root({"versions.tf": tf, "versions.tofu": tofu}).problems)
    assert [problem.what.startswith("OpenTofu reads") for problem in problems] == ([True] if told else [])
