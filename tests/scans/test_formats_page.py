from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.scans.formats_page import BEGIN, END, main, table, with_table

PAGE = Path(__file__).parents[2] / "docs" / "reports-read.md"


def test_the_page_of_formats_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "python -m gatepost.scans.formats_page docs/reports-read.md"


def test_the_table_is_written_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n", encoding="utf-8")
    assert main([str(page)]) == 0
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}{table()}{END}after\n"


def test_a_page_without_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="marks"):
        with_table("nothing")
