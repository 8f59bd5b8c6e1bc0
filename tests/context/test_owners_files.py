"""OWNERS files of Kubernetes' projects: who approves a path."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.context.owners_files import OwnersFiles


def owners(files: dict[str, str], path: str) -> list[str]:
    return [claim.name for claim in OwnersFiles(files.get).owners(path)]


def test_approvers_of_the_folder_come_before_those_above() -> None:
    files = {"OWNERS": "approvers: [top]", "a/b/OWNERS": "approvers: [near]\nreviewers: [x]"}
    assert owners(files, "a/b/c/d.tf") == ["near", "top"]
    assert owners(files, "z.tf") == ["top"]


def test_a_file_may_end_what_is_above() -> None:
    files = {"OWNERS": "approvers: [top]", "a/OWNERS": "options: {no_parent_owners: true}\napprovers: [near]"}
    assert owners(files, "a/x.tf") == ["near"]


def test_filters_are_go_s_regular_expressions_on_the_path_below() -> None:
    text = "filters:\n  '.*': {approvers: [all]}\n  '\\.tf$': {approvers: [tf]}\n  '(': {approvers: [never]}\n"
    assert owners({"live/OWNERS": text}, "live/a/b.tf") == ["all", "tf"]
    assert owners({"live/OWNERS": text}, "live/a/b.py") == ["all"]


def test_aliases_stand_for_their_members_whatever_their_case() -> None:
    files = {"OWNERS": "approvers: [Ops, ann]", "OWNERS_ALIASES": "aliases:\n  ops: [bob, eve]\n"}
    assert owners(files, "x") == ["bob", "eve", "ann"]


def test_reviewers_stand_in_where_nobody_approves() -> None:
    assert owners({"OWNERS": "reviewers: [ann]"}, "x") == ["ann"]


def test_another_kind_of_file_is_told() -> None:
    files = OwnersFiles({"OWNERS": "ann@example.com\nset noparent\n"}.get)
    assert files.owners("x") == []
    assert "OWNERS" in files.strange


def test_an_expression_that_would_take_for_ever_does_not() -> None:
    assert owners({"OWNERS": "filters: {'(a*)*b': {approvers: [x]}}"}, "a" * 3_000) == []


@settings(max_examples=80)
@given(st.text(), st.text())
def test_no_file_and_no_path_is_too_strange(text: str, path: str) -> None:
    OwnersFiles(lambda _: text).owners(path)
