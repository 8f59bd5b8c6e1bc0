"""Judging again what an edit can change gives what a full run over the edited document gives."""

from __future__ import annotations

from collections import Counter
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.changes import Edit
from gatepost.model.places import Location, Source
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge, judge_again
from gatepost.testing.documents import apply, read_document

TODAY = "2026-01-01"

# Each slot of the file holds one of its variants, and an edit puts another one there.
TERRAFORM = [
    ["", 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n', 'resource "aws_s3_bucket" "b" {\n  bucket = var.x\n}\n'],  # noqa: E501
    [
        "",
        'resource "aws_s3_bucket_policy" "p" {\n  bucket = aws_s3_bucket.b.id\n  policy = local.p\n}\n',
        'resource "aws_s3_bucket_policy" "p" {\n  bucket = "b"\n  policy = "{}"\n}\n',
        'resource "aws_s3_bucket_policy" "p" {\n  bucket = var.x\n  policy = "{}"\n}\n',
    ],
    [
        'locals {\n  p = "{}"\n}\n',
        "locals {\n  p = jsonencode({ Statement = [{ Effect = \"Deny\", Principal = \"*\", Action = \"s3:*\", Resource = \"*\", "  # noqa: E501
        'Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })\n}\n',
    ],
    ['variable "x" {}\n', 'variable "x" {\n  default = "b"\n}\n', 'variable "x" {\n  default = "AKIAQWERTY7UIOP2ASDF"\n}\n'],  # noqa: E501
    ["", 'resource "aws_instance" "i" {\n  subnet_id = aws_subnet.s.id\n}\n'],
    ["", 'resource "aws_subnet" "s" {\n  map_public_ip_on_launch = true\n}\n', 'resource "aws_subnet" "s" {}\n'],
    ["", 'resource "aws_route_table_association" "a" {\n  subnet_id = aws_subnet.s.id\n  route_table_id = aws_route_table.t.id\n}\n'],  # noqa: E501
    [
        'resource "aws_route_table" "t" {}\n',
        'resource "aws_route_table" "t" {\n  route {\n    cidr_block = "0.0.0.0/0"\n    gateway_id = aws_internet_gateway.g.id\n  }\n}\n',  # noqa: E501
    ],
    ["", 'resource "aws_route" "r" {\n  route_table_id = aws_route_table.t.id\n  destination_cidr_block = "0.0.0.0/0"\n  gateway_id = aws_internet_gateway.g.id\n}\n'],  # noqa: E501
    ["", 'resource "aws_internet_gateway" "g" {}\n'],
    [
        "locals {\n  many = {}\n}\n",
        'locals {\n  many = { one = "b" }\n}\n',
        'locals {\n  many = { one = "a", two = "b" }\n}\n',
        'locals {\n  many = { two = "c", one = "b" }\n}\n',
    ],
    ["", 'resource "aws_s3_bucket" "many" {\n  for_each = local.many\n  bucket   = each.value\n}\n'],
    [
        "",
        'resource "aws_s3_bucket_versioning" "v" {\n  for_each = local.many\n  bucket   = aws_s3_bucket.many[each.key].id\n'  # noqa: E501
        '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n',
        'resource "aws_s3_bucket_versioning" "v" {\n  bucket = aws_s3_bucket.many["one"].id\n'
        '  versioning_configuration {\n    status = "Suspended"\n  }\n}\n',
    ],
    ["", 'resource "aws_rds_cluster_instance" "c" {\n  cluster_identifier = aws_rds_cluster.c.id\n}\n'],
    ["", 'resource "aws_rds_cluster" "c" {\n  storage_encrypted = true\n}\n', 'resource "aws_rds_cluster" "c" {}\n'],
    [
        'resource "aws_security_group" "g" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n',  # noqa: E501
        'resource "aws_security_group" "g" {}\nresource "aws_security_group_rule" "g" {\n  security_group_id = aws_security_group.g.id\n'  # noqa: E501
        '  type = "ingress"\n  from_port = 22\n  to_port = 22\n  protocol = "tcp"\n  cidr_blocks = ["0.0.0.0/0"]\n}\n',
        'resource "aws_security_group" "g" {}\n',
    ],
    [
        'resource "aws_lambda_function" "f" {\n  vpc_config {\n    security_group_ids = [aws_security_group.g.id]\n  }\n}\n',  # noqa: E501
        'resource "aws_lambda_function" "f" {\n  depends_on = [aws_security_group.g]\n}\n',
        'resource "aws_lambda_function" "f" {}\n',
    ],
    ["", 'output "g" {\n  value = aws_security_group.g.id\n}\n', 'locals {\n  g = [aws_security_group.g.id]\n}\n'],
    ["", 'resource "aws_instance" "h" {\n  vpc_security_group_ids = [aws_security_group.g.id]\n}\n'],
]  # fmt: skip

CLOUDFORMATION = [
    ["", "  B:\n    Type: AWS::S3::Bucket\n"],
    ["", "  P:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref B\n      PolicyDocument: {}\n"],
    ["", "  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      DBClusterIdentifier: !Ref C\n"],
    [
        "",
        "  C:\n    Type: AWS::RDS::DBCluster\n    Properties:\n      StorageEncrypted: true\n",
        "  C:\n    Type: AWS::RDS::DBCluster\n",
    ],
    ["  Z:\n    Type: AWS::SNS::Topic\n"],
    [
        "  G:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress:\n"
        "        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}\n",
        "  G:\n    Type: AWS::EC2::SecurityGroup\n",
    ],
    ["", "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      VpcConfig: {SecurityGroupIds: [!Ref G]}\n"],
    ["", "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      SecurityGroupIds: [!GetAtt G.GroupId]\n"],
    ["", "Outputs:\n  O:\n    Value: !Ref G\n", "Outputs:\n  O:\n    Value: none\n"],
]

DOCKERFILE = [
    ["FROM debian:12 AS a\n"],
    ["", "RUN apt-get install git\n", "RUN apt-get install git=1\n"],
    ["", "ENV KEY=AKIAQWERTY7UIOP2ASDF\n", "ENV KEY=none\n"],
    ["", "FROM a\n"],
    ["", "RUN cd /srv && make\n", "RUN cd srv\n"],
    [
        "RUN apt-get update\n",
        "RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install git\n",
        'RUN ["sudo", "make"]\n',
        "RUN <<EOF\nsudo make\nEOF\n",
    ],
    ["HEALTHCHECK NONE\n", "HEALTHCHECK CMD curl -f http://localhost/\n", 'HEALTHCHECK CMD ["curl", "x"]\n'],
    ["CMD gosu app x\n", "CMD python x\n", 'CMD ["python", "x"]\n'],
    ["EXPOSE 80\n", "EXPOSE 22\n"],
    ["LABEL a=1\n", "LABEL a=AKIAQWERTY7UIOP2ASDF\n"],
]


@cache
def catalogue():
    return load_shipped()


def told(judgements):
    return Counter((j.identity, j.state) for j in judgements)


def texts(language, choice, slots):
    head = {"terraform": "", "cloudformation": "Resources:\n", "dockerfile": ""}[language]
    return head + "".join(variants[number % len(variants)] for variants, number in zip(slots, choice, strict=True))


def same_as_a_full_run(language, slots, name, before_choice, slot, other):
    text = texts(language, before_choice, slots)
    after_choice = list(before_choice)
    after_choice[slot] = other
    start = len(texts(language, before_choice[:slot], slots[:slot]))
    old = slots[slot][before_choice[slot] % len(slots[slot])]
    new = slots[slot][other % len(slots[slot])]
    document = read_document({name: text})
    before = judge(document, catalogue(), {}, TODAY)
    edit = Edit(Location(name, Source(name, text, "").region(start, start + len(old))), new)
    again = judge_again(document.edited([edit]), before)
    stood = [
        j for key, unit in before.units.items() if key not in {u.key for u in again.before} for j in unit.judgements
    ]
    after_text = apply({name: text}, [edit])
    full = judge(read_document(after_text), catalogue(), {}, TODAY)
    assert told([*stood, *(j for unit in again.after for j in unit.judgements)]) == told(full.judgements)


def choices(slots):
    return st.tuples(*(st.integers(0, len(variants) - 1) for variants in slots))


@settings(max_examples=150, deadline=None)
@given(choices(TERRAFORM), st.integers(0, len(TERRAFORM) - 1), st.integers(0, 3))
def test_an_edit_of_terraform_is_judged_as_a_full_run_would(choice, slot, other):
    same_as_a_full_run("terraform", TERRAFORM, "main.tf", choice, slot, other)


@settings(max_examples=60, deadline=None)
@given(choices(CLOUDFORMATION), st.integers(0, len(CLOUDFORMATION) - 1), st.integers(0, 3))
def test_an_edit_of_a_template_is_judged_as_a_full_run_would(choice, slot, other):
    same_as_a_full_run("cloudformation", CLOUDFORMATION, "template.yaml", choice, slot, other)


@settings(max_examples=60, deadline=None)
@given(choices(DOCKERFILE), st.integers(0, len(DOCKERFILE) - 1), st.integers(0, 3))
def test_an_edit_of_a_dockerfile_is_judged_as_a_full_run_would(choice, slot, other):
    same_as_a_full_run("dockerfile", DOCKERFILE, "Dockerfile", choice, slot, other)
