"""Descriptions of any text have a mark that we could have written, or none; no commit of anybody is taken for ours."""

from __future__ import annotations

from gatepost.model.fix_requests import FixMark, Tip
from gatepost.reviewing.fix_marks import MOST_FINDINGS, fix_marked, is_as_we_left_it, read_fix_mark, without_fix_mark
from gatepost.reviewing.markups import MARKUPS

MARK = FixMark("0123456789ab", "shop-1", "0123456789abcdef", "open", ("0123456789ab",))


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    found = read_fix_mark(text)
    assert found is None or len(found.findings) <= MOST_FINDINGS
    assert not is_as_we_left_it(Tip("a", "b", ("c",), text), "shop-1")
    marked = fix_marked(text, MARK, MARKUPS["github"])
    assert read_fix_mark(marked) == MARK and without_fix_mark(marked) == text.rstrip()
