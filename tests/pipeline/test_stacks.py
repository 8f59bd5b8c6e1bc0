"""Templates with parameter files and nested stacks, from the folder to the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.model.problems import UsageError
from tests.pipeline.stories import found, judged

SSH = "aws/ec2/ssh-open-to-internet"
GROUP = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Open: {Type: String, Default: 10.0.0.0/8}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Open, Description: d}]
"""
PARENT = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: %s, Parameters: {Open: 0.0.0.0/0}}
"""


def given(tmp_path: Path, name: str = "prod.json") -> dict[str, tuple[str, ...]]:
    return {"parameter_files": (str(tmp_path / name),)}


def test_a_parameter_file_decides_what_a_template_says(tmp_path: Path) -> None:
    files = {"t.yaml": GROUP, "prod.json": json.dumps({"Open": "0.0.0.0/0"})}
    assert not found(judged(tmp_path, files), SSH)
    (decision,) = found(judged(tmp_path, files, **given(tmp_path)), SSH)
    origins = [origin.location.path for origin in decision.assessment.finding.origins]
    assert origins == ["t.yaml", "prod.json"]


def test_a_parameter_file_that_no_template_takes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no template has a parameter"):
        judged(tmp_path, {"t.yaml": GROUP, "prod.json": '{"Other": "x"}'}, **given(tmp_path))
    with pytest.raises(UsageError, match="there is no parameter file"):
        judged(tmp_path, {"t.yaml": GROUP}, **given(tmp_path, "gone.json"))


def test_a_broken_parameter_file_is_a_problem(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"t.yaml": GROUP, "prod.json": "{"}, **given(tmp_path))
    assert [one.problem.location.path for one in verdict.problems] == ["prod.json"]


def test_a_nested_template_is_judged_in_the_stack_that_makes_it(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"main.yaml": PARENT % "net/n.yaml", "net/n.yaml": GROUP, "other.yaml": GROUP})
    (decision,) = found(verdict, SSH)
    finding = decision.assessment.finding
    assert (finding.resource, finding.location.path) == ("Net/Web", "net/n.yaml")
    assert (verdict.counts.roots, verdict.counts.files) == (2, 3)
    assert any("nested stack Net" in related.message for related in finding.related)


def test_templates_that_nest_each_other_are_told_once(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"a.yaml": PARENT % "b.yaml", "b.yaml": PARENT % "a.yaml"})
    (one,) = verdict.problems
    assert one.problem.what == "nested templates lead in a circle: a.yaml → b.yaml → a.yaml"
