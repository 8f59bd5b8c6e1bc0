"""Signs, brackets and comments are told apart from what stands in quoted text and heredocs."""

from __future__ import annotations

import pytest

from gatepost.languages.terraform.format_lines import marks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a = "x # y = [" # b = 1', ["=", "#"]),
        ('a = "${f("}", { b = 1 })}-#" // c', ["=", "#"]),
        ("a = <<EOT\n# no\nb = ${[1]}\nEOT\nc = 1", ["=", "\n", "="]),
        ("a == b >= c => d = [1]", ["=", "[", "]"]),
        ("/* a = 1\n [ */ b = 2", ["#", "="]),
        ('a = "not closed # b\nc = 1', ["=", "#", "\n", "="]),
        ("a = <<EOT\nnot closed", ["=", "\n"]),
        ("a = 6 / 3 # b", ["=", "#"]),
        ("/* not closed = [", ["#"]),
    ],
)
def test_marks_of_a_text(text: str, found: list[str]) -> None:
    assert [what for what, _, _ in marks(text)] == found


def test_places_of_marks() -> None:
    text = 'a = ["#"] # b\n'
    assert [text[start:end] for _, start, end in marks(text)] == ["=", "[", "]", "# b", "\n"]
