"""Environments are inferred from everything that tells them; what an author may choose softens nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from gatepost.context.inferring import own_signs
from gatepost.languages.terraform.given import Inputs
from gatepost.model.decisions import Decision, Verdict
from gatepost.model.findings import Finding
from gatepost.model.places import Location, Region
from gatepost.pipeline import check
from tests.pipeline.stories import inside, judged, request, write
from tests.pipeline.test_base import commit, git

RULE = "aws/rds/instance-public"
DB = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n%s}\n'
PLAIN = DB % ""
ACCOUNT = "123456789012"
POLICY = f"""\
version: 1
extends: recommended
environments:
  infer: true
  accounts: {{"{ACCOUNT}": production, "210987654321": development}}
"""
BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "acme-state"\n    key    = "%s"\n  }\n}\n'


def told(verdict: Verdict, rule: str = RULE) -> dict[str, str]:
    """Return the environments of the one finding of a rule, each with how it is known."""
    (one,) = of_rule(verdict, rule)
    return {fact.name: fact.how for fact in one.assessment.context.environments}


def of_rule(verdict: Verdict, rule: str = RULE) -> list[Decision]:
    return [one for one in verdict.decisions if one.assessment.finding.rule == rule]


def reached(folder: Path, files: Mapping[str, str], *, rule: str = RULE, **more: object) -> dict[str, str]:
    return told(judged(folder, files, **more), rule)


@pytest.mark.parametrize(
    ("path", "environment", "how"),
    [
        ("prod/main.tf", "production", "folder prod"),
        ("live/production/eu/main.tf", "production", "folder live/production"),
        ("envs/stg/main.tf", "staging", "folder envs/stg"),
        ("sandbox/main.tf", "development", "folder sandbox"),
    ],
)
def test_a_folder_tells(tmp_path: Path, path: str, environment: str, how: str) -> None:
    assert reached(tmp_path, {path: PLAIN}) == {environment: how}


@pytest.mark.parametrize("path", ["product/main.tf", "main.tf", "liveness/main.tf", "services/devops/main.tf"])
def test_other_folders_tell_nothing(tmp_path: Path, path: str) -> None:
    assert reached(tmp_path, {path: PLAIN}) == {
        "unknown": "no clause of the policy matches, and nothing in the files tells"
    }


def test_a_folder_live_that_has_one_for_production_says_nothing_of_the_others(tmp_path: Path) -> None:
    assert list(reached(tmp_path, {"live/dev/main.tf": PLAIN})) == ["production", "development"]
    assert list(reached(tmp_path, {"live/prod/main.tf": 'resource "random_pet" "a" {}\n'})) == ["development"]
    (tmp_path / "live/dev/main.tf").unlink()
    assert list(reached(tmp_path, {"live/shared/main.tf": PLAIN})) == ["production"]


def test_production_wins_over_a_folder_that_says_otherwise(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"dev/main.tf": BACKEND % "prod/db.tfstate" + PLAIN})
    assert told(verdict) == {"development": "folder dev", "production": "backend s3, key prod/db.tfstate"}
    assert of_rule(verdict)[0].action == "block"


@pytest.mark.parametrize(
    ("block", "how"),
    [
        (BACKEND % "prod/x", "backend s3, key prod/x"),
        ('terraform {\n  backend "gcs" {\n    prefix = "prod"\n  }\n}\n', "backend gcs, prefix prod"),
        ('terraform {\n  cloud {\n    workspaces {\n      name = "app-prod"\n    }\n  }\n}\n', "workspace app-prod"),
        ('terraform {\n  cloud {\n    workspaces {\n      tags = ["prod"]\n    }\n  }\n}\n', "workspace prod"),
        ('provider "aws" {\n  profile = "acme-prod"\n}\n', "provider.aws, profile acme-prod"),
        ('provider "google" {\n  project = "acme-prod"\n}\n', "provider.google, project acme-prod"),
        ('variable "environment" {\n  default = "prod"\n}\n', "the default of var.environment"),
    ],
)
def test_terraform_tells(tmp_path: Path, block: str, how: str) -> None:
    assert reached(tmp_path, {"main.tf": block + PLAIN}) == {"production": how}


def test_a_backend_in_a_called_module_says_nothing_of_its_callers(tmp_path: Path) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": BACKEND % "dev/x" + PLAIN}
    assert reached(tmp_path, files) == {
        "development": "backend s3, key dev/x",
        "unknown": "nothing tells it of the folder at the top",
    }


def test_a_var_file_tells_by_what_it_gives_the_variable_of_that_name(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "env" {}\n' + PLAIN, "terraform.tfvars": 'env = "staging"\n'}
    assert reached(tmp_path, files) == {"staging": "env = staging in terraform.tfvars"}


def test_the_default_of_a_variable_makes_nothing_certain(tmp_path: Path) -> None:
    block = 'variable "env" {\n  default = "dev"\n}\n' + DB % "  tags = { env = var.env }\n"
    assert list(reached(tmp_path, {"main.tf": block})) == ["development", "unknown"]


def test_a_workspace_and_a_var_file_of_the_command_line_tell(tmp_path: Path) -> None:
    assert reached(tmp_path, {"main.tf": PLAIN}, inputs=Inputs((), "prod-eu")) == {"production": "workspace prod-eu"}
    files = {"main.tf": 'variable "a" {}\n' + PLAIN, "vars/uat.tfvars": "a = 1\n"}
    assert reached(tmp_path, files, var_files=(str(tmp_path / "vars/uat.tfvars"),)) == {
        "staging": "var file vars/uat.tfvars"
    }


@pytest.mark.parametrize(
    "block",
    [
        f'provider "aws" {{\n  allowed_account_ids = ["{ACCOUNT}"]\n}}\n',
        f'provider "aws" {{\n  assume_role {{\n    role_arn = "arn:aws:iam::{ACCOUNT}:role/ci"\n  }}\n}}\n',
    ],
)
def test_the_account_of_a_provider_tells_by_the_map_of_the_policy(tmp_path: Path, block: str) -> None:
    files = {"gatepost.yaml": POLICY, "dev/main.tf": block + PLAIN}
    assert reached(tmp_path, files) == {
        "development": "folder dev",
        "production": f"provider.aws, account {ACCOUNT} (gatepost.yaml:5)",
    }


def test_an_account_in_a_value_adds_and_never_softens(tmp_path: Path) -> None:
    arn = '  monitoring_role_arn = "arn:aws:iam::%s:role/x"\n'
    assert list(reached(tmp_path, {"gatepost.yaml": POLICY, "main.tf": DB % (arn % "210987654321")})) == [
        "development",
        "unknown",
    ]
    assert list(reached(tmp_path, {"main.tf": DB % (arn % ACCOUNT)})) == ["production"]


def test_an_azure_subscription_is_an_account(tmp_path: Path) -> None:
    id = "0b1f6471-1bf0-4dda-aec3-111122223333"
    policy = f"version: 1\nextends: recommended\nenvironments:\n  accounts: {{{id}: production}}\n"
    block = f'provider "azurerm" {{\n  subscription_id = "{id.upper()}"\n}}\n'
    assert list(reached(tmp_path, {"gatepost.yaml": policy, "main.tf": block + PLAIN})) == ["production"]


def test_tags_and_default_tags_tell(tmp_path: Path) -> None:
    assert reached(tmp_path, {"a/main.tf": DB % '  tags = { Environment = "prod" }\n'}) == {
        "production": "tag Environment: prod"
    }
    provider = 'provider "aws" {\n  default_tags {\n    tags = { stage = "staging" }\n  }\n}\n'
    (tmp_path / "a/main.tf").write_text(provider + PLAIN)
    assert "provider.aws, default tag stage: staging" in reached(tmp_path, {})["staging"]


TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Db: {Type: "AWS::RDS::DBInstance", Properties: {PubliclyAccessible: true, DBName: !Ref Environment}}
"""


def test_a_parameter_of_a_template_tells_and_its_default_makes_nothing_certain(tmp_path: Path) -> None:
    assert list(reached(tmp_path, {"t.yaml": TEMPLATE})) == ["development", "unknown"]
    prod = json.dumps([{"ParameterKey": "Environment", "ParameterValue": "prod"}])
    more = {"parameter_files": (str(tmp_path / "p.json"),)}
    assert reached(tmp_path, {"p.json": prod}, **more) == {"production": "Environment prod in p.json"}


def test_the_stack_and_the_name_of_a_parameter_file_tell(tmp_path: Path) -> None:
    text = json.dumps({"StackName": "acme-uat", "Environment": "x"})
    files = {"t.yaml": TEMPLATE.replace("Default: dev", "Default: x"), "cfg/p.json": text, "cfg/prod.json": text}
    given = reached(tmp_path, files, parameter_files=(str(tmp_path / "cfg/p.json"),))
    assert given == {"staging": "stack acme-uat in cfg/p.json"}
    given = reached(tmp_path, files, parameter_files=(str(tmp_path / "cfg/prod.json"),))
    assert list(given) == ["production", "staging"]


CURL = "RUN curl http://example.com/a | sh\n"
PIPED = "docker/piped-to-shell"


@pytest.mark.parametrize(
    ("text", "environments"),
    [
        (f"FROM python:3.12 AS dev\n{CURL}FROM python:3.12 AS prod\n", ["development"]),
        (f"FROM python:3.12 AS prod\n{CURL}FROM python:3.12\n", ["production"]),
        (f"FROM python:3.12 AS dev\n{CURL}FROM dev AS prod\n", ["development", "production"]),
        (f"FROM a AS dev\n{CURL}FROM a AS prod\nCOPY --from=dev /a /a\n", ["development", "production"]),
        (f"FROM python:3.12 AS dev\n{CURL}", ["development", "unknown"]),
        (f"FROM a AS dev\n{CURL}FROM a\nRUN --mount=from=dev,target=/x ls\n", ["development", "unknown"]),
    ],
)  # fmt: skip
def test_a_stage_tells_for_what_is_built_of_it(tmp_path: Path, text: str, environments: list[str]) -> None:
    assert list(reached(tmp_path, {"Dockerfile": text}, rule=PIPED)) == environments


def test_the_name_of_a_dockerfile_tells(tmp_path: Path) -> None:
    assert reached(tmp_path, {"Dockerfile.prod": f"FROM python:3.12\n{CURL}"}, rule=PIPED) == {
        "production": "file Dockerfile.prod"
    }


def test_a_branch_adds_production_and_makes_nothing_else_certain(tmp_path: Path) -> None:
    files = {"main.tf": PLAIN}
    assert list(reached(tmp_path, files, branch="release/prod", branch_how="GITHUB_BASE_REF")) == ["production"]
    assert list(reached(tmp_path, files, branch="develop", branch_how="GITHUB_BASE_REF")) == ["development", "unknown"]


def test_what_the_build_service_deploys_to_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_ENVIRONMENT_NAME", "staging")
    assert list(reached(tmp_path, {"main.tf": PLAIN})) == ["staging", "unknown"]
    monkeypatch.setenv("CI_COMMIT_REF_PROTECTED", "true")
    assert list(reached(tmp_path, {})) == ["staging"]
    monkeypatch.setenv("CI_MERGE_REQUEST_IID", "1")
    assert list(reached(tmp_path, {})) == ["staging", "unknown"]


@pytest.mark.parametrize("name", ["BITBUCKET_DEPLOYMENT_ENVIRONMENT", "CI_ENVIRONMENT_TIER"])
def test_production_that_a_build_service_tells_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "production")
    assert reached(tmp_path, {"main.tf": PLAIN}) == {"production": f"{name} production"}


def test_a_name_that_only_azure_pipelines_sets_counts_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT_NAME", "prod")
    assert list(reached(tmp_path, {"main.tf": PLAIN})) == ["unknown"]
    monkeypatch.setenv("TF_BUILD", "True")
    assert list(reached(tmp_path, {})) == ["production"]


def test_a_live_resource_in_a_report_tells_by_its_account() -> None:
    arn = f"arn:aws:s3:eu-west-1:{ACCOUNT}:bucket/a"
    finding = Finding("t/R", "t", "m", "high", "high", "c", Location("live", Region(1, 1, 1, 1)), resource=arn)
    assert [sign.account for sign in own_signs(finding)] == [ACCOUNT]


def test_clauses_of_the_policy_come_first(tmp_path: Path) -> None:
    policy = "version: 1\nextends: recommended\nenvironments:\n  staging: [{path: prod/**}]\n"
    assert list(reached(tmp_path, {"gatepost.yaml": policy, "prod/main.tf": PLAIN})) == ["staging"]


def test_a_policy_that_says_prod_keeps_its_word(tmp_path: Path) -> None:
    policy = "version: 1\nextends: recommended\nenvironments:\n  prod: [{path: x/**}]\n"
    assert list(reached(tmp_path, {"gatepost.yaml": policy, "live/main.tf": PLAIN})) == ["prod"]


def test_a_var_file_of_an_environment_that_the_policy_names_is_of_that_one(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "a" {}\n' + PLAIN, "envs/uat.tfvars": "a = 1\n", "envs/prod.tfvars": "a = 1\n"}
    assert list(reached(tmp_path, files)) == ["production", "staging"]
    policy = "version: 1\nextends: recommended\nenvironments:\n  uat: [{path: x/**}]\n"
    assert list(reached(tmp_path, {"gatepost.yaml": policy})) == ["production", "uat"]
    (tmp_path / "stage").mkdir()
    write(tmp_path, {"stage/main.tf": 'resource "random_pet" "a" {}\n'})
    assert list(reached(tmp_path, {})) == ["production", "uat"]


def test_a_policy_may_infer_nothing(tmp_path: Path) -> None:
    policy = "version: 1\nextends: recommended\nenvironments: {infer: false}\n"
    assert list(reached(tmp_path, {"gatepost.yaml": policy, "prod/main.tf": PLAIN})) == ["unknown"]


def test_a_module_reaches_what_its_callers_do_and_stays_unknown_where_one_tells_nothing(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "%s"\n}\n'
    files = {"modules/db/main.tf": PLAIN, "envs/dev/main.tf": call % "../../modules/db"}
    assert list(reached(tmp_path, files)) == ["development"]
    files = {"other/main.tf": call % "../modules/db"}
    assert list(reached(tmp_path, files)) == ["development", "unknown"]


def test_two_instances_of_a_module_with_other_tags_reach_both(tmp_path: Path) -> None:
    module = 'variable "env" {}\n' + DB % "  tags = { env = var.env }\n"
    calls = "".join(f'module "{env}" {{\n  source = "./m"\n  env    = "{env}"\n}}\n' for env in ("dev", "prod"))
    assert sorted(reached(tmp_path, {"m/main.tf": module, "main.tf": calls})) == ["development", "production"]


def test_the_place_in_the_repository_counts_where_a_folder_of_it_is_scanned(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"prod/db/main.tf": PLAIN})
    with inside(tmp_path / "prod/db"):
        assert told(check(request())) == {"production": "folder prod"}


def changed(folder: Path, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the environments of the finding when a change goes from some files to others."""
    git(folder, "init", "-q", "-b", "main")
    write(folder, before)
    commit(folder)
    write(folder, after)
    with inside(folder):
        return told(check(request(base="main")))


def test_a_folder_that_the_change_brings_makes_nothing_certain(tmp_path: Path) -> None:
    assert list(changed(tmp_path, {"a.tf": ""}, {"dev/main.tf": PLAIN})) == ["development", "unknown"]


def test_a_folder_that_was_there_makes_it_certain(tmp_path: Path) -> None:
    assert list(changed(tmp_path, {"dev/other.tf": "\n"}, {"dev/main.tf": PLAIN})) == ["development"]


def test_a_folder_for_production_that_the_change_brings_softens_no_other(tmp_path: Path) -> None:
    after = {"live/dev/main.tf": PLAIN, "live/prod/main.tf": 'resource "random_pet" "a" {}\n'}
    assert list(changed(tmp_path, {"live/dev/main.tf": "\n"}, after)) == ["production", "development"]


def test_a_backend_that_the_change_writes_makes_nothing_certain(tmp_path: Path) -> None:
    after = {"main.tf": BACKEND % "dev/x" + PLAIN}
    assert list(changed(tmp_path, {"main.tf": PLAIN}, after)) == ["development", "unknown"]


def test_var_files_that_the_change_brings_make_nothing_certain(tmp_path: Path) -> None:
    before = {"infra/main.tf": 'variable "public" {}\n' + PLAIN.replace("true", "var.public")}
    after = {"infra/envs/dev.tfvars": "public = true\n", "infra/envs/prod.tfvars": "public = false\n"}
    assert list(changed(tmp_path, before, after)) == ["development", "unknown"]


def test_a_tag_that_the_change_writes_makes_nothing_certain(tmp_path: Path) -> None:
    after = {"main.tf": DB % '  tags = { env = "dev" }\n'}
    assert list(changed(tmp_path, {"main.tf": PLAIN}, after)) == ["development", "unknown"]


def test_production_that_the_change_writes_counts(tmp_path: Path) -> None:
    assert list(changed(tmp_path, {"a.tf": ""}, {"prod/main.tf": PLAIN})) == ["production"]


def test_renaming_the_folder_of_production_makes_nothing_certain(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"prod/main.tf": PLAIN})
    commit(tmp_path)
    git(tmp_path, "mv", "prod", "dev")
    with inside(tmp_path):
        assert list(told(check(request(base="main")))) == ["development", "unknown"]
