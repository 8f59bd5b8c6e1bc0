"""Expressions have the value that `terraform console` gives them, or are honestly unknown."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from terraform_roots import root

TABLE = json.loads((Path(__file__).parent / "console.json").read_text(encoding="utf-8"))
NOT_WORKED_OUT = 20


def value_of(expression: str) -> tuple[str | None, str]:
    value = root(f"locals {{\n  x = jsonencode({expression})\n}}\n").root.local("x")
    return (None, value.unknown.why) if value.unknown is not None else (value.literal, "")


@pytest.mark.parametrize("expression", TABLE)
def test_an_expression_is_what_terraform_says_or_unknown(expression: str) -> None:
    value, why = value_of(expression)
    assert value == TABLE[expression] or (value is None and why)


def test_few_expressions_are_not_worked_out() -> None:
    unknown = [
        expression for expression, wanted in TABLE.items() if wanted is not None and value_of(expression)[0] is None
    ]
    assert len(unknown) < NOT_WORKED_OUT, unknown


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs terraform")
def test_the_table_is_what_terraform_says_today(tmp_path: Path) -> None:
    kept = [expression for expression, wanted in TABLE.items() if wanted is not None]
    entries = ", ".join(f"x{number} = jsonencode({expression})" for number, expression in enumerate(kept))
    done = subprocess.run(
        ["terraform", "console"],
        input=f"jsonencode({{{entries}}})\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    given = json.loads(json.loads(done.stdout))
    assert {expression: given[f"x{number}"] for number, expression in enumerate(kept)} == {
        expression: TABLE[expression] for expression in kept
    }
