from __future__ import annotations

from pathlib import Path

import pytest
from tests.scans.read_samples import CORPORA, SAMPLES

from gatepost.scans import FORMATS, read_report
from gatepost.scans.opening import Opened, Unopened, open_report
from gatepost.scans.table import format_named, formats_of


def real_reports() -> list[Path]:
    return sorted(path for path in Path(CORPORA, "reports").glob("*/*") if path.is_file()) if CORPORA else []


EVERY = [*sorted(SAMPLES.iterdir()), *real_reports()]
NAMES = [f"{path.parent.name}/{path.name}" for path in EVERY]


def recognised_by(opened: Opened, format: str) -> bool:
    try:
        return format_named(format).recognises(opened)
    except Unopened:
        return False


@pytest.mark.parametrize("path", EVERY, ids=NAMES)
def test_a_report_is_of_exactly_one_format_and_bears_its_sign(path: Path) -> None:
    opened = open_report(path.read_bytes())
    recognised = [format for format in FORMATS if recognised_by(opened, format)]
    assert len(recognised) == 1
    assert [one.NAME for one in formats_of(opened)] == recognised


@pytest.mark.parametrize("path", EVERY, ids=NAMES)
def test_a_report_that_is_cut_at_any_of_ten_places_is_a_problem(path: Path) -> None:
    content = path.read_bytes().rstrip()
    for part in range(1, 11):
        at = len(content) * part // 11
        while content[at - 1 : at + 1].strip() != content[at - 1 : at + 1]:
            at -= 1  # where a line ends, lines of JSON are whole
        for format in (None, format_of(path)):
            assert read_report(content[:at], path.name, format).problems, at


def format_of(path: Path) -> str:
    return read_report(path.read_bytes(), path.name).format


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_says_who_writes_it_and_what_it_counts(format: str) -> None:
    module = format_named(format)
    assert format == module.NAME
    assert module.WRITTEN_BY.strip()
    assert module.UNIT.strip()
    assert isinstance(module.EMPTY_LIST_IS_CLEAN, bool)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("content", [b"", b"  \n", b'{"error": {"message": "no"}}', b'{"message": "denied"}', b"null{"])
def test_nothing_and_errors_are_clean_in_no_format(format: str, content: bytes) -> None:
    assert read_report(content, "report.json", format).problems


def test_an_empty_list_is_clean_only_where_its_format_says_so() -> None:
    assert read_report(b"[]", "report.json").problems
    for format in FORMATS:
        clean = not read_report(b"[]", "report.json", format).problems
        assert clean == format_named(format).EMPTY_LIST_IS_CLEAN, format
