"""What is wrong in a module or a nested template reaches the environments of those who use it."""

from __future__ import annotations

from pathlib import Path

from gatepost.model.decisions import Decision
from tests.pipeline.stories import found, judged

POLICY = """
    version: 1
    environments:
      production: {path: ["live/prod/**"]}
      development: {path: ["live/dev/**"]}
    gate:
      - {name: nothing in production, when: {environment: production}, decide: block}
"""
MODULE = """
    variable "acl" {}
    resource "aws_s3_bucket" "b" {
      bucket = "x"
      acl    = var.acl
    }
"""
ACL = "aws/s3/bucket-public-acl"


def caller(acl: str) -> str:
    return f'module "site" {{\n  source = "../../modules/site"\n  acl    = "{acl}"\n}}\n'


def reached(decision: Decision) -> list[tuple[str, str]]:
    return [(fact.name, fact.how) for fact in decision.assessment.context.environments]


def test_a_module_that_production_calls_is_in_production(tmp_path: Path) -> None:
    files = {"gatepost.yaml": POLICY, "modules/site/main.tf": MODULE, "live/prod/main.tf": caller("public-read")}
    (decision,) = found(judged(tmp_path, files), ACL)
    assert reached(decision) == [("production", "path live/prod/**, used by live/prod (gatepost.yaml:4)")]
    assert decision.action == "block"


def test_each_caller_that_is_wrong_has_its_own_environment(tmp_path: Path) -> None:
    files = {
        "gatepost.yaml": POLICY,
        "modules/site/main.tf": MODULE,
        "live/prod/main.tf": caller("private"),
        "live/dev/main.tf": caller("public-read"),
    }
    (decision,) = found(judged(tmp_path, files), ACL)
    assert [name for name, _ in reached(decision)] == ["development"] and decision.action == "allow"


def test_what_the_module_itself_does_wrong_reaches_all_callers(tmp_path: Path) -> None:
    files = {
        "gatepost.yaml": POLICY,
        "modules/site/main.tf": MODULE.replace("var.acl", '"public-read"'),
        "live/prod/main.tf": caller("private"),
        "live/dev/main.tf": caller("private"),
    }
    (decision,) = found(judged(tmp_path, files), ACL)
    assert {name for name, _ in reached(decision)} == {"production", "development"}


def test_a_value_that_cannot_be_known_in_a_module_is_undecided_where_it_is_used(tmp_path: Path) -> None:
    files = {
        "gatepost.yaml": POLICY,
        "modules/site/main.tf": MODULE,
        "live/prod/main.tf": 'variable "acl" {}\n' + caller("x").replace('"x"', "var.acl"),
    }
    (undecided,) = (one for one in judged(tmp_path, files).undecided if one.undecided.rule == ACL)
    assert [fact.name for fact in undecided.context.environments] == ["production"]


def test_a_nested_template_is_where_its_parent_is(tmp_path: Path) -> None:
    files = {
        "gatepost.yaml": POLICY,
        "live/prod/top.yaml": """
            Resources:
              Store:
                Type: AWS::CloudFormation::Stack
                Properties: {TemplateURL: ../../parts/store.yaml}
        """,
        "parts/store.yaml": """
            Resources:
              Bucket:
                Type: AWS::S3::Bucket
                Properties: {AccessControl: PublicRead}
        """,
    }
    (decision,) = found(judged(tmp_path, files), ACL)
    assert decision.assessment.finding.location.path == "parts/store.yaml"
    assert [name for name, _ in reached(decision)] == ["production"]


def test_one_more_caller_takes_over_the_identity_of_no_other(tmp_path: Path) -> None:
    files = {"gatepost.yaml": POLICY, "modules/site/main.tf": MODULE}
    stage = {"live/stage/main.tf": caller("public-read")}
    (before,) = found(judged(tmp_path, {**files, **stage}), ACL)
    both = found(judged(tmp_path, {**files, **stage, "live/dev/main.tf": caller("public-read")}), ACL)
    fingerprints = {one.assessment.finding.origins[-1].location: one.assessment.finding.fingerprint for one in both}
    assert len(set(fingerprints.values())) == 2
    assert fingerprints[before.assessment.finding.origins[-1].location] == before.assessment.finding.fingerprint


def test_a_wrong_value_belongs_to_whoever_hands_it_over(tmp_path: Path) -> None:
    files = {
        "gatepost.yaml": POLICY,
        "CODEOWNERS": "/modules/ @acme/platform\n/live/dev/ @acme/shop\n",
        "modules/site/main.tf": MODULE,
        "live/dev/main.tf": caller("public-read"),
    }
    (decision,) = found(judged(tmp_path, files), ACL)
    assert [owner.name for owner in decision.assessment.context.owners or ()] == ["@acme/shop"]
    files["modules/site/main.tf"] = MODULE.replace("var.acl", '"public-read"')
    (decision,) = found(judged(tmp_path, files), ACL)
    assert [owner.name for owner in decision.assessment.context.owners or ()] == ["@acme/platform"]
