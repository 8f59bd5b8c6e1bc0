"""Fuzz: variables as text, manifests of fetched modules and override files, whatever is in them."""

from __future__ import annotations

from gatepost.languages.terraform.document import read_root
from gatepost.languages.terraform.given import Assigned, Inputs
from gatepost.testing.documents import Files

MAIN = """variable "x" {
  type = any
}
module "m" {
  source = "a/b/c"
}
resource "t" "r" {
  for_each = var.x
  x        = [each.value, module.m]
}
"""


def fuzz(data: bytes) -> None:
    """Read a root module with the data in every place that is not the module's own text."""
    text = data.decode("utf-8", "replace")
    files = {
        "main.tf": MAIN,
        "x_override.tf": text,
        ".terraform/modules/modules.json": text,
        ".terraform/environment": text,
        ".terraform/modules/m/main.tf": "",
    }
    document = read_root(".", Files(files), (), Inputs((Assigned("x", text, "TF_VAR_x", -1, True),)))
    for one in document.instances():
        for name in one.body.literal:
            one.body.literal.get(name)
    assert isinstance(document.problems, tuple)
    assert isinstance(document.open_modules, tuple)
