from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scans.read_samples import SAMPLES

from gatepost.scans import opening, read_report, streaming, xml_streaming
from gatepost.scans.streaming import BadJson, Streamed, read_documents, read_large

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


_BETWEEN = st.sampled_from(["\n", "", "\n[INFO] so\n"])


@given(st.lists(anything.map(lambda one: {"a": one}), min_size=1, max_size=12), _BETWEEN)
@settings(max_examples=100, deadline=None)
def test_values_one_after_another_are_what_each_is(values: list[Any], between: str) -> None:
    text = f"[INFO] begins\n{between.join(map(json.dumps, values))}\ndone\n"
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {"_SHORT": 12, "_PIECE": 7, "_KEPT": 2, "_DEEPEST": 60}.items():
            patch.setattr(streaming, name, size)
        found = read_documents(text.encode())
        assert found is not None
        assert (len(found), [whole(one) for one in found]) == (len(values), values)
        assert [whole(one) for one in found] == values


def test_a_text_without_json_has_no_documents() -> None:
    assert read_documents(b"a,b,c\n1,2,3\n" * 1000) is None


def test_json_lines_and_utf_16_are_read_in_pieces_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LARGE", 100)
    monkeypatch.setattr(opening, "MOST_BYTES", 100)
    line = json.dumps({"SourceMetadata": {"Data": {"Git": {"file": "a", "line": 1}}}, "DetectorName": "AWS"})
    assert len(read_report(f"{line}\n{line}\n".encode(), "report.json").findings) == 2
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"):
        assert len(read_report(trivy(3).decode().encode(encoding), "report.json").findings) == 3


_SAMPLES = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", _SAMPLES)
def test_every_sample_is_the_same_when_it_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    parts = [content, *(content[: int(len(content) * part)] for part in (0.3, 0.6, 0.97))]
    small = [read_report(one, name) for one in parts]
    monkeypatch.setattr(opening, "_LARGE", 1)
    for module, sizes in (
        (streaming, {"_SHORT": 200, "_PIECE": 64, "_KEPT": 2, "_DEEPEST": 60}),
        (xml_streaming, {"_SHORT": 200, "_PIECE": 64, "_KEPT": 2, "_DEEPEST_LISTS": 50}),
    ):
        for key, size in sizes.items():
            monkeypatch.setattr(module, key, size)
    large = [read_report(one, name) for one in parts]
    assert large[0] == small[0]
    for one, other in zip(large, small, strict=True):
        assert (one.findings, bool(one.problems)) == (other.findings, bool(other.problems))
