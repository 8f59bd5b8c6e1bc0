"""A root is judged with the var files of each of its environments, and what is the same in several is told once."""

from __future__ import annotations

from pathlib import Path

from gatepost.model.decisions import Decision, Verdict
from tests.pipeline.stories import found, judged

ACL = "aws/s3/bucket-public-acl"
VERSIONS = "aws/s3/bucket-versioning"
MAIN = """
    variable "acl" {}
    variable "versioning" {
      default = "Disabled"
    }
    resource "aws_s3_bucket" "b" {
      bucket = "x"
      acl    = var.acl
    }
    resource "aws_s3_bucket_versioning" "v" {
      bucket = aws_s3_bucket.b.id
      versioning_configuration {
        status = var.versioning
      }
    }
"""
FILES = {
    "gatepost.yaml": "version: 1\nextends: recommended\nrules: {audience: thorough}\n",
    "infra/main.tf": MAIN,
    "infra/envs/prod.tfvars": 'acl = "public-read"\n',
    "infra/envs/dev.tfvars": 'acl = "public-read"\nversioning = "Enabled"\n',
    "infra/envs/stage.tfvars": 'acl = "private"\n',
}


def names(decision: Decision) -> list[str]:
    return [fact.name for fact in decision.assessment.context.environments]


def only(verdict: Verdict, rule: str) -> Decision:
    (decision,) = found(verdict, rule)
    return decision


def test_a_finding_names_the_environments_that_it_is_in(tmp_path: Path) -> None:
    verdict = judged(tmp_path, FILES)
    acl = only(verdict, ACL)
    assert names(acl) == ["development", "production"]
    assert acl.assessment.context.environments[1].how == "var file infra/envs/prod.tfvars"
    assert names(only(verdict, VERSIONS)) == ["production", "staging"]
    assert verdict.counts.roots == 1


def test_one_fix_mends_all_environments_where_each_sets_the_value(tmp_path: Path) -> None:
    finding = only(judged(tmp_path, FILES), ACL).assessment.finding
    assert [(one.location.path, one.message) for one in finding.related] == [
        ("infra/envs/prod.tfvars", "set here for production")
    ]
    (fix,) = finding.fixes
    assert [(edit.location.path, edit.replacement) for edit in fix.edits] == [
        ("infra/envs/dev.tfvars", '"private"'),
        ("infra/envs/prod.tfvars", '"private"'),
    ]


def test_no_environments_are_made_where_var_files_are_named(tmp_path: Path) -> None:
    verdict = judged(tmp_path, FILES, var_files=(str(tmp_path / "infra/envs/stage.tfvars"),))
    assert not found(verdict, ACL)
    assert names(only(verdict, VERSIONS)) == ["staging"]


def test_a_root_without_a_file_for_production_may_be_anywhere(tmp_path: Path) -> None:
    files = {"main.tf": MAIN, "dev.tfvars": 'acl = "public-read"\n'}
    assert names(only(judged(tmp_path, files), ACL)) == ["development", "unknown"]


def test_the_environment_that_is_named_is_the_one_that_is_judged(tmp_path: Path) -> None:
    files = FILES | {"gatepost.yaml": FILES["gatepost.yaml"] + "environments: {staging: {path: [nowhere/**]}}\n"}
    verdict = judged(tmp_path, files, environment="staging")
    assert not found(verdict, ACL)
    assert names(only(verdict, VERSIONS)) == ["staging"]


def test_a_var_file_that_is_named_alone_stands_for_its_root(tmp_path: Path) -> None:
    verdict = judged(tmp_path, FILES, "infra/envs/prod.tfvars")
    assert names(only(verdict, ACL)) == ["production", "development"]
    assert not found(verdict, VERSIONS)


def test_modules_that_are_not_there_and_an_assumed_workspace_are_told(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "net" {\n  source = "acme/net/aws"\n}\n'
        'resource "aws_s3_bucket" "b" {\n  acl = terraform.workspace == "p" ? "public-read" : "private"\n}\n'
    }
    unread = "1 module call is not judged: module.net (acme/net/aws) is not there: terraform init fetches it"
    workspace = 'terraform.workspace is taken to be "default" in .; --workspace names another'
    assert judged(tmp_path, files).notes == (unread, workspace)


def test_what_is_wrong_in_a_fetched_module_is_shown_at_its_call(tmp_path: Path) -> None:
    manifest = '{"Modules": [{"Key": "b", "Source": "registry.terraform.io/a/b/c", "Dir": ".terraform/modules/b"}]}'
    files = {
        "main.tf": 'module "b" {\n  source = "a/b/c"\n  acl    = "public-read"\n}\n',
        ".terraform/modules/modules.json": manifest,
        ".terraform/modules/b/main.tf": 'variable "acl" {}\nresource "aws_s3_bucket" "b" {\n  acl = var.acl\n}\n',
    }
    finding = only(judged(tmp_path, files), ACL).assessment.finding
    assert (finding.location.path, finding.location.region.start_line) == ("main.tf", 1)
    assert finding.related[0].location.path == ".terraform/modules/b/main.tf"
    assert [edit.location.path for edit in finding.fixes[0].edits] == ["main.tf"]
    others = [one for decision in judged(tmp_path, files).decisions for one in decision.assessment.finding.fixes]
    assert all(edit.location.path == "main.tf" for fix in others for edit in fix.edits)


def test_a_called_module_that_keeps_a_state_or_has_inputs_is_a_root_too(tmp_path: Path) -> None:
    files = {
        "main.tf": "".join(f'module "{name}" {{\n  source = "./{name}"\n}}\n' for name in ("state", "inputs", "plain")),
        "state/main.tf": 'terraform {\n  backend "s3" {\n  }\n}\n',
        "inputs/main.tf": 'variable "x" {}\n',
        "inputs/terraform.tfvars": "x = 1\n",
        "plain/main.tf": 'variable "x" {}\n',
    }
    assert judged(tmp_path, files).counts.roots == 3


def test_tofu_files_are_found_and_take_the_place_of_others(tmp_path: Path) -> None:
    bucket = 'resource "aws_s3_bucket" "b" {{\n  acl = "{}"\n}}\n'
    files = {"main.tf": bucket.format("public-read"), "main.tofu": bucket.format("private")}
    assert not found(judged(tmp_path, files), ACL)
    (tmp_path / "alone").mkdir()
    alone = judged(tmp_path / "alone", {"main.tofu": bucket.format("public-read")})
    assert only(alone, ACL).assessment.finding.location.path == "main.tofu"
