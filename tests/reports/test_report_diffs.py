"""Fixes shown as differences are the fixes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verdict_builders import a_fix, an_edit

from gatepost.model.changes import Edit
from gatepost.model.places import Location, Source
from gatepost.reports.diffs import diff, patch


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    lines = draw(st.lists(st.text(alphabet="ab ", max_size=4), min_size=1, max_size=25))
    source = Source("f.tf", "\n".join(lines) + "\n", "terraform")
    cuts = draw(st.lists(st.integers(0, len(source.text) - 1), max_size=6, unique=True).map(sorted))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    replacement = st.text(alphabet="xy\n", max_size=5)
    return source.text, [Edit(Location("f.tf", source.region(a, b)), draw(replacement)) for a, b in pairs]


def applied(text: str, edits: list[Edit]) -> str:
    source = Source("f.tf", text, "terraform")
    for edit in sorted(edits, key=lambda e: e.location.region, reverse=True):
        r = edit.location.region
        start, end = source.offset(r.start_line, r.start_column), source.offset(r.end_line, r.end_column)
        text = text[:start] + edit.replacement + text[end:]
    return text


def replayed(text: str, patched: str) -> str:
    """Apply a unified patch, believing only its numbers."""
    old, new, at = text.split("\n"), [], 0
    for line in patched.split("\n")[2:-1]:
        if line.startswith("@@ "):
            start, count = (int(n) for n in line.split()[1][1:].split(","))
            upto = start if count == 0 else start - 1
            new += old[at:upto]
            at = upto
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            assert old[at] == line[1:]
            new += [] if line.startswith("-") else [line[1:]]
            at += 1
    return "\n".join(new + old[at:])


@given(texts_with_edits(), st.integers(0, 4))
@settings(max_examples=150)
def test_the_patch_makes_exactly_the_edited_text(case: tuple[str, list[Edit]], context: int) -> None:
    text, edits = case
    made = diff(a_fix(edits=tuple(edits)), {"f.tf": Source("f.tf", text, "terraform")}, context=context)
    wanted = applied(text, edits)
    if not wanted.endswith("\n"):
        return  # a patch of a last line without its break needs a mark that people do not want to see
    assert replayed(text, patch(made) if made else "") == wanted or not made[0].hunks


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_takes_the_patch(tmp_path: Path) -> None:
    text = "".join(f"line {n}\n" for n in range(1, 41))
    edits = (
        an_edit("a/f.tf", (3, 1, 3, 5), "LINE"),
        an_edit("a/f.tf", (20, 1, 20, 1), "new\nnewer\n"),
        an_edit("a/f.tf", (30, 1, 32, 1), ""),
        an_edit("a/f.tf", (41, 1, 41, 1), "last\n"),
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f.tf").write_text(text)
    made = patch(diff(a_fix(edits=edits), {"a/f.tf": Source("a/f.tf", text, "terraform")}, context=3))
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=made.encode(), check=True)
    assert (tmp_path / "a" / "f.tf").read_text() == applied(text, list(edits))


def test_without_the_file_the_new_lines_are_shown() -> None:
    (file,) = diff(a_fix(edits=(an_edit("x.tf", (7, 1, 7, 1), "a = 1\n"),)), {})
    assert [(line.number, line.mark, line.text) for line in file.hunks[0]] == [(7, "+", "a = 1")]


def test_lines_below_one_another_are_one_change() -> None:
    source = Source("f.tf", "a = 1\nb = 2\nc = 3\n", "terraform")
    edits = (an_edit("f.tf", (1, 2, 1, 2), " "), an_edit("f.tf", (2, 2, 2, 2), " "))
    ((hunk,),) = (file.hunks for file in diff(a_fix(edits=edits), {"f.tf": source}))
    assert [line.mark + line.text for line in hunk] == ["-a = 1", "-b = 2", "+a  = 1", "+b  = 2"]
