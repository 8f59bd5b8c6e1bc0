"""What reads otherwise because of a change is affected, though its own line is not touched and its fault is old."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gatepost.pipeline import check
from tests.pipeline.stories import inside, request, write
from tests.pipeline.test_base import commit, git

SSH = "aws/ec2/ssh-open-to-internet"
GROUP = """\
resource "aws_security_group" "{name}" {{
  ingress {{
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = {cidrs}
  }}
}}
"""
STILL = GROUP.format(name="still", cidrs='["0.0.0.0/0"]')
BY_VARIABLE = GROUP.format(name="by", cidrs="[var.cidr]")
ONE, OTHER = "0.0.0.0/0", "::/0"


def variable(default: str) -> str:
    return f'variable "cidr" {{\n  default = "{default}"\n}}\n'


def call(cidr: str) -> str:
    return f'module "m" {{\n  source = "./m"\n  cidr   = "{cidr}"\n}}\n'


def affected(
    folder: Path, before: Mapping[str, str], after: Mapping[str, str], rule: str = SSH
) -> dict[str, tuple[bool | None, bool | None, bool | None]]:
    """Return (is_new, touched, affected) of the findings of a rule when a change goes from some files to others."""
    git(folder, "init", "-q", "-b", "main")
    write(folder, before)
    commit(folder)
    write(folder, after)
    with inside(folder):
        verdict = check(request(base="main"))
    contexts = [(one.assessment.finding, one.assessment.context) for one in verdict.decisions]
    return {
        finding.resource: (known.is_new, known.touched, known.affected)
        for finding, known in contexts
        if finding.rule == rule
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"main.tf": BY_VARIABLE, "variables.tf": variable(ONE)}, {"variables.tf": variable(OTHER)}),
        (
            {"main.tf": 'variable "cidr" {}\n' + BY_VARIABLE, "terraform.tfvars": f'cidr = "{ONE}"\n'},
            {"terraform.tfvars": f'cidr = "{OTHER}"\n'},
        ),
        (
            {"main.tf": 'variable "cidr" {}\n' + BY_VARIABLE, "envs/prod.tfvars": f'cidr = "{ONE}"\n'},
            {"envs/prod.tfvars": f'cidr = "{OTHER}"\n'},
        ),
    ],
    ids=["default", "tfvars", "tfvars of an environment"],
)
def test_a_variable_that_is_set_elsewhere(tmp_path: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    found = affected(tmp_path, {**before, "still.tf": STILL}, after)
    assert found == {
        "aws_security_group.by": (False, False, True),
        "aws_security_group.still": (False, False, False),
    }


def test_a_call_of_a_module(tmp_path: Path) -> None:
    before = {"m/main.tf": 'variable "cidr" {}\n' + BY_VARIABLE, "main.tf": call(ONE)}
    found = affected(tmp_path, before, {"main.tf": call(OTHER)})
    assert found == {"module.m.aws_security_group.by": (False, False, True)}


def test_the_default_of_a_module(tmp_path: Path) -> None:
    before = {"m/main.tf": BY_VARIABLE, "m/v.tf": variable(ONE), "main.tf": 'module "m" {\n  source = "./m"\n}\n'}
    found = affected(tmp_path, before, {"m/v.tf": variable(OTHER)})
    assert found == {"module.m.aws_security_group.by": (False, False, True)}


NESTED = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {From: {Type: String}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: !Ref From, ToPort: 22, CidrIp: 0.0.0.0/0}
"""
STACK = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nested.yaml, Parameters: {From: %s}}
"""


def test_a_nested_template(tmp_path: Path) -> None:
    before = {"nested.yaml": NESTED.replace("CidrIp: 0.0.0.0/0", "CidrIp: 10.0.0.0/8"), "stack.yaml": STACK % "22"}
    assert list(affected(tmp_path, before, {"nested.yaml": NESTED}).values()) == [(True, True, True)]


def test_what_a_nested_template_is_passed(tmp_path: Path) -> None:
    before = {"nested.yaml": NESTED, "stack.yaml": STACK % "23"}
    assert list(affected(tmp_path, before, {"stack.yaml": STACK % "22"}).values()) == [(True, False, True)]


def test_an_argument_of_a_dockerfile(tmp_path: Path) -> None:
    text = "ARG TAG={}\nFROM python:${{TAG}}\n"
    policy = "version: 1\nextends: recommended\nrules: {audience: thorough}\n"
    before, after = (
        {"Dockerfile": text.format("3.12"), "gatepost.yaml": policy},
        {"Dockerfile": text.format("3.13")},
    )
    found = affected(tmp_path, before, after, "docker/base-image-without-digest")
    assert list(found.values()) == [(False, False, True)]
