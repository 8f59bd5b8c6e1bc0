"""A plan that Terraform makes here and now, where it is installed: no value differs, nothing looks changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.languages.plans.test_recorded_plans import LATER, plain, text

from gatepost.languages.plans.differences import told_differences
from gatepost.languages.plans.document import PlannedDocument
from gatepost.languages.plans.matching import Matching
from gatepost.languages.plans.reading import read_plan
from gatepost.languages.terraform.document import read_root
from gatepost.sources.reading import Files

TERRAFORM = shutil.which("terraform")
ROOT = """\
variable "names" {
  default = { a = "one", b = "t\\"wo$${x}" }
}

module "part" {
  source   = "./part"
  for_each = var.names
  key      = each.key
  name     = each.value
}

resource "terraform_data" "n" {
  count = 2
  input = { number = count.index, first = module.part["a"].id, known = module.part["a"].name }
}
"""
PART = """\
variable "key" {}
variable "name" {}

resource "terraform_data" "x" {
  for_each = toset(["p ${var.key}"])
  input    = upper("${each.key}/${var.name}")
}

output "id" {
  value = terraform_data.x["p ${var.key}"].id
}

output "name" {
  value = upper(var.name)
}
"""


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
def test_a_plan_of_here_and_now_says_what_the_files_say(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "main.tf").write_text(ROOT)
    (tmp_path / "part/main.tf").write_text(PART)
    env = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def terraform(*arguments: str) -> bytes:
        command = [TERRAFORM or "", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True).stdout

    terraform("init", "-input=false", "-backend=false")
    terraform("plan", "-input=false", "-out=tfplan")
    plan = read_plan(terraform("show", "-json", "tfplan"), "plan.json")
    source = read_root(".", Files(str(tmp_path)))
    told = told_differences(plan, source)
    assert told.problems == ()
    document = PlannedDocument(source, source, Matching(plan, source), told.differing)
    found: dict[str, Any] = {r.address: r.body.literal["input"] for r in document.resources("terraform_data")}
    assert {address: plain(value) for address, value in found.items()} == {
        "terraform_data.n[0]": {"number": "0", "first": LATER, "known": text("ONE")},
        "terraform_data.n[1]": {"number": "1", "first": LATER, "known": text("ONE")},
        'module.part["a"].terraform_data.x["p a"]': "P A/ONE",
        'module.part["b"].terraform_data.x["p b"]': 'P B/T"WO${X}',
    }
    assert all(value.span is not None for value in found.values())
