"""Who owns a path, by the letter of each host's documentation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.context.codeowners import Dialect, read_codeowners


def owners(text: str, path: str, dialect: Dialect = "github") -> list[str]:
    return [fact.name for fact in read_codeowners(text, "CODEOWNERS", dialect).owners(path)]


GITHUB = [
    ("* @all", "a/b/c.tf", ["@all"]),
    ("* @all\n*.js @js", "src/a.js", ["@js"]),
    ("*.js @js\n* @all", "src/a.js", ["@all"]),
    ("*.go docs@example.com", "main.go", ["docs@example.com"]),
    ("*.txt @octo-org/octocats", "a/b.txt", ["@octo-org/octocats"]),
    ("/build/logs/ @doctocat", "build/logs/a/b.log", ["@doctocat"]),
    ("/build/logs/ @doctocat", "x/build/logs/a.log", []),
    ("docs/* docs@example.com", "docs/getting-started.md", ["docs@example.com"]),
    ("docs/* docs@example.com", "docs/build-app/troubleshooting.md", []),
    ("apps/ @octocat", "deep/apps/x/y.py", ["@octocat"]),
    ("/docs/ @doctocat", "docs/a/b.md", ["@doctocat"]),
    ("/docs/ @doctocat", "a/docs/b.md", []),
    ("/docs @doctocat", "docs/a.md", ["@doctocat"]),
    ("/docs @doctocat", "a/docs", []),
    ("/scripts/ @doctocat @octocat", "scripts/a.sh", ["@doctocat", "@octocat"]),
    ("**/logs @octocat", "deeply/nested/logs/x", ["@octocat"]),
    ("/apps/ @octocat\n/apps/github", "apps/github/a.py", []),
    ("/apps/ @octocat\n/apps/github", "apps/x/a.py", ["@octocat"]),
    ("*.js @js # and a comment @nobody", "a.js", ["@js"]),
    ("# *.js @js", "a.js", []),
    ("My\\ Folder/ @a", "My Folder/x.tf", ["@a"]),
    ("/Docs/ @a", "docs/x.md", []),
    ("infra/**/prod.tfvars @ops", "infra/a/b/prod.tfvars", ["@ops"]),
]


@pytest.mark.parametrize(("text", "path", "expected"), GITHUB)
def test_github(text: str, path: str, expected: list[str]) -> None:
    assert owners(text, path) == expected


@pytest.mark.parametrize("line", ["!*.js @a", "[ab].js @a", "\\#x @a", "*.js nobody", "*.js @a b"])
def test_github_passes_over_a_line_that_it_cannot_read(line: str) -> None:
    read = read_codeowners(f"* @all\n{line}\n", "CODEOWNERS", "github")
    assert [fault.line for fault in read.faults] == [2]
    assert [fact.name for fact in read.owners("a.js")] == ["@all"]


GITLAB = [
    ("README.md @a", "x/y/README.md", ["@a"]),
    ("internal/README.md @a", "docs/internal/README.md", ["@a"]),
    ("/docs/ @a", "docs/x/y.md", ["@a"]),
    ("/docs @a", "docs/x.md", []),
    ("/docs/* @a", "docs/x/y.md", []),
    ("/docs/**/*.md @a", "docs/x/y.md", ["@a"]),
    ("* @all\n\\#file.rb @a", "#file.rb", ["@a"]),
    ("path\\ with\\ spaces/ @a", "path with spaces/b.c", ["@a"]),
    ("[Documentation]\n*.md @docs\n[Database]\nmodel/ @db", "model/README.md", ["@docs", "@db"]),
    ("[Database] @dba\nmodel/db/\nmodel/other/ @b", "model/db/a.rb", ["@dba"]),
    ("[Database] @dba\nmodel/db/\nmodel/other/ @b", "model/other/a.rb", ["@b"]),
    ("[Documentation]\n*.md @docs\n[DOCUMENTATION]\n/a.md @late", "a.md", ["@late"]),
    ("^[Optional]\n*.go @opt\n[Needed][2] @need\n*.go", "a.go", ["@need", "@opt"]),
    ("* @all\n!vendor/", "vendor/x.rb", []),
    ("[A]\n* @a\n!*.rb\n/x.rb @late\n[B]\n* @b", "x.rb", ["@b"]),
    ("* @@maintainer @group/sub/team a@example.com", "x", ["@@maintainer", "@group/sub/team", "a@example.com"]),
    ("*.js wrong @right", "a.js", ["@right"]),
]


@pytest.mark.parametrize(("text", "path", "expected"), GITLAB)
def test_gitlab(text: str, path: str, expected: list[str]) -> None:
    assert owners(text, path, "gitlab") == expected


def test_an_owner_is_told_with_the_line_and_the_section() -> None:
    (fact,) = read_codeowners("[Ops]\n\n/live/ @ops", ".gitlab/CODEOWNERS", "gitlab").owners("live/a.tf")
    assert fact == ("@ops", ".gitlab/CODEOWNERS:3, section Ops", "high")


@given(st.text(), st.text(alphabet="ab/*.", min_size=1), st.sampled_from(["github", "gitlab"]))
def test_no_file_and_no_path_is_too_strange(text: str, path: str, dialect: Dialect) -> None:
    read_codeowners(text, "CODEOWNERS", dialect).owners(path)
