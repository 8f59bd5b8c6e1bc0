"""`gatepost evaluate` answers in JSON, tells errors apart from what cannot be known, and keeps secrets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = """
variable "acl" {}
variable "key" {
  default   = "hush"
  sensitive = true
}
locals {
  acl = var.acl
}
"""


def run(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gatepost", "evaluate", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def module(folder: Path) -> Path:
    (folder / "main.tf").write_text(ROOT, encoding="utf-8")
    (folder / "prod.tfvars").write_text('\nacl = "private"\n', encoding="utf-8")
    return folder


def test_a_value_is_printed_as_json(tmp_path: Path) -> None:
    done = run(tmp_path, '[for x in ["a", "<b>"] : upper(x)]')
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, ["A", "<B>"], "")


def test_what_is_not_known_says_why(tmp_path: Path) -> None:
    done = run(module(tmp_path), "local.acl")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"unknown": "var.acl has no default and no var file gives it"}


def test_an_error_goes_to_standard_error_and_exits_1(tmp_path: Path) -> None:
    done = run(tmp_path, "[1][2]")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gatepost: there is no element 2 in a list of 1\n"


def test_a_trace_leads_to_the_var_file(tmp_path: Path) -> None:
    done = run(module(tmp_path), "--var-file", "prod.tfvars", "--trace", "local.acl")
    value, *trace = done.stdout.splitlines()
    assert (value, trace[0], trace[-1]) == ('"private"', "← local.acl  main.tf:8", "← var.acl  prod.tfvars:2")


def test_a_folder_elsewhere_can_be_named(tmp_path: Path) -> None:
    inner = tmp_path / "infra"
    inner.mkdir()
    done = run(tmp_path, "--dir", str(module(inner)), "--var-file", "infra/prod.tfvars", "var.acl")
    assert done.stdout == '"private"\n'


def test_many_expressions_get_one_line_each(tmp_path: Path) -> None:
    done = run(module(tmp_path), "--stdin", given='["1 + 1", "uuid()", "[", "var.key"]')
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [next(iter(answer)) for answer in answers] == ["value", "unknown", "error", "unknown"]


def test_sensitive_values_are_never_printed(tmp_path: Path) -> None:
    for expression in ("var.key", '"${var.key}x"', "[var.key]", "{ a = { b = upper(var.key) } }", "length(var.key)"):
        done = run(module(tmp_path), "--trace", expression)
        assert "hush" not in done.stdout.lower() + done.stderr.lower()
        assert "sensitive" in done.stdout


def test_an_error_does_not_print_what_is_sensitive(tmp_path: Path) -> None:
    for expression in ("tonumber(var.key)", "[1][var.key]", "{}[var.key]", 'regex("a", var.key)', "tobool(var.key)"):
        done = run(module(tmp_path), expression)
        assert (done.returncode, "hush" in done.stderr) == (1, False)


def test_wrong_use_exits_2(tmp_path: Path) -> None:
    for arguments, given in (
        ([], ""),
        (["--stdin", "1"], "[]"),
        (["--stdin"], "{}"),
        (["--stdin"], "[1]"),
        (["--dir", "nowhere", "1"], ""),
        (["--var-file", "no.tfvars", "1"], ""),
    ):
        done = run(tmp_path, *arguments, given=given)
        assert (done.returncode, done.stdout) == (2, "")
