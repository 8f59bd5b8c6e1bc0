"""What readers return can be written by the language it stands in, and is read again as it was meant."""

from __future__ import annotations

import pytest

from gatepost.languages.terraform.document import read_root
from gatepost.model.changes import Append, Set
from gatepost.model.places import Source
from gatepost.rules.readers import reader

IAM = reader("iam_policy")

TEXT = """\
resource "aws_iam_policy" "heredoc" {
  policy = <<EOF
{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": ["*", "${var.arn}/*"]
    }
  ]
}
EOF
}
resource "aws_iam_policy" "encoded" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "*", Resource = "*" }
    ]
  })
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "source" {
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = <<DEF
[{"name": "a", "privileged": true, "image": "nginx:${var.tag}"}]
DEF
}
variable "arn" {}
variable "tag" {}
"""


class Files:
    def list(self, directory):
        return ["main.tf"] if directory in ("", ".") else []

    def read(self, path):
        return Source(path, TEXT, "terraform")


def root():
    return read_root(".", Files(), ())


def statements(document, name):
    (policy,) = (r for r in document.resources("aws_iam_policy") if r.name == name)
    return IAM.read(policy.body.literal.get("policy"), {})


def actions(document, name):
    return [str(s.literal["actions"].literal) for s in statements(document, name).literal]


@pytest.mark.parametrize("name", ["heredoc", "encoded", "source"])
def test_a_statement_is_written_where_it_stands(name):
    document = root()
    element = statements(document, name).literal[0]
    written = document.write(Set(*IAM.write(element, "actions", ["s3:GetObject"])))
    assert actions(document.edited(written.edits).document, name) == ["s3:GetObject"]


@pytest.mark.parametrize("name", ["heredoc", "encoded", "source"])
def test_a_statement_is_added_to_its_document(name):
    document = root()
    new = {"effect": "Deny", "principals": "all", "actions": ["s3:*"], "resources": ["a", "b"]}
    written = document.write(Append(*IAM.add(statements(document, name), new)))
    after = statements(document.edited(written.edits).document, name).literal
    assert [str(s.literal["actions"].literal) for s in after] == ["*", "s3:*"]
    assert after[1].literal["principals"].literal[0].literal.covers("all") is True


def test_json_in_a_heredoc_with_holes_is_written_where_it_stands():
    document = root()
    (task,) = document.resources("aws_ecs_task_definition")
    (container,) = reader("json").read(task.body.literal.get("container_definitions"), {}).literal
    (edit,) = document.write(Set(container, ("privileged",), False)).edits
    assert edit.replacement == "false"
    image = reader("image").read(container.literal["image"], {}).literal
    assert image.get("repository").span.text == "nginx"
    assert image.get("tag").span.text == "${var.tag}"
