"""Asks `terraform console` for many expressions in few calls; never asks Gatepost.

    python -m tests.conformance.expressions_console     records the answers that the suite compares with

An answer is ["value", JSON text, is it sensitive], ["error"], ["error", "refused"] (by the parser, or by the checks
before evaluation, so that `try` cannot catch it) or ["unknown"].
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE / "expressions_root"
RECORDED = HERE / "expressions_recorded.json"
BATCH = 120
Answer = list[object]


def expressions() -> list[str]:
    """Return all expressions of the suite, in order: one a line, `| ` goes on with the one before, `#` is a comment."""
    found: list[str] = []
    for file in sorted((HERE / "expressions").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("| ") or line == "|":
                found[-1] += "\n" + line[2:]
            elif line.strip() and not line.startswith("# "):
                found.append(line)
    return list(dict.fromkeys(found))


def console(text: str, root: Path) -> str | None:
    """Return what the console prints for an expression, None when it refuses it."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/tmp"),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
        "TF_DATA_DIR": "/tmp/terraform-data",
    }
    done = subprocess.run(
        [shutil.which("terraform") or "terraform", "console"],
        input=text + "\n",
        capture_output=True,
        text=True,
        cwd=root,
        env=environment,
        timeout=120,
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


def ask(wanted: Sequence[str], root: Path = ROOT) -> list[Answer]:
    """Return Terraform's answers; a batch that fails as a whole is asked again in halves."""
    if not wanted:
        return []
    entries = ", ".join(
        f"x{number} = try([nonsensitive(jsonencode({name})), issensitive(jsonencode({name}))], [])"
        for number, name in enumerate(_named(wanted))
    )
    printed = _printed(wanted, f"base64encode(jsonencode({{{entries}}}))", root)
    if printed is not None and printed.startswith('"'):
        given = json.loads(base64.b64decode(printed.strip().strip('"')))
        return [["value", *given[f"x{n}"]] if given[f"x{n}"] else ["error"] for n in range(len(wanted))]
    if len(wanted) == 1:
        return [["error", "refused"] if printed is None else ["unknown"]]
    middle = len(wanted) // 2
    return ask(wanted[:middle], root) + ask(wanted[middle:], root)


def _named(wanted: Sequence[str]) -> list[str]:
    """The console reads single lines: what has several is given to it as a local value."""
    return [f"local.suite_{number}" if "\n" in one else f"({one})" for number, one in enumerate(wanted)]


def _printed(wanted: Sequence[str], text: str, root: Path) -> str | None:
    if not any("\n" in one for one in wanted):
        return console(text, root)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "root"
        shutil.copytree(root, copy)
        entries = "".join(f"  suite_{n} = {one}\n" for n, one in enumerate(wanted) if "\n" in one)
        (copy / "suite.tf").write_text(f"locals {{\n{entries}}}\n", encoding="utf-8")
        return console(text, copy)


def ask_all(wanted: Sequence[str], alone: Iterable[str] = (), root: Path = ROOT) -> dict[str, Answer]:
    """Return Terraform's answers by expression; those in `alone` would spoil a batch and are asked one by one."""
    apart = set(alone)
    together = [one for one in wanted if one not in apart]
    answers = {one: ask([one], root)[0] for one in wanted if one in apart}
    for start in range(0, len(together), BATCH):
        batch = together[start : start + BATCH]
        answers.update(zip(batch, ask(batch, root), strict=True))
    return {one: ["unknown"] if _changes(answers[one], one) else answers[one] for one in wanted}


def _changes(answer: Answer, expression: str) -> bool:
    """Whether an answer is another each time."""
    return answer[0] == "value" and re.search(r"\b(?:uuid|timestamp|bcrypt)\(", expression) is not None


def recorded() -> dict[str, Answer]:
    """Return the recorded answers by expression."""
    return json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}


def spoilers(answers: dict[str, Answer]) -> list[str]:
    """Return the expressions that have to be asked alone."""
    return [one for one, answer in answers.items() if answer[0] == "unknown" or answer[1:] == ["refused"]]


def record(known: dict[str, Answer]) -> dict[str, Answer]:
    """Ask for every expression of the suite."""
    return ask_all(expressions(), spoilers(known))


if __name__ == "__main__":
    answers = record(recorded())
    lines = ",\n".join(f"{json.dumps(one)}: {json.dumps(answer)}" for one, answer in answers.items())
    RECORDED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{len(answers)} answers", file=sys.stderr)
