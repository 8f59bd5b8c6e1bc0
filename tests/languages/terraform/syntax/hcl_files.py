"""What the tests of HCL syntax share: real files, `terraform fmt` over many texts at once, edits applied."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from gatepost.languages.terraform.edits import Editor
from gatepost.languages.terraform.json_syntax import parse_json
from gatepost.languages.terraform.syntax import parse
from gatepost.model.changes import Edit
from gatepost.model.places import Source

needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")


def real_texts() -> list[str]:
    """The .tf files below the folder that GATEPOST_CORPORA names."""
    corpora = os.environ.get("GATEPOST_CORPORA")
    if not corpora:
        return []
    return [path.read_bytes().decode() for path in sorted(Path(corpora).rglob("*.tf")) if path.is_file()]


def terraform_fmt(texts: Sequence[str], folder: Path) -> tuple[set[int], set[int]]:
    """Return the numbers of the texts that terraform fmt refuses, and of those it would change."""
    for number, text in enumerate(texts):
        (folder / f"{number:06}.tf").write_bytes(text.encode())
    command = ["terraform", "fmt", "-no-color", "-check", "-list=true", "-write=false", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    refused = {int(number) for number in re.findall(r"(\d{6})\.tf line", result.stderr)}
    changed = {int(number) for number in re.findall(r"(\d{6})\.tf", result.stdout)}
    return refused, changed


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Return the text after edits, which may not overlap."""
    source = Source("main.tf", text, "terraform")
    splices = sorted((source.offset(*e.location.region[:2]), source.offset(*e.location.region[2:]), e) for e in edits)
    for before, after in pairwise(splices):
        assert before[1] <= after[0]
    for start, end, edit in reversed(splices):
        text = text[:start] + edit.replacement + text[end:]
    return text


def editor(text: str, json: bool = False) -> Editor:
    """An editor of a text without faults."""
    body, faults = parse_json(text) if json else parse(text)
    assert not faults
    return Editor(Source("main.tf.json" if json else "main.tf", text, "terraform"), body)


def edited(text: str, verb: str, place: str, *arguments: object, json: bool = False) -> str:
    """The text after a change at the first occurrence of `place` in it."""
    start = text.index(place)
    edits = getattr(editor(text, json), verb)(start, start + len(place), *arguments)
    after = applied(text, edits)
    assert not (parse_json(after) if json else parse(after))[1]
    return after
