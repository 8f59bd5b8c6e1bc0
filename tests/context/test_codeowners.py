"""Who owns a path, by the letter of each host's documentation."""

from __future__ import annotations

import time

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


# The examples of "Syntax of CODEOWNERS file" and "Advanced CODEOWNERS configuration".
README = """* @admin

[README Owners]
README.md @user1 @user2
internal/README.md @user4

[README other owners]
README.md @user3
"""
REGULAR = """* @general-approvers

[Documentation] @docs-team
docs/
README.md
*.txt

[Database] @database-team
model/db/
config/db/database-setup.md @docs-team
"""
EXCLUDED = """* @username
!pom.xml

[Ruby]
*.rb @ruby-team
!/config/**/*.rb
/config/routes.rb @ops
"""
DOCUMENTED = [
    (README, "README.md", ["@admin", "@user1", "@user2", "@user3"]),
    (README, "internal/README.md", ["@admin", "@user4", "@user3"]),
    (REGULAR, "model/db/CHANGELOG.txt", ["@general-approvers", "@docs-team", "@database-team"]),
    (REGULAR, "config/db/database-setup.md", ["@general-approvers", "@docs-team"]),
    (EXCLUDED, "a/pom.xml", []),
    (EXCLUDED, "config/routes.rb", ["@username"]),
    (EXCLUDED, "app/a.rb", ["@username", "@ruby-team"]),
    ("* @default-owner\n!*.rb   # Excludes all Ruby files.\n/special/*.rb @ruby-owner", "special/a.rb", []),
    ("* @group\n\n[Section name\ndocs/ @docs_group\n", "docs/x", ["@docs_group"]),
    ("[Docs]\ndocs/**/* @group\n\n[Section name\ndocs/ @docs_group\n", "docs/x/y", ["@docs_group"]),
    ("/path/* @group user_without_at_symbol @user_with_at_symbol", "path/x", ["@group", "@user_with_at_symbol"]),
    ("*.md @doc-team\nterms.md @legal-team", "terms.md", ["@legal-team"]),
    ("/docs/**/index.md @a", "docs/index.md", ["@a"]),
    ("/docs/**/index.md @a", "docs/api/graphql/index.md", ["@a"]),
    ("/docs/*/README.md @a", "docs/api/README.md", ["@a"]),
    ("/docs/*/README.md @a", "docs/README.md", []),
    ("/docs/*spec* @a", "docs/qa_specs.rb", ["@a"]),
    ("* @a", ".gitignore", ["@a"]),
    ("/docs/** @a", "docs/x", ["@a"]),
    ("/docs/** @a", "docs/x/y", []),
    ("[^a]b @a", "cb", ["@a"]),
    ("[^a]b @a", "ab", []),
    ("README.md @doc-team # and @tech-lead", "README.md", ["@doc-team", "@tech-lead"]),
    ("file.md @@developer @@maintainer", "file.md", ["@@developer", "@@maintainer"]),
    ("path\\ with\\ spaces/*.md @owner", "path with spaces/a.md", ["@owner"]),
    ("/a\\*b @a", "a*b", ["@a"]),
    ("/a\\*b @a", "axb", []),
]


@pytest.mark.parametrize(("text", "path", "expected"), DOCUMENTED)
def test_gitlab_as_documented(text: str, path: str, expected: list[str]) -> None:
    assert sorted(owners(text, path, "gitlab")) == sorted(expected)


def test_a_section_that_is_there_twice_is_optional_only_when_both_are() -> None:
    text = "^[Go]\n*.go @a\n[go][2]\n/x/*.go @b\n^[Opt]\n*.go @c"
    read = read_codeowners(text, "CODEOWNERS", "gitlab")
    assert [(entry.owners, entry.optional) for entry in read.deciding("x/a.go")] == [(("@b",), False), (("@c",), True)]
    assert [entry.approvals for entry in read.deciding("x/a.go")] == [2, 1]


@pytest.mark.parametrize(
    ("heading", "approvals"), [("[A][3]", 3), ("[A][0]", 1), ("[A][x]", 1), ("[A][]", 1), ("[A]", 1)]
)
def test_a_number_of_approvals_that_is_none_is_one(heading: str, approvals: int) -> None:
    read = read_codeowners(f"{heading}\n* @a", "CODEOWNERS", "gitlab")
    assert [entry.approvals for entry in read.entries] == [approvals]


def test_gitlab_tells_what_it_passes_over() -> None:
    text = "*.md\n*.rb wrong @a\n*.go @a # @b\n[S][x]\n* @c\n"
    read = read_codeowners(text, "CODEOWNERS", "gitlab")
    assert [fault.line for fault in read.faults] == [1, 2, 3, 4]


def test_a_line_for_everything_is_less_sure_of_a_path() -> None:
    read = read_codeowners("* @all\n/live/ @ops", "CODEOWNERS", "github")
    assert [read.owners(path)[0].confidence for path in ("a.tf", "live/a.tf")] == ["medium", "high"]


_PATTERN = st.lists(st.sampled_from(["a", "b", "*", "**", "*.tf", "a.tf", "b*", "/", "?"]), min_size=1, max_size=6).map(
    "".join
)
_PATH = st.lists(st.sampled_from(["a", "b", "ab", "a.tf", "b.a.tf"]), min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(_PATTERN, st.booleans()), max_size=8), _PATH, st.sampled_from(["github", "gitlab"]))
def test_the_index_finds_what_a_look_at_every_line_finds(
    lines: list[tuple[str, bool]], path: str, dialect: Dialect
) -> None:
    text = "\n".join(
        f"{'!' if excludes else ''}{pattern} @o{number}" for number, (pattern, excludes) in enumerate(lines)
    )
    read = read_codeowners(text, "CODEOWNERS", dialect)
    matching = [entry for entry in read.entries if entry.matches(path)]
    expected = [] if any(entry.excludes for entry in matching) else matching[-1:]
    assert [entry.line for entry in read.deciding(path)] == [entry.line for entry in expected]


@given(st.lists(_PATTERN, min_size=1, max_size=6), _PATTERN, _PATH)
def test_a_later_line_takes_over_or_changes_nothing(patterns: list[str], last: str, path: str) -> None:
    before = owners("\n".join(f"{pattern} @a" for pattern in patterns), path)
    after = owners("\n".join([*(f"{pattern} @a" for pattern in patterns), f"{last} @z"]), path)
    assert after in (before, ["@z"])


@given(_PATTERN, _PATH)
def test_a_folder_of_github_covers_all_below(pattern: str, path: str) -> None:
    if owners(f"{pattern.rstrip('/')}/ @a", path):
        assert owners(f"{pattern.rstrip('/')}/ @a", f"{path}/x") == ["@a"]


def test_a_hundred_thousand_lines_take_a_moment() -> None:
    text = "* @all\n" + "".join(f"/team{n}/*.tf @t{n}\n*.x{n} @e{n}\n" for n in range(49_999))
    read = read_codeowners(text, "CODEOWNERS", "github")
    began = time.perf_counter()
    for number in range(2_000):
        assert [claim.name for claim in read.owners(f"team{number}/a.tf")] == [f"@t{number}"]
    assert time.perf_counter() - began < 5


def test_an_owner_is_told_with_the_line_and_the_section() -> None:
    (fact,) = read_codeowners("[Ops]\n\n/live/ @ops", ".gitlab/CODEOWNERS", "gitlab").owners("live/a.tf")
    assert fact == ("@ops", ".gitlab/CODEOWNERS:3, section Ops", "high")


@given(st.text(), st.text(alphabet="ab/*.", min_size=1), st.sampled_from(["github", "gitlab"]))
def test_no_file_and_no_path_is_too_strange(text: str, path: str, dialect: Dialect) -> None:
    read_codeowners(text, "CODEOWNERS", dialect).owners(path)


@pytest.mark.parametrize(
    "line",
    [
        "* a@" + "a." * 200_000 + "@",
        "* @" + "a/" * 400_000,
        "[" * 400_000,
        "^[a" * 200_000,
        "\\ " * 400_000,
        "*" * 400_000 + " @a",
    ],
)
@pytest.mark.parametrize("dialect", ["github", "gitlab"])
def test_a_line_that_is_meant_to_take_for_ever_does_not(line: str, dialect: Dialect) -> None:
    began = time.perf_counter()
    read_codeowners(f"{line}\n* @a", "CODEOWNERS", dialect).owners("a" * 3_000 + "/b.tf")
    assert time.perf_counter() - began < 10
