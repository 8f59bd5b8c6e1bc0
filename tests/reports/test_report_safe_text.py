"""Hostile text is harmless wherever it is shown."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.reports import safe_text

ANY_TEXT = st.text(max_size=200)


@given(ANY_TEXT)
def test_what_is_shown_on_a_terminal_is_one_printable_line(text: str) -> None:
    shown = safe_text.plain(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    "character", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\U000e0041"]
)
def test_an_invisible_character_is_written_out(character: str) -> None:
    shown = safe_text.plain(f"a{character}b")
    assert character not in shown
    assert "\\" in shown


@pytest.mark.parametrize(
    "text",
    ["::error::x", "x ::error file=a::y", "\u3000::add-mask::x", "##[group]x", "x##vso[task.complete]", "##VSO[x]"],
)
def test_a_workflow_command_is_broken_up(text: str) -> None:
    shown = safe_text.plain(text)
    assert "##[" not in shown and "##vso[" not in shown.lower()
    assert not any(word.startswith("::") for word in shown.split())


@pytest.mark.parametrize("text", ["AWS::S3::Bucket", "::/0", "::1/128", "::ffff:10.0.0.0/104", "# a ## b"])
def test_words_that_only_look_like_commands_are_left_alone(text: str) -> None:
    assert safe_text.plain(text) == text


@given(st.lists(ANY_TEXT | st.sampled_from(["##[x]", "##vso[y]", "\x7f"])))
def test_json_keeps_its_meaning_and_holds_no_command(texts: list[str]) -> None:
    written = safe_text.json_text(json.dumps(texts))
    assert json.loads(written) == texts
    assert "##[" not in written and "##vso[" not in written.lower() and "\x7f" not in written


@given(ANY_TEXT)
def test_xml_is_well_formed_whatever_it_holds(text: str) -> None:
    ElementTree.fromstring(f'<a b="{safe_text.xml(text)}">{safe_text.xml(text)}</a>')


@given(ANY_TEXT)
def test_html_has_no_markup_of_its_own(text: str) -> None:
    assert not set("<>\"'") & set(safe_text.html_lines(text))


@given(ANY_TEXT)
def test_workflow_values_stay_on_their_line_and_in_their_property(text: str) -> None:
    assert len(safe_text.workflow_message(text).splitlines()) <= 1
    assert not set(":,\r\n") & set(safe_text.workflow_property(text))


@pytest.mark.parametrize("text", ["@team/all", "see #123", "https://evil.example", "www.evil.example", "GH-12"])
def test_markdown_notifies_nobody_and_links_nowhere(text: str) -> None:
    assert "&#8203;" in safe_text.markdown(text)


def test_markdown_is_shown_as_it_was_written() -> None:
    shown = safe_text.markdown("<img src=x> [a](b) **c** `d` | $e$ _f_ ~g~")
    assert "<" not in shown
    for sign in "[]*`|$_~":
        assert shown.count(sign) == shown.count("\\" + sign)


@given(st.text(alphabet="`a|", min_size=1, max_size=12))
def test_a_code_span_ends_where_it_should(text: str) -> None:
    shown = safe_text.code(text)
    fence = shown[: len(shown) - len(shown.lstrip("`"))]
    assert shown.endswith(fence)
    assert fence not in shown[len(fence) : -len(fence)].replace(" ", "") or "`" * len(fence) not in text


@given(st.lists(st.text(alphabet="`~a ", max_size=12)))
def test_a_fence_is_longer_than_anything_inside(lines: list[str]) -> None:
    first, *body, last = safe_text.fenced(lines, "diff").split("\n")
    assert first == last + "diff"
    assert not any(last in line for line in body)
