"""What is wrong with sources of owners: lines that do nothing, owners that are gone."""

from __future__ import annotations

from gatepost.context.catalogue import Catalogue, read_catalogue
from gatepost.context.codeowners import read_codeowners
from gatepost.context.owner_checks import gone, line_faults
from gatepost.model.places import Source

PATHS = ["README.md", "live/a.tf", "live/b.tf", "docs/x.md"]


def faults(text: str, dialect: str = "github") -> dict[int, str]:
    read = read_codeowners(text, "CODEOWNERS", "gitlab" if dialect == "gitlab" else "github")
    return {fault.line: fault.what for fault in line_faults(read, PATHS)}


def catalogue(text: str) -> Catalogue:
    read = read_catalogue(Source("catalog-info.yaml", text, "data"))
    return Catalogue(read.components, read.parties)


def test_a_line_that_matches_nothing_is_told() -> None:
    assert faults("* @a\n/gone/ @b\n*.py @c\n") == {2: "/gone/ matches no file", 3: "*.py matches no file"}


def test_a_line_that_later_ones_take_over_is_told_with_them() -> None:
    told = faults("/live/*.tf @a\n* @b\n")
    assert told == {1: "/live/*.tf decides nothing: what it matches is taken over, live/a.tf by line 2 (*)"}


def test_a_line_that_the_host_passes_over_is_told() -> None:
    assert faults("* @a\n!x @b\n")[2] == "GitHub knows no patterns that begin with !"


def test_sections_do_not_take_over_from_each_other() -> None:
    assert faults("[A]\n*.tf @a\n[B]\n* @b\n", "gitlab") == {}
    assert list(faults("[A]\n*.tf @a\n!/live/\n[B]\n* @b\n", "gitlab")) == [2]


def test_owners_that_the_catalogue_does_not_have_are_told() -> None:
    people = catalogue("kind: Group\nmetadata: {name: web}\n---\nkind: User\nmetadata: {name: ann}\n")
    named = ["@acme/web", "@acme/gone", "@ann", "@bob", "eve@example.com", "web", "ghost", "@@maintainer"]
    told = [fault.what for fault in gone(people, [(name, "CODEOWNERS", 1) for name in named])]
    assert told == [
        "@acme/gone: the catalogue has no such group",
        "@bob: the catalogue has no such user",
        "eve@example.com: the catalogue has no such user",
        "ghost: the catalogue has no such group or user",
    ]


def test_a_catalogue_without_users_says_nothing_of_users() -> None:
    people = catalogue("kind: Group\nmetadata: {name: web}\n")
    named = [("@bob", "CODEOWNERS", 1), ("ghost", "a.tf", 2), ("@acme/x", "CODEOWNERS", 3)]
    assert [fault.line for fault in gone(people, named)] == [3]
