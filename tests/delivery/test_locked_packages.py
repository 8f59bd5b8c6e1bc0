"""The packages that the action and the image install by hash are those that Gatepost needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def test_every_package_that_is_needed_is_locked_and_no_other() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=!~; \[]", one)[0].lower() for one in project["dependencies"]}
    text = (TOP / ".github/action/requirements.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE))
    assert {one.lower() for one in locked} == needed


def test_each_locked_package_has_its_hashes() -> None:
    text = (TOP / ".github/action/requirements.txt").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[a-z])", text.partition("\n\n")[2]):
        lines = block.strip().splitlines()
        assert len(lines) > 1, lines[0]
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:]), lines[0]


def test_what_comments_are_written_with_is_locked_too() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=!~; \[]", one)[0].lower() for one in project["optional-dependencies"]["github"]}
    text = (TOP / ".github/action/requirements-review.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE))
    assert needed <= locked
    assert "--hash=sha256:" in text and "git+" not in text and "://" not in text
