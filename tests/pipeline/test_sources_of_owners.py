"""Owners in a whole run: exports, options, states, tags of providers and calls, and what a policy decides on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Context, Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from tests.pipeline.stories import inside, request, write

DATABASE = 'resource "aws_db_instance" "a" {\n  identifier          = "orders-db"\n  publicly_accessible = true\n}\n'
POLICY = "version: 1\nextends: recommended\n"
NO_OWNER = "gate:\n  - {name: no owner no deploy, when: {owner: {exists: false}}, decide: block}\n"
CMDB = "name,assignment_group,service\norders-db,Team Orders,Checkout\n"
EVENT = {"eventName": "CreateDBInstance", "userIdentity": {"type": "IAMUser", "userName": "ann"}}
TRAIL = json.dumps({"Records": [{**EVENT, "requestParameters": {"dBInstanceIdentifier": "orders-db"}}]})
STATE = {
    "version": 4,
    "resources": [
        {
            "mode": "managed",
            "type": "aws_db_instance",
            "name": "a",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"attributes": {"id": "db-1", "arn": "arn:aws:rds:eu-west-1:1:db:orders-db"}}],
        }
    ],
}


def judged(folder: Path, files: dict[str, str], **more: Any) -> Verdict:
    with inside(write(folder, {"a.tf": DATABASE, **files})):
        return check(request(**more))


def context(verdict: Verdict) -> Context:
    (found,) = [one for one in verdict.decisions if one.assessment.finding.rule == "aws/rds/instance-public"]
    return found.assessment.context


def told(context: Context) -> list[str]:
    return [claim.name for claim in context.owners or ()]


def test_an_export_is_taken_from_the_command_line(tmp_path: Path) -> None:
    found = context(judged(tmp_path, {"cmdb.csv": CMDB}, cmdb="cmdb.csv"))
    assert told(found) == ["Team Orders"]
    assert [claim.name for claim in found.projects or ()] == ["Checkout"]


def test_the_command_line_stands_for_what_the_policy_names(tmp_path: Path) -> None:
    files = {"gatepost.yaml": POLICY + "owners: {cmdb: old.csv}\n", "cmdb.csv": CMDB}
    assert told(context(judged(tmp_path, files, cmdb="cmdb.csv"))) == ["Team Orders"]


def test_a_file_of_the_policy_lies_beside_it(tmp_path: Path) -> None:
    files = {"policy/gate.yaml": POLICY + "owners: {cmdb: cmdb.csv}\n", "policy/cmdb.csv": CMDB}
    assert told(context(judged(tmp_path, files, policy="policy/gate.yaml"))) == ["Team Orders"]


def test_a_file_that_is_not_there_is_an_error_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        judged(tmp_path, {"gatepost.yaml": POLICY + "owners: {audit_log: trail.json}\n"})
    assert error.value.message == "`owners`, `audit_log`: there is no file 'trail.json'"
    assert error.value.location is not None


def test_columns_without_a_file_are_an_error(tmp_path: Path) -> None:
    policy = POLICY + "owners: {cmdb: {columns: {owner: [assignment_group]}}}\n"
    with pytest.raises(UsageError, match="columns of which file"):
        judged(tmp_path, {"gatepost.yaml": policy})
    assert told(context(judged(tmp_path, {"cmdb.csv": CMDB}, cmdb="cmdb.csv"))) == ["Team Orders"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b'{"Records": [', "it ends in the middle"),
        (b"\xff\xfe\x00", "it is not"),
        (b"[1, 2]", "this is no audit log"),
        (b"[" * 5_000, "it "),
    ],
)
def test_a_log_that_cannot_be_read_is_a_problem(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "trail.json").write_bytes(content)
    verdict = judged(tmp_path, {}, audit_logs=("trail.json",))
    (problem,) = [one.problem for one in verdict.problems]
    assert problem.what.startswith(f"owners cannot be read from it: {what}")


def test_who_created_it_is_a_guess_and_no_owner(tmp_path: Path) -> None:
    verdict = judged(
        tmp_path,
        {"trail.json": TRAIL, "gatepost.yaml": "version: 1\n" + NO_OWNER + "owners: {audit_log: trail.json}\n"},
    )
    found = context(verdict)
    assert [tuple(claim)[::2] for claim in found.guessed_owners] == [("ann", "guess")]
    assert verdict.action == "blocked"


def test_a_log_with_a_line_for_each_event_is_read(tmp_path: Path) -> None:
    lines = json.dumps({**EVENT, "requestParameters": {"dBInstanceIdentifier": "orders-db"}}) + "\n"
    found = context(judged(tmp_path, {"trail.json": lines + lines}, audit_logs=("trail.json",)))
    assert [claim.name for claim in found.guessed_owners] == ["ann"]


def test_a_state_tells_by_which_ids_a_resource_is_known(tmp_path: Path) -> None:
    files = {"cmdb.csv": "arn,owned_by\narn:aws:rds:eu-west-1:1:db:orders-db,Ann\n", "s.tfstate": json.dumps(STATE)}
    assert told(context(judged(tmp_path, files, cmdb="cmdb.csv"))) == []
    assert told(context(judged(tmp_path, files, cmdb="cmdb.csv", states=((None, "s.tfstate"),)))) == ["Ann"]


@pytest.mark.parametrize(
    ("policy", "action"),
    [
        # Nothing says where owners are told, and nothing names one: that is not known, and no line about it matches.
        (NO_OWNER, "passed"),
        (NO_OWNER.replace("{exists: false}", "{known: false}"), "blocked"),
        # A policy that says where they are told knows that what nobody names is nobody's.
        (NO_OWNER + "owners: {tags: {owner: owner}}\n", "blocked"),
        (NO_OWNER + 'owners: {directories: {"**": team-orders}}\n', "passed"),
        (NO_OWNER + 'owners: {directories: {"other/**": team-orders}}\n', "blocked"),
    ],
)
def test_no_owner_no_deploy(tmp_path: Path, policy: str, action: str) -> None:
    assert judged(tmp_path, {"gatepost.yaml": "version: 1\n" + policy}).action == action


def test_an_organisation_decides_by_the_owners_it_says(tmp_path: Path) -> None:
    theirs = NO_OWNER + 'owners: {directories: {"other/**": somebody}}\n'
    ours = 'owners: {directories: {"**": me}}\n'
    files = {"gatepost.yaml": POLICY + "mode: observe\n" + ours, "org.yaml": "version: 1\n" + theirs}
    verdict = judged(tmp_path, files, organisation_policy="org.yaml")
    assert verdict.action == "blocked"
    assert told(context(verdict)) == ["me"]
    follows = {"org.yaml": "version: 1\n" + NO_OWNER}
    assert judged(tmp_path, {**files, **follows}, organisation_policy="org.yaml").action == "passed"


def test_tags_of_the_provider_are_tags_of_the_resource(tmp_path: Path) -> None:
    provider = 'provider "aws" {\n  default_tags {\n    tags = { Team = "web", Env = "prod" }\n  }\n}\n'
    policy = POLICY + "environments: {production: {tag.Env: prod}}\n"
    found = context(judged(tmp_path, {"p.tf": provider, "gatepost.yaml": policy}))
    assert (told(found), found.environments[0].name) == (["web"], "production")
    own = DATABASE.replace("}\n", '  tags = { Team = "orders" }\n}\n')
    assert told(context(judged(tmp_path, {"a.tf": own}))) == ["orders"]


def test_labels_of_the_provider_are_labels_of_google_s_resources(tmp_path: Path) -> None:
    text = 'provider "google" {\n  default_labels = { team = "web" }\n}\n'
    text += 'resource "google_storage_bucket" "b" {\n  name     = "b"\n  location = "EU"\n}\n'
    with inside(write(tmp_path, {"a.tf": text})):
        verdict = check(request())
    tags = {tuple(one.assessment.finding.tags.items()) for one in verdict.decisions if one.assessment.finding.resource}
    assert tags == {(("team", "web"),)}


def test_the_catalogue_above_the_paths_that_are_checked_counts(tmp_path: Path) -> None:
    files = {"catalog-info.yaml": "kind: Component\nmetadata: {name: x}\nspec: {owner: web}\n", "live/b.tf": DATABASE}
    with inside(write(tmp_path, files)):
        assert told(context(check(request("live")))) == ["web"]


def test_a_shallow_clone_says_that_the_history_is_missing(tmp_path: Path) -> None:
    import subprocess

    files = {"a.tf": DATABASE, "gatepost.yaml": POLICY + "owners: {history: true}\n"}
    write(tmp_path / "one", files)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["commit", "-qm", "y", "--allow-empty"]):
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path / "one", check=True, capture_output=True)
    url = f"file://{tmp_path / 'one'}"
    subprocess.run(["git", "clone", "-q", "--depth=1", url, "two"], cwd=tmp_path, check=True, capture_output=True)
    with inside(tmp_path / "two"):
        verdict = check(request())
    assert any("shallow" in note for note in verdict.notes)
    assert not verdict.problems


@pytest.mark.parametrize("content", [b"* @a\n" + b"#" * (3 << 20), b"* @a \xff\n", b"\xff\xfe*\x00"])
def test_a_file_that_the_host_would_not_read_owns_nothing_and_is_told(tmp_path: Path, content: bytes) -> None:
    from gatepost.pipeline.owners_listing import list_owners

    write(tmp_path, {"a.tf": DATABASE, "docs/CODEOWNERS": "* @docs\n"})
    (tmp_path / "CODEOWNERS").write_bytes(content)
    with inside(tmp_path):
        assert context(check(request())).owners == ()
        faults = list_owners(request(), check=True).faults or ()
    assert [fault.what for fault in faults if fault.kind == "line"] == [
        "the host reads no such file: too large, or no text"
    ]


IMAGE = {
    "SchemaVersion": 2,
    "ArtifactName": "registry.example.com/shop/api:1.2",
    "ArtifactType": "container_image",
    "Results": [
        {
            "Target": "api (debian 12.5)",
            "Class": "os-pkgs",
            "Type": "debian",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2024-1",
                    "PkgName": "openssl",
                    "InstalledVersion": "3.0",
                    "Severity": "HIGH",
                }
            ],
        }
    ],
}


def test_who_owns_a_report_is_not_who_owns_the_image_that_it_is_about(tmp_path: Path) -> None:
    files = {"report.json": json.dumps(IMAGE), "CODEOWNERS": "* @acme/all\n", "cmdb.csv": "name,owned_by\napi,Ann\n"}
    reports = {"reports": (("report.json", None),)}
    (found,) = [one for one in judged(tmp_path, files, **reports).decisions if one.assessment.finding.package]
    assert found.assessment.context.owners is None
    verdict = judged(tmp_path, files, cmdb="cmdb.csv", **reports)
    (found,) = [one for one in verdict.decisions if one.assessment.finding.package]
    assert found.assessment.context.owners == (("Ann", "cmdb.csv:2 owned_by, by name", "medium"),)
