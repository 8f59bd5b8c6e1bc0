"""The tutorial is gone through as a newcomer would, in an empty folder: files written, edits made, commands run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.console import PREAMBLE, differs, recorded, steps_of
from tests.docs.pages import TOP, Block, blocks_of

PAGE = TOP / "docs" / "write-a-rule.md"


def edit(file: Path, change: str) -> None:
    """Make one edit: the lines with `-` and those without a mark stand in the file once, and become those with `+`."""
    lines = change.splitlines()
    old = "\n".join(line[1:] for line in lines if line[:1] in ("-", " "))
    new = "\n".join(line[1:] for line in lines if line[:1] in ("+", " "))
    text = file.read_text()
    assert text.count(old) == 1, f"stands {text.count(old)} times in {file.name}:\n{old}"
    file.write_text(text.replace(old, new))


def run(command: str, folder: Path) -> list[str]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHON": sys.executable, "PYTHONPATH": str(TOP / "src"),
        "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "COLUMNS": "80", "NO_COLOR": "1",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", PREAMBLE + command], cwd=folder, env=environment, timeout=120, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout.decode()
    return [line.rstrip() for line in done.stdout.decode().splitlines()]


def gone_through(folder: Path) -> list[tuple[Block, list[str]]]:
    """Do what the page says, block by block; returns the blocks of commands with the lines they should show."""
    shown: list[tuple[Block, list[str]]] = []
    for block in blocks_of(PAGE):
        file = folder / block.example
        if block.language == "sh-session":
            lines: list[str] = []
            for step in steps_of(block):
                output = run(step.command, folder)
                lines += [f"$ {step.command}", *(recorded(step.shown, output) if "--write" in sys.argv else output)]
                if "--write" not in sys.argv:
                    assert step.shown, f"the page does not show what {step.command} prints"
                    assert not differs(step.shown, output), f"$ {step.command}\n{differs(step.shown, output)}"
            shown.append((block, lines))
        elif block.language == "diff":
            edit(file, block.text)
        else:
            assert block.example != "shop", f"{block}: a block names the file that it is, or is a command"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
    return shown


def test_the_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    assert len(gone_through(tmp_path)) > 5
    assert len(list(tmp_path.rglob("*.yaml"))) == 2


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        text = PAGE.read_text()
        for block, lines in reversed(gone_through(Path(made))):
            text = text[: block.start] + "\n".join(lines) + "\n" + text[block.start + len(block.text) :]
        PAGE.write_text(text)
