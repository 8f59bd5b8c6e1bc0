"""Files that can be read, and what is said of those that cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatepost.sources.reading import Files


def problem(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "main.tf").write_bytes(data)
    files = Files(str(tmp_path))
    assert files.read("main.tf") is None
    return files.problems["main.tf"].what


def test_text_is_read_and_its_mark_dropped(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"\xef\xbb\xbfa = 1\n")
    source = Files(str(tmp_path)).read("main.tf")
    assert source is not None
    assert (source.text, source.kind) == ("a = 1\n", "terraform")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"a\0b", "the file holds NUL bytes, so it is not text"),
        ("a = 1".encode("utf-16"), "the file is UTF-16 text"),
        (b"a = 1\nb = \xff\n", "the file is not UTF-8 (line 2)"),
    ],
)
def test_what_is_no_text_is_a_problem(tmp_path: Path, data: bytes, what: str) -> None:
    assert problem(tmp_path, data) == what


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf")
    files = Files(str(tmp_path))
    assert files.read("main.tf") is None
    assert files.problems["main.tf"].what == "this is not a regular file"


def test_a_link_out_of_the_root_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret.tf").write_text("x = 1")
    (tmp_path / "root/main.tf").symlink_to(tmp_path / "secret.tf")
    files = Files(str(tmp_path / "root"))
    assert files.read("main.tf") is None
    assert files.read("../secret.tf") is None
    assert files.list("..") == []
