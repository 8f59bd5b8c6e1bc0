"""A unified diff becomes texts, or is refused with the line that is at fault."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.fixes.patches import PatchError, apply_patch, read_patch

TEXT = "one\ntwo\nthree\nfour\nfive\n"


def applied(patch: str, files: Mapping[str, str]) -> dict[str, str | None]:
    return apply_patch(read_patch(dedent(patch)), files.get)


def refusal(patch: str, files: Mapping[str, str]) -> PatchError:
    with pytest.raises(PatchError) as caught:
        applied(patch, files)
    return caught.value


def test_a_hunk_changes_the_lines_it_names() -> None:
    patch = """\
        --- a/x.txt
        +++ b/x.txt
        @@ -1,3 +1,3 @@
         one
        -two
        +2
         three
    """
    assert applied(patch, {"x.txt": TEXT}) == {"x.txt": "one\n2\nthree\nfour\nfive\n"}


def test_a_hunk_with_a_wrong_number_is_put_where_its_lines_are() -> None:
    patch = "--- x.txt\n+++ x.txt\n@@ -40,2 +40,1 @@\n four\n-five\n"
    assert applied(patch, {"x.txt": TEXT}) == {"x.txt": "one\ntwo\nthree\nfour\n"}


def test_a_hunk_that_fits_at_two_places_is_refused() -> None:
    error = refusal("--- x\n+++ x\n@@ -9 +9 @@\n-a\n+b\n", {"x": "a\nc\na\n"})
    assert error.kind == "does_not_apply" and "several places" in error.what and error.line == 3


def test_files_are_made_removed_and_renamed() -> None:
    patch = """\
        diff --git a/new.txt b/new.txt
        new file mode 100644
        --- /dev/null
        +++ b/new.txt
        @@ -0,0 +1 @@
        +hello
        diff --git a/old.txt b/old.txt
        deleted file mode 100644
        --- a/old.txt
        +++ /dev/null
        @@ -1 +0,0 @@
        -bye
        diff --git a/from.txt b/to.txt
        similarity index 100%
        rename from from.txt
        rename to to.txt
    """
    files = {"old.txt": "bye\n", "from.txt": "same\n"}
    assert applied(patch, files) == {"new.txt": "hello\n", "old.txt": None, "from.txt": None, "to.txt": "same\n"}


def test_windows_line_ends_stay() -> None:
    patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    assert applied(patch, {"x": "a\r\nb\r\n"}) == {"x": "a\r\nc\r\n"}


@pytest.mark.parametrize(
    ("patch", "what"),
    [
        ("hello\n", "no unified diff"),
        ("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n", "leads out"),
        ("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "not relative"),
        ("--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n", "leads out"),
        ("--- a/x\n+++ b/x\n@@ -1,3 +1 @@\n-a\n", "ends before"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n?a\n", "begins with none"),
        ("diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\n", "binary"),
        ("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc\n", "link"),
        ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n", "twice"),
    ],
)
def test_what_is_no_honest_patch_is_malformed(patch: str, what: str) -> None:
    error = refusal(patch, {"x": "a\n"})
    assert error.kind == "malformed" and what in error.what


def test_a_file_that_is_not_there_or_there_already_is_told() -> None:
    assert "is not there" in refusal("--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", {}).what
    assert "already" in refusal("--- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+b\n", {"y": ""}).what


LINES = st.lists(st.sampled_from(["a", "b", "", "  c", "é", "-", "+x", "\\", "@@ -1 +1 @@"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(LINES, LINES, st.booleans(), st.booleans())
def test_what_diff_writes_is_put_in_exactly(old: list[str], new: list[str], ends: bool, still_ends: bool) -> None:
    before = "\n".join(old) + ("\n" if ends and old else "")
    after = "\n".join(new) + ("\n" if still_ends and new else "")
    out: list[str] = []
    for line in unified_diff(before.splitlines(True), after.splitlines(True), "a/x", "b/x", n=1):
        out.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    if out:
        assert applied("".join(out), {"x": before}) == {"x": after}


def test_what_git_writes_is_put_in_as_git_does(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    git("init", "-q")
    before = {"a.txt": TEXT, "b c.txt": "x\n", "é.txt": "no end", "gone.txt": "1\n2\n"}
    for name, text in before.items():
        (tmp_path / name).write_text(text)
    git("add", "-A")
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first")
    after = {
        "a.txt": TEXT.replace("four", "4"),
        "b c.txt": "x\ny\n",
        "é.txt": "an end\n",
        "moved.txt": "1\n2\n",
        "n": "",
    }
    (tmp_path / "gone.txt").unlink()
    for name, text in after.items():
        (tmp_path / name).write_text(text)
    git("add", "-A")
    made = applied(git("diff", "-M", "--cached", "HEAD"), before)
    assert made == {**after, "gone.txt": None}
