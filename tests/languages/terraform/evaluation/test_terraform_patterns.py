"""Regular expressions match as Go's do, and never take longer than text times pattern."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.regular_expression import fuzz

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions.patterns import MOST_STEPS, replace_pattern
from gatepost.languages.terraform.functions.re2_matching import Program

# Without empty repetitions Python prefers what Go prefers.
atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", "(a|b)", "(?:ab)", "(a)(b)?"])
repeats = st.sampled_from(["", "+", "?", "*", "+?", "{2}", "{1,2}"])
patterns = st.lists(st.tuples(atoms, repeats), min_size=1, max_size=4).map(
    lambda parts: "".join(f"(?:{atom}){repeat}" if repeat and "(" in atom else atom + repeat for atom, repeat in parts)
)


@given(patterns, st.text("abc \n", max_size=12))
@settings(max_examples=150)
def test_simple_patterns_match_where_python_says(pattern: str, text: str) -> None:
    spans = Program(pattern).search(text, 0, [MOST_STEPS])
    match = re.search(pattern, text, re.ASCII)
    assert (spans is None) == (match is None)
    if spans is not None and match is not None:
        assert spans[:2] == match.span()


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(x*)*y", "(x|xx)+y", "(?:x?){30}x{30}y"])
def test_nothing_backtracks(pattern: str) -> None:
    started = time.process_time()
    assert Program(pattern).search("x" * 2_000, 0, [MOST_STEPS]) is None
    assert time.process_time() - started < 5


def test_a_search_that_is_too_long_is_given_up() -> None:
    with pytest.raises(NotComputed):
        Program("(?:.*b)?").search("a" * 1_000, 0, [500])


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "a**",
        "*",
        r"\1",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?P<n",
        r"\p{",
        "[b-a]",
        "a{2,1}",
        "a{1001}",
        r"\Z",
    ],
)
def test_what_go_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(Fails):
        Program(pattern)


def test_replacements_name_groups_as_go_does() -> None:
    assert replace_pattern("abc", "(?P<x>b)", "[${x}$1$$$0$2$1x]") == "a[bb$b]c"


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_any_text_is_a_pattern_or_refused(data: bytes) -> None:
    fuzz(data)
