"""Modules that `terraform init` has fetched are read where its manifest says they are, and nowhere else."""

from __future__ import annotations

import json

import pytest
from terraform_roots import plain, resource, root

CALL = """module "net" {
  source  = "acme/net/aws"
  version = "1.2.3"
  name    = "shop"
}
resource "t" "r" {
  x = module.net.made
}
"""
INSIDE = """variable "name" {}
module "deeper" {
  source = "./deeper"
  name   = var.name
}
output "made" {
  value = module.deeper.made
}
"""
DEEPER = 'variable "name" {}\nresource "t" "d" {\n  x = "${var.name}!"\n}\noutput "made" {\n  value = t.d.x\n}\n'
SOURCE = "registry.terraform.io/acme/net/aws"


def texts(folder=".terraform/modules/net", source=SOURCE, version="1.2.3", manifest=None):
    lines = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "net", "Source": source, "Version": version, "Dir": folder},
    ]
    return {
        "main.tf": CALL,
        ".terraform/modules/modules.json": json.dumps({"Modules": lines}) if manifest is None else manifest,
        ".terraform/modules/net/main.tf": INSIDE,
        ".terraform/modules/net/deeper/main.tf": DEEPER,
    }


def test_a_fetched_module_is_evaluated_with_its_arguments() -> None:
    document = root(texts())
    assert plain(resource(document, "t.r").body.literal["x"]) == "shop!"
    assert plain(resource(document, "module.net.module.deeper.t.d").body.literal["x"]) == "shop!"
    assert document.open_modules == ()


@pytest.mark.parametrize(
    "others",
    [
        {"folder": "../outside"},
        {"folder": "/etc"},
        {"folder": ""},
        {"source": "registry.terraform.io/acme/other/aws"},
        {"version": "1.0.0"},
        {"manifest": "no json"},
        {"manifest": "[1]"},
        {"manifest": '{"Modules": [{"Key": "net", "Dir": 3}, 7]}'},
        {"manifest": "[" * 100_000},
    ],
)
def test_a_manifest_that_does_not_fit_leaves_the_module_open(others) -> None:
    document = root(texts(**others))
    ((address, why),) = document.open_modules
    assert (address, why) == ("module.net", "module.net (acme/net/aws) is not there: terraform init fetches it")
    assert resource(document, "t.r").body.literal["x"].unknown.why == why


def test_a_folder_that_is_the_root_itself_is_a_circle() -> None:
    (problem,) = root(texts(folder=".")).problems
    assert "circle" in problem.what


def test_what_lies_in_a_fetched_module_is_called_from_a_file_of_ours() -> None:
    document = root(texts())
    span = document.call_of(".terraform/modules/net/deeper/main.tf", "module.net.module.deeper.t.d")
    assert span is not None and (span.source.path, span.text) == ("main.tf", 'module "net"')
    assert document.call_of("main.tf", "t.r") is None


def test_a_module_beside_the_scanned_folder_is_told() -> None:
    document = root('module "m" {\n  source = "../m"\n}\n')
    assert document.open_modules == (("module.m", "module.m (../m) lies outside the folder that is scanned"),)
