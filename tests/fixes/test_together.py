"""Fixes that are tried together are proved, refused and told as each of them alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.fixes import proving, together
from gatepost.fixes.proving import with_fix
from gatepost.fixes.together import with_fixes
from gatepost.languages.terraform.document import read_root
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files, shipped_folder
from gatepost.rules.judge import judge
from gatepost.sources.reading import Files
from gatepost.testing.documents import read_document

TODAY = "2026-01-01"
CATALOGUE = load(*policy_files(shipped_folder()))

TERRAFORM = (
    'resource "aws_db_instance" "d{n}" {{\n  identifier = "d"\n  storage_encrypted = false\n}}\n',
    'resource "aws_db_instance" "e{n}" {{\n  storage_encrypted = var.encrypted\n}}\n',
    'resource "aws_db_instance" "many{n}" {{\n  count = 2\n  publicly_accessible = true\n}}\n',
    'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "b"\n  acl = "public-read"\n}}\n',
    'resource "aws_s3_bucket_public_access_block" "p{n}" {{\n  bucket = aws_s3_bucket.b0.id\n  block_public_acls = false\n}}\n',  # noqa: E501
    'resource "aws_rds_cluster" "c{n}" {{\n  storage_encrypted = aws_db_instance.d0.storage_encrypted\n}}\n',
    'resource "aws_rds_cluster_instance" "i{n}" {{\n  cluster_identifier = aws_rds_cluster.c0.id\n}}\n',
    'resource "aws_security_group" "g{n}" {{\n  ingress {{\n    from_port = 22\n    to_port = 22\n'
    '    protocol = "tcp"\n'
    '    cidr_blocks = ["0.0.0.0/0"]\n  }}\n}}\n',
    'resource "aws_instance" "w{n}" {{\n  vpc_security_group_ids = [aws_security_group.g0.id]\n}}\n',
    'resource "aws_lambda_function" "f{n}" {{\n  runtime = "nodejs12.x"\n  vpc_config {{\n'
    "    security_group_ids = [aws_security_group.g0.id]\n  }}\n}}\n",
    'resource "aws_kms_key" "k{n}" {{\n  enable_key_rotation = false\n}}\n',
    'resource "aws_ebs_volume" "v{n}" {{\n  encrypted = false\n}}\nresource "aws_ebs_volume" "v{n}" {{\n}}\n',
    'resource "aws_sqs_queue" "q{n}" {{ sqs_managed_sse_enabled = false }}\n',
    'resource "aws_s3_bucket" "n{n}" {{\n  bucket = var.name\n}}\n',
    'resource "aws_s3_bucket_versioning" "s{n}" {{\n  bucket = "b"\n  versioning_configuration {{\n'
    '    status = "Suspended"\n  }}\n}}\n',
    'resource "aws_s3_bucket_policy" "t{n}" {{\n  bucket = aws_s3_bucket.b1.id\n  policy = "{{}}"\n}}\n',
    'resource "aws_vpc" "net{n}" {{\n  cidr_block = "10.0.0.0/16"\n}}\n',
    'resource "aws_subnet" "sub{n}" {{\n  vpc_id = aws_vpc.net0.id\n  map_public_ip_on_launch = true\n}}\n',
)
CLOUDFORMATION = (
    "  B{n}:\n    Type: AWS::S3::Bucket\n",
    "  P{n}:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref B0\n      PolicyDocument: {{}}\n",
    "  D{n}:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n",
    "  C{n}:\n    Type: AWS::RDS::DBCluster\n    Properties: {{StorageEncrypted: false, DeletionProtection: false}}\n",
    "  K{n}:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: false\n",
    "  V{n}:\n    Type: AWS::EC2::Volume\n    Properties:\n      Encrypted: !GetAtt D0.StorageEncrypted\n",
)


def same_as_alone(document):
    judged = judge(document, CATALOGUE, {}, TODAY)
    violated = judged.violated()
    found = with_fixes(document, judged, violated)
    assert found == [with_fix(document, judged, judgement) for judgement in violated]
    return found


def written(pieces, chosen):
    return "".join(pieces[piece].format(n=n) for n, piece in enumerate(chosen))


@settings(max_examples=60)
@given(st.lists(st.integers(0, len(TERRAFORM) - 1), min_size=2, max_size=9), st.booleans())
def test_a_root_module_has_the_fixes_that_each_alone_has(chosen, halved):
    middle = len(chosen) // 2 if halved else len(chosen)
    text = written(TERRAFORM, chosen[:middle]) + 'variable "encrypted" {\n  default = false\n}\nvariable "name" {\n}\n'
    more = "".join(TERRAFORM[piece].format(n=n) for n, piece in enumerate(chosen) if n >= middle)
    same_as_alone(read_document({"main.tf": text, "more.tf": more}))


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(CLOUDFORMATION) - 1), min_size=2, max_size=7))
def test_a_template_has_the_fixes_that_each_alone_has(chosen):
    same_as_alone(read_document({"template.yaml": "Resources:\n" + written(CLOUDFORMATION, chosen)}))


@pytest.mark.parametrize("first", ["aws/e", "aws/r", "aws/s", "azure", "google"])
def test_examples_of_rules_in_one_file_have_the_fixes_that_each_alone_has(first):
    texts = [
        case["terraform"]
        for rule in CATALOGUE.rules()
        if rule.id.startswith(first)
        for case in rule.plain["cases"][:1]
        if isinstance(case.get("terraform"), str)
    ]
    for number in range(0, len(texts), 12):
        same_as_alone(read_document({f"{n}.tf": text for n, text in enumerate(texts[number : number + 12])}))


@pytest.mark.skipif(not os.environ.get("GATEPOST_CORPORA"), reason="GATEPOST_CORPORA names no folder with corpora")
def test_terragoat_has_the_fixes_that_each_alone_has():
    for path in ("aws", "azure", "gcp"):
        files = Files(str(Path(os.environ["GATEPOST_CORPORA"]) / "terraform/terragoat/terraform" / path))
        same_as_alone(read_root(".", files))


def counted(monkeypatch, text):
    """How often a document was judged again for all of its fixes."""
    runs = []

    def judge_again(edited, judged):
        runs.append(edited)
        return whole(edited, judged)

    whole = proving.judge_again
    monkeypatch.setattr(proving, "judge_again", judge_again)
    monkeypatch.setattr(together, "judge_again", judge_again)
    document = read_document({"main.tf": text})
    judged = judge(document, CATALOGUE, {}, TODAY)
    found = with_fixes(document, judged, judged.violated())
    return len(runs), sum(bool(finding.fixes) for finding in found)


def test_fixes_of_many_blocks_are_judged_in_a_few_runs(monkeypatch):
    runs, fixes = counted(monkeypatch, "".join(TERRAFORM[0].format(n=n) for n in range(40)))
    assert fixes >= 40
    assert runs * 10 <= fixes


def test_blocks_that_one_judgement_reads_are_tried_alone(monkeypatch):
    cluster = 'resource "aws_rds_cluster" "c" {\n  storage_encrypted = false\n}\n'
    instance = (
        'resource "aws_rds_cluster_instance" "i" {\n  cluster_identifier = aws_rds_cluster.c.id\n'
        "  publicly_accessible = true\n}\n"
    )
    runs, fixes = counted(monkeypatch, cluster + instance)
    assert fixes and runs >= 2
