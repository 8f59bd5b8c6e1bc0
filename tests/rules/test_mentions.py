"""Who writes a name is told by the text alone, whatever can be evaluated."""

from __future__ import annotations

import pytest

from gatepost.rules.mentions import Mentions, names_in
from gatepost.testing.documents import read_document

GROUP = 'resource "aws_security_group" "web" {}\n'
LAMBDA = 'resource "aws_lambda_function" "f" {\n  security_group_ids = [aws_security_group.web.id]\n}\n'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[aws_vpc.a.id]", True),
        ("${aws_vpc.a}", True),
        ("aws_vpc.a[0]", True),
        ("aws_vpc.ab.id", False),
        ("aws_vpc.a-b.id", False),
        ("aws_vpc.a_b aws_vpc.a", True),
        ("my_aws_vpc.a", False),
        ("data.aws_vpc.a.id", True),
        ("", False),
    ],
)
def test_a_name_is_written_as_words_of_their_own(text, written):
    assert ("aws_vpc.a" in names_in(text)) is written


def mentioned(files, address):
    return Mentions(read_document(files)).of(address)


def test_what_cannot_be_worked_out_mentions_it_all_the_same():
    text = GROUP + 'resource "aws_instance" "i" {\n  groups = var.on ? [aws_security_group.web.id] : []\n}\n'
    assert mentioned({"main.tf": text}, "aws_security_group.web") == {"resource.aws_instance.i": "aws_instance"}


def test_each_instance_is_mentioned_by_what_names_them_all():
    assert mentioned({"main.tf": GROUP + LAMBDA}, "aws_security_group.web[0]") == {
        "resource.aws_lambda_function.f": "aws_lambda_function"
    }


def test_a_module_has_names_of_its_own():
    files = {"main.tf": 'module "net" {\n  source = "./net"\n}\n' + LAMBDA, "net/main.tf": GROUP + LAMBDA}
    assert mentioned(files, "module.net.aws_security_group.web") == {
        "module.net.resource.aws_lambda_function.f": "aws_lambda_function"
    }


def test_an_override_file_mentions_it_for_what_it_overrides():
    over = 'resource "aws_instance" "i" {\n  vpc_security_group_ids = [aws_security_group.web.id]\n}\n'
    files = {"main.tf": GROUP + 'resource "aws_instance" "i" {}\n', "override.tf": over}
    assert mentioned(files, "aws_security_group.web") == {"resource.aws_instance.i": "aws_instance"}


def test_an_output_of_a_template_is_elsewhere():
    text = "Resources:\n  G:\n    Type: AWS::EC2::SecurityGroup\nOutputs:\n  O: {Value: !Ref G}\n"
    assert mentioned({"template.yaml": text}, "G") == {"Outputs.O": "elsewhere"}
