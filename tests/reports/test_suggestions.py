"""A suggestion, applied as a host applies it, gives the file that the proof was made on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.changes import Edit, Fix
from gatepost.model.places import Location, Source
from gatepost.reports.suggestions import Suggestion, applied, outcomes, suggestion


def fix_of(source: Source, *edits: tuple[int, int, str]) -> Fix:
    made = tuple(Edit(Location(source.path, source.region(start, end)), text) for start, end, text in edits)
    return Fix("mend", made, "safe", "proved")


def suggested(text: str, *edits: tuple[int, int, str], either_end: bool = False) -> Suggestion | None:
    source = Source("a.tf", text, "terraform")
    return suggestion(fix_of(source, *edits)._replace(either_end=either_end), {"a.tf": source})


def test_a_changed_word_is_its_whole_line() -> None:
    assert suggested("a\nb = 1\nc\n", (6, 7, "2")) == Suggestion("a.tf", 2, 2, ("b = 2",), ("b = 1",))


def test_changes_that_stand_apart_take_the_lines_between_along() -> None:
    assert suggested("a\nb\nc\nd\n", (0, 1, "A"), (4, 5, "C")) == Suggestion(
        "a.tf", 1, 3, ("A", "b", "C"), ("a", "b", "c")
    )


def test_what_is_put_in_takes_the_line_above_along() -> None:
    assert suggested("a\nb\n", (2, 2, "new\n")) == Suggestion("a.tf", 1, 1, ("a", "new"), ("a",))
    assert suggested("a\nb\n", (0, 0, "new\n")) == Suggestion("a.tf", 1, 1, ("new", "a"), ("a",))


def test_a_removed_line_is_nothing_in_its_place() -> None:
    assert suggested("a\nb\nc\n", (2, 4, "")) == Suggestion("a.tf", 2, 2, (), ("b",))


def test_a_file_without_a_last_line_end_keeps_it_so() -> None:
    assert suggested("a\nb", (2, 3, "B")) == Suggestion("a.tf", 2, 2, ("B",), ("b",))
    assert suggested("a\nb", (3, 3, "\nc\n")) is None  # a host would leave the end of the file as it is


def test_windows_lines_are_suggested_where_either_end_was_proved() -> None:
    assert suggested("a\r\nb\r\n", (0, 1, "A")) is None
    assert suggested("a\r\nb\r\n", (0, 1, "A"), either_end=True) == Suggestion("a.tf", 1, 1, ("A",), ("a",))
    assert suggested("a\r\nb", (3, 3, "x\r\n"), either_end=True) == Suggestion("a.tf", 1, 1, ("a", "x"), ("a",))


def test_a_lone_carriage_return_never_gets_into_a_suggestion() -> None:
    assert suggested("a\rb\r\nc\r\n", (5, 6, "C"), either_end=True) is None
    assert suggested("a\r\nb\r\n", (0, 1, "A\rB"), either_end=True) is None


def test_what_a_host_may_write_is_every_way_to_end_these_lines() -> None:
    windows = Source("a.tf", "a\r\nb\r\nc", "terraform")
    two = Suggestion("a.tf", 1, 1, ("x", "y"))
    assert set(outcomes(windows, two)) == {"x\r\ny\r\n", "x\ny\n", "x\ny\r\n"}
    assert set(outcomes(windows, two._replace(first=3, last=3))) == {"x\r\ny", "x\ny"}
    assert outcomes(windows, two._replace(lines=())) == [""]
    assert not outcomes(windows, two._replace(first=3, last=3, lines=()))  # the end above would be left alone


def test_long_stretches_are_not_suggested() -> None:
    assert suggested("x\n" * 200, (0, 1, "y"), (398, 399, "y")) is None


LINES = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=8)


@settings(max_examples=120, deadline=None)
@given(LINES, st.booleans(), st.data())
def test_applied_as_a_host_does_it_is_what_was_proved(lines: list[str], ends: bool, data: st.DataObject) -> None:
    text = "\n".join(lines) + ("\n" if ends and lines else "")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new = data.draw(st.sampled_from(["", "x", "x\n", "\nx", "x\ny\n", "\n"]))
    made = suggested(text, (start, end, new))
    if made is not None:
        assert applied(text, made) == text[:start] + new + text[end:]
