from __future__ import annotations

import pytest
from templates import CORPUS

from gatepost.languages.cloudformation import is_template


@pytest.mark.parametrize(
    "text",
    [
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n",
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n",
        "Transform:\n  - AWS::Serverless-2016-10-31\nResources:\n  !Include x\n",
        '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}',
        '{\n  "AWSTemplateFormatVersion" : "2010-09-09",\n  "Resources": {}\n}',
        "Resources:\n  A:\n    Type: Custom::Thing\n    Properties: {P: '{{resolve:secretsmanager:x}}'}\n",
        "\ufeffResources:\r\n  A:\r\n    Type: 'AWS::S3::Bucket'\r\n",
    ],
)
def test_templates_are_recognised_by_what_they_say(text):
    assert is_template(text, "any.name")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apiVersion: v1\nkind: Pod\nResources:\n  Type: AWS::X\n",
        "on: push\njobs:\n  a:\n    steps: []\n",
        '{"name": "x", "version": "1", "Resources": "AWS"}',
        '{\n  "fragment": {\n    "Resources": {\n      "A": {"Type": "AWS::S3::Bucket"}\n    }\n  }\n}',
        "services:\n  web:\n    image: nginx\n",
        "{{- if .Values.x }}\nResources:\n  A:\n    Type: AWS::S3::Bucket\n{{- end }}\n",
        "resources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n",
        "# Resources: Type: AWS::S3::Bucket\na: b\n",
        "\x00\x01",
    ],
)
def test_other_yaml_and_json_is_not(text):
    assert not is_template(text, "any.yaml")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="GATEPOST_CORPORA names no folder with templates")
def test_every_real_template_is_recognised():
    files = [f for f in CORPUS.rglob("*.*") if f.suffix in (".yaml", ".json")]
    assert files
    assert [f for f in files if not is_template(f.read_text(), str(f))] == []
