"""What an expression cannot be found without is in every text that it is found in."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.conditions.expression_needs import needs_of
from gatepost.conditions.expressions import Expression, Needs, compile_expression, lacks, remember
from gatepost.rules.catalogue import load_shipped

LETTERS = st.sampled_from([*"abkKsS1-:", "\\.", "ſ", "İ", "\u212a", "ß", "\\$"])
LEAVES = st.one_of(LETTERS, st.sampled_from(["[ab]", "[^a]", "[a-z]", "\\w", ".", "^", "$", "\\b", "(?=a)", "(?i:k)"]))
PARTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: f"({'|'.join(branches)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=12,
)
EXPRESSIONS = st.tuples(st.sampled_from(["", "(?i)", "(?m)", "(?im)", "(?s)"]), PARTS).map("".join)
TEXTS = st.text(alphabet="abkKsS1-:.ſİ\u212aß$\n ", max_size=12)


def needs_where_it_compiles(expression: str) -> Needs | None:
    try:
        return needs_of(expression)
    except ValueError:
        return None


@settings(max_examples=600, deadline=None)
@given(EXPRESSIONS, TEXTS)
def test_it_is_in_what_is_found(expression: str, text: str) -> None:
    needs = needs_where_it_compiles(expression)
    if needs is not None and lacks(text, needs):
        assert re.search(expression, text) is None


@settings(max_examples=200, deadline=None)
@given(st.data(), EXPRESSIONS)
def test_it_is_in_what_is_made_to_be_found(data: st.DataObject, expression: str) -> None:
    needs = needs_where_it_compiles(expression)
    if needs is not None:
        text = data.draw(st.one_of(TEXTS, st.from_regex(re.compile(expression))))
        assert not (re.search(expression, text) and lacks(text, needs))


@cache
def shipped() -> tuple[str, ...]:
    found: dict[str, None] = {}
    for rule in load_shipped().rules():
        _collect({key: rule.plain.get(key) for key in ("when", "require", "forbid")}, found)
    return tuple(found)


def _collect(plain: object, found: dict[str, None]) -> None:
    if isinstance(plain, dict):
        written = plain.get("matches")
        if isinstance(written, str | list):
            found.update(dict.fromkeys(one for one in ([written] if isinstance(written, str) else written)))
        for inner in plain.values():
            _collect(inner, found)
    elif isinstance(plain, list):
        for inner in plain:
            _collect(inner, found)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_it_is_in_all_that_the_shipped_expressions_match(data: st.DataObject) -> None:
    expression = data.draw(st.sampled_from([one for one in shipped() if "${" not in one]))
    text = data.draw(st.from_regex(re.compile(expression)))
    needs = needs_of(expression)
    assert needs is None or not lacks(text, needs)
    remember({expression: needs})
    assert Expression(expression).found_in(text)


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        ("(?:^|/)centos(:|@|$)", (False, ("centos",))),
        ("(?i)(^|_)(Pass|secret)$", (True, ("pass", "secret"))),
        ("\\b22\\b", (False, ("22",))),
        ("(ab)+c?", (False, ("ab",))),
        ("[xy]\\d", (False, ("x", "y"))),
        ("^\\W*$", None),
        ("(abc)?", None),
        ("abc|", None),
        ("(?i)stra\u017fe", None),
        ("(?i:abc)", None),
    ],
)
def test_the_longest_text_that_has_to_be_there_is_told(expression: str, needs: object) -> None:
    assert needs_of(expression) == needs


def test_what_lacks_it_is_not_even_compiled() -> None:
    text = "ab+c-never-compiled"
    remember({text: needs_of(text)})
    compile_expression.cache_clear()
    expression = Expression(text)
    assert not expression.found_in("abc")
    assert compile_expression.cache_info().misses == 0
    assert expression.found_in("abc-never-compiled")


def test_a_bad_one_is_refused_whatever_is_remembered() -> None:
    for bad in ("(", "(a+)+$"):
        with pytest.raises(ValueError):
            needs_of(bad)
        with pytest.raises(ValueError):
            Expression(bad)
