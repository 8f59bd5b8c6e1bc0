"""Writes docs/hardening.md out of the register of attempts; never keeps a table by hand.

python -m tests.redteam.page --write
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.redteam.attempts import ATTEMPTS, ONLY_OUTSIDE, Attempt

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "hardening.md"
HEAD = """\
# Hardening

What a change may try in order to get itself through, and what comes of it. Each row is a test in
[`tests/redteam`](../tests/redteam), on a real repository with `--base`; the last column is what branch protection and
the pipeline have to do, where the tool cannot.

Four things make the table true:

1. The check runs with a [base](changes.md). In a pull request it finds it itself, and fails where it cannot be read.
2. The pipeline is not the change's: the workflow, the action's inputs and the policy's path come from the protected
   branch or a ruleset.
3. A policy of the organisation (`--organisation-policy`), kept in a repository of its own, decides too.
4. Lines about problems block, as those of the shipped policies do: what cannot be read is not a pass.
"""


def load() -> dict[int, Attempt]:
    """Return all attempts by number, every test module imported."""
    for path in sorted(HERE.glob("test_*.py")):
        import_module(f"tests.redteam.{path.stem}")
    return ATTEMPTS


def text() -> str:
    """Return the page."""
    parts = [HEAD]
    attempts = load()
    for group in dict.fromkeys(attempts[number].group for number in sorted(attempts)):
        rows = [one for _, one in sorted(attempts.items()) if one.group == group]
        parts += [
            f"\n## {group[:1].upper()}{group[1:]}\n",
            "| | the change … | what happens | outside the tool |",
            "|---|---|---|---|",
        ]
        parts += [
            f"| {one.number} | {_cell(one.tries)} | {_cell(one.happens)} | {_cell(one.outside)} |" for one in rows
        ]
    parts += ["\n## What only branch protection can close\n", "| the change … | what has to be so |", "|---|---|"]
    parts += [f"| {_cell(tries)} | {_cell(needed)} |" for tries, needed in ONLY_OUTSIDE]
    return "\n".join(parts) + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__" and "--write" in sys.argv:
    PAGE.write_text(text(), encoding="utf-8")
