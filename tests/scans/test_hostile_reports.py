from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.scan_report import fuzz

from gatepost.model.problems import UsageError
from gatepost.scans import FORMATS, ScanResult, read_report, report

SAMPLES = Path(__file__).parent / "samples"
JSON = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in (".json", ".sarif")]
TREES = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in JSON}
ROW = {"line": 2, "code": "DL3008", "message": "Pin", "column": 1, "file": "Dockerfile", "level": "warning"}


def read(content: Any, format: str | None = None, **more: Any) -> ScanResult:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_report(data, "report.json", format, **more)


def told(content: Any, format: str | None = None) -> str:
    result = read(content, format)
    assert result.findings == ()
    assert len(result.problems) == 1
    return result.problems[0].what


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the report is empty"),
        (b"\xef\xbb\xbf\n", "the report is empty"),
        (b'[{"line": 2, "code": "DL3008", "mess', "the report ends in the middle"),
        (b'{"runs": [', "the report ends in the middle"),
        (b"[1, 2,, 3]", "the report is not JSON from line 1 on"),
        (b"a\x00b\x01" * 40, "the report is binary"),
        (b"PASS no findings", "the format of the report is not known"),
        (b'{"runs": []}{"runs": []}', "there is more than one document in the report"),
        (b"[" * 100_000, "the report is nested too deeply"),
        (b'{"a":' * 100_000, "the report is nested too deeply"),
        (b"[]", "the report has no content that tells its format"),
        (b"{}", "the report has no content that tells its format"),
        (b"null", "the format of the report is not known"),
        (b'{"error": "could not log in"}', "the report holds an error instead of a result: could not log in"),
        (b'{"error": {"code": 1, "summary": "no"}}', "the report holds an error instead of a result: no"),
        (b'{"version": "2.1.0", "runs": []}', "the SARIF file has no run"),
        (
            b'{"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0}',
            "checkov found nothing to scan",
        ),
    ],
)
def test_a_report_that_says_nothing_is_a_problem_and_never_a_clean_scan(content: bytes, what: str) -> None:
    assert told(content) == what


def test_an_empty_list_is_clean_only_where_the_format_is_named() -> None:
    assert read(b"[]", "hadolint") == ScanResult("hadolint", (), ())
    assert told(b"[]", "semgrep") == "this is not a report of the format semgrep"


def test_a_clean_trivy_report_has_no_results_at_all() -> None:
    assert read({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem"}) == ScanResult("trivy", (), ())


def test_a_report_of_another_format_than_named_is_a_problem() -> None:
    assert told([ROW], "grype") == "this is not a report of the format grype"


def test_a_format_that_does_not_exist_is_an_error_with_the_word_that_was_meant() -> None:
    with pytest.raises(UsageError) as raised:
        read([ROW], "hadolnt")
    assert raised.value.hint == 'did you mean "hadolint"?'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_that_a_shell_writes_is_read(encoding: str) -> None:
    assert len(read(json.dumps([ROW, {**ROW, "message": "é"}]).encode(encoding)).findings) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\nINFO done\n"),
        ("2026-11-21T10:00:00Z INFO scanning\n", ""),
        ("[INFO] scanning\n[2026-11-21 10:00] go\n\n", "\n[INFO] done"),
        ("\n\n", "\n\n"),
    ],
)
def test_lines_of_a_log_around_the_report_are_passed_over(before: str, after: str) -> None:
    assert len(read((before + json.dumps([ROW]) + after).encode()).findings) == 1


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("web/Dockerfile", "web/Dockerfile"),
        ("./web//Dockerfile", "web/Dockerfile"),
        ("web\\Dockerfile", "web/Dockerfile"),
        ("a/../web/Dockerfile", "web/Dockerfile"),
        ("/srv/shop/web/Dockerfile", "web/Dockerfile"),
        ("file:///srv/shop/web/Docker%66ile", "web/Dockerfile"),
        ("/home/runner/work/shop/shop/web/Dockerfile", "web/Dockerfile"),
        ("C:\\build\\web\\Dockerfile", "web/Dockerfile"),
        ("file:///C:/build/web/Dockerfile", "web/Dockerfile"),
        ("/srv/shop-other/x", None),
        ("/etc/passwd", None),
        ("../../etc/passwd", None),
        ("a/../../b", None),
        ("file:///srv/shop/%2e%2e/%2e%2e/etc/passwd", None),
        ("/srv/shop/../../etc/passwd", None),
        ("https://example.com/x", None),
        ("\x00\x01", None),
        ("..", None),
    ],
)
def test_a_path_lands_inside_the_root_or_at_the_report(raw: str, expected: str | None) -> None:
    result = read([{**ROW, "file": raw}], root="/srv/shop", lines_of={"web/Dockerfile": ["a", " b "]}.get)
    finding = result.findings[0]
    assert finding.location.path == (expected or "report.json")
    if expected:
        assert finding.location.region == (2, 2, 2, 3)
    else:
        assert "outside the scanned root" in finding.message


def test_a_row_that_is_none_costs_only_itself() -> None:
    result = read([ROW, 7, {**ROW, "file": None}, {**ROW, "code": None}, ROW])
    assert len(result.findings) == 2
    assert result.problems[0].what == (
        "3 rows of the report could not be read: row 2 has no file, row 3 has no file, row 4 has no name of a rule"
    )


def test_a_file_that_hadolint_could_not_parse_is_a_problem() -> None:
    assert told([{**ROW, "code": "DL1000", "message": "unexpected 'X'"}]) == (
        "hadolint could not parse Dockerfile: unexpected 'X'"
    )


def test_secrets_are_never_echoed() -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    trivy = {
        "RuleID": "aws",
        "Severity": "HIGH",
        "Title": "A key",
        "StartLine": 1,
        "Match": key,
        "Code": {"Lines": [key]},
    }
    leak = {
        "tool": {"driver": {"name": "gitleaks", "rules": [{"id": "k", "shortDescription": {"text": "A key"}}]}},
        "results": [{"ruleId": "k", "message": {"text": "found hunter2"}, "locations": []}],
    }
    reports = [
        {"SchemaVersion": 2, "Results": [{"Target": "a", "Class": "secret", "Secrets": [trivy]}]},
        [{**ROW, "message": f"writes {key}"}],
        {"runs": [leak]},
        {"results": [_semgrep("generic.secrets.key", f"hunter2 {key}")], "errors": [], "paths": {}},
    ]
    for content in reports:
        result = read(content)
        assert len(result.findings) == 1
        assert key not in repr(result)
        assert "hunter2" not in repr(result)


def _semgrep(rule: str, message: str) -> dict[str, Any]:
    return {"check_id": rule, "path": "a.py", "start": {"line": 1, "col": 1}, "extra": {"message": message}}


def test_more_findings_than_can_be_held_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_FINDINGS", 10)
    result = read([ROW] * 25)
    assert len(result.findings) == 10
    assert result.problems[0].what == "15 findings beyond the first 10 were left out"


def test_a_large_report_is_read_in_a_time_that_grows_with_its_size() -> None:
    def seconds(rows: int) -> float:
        content = json.dumps([{**ROW, "line": number} for number in range(rows)]).encode()
        start = time.process_time()
        assert len(read(content).findings) == rows
        return time.process_time() - start

    seconds(100)
    assert seconds(20_000) < 20 * max(seconds(2_000), 0.02)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("../x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(TREES)), st.data())
@settings(max_examples=120, deadline=None)
def test_no_change_to_a_real_report_makes_a_reader_fail(name: str, data: st.DataObject) -> None:
    tree = json.loads(json.dumps(TREES[name]))
    node: Any = tree
    for _ in range(data.draw(st.integers(1, 12))):
        steps = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        if not steps:
            break
        step = data.draw(st.sampled_from(steps))
        if data.draw(st.integers(0, 4)) == 0 or not isinstance(node[step], (dict, list)):
            node[step] = data.draw(anything)
            break
        node = node[step]
    fuzz(json.dumps(tree).encode())


@given(st.sampled_from(sorted(TREES)), st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_a_cut_report_is_a_problem(name: str, length: int) -> None:
    whole = (SAMPLES / name).read_bytes().rstrip()
    result = read_report(whole[: min(length, len(whole) - 1)], name)
    assert result.findings == ()
    assert result.problems


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_bytes_make_a_reader_fail(data: bytes) -> None:
    fuzz(data)


def test_each_sample_is_of_a_format_and_each_format_has_a_sample() -> None:
    formats = {read_report(path.read_bytes(), path.name).format for path in SAMPLES.iterdir()}
    assert formats == set(FORMATS)
