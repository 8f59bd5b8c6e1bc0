from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.scans import opening, read_report, streaming
from gatepost.scans.streaming import BadJson, Streamed, read_large

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
    max_leaves=40,
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes so small that everything is long."""
    for name, size in {"_SHORT": 12, "_PIECE": 7, "_KEPT": 2, "_DEEPEST": 60}.items():
        monkeypatch.setattr(streaming, name, size)


def whole(value: Any) -> Any:
    """A value with its streamed lists read."""
    if isinstance(value, list):
        return [whole(one) for one in value]
    return {key: whole(one) for key, one in value.items()} if isinstance(value, dict) else value


@given(anything, st.booleans(), st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_what_is_read_in_pieces_is_what_is_written(value: Any, ascii_only: bool, indent: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent or None)
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"_SHORT": 12, "_PIECE": 7, "_KEPT": 2, "_DEEPEST": 60}.items():
            patch.setattr(streaming, name, size)
        found, rest = read_large(text.encode("utf-8", "surrogatepass") + b"\n")
        assert whole(found) == json.loads(text)
        assert whole(found) == json.loads(text)
        assert rest.strip() == b""


@given(anything, st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_cut_is_told(value: Any, data: st.DataObject) -> None:
    content = json.dumps({"a": value}).encode()
    at = data.draw(st.integers(1, len(content) - 1))
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"_SHORT": 12, "_PIECE": 7, "_KEPT": 2, "_DEEPEST": 60}.items():
            patch.setattr(streaming, name, size)
        with pytest.raises(BadJson) as raised:
            read_large(content[:at])
        assert raised.value.cut


@pytest.mark.usefixtures("tiny")
def test_a_long_list_keeps_its_head_and_reads_the_rest_again() -> None:
    rows = [{"n": number, "text": "é" * 5} for number in range(50)]
    found, _ = read_large(json.dumps({"rows": rows}, ensure_ascii=False).encode())
    listed = found["rows"]
    assert isinstance(listed, Streamed)
    assert list.__len__(listed) == 2
    assert (len(listed), bool(listed), list(listed)) == (50, True, rows)
    assert (listed[0], listed[40], listed[-1]) == (rows[0], rows[40], rows[49])
    assert (listed[:2], listed[3:6], listed[::-1]) == (rows[:2], rows[3:6], rows[::-1])
    with pytest.raises(IndexError):
        _ = listed[50]


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    "content", [b'{"a": [1, 2,, 3, 4, 5, 6, 7]}', b'{"a" 1, "bbbbbbbbbbbbb": 2}', b'{"aaaaaaaaaaaaa": tru, "b": 1}']
)
def test_what_is_wrong_in_the_middle_is_not_cut(content: bytes) -> None:
    with pytest.raises(BadJson) as raised:
        read_large(content)
    assert not raised.value.cut


def trivy(rows: int) -> bytes:
    row = {"PkgName": "zlib", "InstalledVersion": "1.2", "Severity": "HIGH", "Title": "t" * 300}
    found = [{"VulnerabilityID": f"CVE-2024-{10000 + number}", **row} for number in range(rows)]
    report = {"SchemaVersion": 2, "ArtifactName": "web:1", "ArtifactType": "container_image"}
    return json.dumps({**report, "Results": [{"Target": "web:1", "Type": "debian", "Vulnerabilities": found}]}).encode()


def test_a_large_report_is_read_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    content = trivy(5000)
    small = read_report(content, "report.json")
    monkeypatch.setattr(opening, "_LARGE", 1000)
    large = read_report(memoryview_of(content), "report.json")
    assert large == small
    assert len(large.findings) == 5000


def memoryview_of(content: bytes) -> Any:
    """A buffer that is not bytes: a file mapped into memory."""
    import mmap
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_large_report_that_is_cut_is_a_problem_and_nothing_of_it_counts(
    monkeypatch: pytest.MonkeyPatch, part: float
) -> None:
    monkeypatch.setattr(opening, "_LARGE", 1000)
    content = trivy(5000)
    result = read_report(content[: int(len(content) * part)], "report.json")
    assert result.findings == ()
    assert [problem.what for problem in result.problems] == ["the report ends in the middle"]


def test_large_reports_that_are_no_single_document_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LARGE", 100)
    line = json.dumps({"SourceMetadata": {"Data": {"Git": {"file": "a", "line": 1}}}, "DetectorName": "AWS"})
    assert len(read_report(f"{line}\n{line}\n".encode(), "report.json").findings) == 2
    assert len(read_report(trivy(3).decode().encode("utf-16"), "report.json").findings) == 3
