"""A change does not choose its own owner, through whatever source of owners it tries."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Context
from gatepost.pipeline import check
from tests.pipeline.stories import inside, request, write

PLAIN = 'resource "aws_db_instance" "a" {\n  identifier          = "orders-db"\n  publicly_accessible = true\n}\n'
TAGGED = PLAIN.replace("}\n", '  tags = { Team = "orders" }\n}\n')
POLICY = "version: 1\nextends: recommended\n"


def git(folder: Path, *arguments: str, who: str = "ann") -> None:
    identity = ["-c", f"user.name={who}", "-c", f"user.email={who}@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, files: dict[str, str], who: str = "ann") -> None:
    write(folder, files)
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", who=who)


def changed(folder: Path, before: dict[str, str], after: dict[str, str], **more: object) -> Context:
    """Return the context of the public database after a commit on a branch, compared with main."""
    commit(folder, {"live/a.tf": PLAIN, **before})
    git(folder, "checkout", "-q", "-b", "change")
    commit(folder, after, who="mallory")
    with inside(folder):
        verdict = check(request(base="main", **more))
    (found,) = [one for one in verdict.decisions if one.assessment.finding.rule == "aws/rds/instance-public"]
    return found.assessment.context


def names(context: Context) -> list[str] | None:
    return None if context.owners is None else [one.name for one in context.owners]


def group(owner: str) -> str:
    return f"kind: Component\nmetadata: {{name: shop}}\nspec: {{owner: {owner}}}\n"


def trail(who: str) -> str:
    identity = {"type": "IAMUser", "userName": who}
    named = {"dBInstanceIdentifier": "orders-db"}
    event = {"eventName": "CreateDBInstance", "userIdentity": identity, "requestParameters": named}
    return json.dumps({"Records": [{"eventTime": "2026-01-02T03:04:05Z", **event}]})


def directories(owner: str) -> str:
    return f'{POLICY}owners: {{directories: {{"live/**": {owner}}}}}\n'


CMDB = POLICY + "owners: {cmdb: cmdb.csv}\n"
SOURCES = [
    ("the line of a file for GitHub", {"CODEOWNERS": "* @org/live"}, {"CODEOWNERS": "* @me"}, ["@org/live"]),
    ("a file that counts before", {"CODEOWNERS": "* @org/live"}, {".github/CODEOWNERS": "* @me"}, ["@org/live"]),
    ("the file for another host", {"CODEOWNERS": "* @org/live"},
     {".gitlab-ci.yml": "a: b", ".gitlab/CODEOWNERS": "* @me"}, ["@org/live"]),
    ("a first file of owners", {}, {"CODEOWNERS": "* @me"}, None),
    ("an OWNERS file", {"live/OWNERS": "approvers: [ann]"}, {"live/OWNERS": "approvers: [me]"}, ["ann"]),
    ("an OWNERS file that is nearer", {"OWNERS": "approvers: [ann]"}, {"live/OWNERS": "approvers: [me]"}, ["ann"]),
    ("an alias", {"OWNERS": "approvers: [ops]", "OWNERS_ALIASES": "aliases: {ops: [ann]}"},
     {"OWNERS_ALIASES": "aliases: {ops: [me]}"}, ["ann"]),
    ("the catalogue", {"catalog-info.yaml": group("web")}, {"catalog-info.yaml": group("me")}, ["web"]),
    ("a nearer catalogue", {"catalog-info.yaml": group("web")}, {"live/catalog-info.yaml": group("me")}, ["web"]),
    ("a file that the catalogue leads to",
     {"catalog-info.yaml": "kind: Location\nspec: {targets: [./shop.yaml]}\n", "shop.yaml": group("web")},
     {"shop.yaml": group("me")}, ["web"]),
    ("directories of the policy", {"gatepost.yaml": directories("web")}, {"gatepost.yaml": directories("me")}, ["web"]),
    ("an export of a CMDB", {"gatepost.yaml": CMDB, "cmdb.csv": "name,owned_by\norders-db,Ann\n"},
     {"cmdb.csv": "name,owned_by\norders-db,Me\n"}, ["Ann"]),
    ("another tag", {"live/a.tf": TAGGED}, {"live/a.tf": TAGGED.replace("orders", "me").replace("me-db", "orders-db")},
     ["orders"]),
    ("the tag of a provider",
     {"live/p.tf": 'provider "aws" {\n  default_tags {\n    tags = { Team = "web" }\n  }\n}\n'},
     {"live/p.tf": 'provider "aws" {\n  default_tags {\n    tags = { Team = "me" }\n  }\n}\n'}, ["web"]),
    ("a tag whose value is elsewhere",
     {"live/a.tf": TAGGED.replace('"orders"', "var.team"), "live/v.tf": 'variable "team" { default = "web" }\n'},
     {"live/v.tf": 'variable "team" { default = "me" }\n'}, ["web"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "before", "after", "expected"), SOURCES, ids=[case[0] for case in SOURCES])
def test_a_change_that_gives_itself_an_owner_has_that_of_the_base(
    tmp_path: Path, source: str, before: dict[str, str], after: dict[str, str], expected: list[str] | None
) -> None:
    assert names(changed(tmp_path, before, after)) == expected


@pytest.mark.parametrize("name", ["CODEOWNERS", "OWNERS"])
def test_what_a_link_leads_to_counts_as_the_base_has_it(tmp_path: Path, name: str) -> None:
    words = {"CODEOWNERS": "* %s", "OWNERS": "approvers: ['%s']"}[name]
    write(tmp_path, {"owners.txt": words % "@org/live"})
    (tmp_path / name).symlink_to("owners.txt")
    assert names(changed(tmp_path, {}, {"owners.txt": words % "@me"})) == ["@org/live"]


def test_the_tag_of_a_module_call_counts_as_the_base_has_it(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "../mod"\n  tags   = { Team = "%s" }\n}\n'
    module = {"mod/main.tf": 'variable "tags" { default = {} }\n' + PLAIN, "live/a.tf": call % "web"}
    assert names(changed(tmp_path, module, {"live/a.tf": call % "me"})) == ["web"]


def test_a_tag_that_is_new_is_said_to_be_written_by_the_change(tmp_path: Path) -> None:
    context = changed(tmp_path, {}, {"live/a.tf": TAGGED})
    assert context.owners == (("orders", "tag Team, written by this change", "medium"),)


def test_the_order_of_sources_is_that_of_the_base(tmp_path: Path) -> None:
    policy = POLICY + "owners: {order: [%s]}\n"
    before = {"gatepost.yaml": policy % "codeowners", "CODEOWNERS": "* @org/live", "catalog-info.yaml": group("web")}
    assert names(changed(tmp_path, before, {"gatepost.yaml": policy % "catalogue"})) == ["@org/live", "web"]


def test_an_audit_log_that_the_change_alters_guesses_as_before(tmp_path: Path) -> None:
    before = {"gatepost.yaml": POLICY + "owners: {audit_log: trail.json}\n", "trail.json": trail("ann")}
    context = changed(tmp_path, before, {"trail.json": trail("me")})
    assert [one.name for one in context.guessed_owners] == ["ann"]
    assert context.owners == ()


def test_who_wrote_the_lines_is_never_who_changes_them(tmp_path: Path) -> None:
    policy = {"gatepost.yaml": POLICY + "owners: {history: true}\n"}
    after = {
        "live/a.tf": PLAIN.replace("= true", "=   true"),
        ".mailmap": "Me <me@example.com> ann <ann@example.com>\n",
    }
    context = changed(tmp_path, policy, after)
    assert [one.name for one in context.guessed_owners] == ["ann@example.com"]


def test_an_export_that_the_change_brings_is_an_error(tmp_path: Path) -> None:
    from gatepost.model.problems import UsageError

    with pytest.raises(UsageError, match="brought by this change"):
        changed(tmp_path, {"gatepost.yaml": CMDB}, {"cmdb.csv": "name,owned_by\norders-db,Me\n"})


def test_an_export_that_the_pipeline_fetches_is_read(tmp_path: Path) -> None:
    commit(tmp_path, {"live/a.tf": PLAIN, "gatepost.yaml": CMDB})
    write(tmp_path, {"cmdb.csv": "name,owned_by\norders-db,Ann\n"})
    with inside(tmp_path):
        verdict = check(request(base="main"))
    (found,) = [one for one in verdict.decisions if one.assessment.finding.rule == "aws/rds/instance-public"]
    assert names(found.assessment.context) == ["Ann"]
