"""Whose a written value is: told from its name alone as from all resources of the document."""

from __future__ import annotations

from gatepost.rules.catalogue import load
from gatepost.rules.world import World
from gatepost.testing.documents import read_document

ROOT = """
variable "region" { default = "eu-west-1" }
locals { name = "a" }
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
resource "aws_s3_bucket" "one" { bucket = "one" }
resource "aws_s3_bucket" "two" {
  count  = 2
  bucket = "two"
}
data "aws_ami" "image" { owners = ["self"] }
module "inner" { source = "./inner" }
output "name" { value = "b" }
"""
INNER = 'resource "aws_sqs_queue" "q" { name = "c" }\n'


def test_the_owner_is_the_resource_with_the_items_name():
    document = read_document({"main.tf": ROOT, "inner/main.tf": INNER})
    by_key = {one.key: one.address for type in document.types() for one in document.resources(type)}
    world = World(document, load([], []))
    values = list(document.values())
    assert len({item for item, _, _ in values}) > 8
    for item, _, value in values:
        assert world.owner(item, value).address == by_key.get(item, "")
