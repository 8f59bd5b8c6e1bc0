"""Runs the console examples of the documentation in a copy of an example; never a command that is not gatepost's.

    python -m tests.docs.console --write     records what the examples show today into README.md and docs/

A block with the language `console` runs in a copy of examples/shop, `console NAME` in one of examples/NAME. It holds
lines `$ gatepost …`, each with what it prints below. A line that is only `…` stands for any lines, ` …` at the end of
one for the rest of it. Commands of one block share a folder; every block begins with a fresh one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import TOP, Block, blocks

TODAY = "2026-11-22"
ELISION = "…"
_SECONDS = re.compile(r"\b\d+\.\d+ s\b")
PREAMBLE = f"""
gatepost() {{
  case "${{1:-}}" in
    check|fix|prove|test|waivers) local name=$1; shift; "$PYTHON" -m gatepost "$name" --today {TODAY} "$@" ;;
    *) "$PYTHON" -m gatepost "$@" ;;
  esac
}}
"""


class Step(NamedTuple):
    """One command and the lines that the page shows below it."""

    command: str
    shown: tuple[str, ...]


def console_blocks() -> list[Block]:
    """Return every console block of the documentation."""
    return blocks("console")


def steps_of(block: Block) -> list[Step]:
    """Return the commands of a block with what is shown below each."""
    steps: list[Step] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], ()))
        else:
            steps[-1] = Step(steps[-1].command, (*steps[-1].shown, line.rstrip()))
    return steps


def run_block(block: Block) -> list[tuple[Step, list[str], int]]:
    """Run a block's commands in a fresh copy of the example; return each with its output lines and exit code."""
    results: list[tuple[Step, list[str], int]] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(block.example).name
        shutil.copytree(TOP / "examples" / block.example, copy)
        for step in steps_of(block):
            if not step.command.startswith("gatepost"):
                raise ValueError(f"{block}: only gatepost's commands are run, not {step.command!r}")
            output, code = _run(step.command, copy)
            results.append((step, output, code))
    return results


def _run(command: str, folder: Path) -> tuple[list[str], int]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(TOP / "src"),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "COLUMNS": "80",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["bash", "-c", PREAMBLE + command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return [line.rstrip() for line in done.stdout.decode().splitlines()], done.returncode


def differs(shown: tuple[str, ...], output: list[str]) -> str:
    """Say where the output is not what the page shows; empty when it is, or when the page shows nothing."""
    if not shown:
        return ""
    actual = [_SECONDS.sub("_ s", line) for line in output]
    position, free = 0, False
    for segment in _segments(shown):
        if segment is None:
            free = True
            continue
        wanted = [_SECONDS.sub("_ s", line) for line in segment]
        starts = range(position, len(actual) - len(wanted) + 1) if free else [position]
        found = next((start for start in starts if _alike(wanted, actual[start : start + len(wanted)])), None)
        if found is None:
            return "the page shows\n" + "\n".join(segment) + "\n\nand the command prints\n" + "\n".join(output)
        position, free = found + len(wanted), False
    return "" if free or position == len(actual) else "the page leaves out\n" + "\n".join(output[position:])


def _alike(wanted: list[str], lines: list[str]) -> bool:
    return len(wanted) == len(lines) and all(
        line.startswith(want[:-1]) if want.endswith(f" {ELISION}") else line == want
        for want, line in zip(wanted, lines, strict=True)
    )


def _segments(shown: tuple[str, ...]) -> list[tuple[str, ...] | None]:
    """Split shown lines at the elisions; None is one."""
    segments: list[tuple[str, ...] | None] = []
    current: list[str] = []
    for line in shown:
        if line == ELISION:
            segments += [tuple(current), None] if current else [None]
            current = []
        else:
            current.append(line)
    return [*segments, tuple(current)] if current else segments


def recorded(shown: tuple[str, ...], output: list[str]) -> list[str]:
    """Return what the page is to show: all of it, or for each segment the lines from its first to its last word."""
    if ELISION not in shown:
        return output
    lines: list[str] = []
    position = 0
    for segment in _segments(shown):
        if segment is None:
            lines.append(ELISION)
            continue
        first = _place(segment[0], output, position)
        last = first if len(segment) == 1 else _place(segment[-1], output, first + 1)
        taken, position = output[first : last + 1], last + 1
        if segment[-1].endswith(f" {ELISION}"):
            taken[-1] = " ".join([*taken[-1].split(" ")[: segment[-1].count(" ")], ELISION])
        lines += taken
    return lines


def _place(line: str, output: list[str], begin: int) -> int:
    """Return where the line is that is most like `line`: equal, equal but for numbers, equal in the first word."""
    likenesses: list[Callable[[str], object]] = [
        str,
        lambda text: re.sub(r"[\d.]+", "#", text),
        lambda text: text.split()[:1],
    ]
    for likeness in likenesses:
        for place in range(begin, len(output)):
            if likeness(output[place]) == likeness(line):
                return place
    raise ValueError(f"no line of the output is like {line!r}; mend the page by hand")


def write() -> None:
    """Record what every example shows today."""
    for block in reversed(console_blocks()):
        lines: list[str] = []
        for step, output, _ in run_block(block):
            lines += [f"$ {step.command}", *(recorded(step.shown, output) if step.shown else [])]
        page = block.page.read_text(encoding="utf-8")
        new = page[: block.start] + "\n".join(lines) + "\n" + page[block.start + len(block.text) :]
        if new != page:
            block.page.write_text(new, encoding="utf-8")
            print(f"recorded {block}")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    write()
