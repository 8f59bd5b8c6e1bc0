"""Each suggestion, taken out of the comment and applied as GitHub or GitLab would, gives the file that was proved."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.reviews import ChangedFile, Note, PullRequest
from gatepost.reviewing.composing import compose
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.told import read_told
from tests.delivery.real_parts import commit_all, git

TERRAFORM = [
    'resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-west-1a"\n  size              = 10\n}\n',
    'resource "aws_db_instance" "d" {\n  engine              = "postgres"\n  publicly_accessible = true\n'
    "  storage_encrypted   = false\n}\n",
    'resource "aws_sqs_queue" "q" {\n  name = "q"\n  sqs_managed_sse_enabled = false\n}\n',
    'resource "aws_instance" "i" {\n\tami = "x"\n  metadata_options {\n    http_tokens = "optional"\n  }\n}\n',
    'resource "aws_s3_bucket" "s" {\n  bucket = "x" # ```\n  acl    = "public-read"\n}\n',
    'variable "free" {\n  type = string\n}\n',
]
DOCKERFILE = [
    "RUN apt-get update && apt-get install -y curl\n", "ADD . /app\n", "EXPOSE 22\n", "RUN pip install flask\n",
    "ENV NAME=ä\n",
]  # fmt: skip
STACK = [
    "  Volume:\n    Type: AWS::EC2::Volume\n    Properties:\n      Size: 10\n      Encrypted: false\n",
    "  Database:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n"
    "      PubliclyAccessible: true\n      StorageEncrypted: false\n",
    "  Topic:\n    Type: AWS::SNS::Topic\n",
]
POLICY = (
    "version: 1\nrules: {audience: thorough}\n"
    "gate:\n  - {name: everything, when: {severity: {at_least: info}}, decide: warn}\n"
)
KINDS = {
    "infra/mäin.tf": ("", TERRAFORM, "\n"),
    "Dockerfile": ("FROM python:3.11-slim\n", DOCKERFILE, ""),
    "stack.yaml": ('AWSTemplateFormatVersion: "2010-09-09"\nResources:\n', STACK, ""),
}


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, str, str]:
    """A file before and after: parts that stay, come and go, with and without a last line end."""
    path = draw(st.sampled_from(sorted(KINDS)))
    head, parts, between = KINDS[path]
    order = draw(st.permutations(range(len(parts))))
    some = order[: draw(st.integers(2, len(parts)))]
    before = [at for at in some if draw(st.booleans())]
    after = [at for at in some if at not in before or draw(st.integers(0, 3))] or list(some)
    text = {name: head + between.join(parts[at] for at in each) for name, each in (("a", before), ("b", after))}
    ended = draw(st.booleans())
    return path, text["a"], text["b"] if ended else text["b"].rstrip("\n")


def judged(folder: Path) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "gatepost", "check", "--base", "HEAD~1", "--format", "json"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def as_shown(folder: Path, path: str) -> ChangedFile:
    """Return a file as GitHub lists it: the text of its diff and git's name of it."""
    diff = git(folder, "diff", "HEAD~1", "HEAD", "--", path)
    hunks = read_hunks(diff[diff.index("\n@@") + 1 :] + "\n") if "\n@@" in diff else ()
    return ChangedFile(path, path, hunks, blob=git(folder, "rev-parse", f"HEAD:{path}"))


def put_in(text: str, note: Note, between: str = "\n", last: str = "\n") -> str | None:
    """Return a file as the host leaves it after one click; None where the comment has no suggestion.

    The host writes `between` at the end of the lines of the suggestion, `last` at the end of the last one; where the
    file has no line end there, it gets none.
    """
    found = re.search(r"^(`{3,})suggestion(?::-(\d+)\+0)?\n(.*?)^\1$", note.body, re.MULTILINE | re.DOTALL)
    if found is None:
        return None
    first = note.line - int(found[2]) if found[2] else note.first
    assert first == note.first and 0 < first <= note.line
    assert "\r" not in note.body
    lines = text.splitlines(keepends=True)
    made = found[3].split("\n")[:-1]
    ended = lines[note.line - 1].endswith("\n")
    if not made and not ended:  # nothing comes after the line above any more
        return "".join(lines[: first - 1]).removesuffix("\n")
    lines[first - 1 : note.line] = [between.join(made) + (last if made and ended else "")]
    return "".join(lines)


def proved(text: str, fix: Any) -> str:
    """Return a file with the edits of a fix, as the verdict lists them, the last one first."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(region: Any, end: str) -> int:
        return min(starts[region[f"{end}_line"] - 1] + region[f"{end}_column"] - 1, len(text))

    for edit in sorted(fix["edits"], key=lambda edit: -offset(edit["region"], "start")):
        region = edit["region"]
        text = text[: offset(region, "start")] + edit["replacement"] + text[offset(region, "end") :]
    return text


def held_against(folder: Path, path: str, after: str, markup: str) -> int:
    """Hold every posted suggestion of a head commit against the edits that were proved; return how many there were."""
    data = judged(folder)
    head = git(folder, "rev-parse", "HEAD")
    request = PullRequest(7, "", head, True, {path: as_shown(folder, path)})
    told = read_told(data)
    fixes = {group.key: group.members[0].fingerprint for group in told.groups}
    by_print = {one["fingerprint"]: one["fixes"] for one in data["findings"]}
    count = 0
    for note in compose(told, request, MARKUPS[markup], most=100).notes:
        made = put_in(after, note)
        if made is not None:
            count += 1
            assert made == proved(after, by_print[fixes[note.key]][0])
    return count


@settings(max_examples=12, deadline=None)
@given(changes(), st.sampled_from(["github", "gitlab"]))
def test_every_suggestion_gives_the_file_that_was_proved(change: tuple[str, str, str], markup: str) -> None:
    path, before, after = change
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = folder / path
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(before, "utf-8")
        (folder / "gatepost.yaml").write_text(POLICY)
        commit_all(folder)
        written.write_text(after, "utf-8")
        git(folder, "commit", "-q", "--allow-empty", "-a", "-m", "change")
        if before != after:
            held_against(folder, path, after, markup)


# How a host may end the lines it writes into a file with Windows line ends: as they are there, its own way, or, as
# GitLab does, as it was at the end of the stretch only.
ENDS = [("\r\n", "\r\n"), ("\n", "\n"), ("\n", "\r\n")]


def held_against_a_new_check(folder: Path, path: str, after: str, most: int) -> int:
    """Put suggestions into a file with Windows line ends in every way a host may; each is gone then, nothing is new."""
    data = judged(folder)
    assert "\r" not in json.dumps([fix["suggestion"] for one in data["findings"] for fix in one["fixes"]])
    request = PullRequest(7, "", git(folder, "rev-parse", "HEAD"), True, {path: as_shown(folder, path)})
    told = read_told(data)
    fixes = {group.key: group.members[0].fingerprint for group in told.groups}
    by_print = {one["fingerprint"]: one for one in data["findings"]}
    before = Counter(one["rule"] for one in data["findings"])
    count = 0
    for note in compose(told, request, MARKUPS["github"], most=100).notes:
        if count >= most or put_in(after, note) is None:
            continue
        count += 1
        mended = by_print[fixes[note.key]]
        for between, last in ENDS:
            made = put_in(after, note, between, last)
            assert made is not None
            wanted = proved(after, mended["fixes"][0])
            assert made.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")
            (folder / path).write_bytes(made.encode())
            again = judged(folder)
            assert mended["fingerprint"] not in {one["fingerprint"] for one in again["findings"]}
            assert Counter(one["rule"] for one in again["findings"]) < before
            assert len(again["undecided"]) <= len(data["undecided"]) and len(again["problems"]) == len(data["problems"])
    (folder / path).write_bytes(after.encode())
    return count


@settings(max_examples=6, deadline=None)
@given(changes())
def test_windows_lines_are_suggested_where_every_way_to_end_them_is_proved(change: tuple[str, str, str]) -> None:
    path, before, after = change
    before, after = (text.replace("\n", "\r\n") for text in (before, after))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(before.encode())
        (folder / "gatepost.yaml").write_text(POLICY)
        commit_all(folder)
        (folder / path).write_bytes(after.encode())
        git(folder, "commit", "-q", "--allow-empty", "-a", "-m", "change")
        if before != after:
            held_against_a_new_check(folder, path, after, 1)


@pytest.mark.parametrize("path", KINDS)
def test_there_are_suggestions_in_windows_files_to_hold_against(all_kinds: Path, path: str) -> None:
    after = (all_kinds / path).read_bytes().decode().replace("\n", "\r\n")
    (all_kinds / path).write_bytes(after.encode())
    git(all_kinds, "commit", "-q", "-a", "-m", "windows")
    assert held_against_a_new_check(all_kinds, path, after, 3) == 3


@pytest.fixture
def all_kinds(tmp_path: Path) -> Path:
    """A repository whose last commit brings a file of each kind, with every part."""
    (tmp_path / "gatepost.yaml").write_text(POLICY)
    commit_all(tmp_path)
    for path, (head, parts, between) in KINDS.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(head + between.join(parts), "utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "change")
    return tmp_path


@pytest.mark.parametrize("path", KINDS)
def test_there_are_suggestions_to_hold_against(all_kinds: Path, path: str) -> None:
    after = (all_kinds / path).read_text("utf-8")
    assert held_against(all_kinds, path, after, "github") >= 3


def test_what_a_suggestion_mends_is_gone_in_a_new_check(all_kinds: Path) -> None:
    path = all_kinds / "stack.yaml"
    before = path.read_text("utf-8")
    data = judged(all_kinds)
    told = read_told(data)
    request = PullRequest(7, "", data["judged"]["commit"], True, {"stack.yaml": as_shown(all_kinds, "stack.yaml")})
    prints = {group.key: group.members[0].fingerprint for group in told.groups}
    for note in compose(told, request, MARKUPS["github"], most=3).notes:
        made = put_in(before, note)
        assert made is not None
        path.write_text(made, "utf-8")
        left = {one["fingerprint"] for one in judged(all_kinds)["findings"]}
        assert prints[note.key] not in left and left < set(prints.values())


def test_a_folder_below_the_top_is_commented_on_at_the_top_s_paths(all_kinds: Path) -> None:
    data = judged(all_kinds / "infra")
    assert data["judged"]["root"] == "infra" and data["judged"]["commit"] == git(all_kinds, "rev-parse", "HEAD")
    assert {member.place.path for group in read_told(data).groups for member in group.members} == {"infra/mäin.tf"}
