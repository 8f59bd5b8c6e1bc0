"""Excerpts fit and point at what is meant, whatever the line holds."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from gatepost.reports.excerpts import columns, excerpt
from gatepost.reports.safe_text import printable

LINES = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\t大e\u0301\x1b \u202e"), max_size=300)


@given(LINES, st.integers(0, 400), st.integers(0, 400), st.integers(20, 120))
@example("大" * 200, 150, 160, 20)
@example("\t" * 100, 60, 61, 30)
@example("\x1b" * 90, 50, 51, 20)
def test_an_excerpt_fits_and_its_mark_is_inside(line: str, start: int, end: int, room: int) -> None:
    found = excerpt(line, start, end, room)
    assert columns(found.text) <= room + 4, "breaking up a workflow command may add a little"
    assert found.width >= 1
    assert found.start + found.width <= room + 1
    assert printable(found.text) == found.text


@given(st.text(alphabet="ab大\t ", min_size=1, max_size=200), st.data(), st.integers(20, 80))
def test_what_is_marked_is_what_was_meant(line: str, data: st.DataObject, room: int) -> None:
    at = data.draw(st.integers(0, len(line)))
    line = line[:at] + "#" + line[at:]
    found = excerpt(line, at, at + 1, room)
    assert columns(found.text[: found.text.index("#")]) == found.start
    assert found.width == 1
