"""The laws of three values: `not` is the exact opposite, and exactly the unknowns that matter are named."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.conditions import compile_condition
from gatepost.model.values import Value, unknown

NAMES = ("a", "b", "c", "d", "e")
POSSIBLE = (None, Value("x"), Value("y"), Value("z"))
TESTS = st.sampled_from(["x", {"in": ["x", "y"]}, {"like": ["x", "z*"]}, {"like": "?"}, {"exists": True}, {"not": "x"}])
VALUES = st.sampled_from([*POSSIBLE, "unknown", "unknown"])


class Thing(dict):
    pass


@st.composite
def conditions(draw, names=NAMES):
    """A condition that asks for each attribute at most once, so that no two parts contradict each other."""
    if len(names) == 1:
        return {names[0]: draw(TESTS)}
    cut = draw(st.integers(1, len(names) - 1))
    left, right = draw(conditions(names[:cut])), draw(conditions(names[cut:]))
    kind = draw(st.sampled_from(["all", "any", "not"]))
    if kind == "any":
        return {"any": [left, right]}
    if kind == "not":
        return {"not": {"any": [left, right]}}
    return {"any": [{"not": {"not": left}}], "not": {"not": right}}


@st.composite
def things(draw):
    found = Thing()
    for name in NAMES:
        value = draw(VALUES)
        if value == "unknown":
            value = unknown(name)
        if value is not None:
            found[name] = value
    return found


def with_values(thing, names, values):
    changed = Thing(thing)
    for name, value in zip(names, values, strict=True):
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return changed


@settings(max_examples=150, deadline=None)
@given(conditions(), things())
def test_not_is_exactly_the_opposite(condition, thing):
    plain = compile_condition(condition).judge(thing, {})
    opposite = compile_condition({"not": condition}).judge(thing, {})
    assert opposite.truth is (None if plain.truth is None else not plain.truth)
    assert opposite.unknowns == plain.unknowns


@settings(max_examples=120, deadline=None)
@given(conditions(), things())
def test_exactly_the_unknowns_that_can_change_the_answer_are_named(condition, thing):
    compiled = compile_condition(condition)
    outcome = compiled.judge(thing, {})
    named = {asked.attribute for asked in outcome.unknowns}
    holes = [name for name in NAMES if name in thing and thing[name].unknown is not None]
    assert named <= set(holes)
    answers = {
        values: compiled.judge(with_values(thing, holes, values), {}).truth
        for values in product(POSSIBLE, repeat=len(holes))
    }
    if outcome.truth is not None:
        assert set(answers.values()) == {outcome.truth}
    for at, name in enumerate(holes):
        matters = any(
            len({answers[(*values[:at], other, *values[at + 1 :])] for other in POSSIBLE}) > 1 for values in answers
        )
        assert matters == (name in named)


QUANTIFIED = st.sampled_from(
    [
        {"some": "x"},
        {"every": "x"},
        {"count": {"at_least": 2, "of": "x"}},
        {"count": {"at_most": 1, "of": "x"}},
        {"count": {"of": {"in": ["x", "y"]}, "not": {"in": [1]}}},
        {"includes": "x"},
        {"includes": ["x", "y"]},
        {"within": ["x", "y"]},
        {"count": 2},
    ]
)
ELEMENTS = st.lists(st.sampled_from(["x", "y", "z", None]), max_size=4)


@settings(max_examples=200, deadline=None)
@given(QUANTIFIED, ELEMENTS, st.booleans())
def test_quantifiers_over_partly_known_lists_agree_with_every_completion(test, elements, is_open):
    condition = compile_condition({"x": test})
    partly = Value(tuple(unknown("?") if e is None else Value(e) for e in elements), open=is_open)
    outcome = condition.judge(Thing(x=partly), {})
    holes = elements.count(None)
    answers = set()
    for filled in product("xyz", repeat=holes):
        rest = iter(filled)
        complete = [next(rest) if e is None else e for e in elements]
        for more in [()] if not is_open else [(), *product("xyz", repeat=1), *product("xyz", repeat=2)]:
            whole = Value(tuple(Value(e) for e in (*complete, *more)))
            answers.add(condition.judge(Thing(x=whole), {}).truth)
    assert answers == ({outcome.truth} if outcome.truth is not None else {True, False})


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text("ab/", min_size=1, max_size=3)), min_size=1, max_size=4),
    st.text("ab/*?", max_size=6),
)
def test_pieces_decide_a_glob_only_where_every_filling_agrees(pieces, pattern):
    condition = compile_condition({"x": {"like": pattern}})
    truth = condition.judge(Thing(x=unknown("?", pieces=tuple(pieces))), {}).truth
    fillings = ["", "a", "b", "/", "ab", "ba", "bb/", "caa", "c"]
    answers = (
        {
            condition.judge(Thing(x=Value("".join(next(fill) if p is None else p for p in pieces))), {}).truth
            for fill in (iter(f) for f in product(fillings, repeat=pieces.count(None)))
        }
        if pieces.count(None) <= 2
        else set()
    )
    if truth is not None:
        assert answers <= {truth}


EXPRESSIONS = ["a", "^a", "a$", "^ab?$", "(a|b)c", "[ab]{2}", "^[^/]+/b", "a.*b$", "\\ba", "(?i)A", "^$", "b+a"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text("abc/", min_size=1, max_size=3)), min_size=1, max_size=3),
    st.sampled_from(EXPRESSIONS),
)
def test_pieces_decide_an_expression_only_where_every_filling_agrees(pieces, expression):
    condition = compile_condition({"x": {"matches": expression}})
    truth = condition.judge(Thing(x=unknown("?", pieces=tuple(pieces))), {}).truth
    fillings = ["", "a", "b", "c", "/", "ab", "ac", "/b", "ba"]
    if truth is None:
        return
    for fill in product(fillings, repeat=min(pieces.count(None), 3)):
        rest = iter(fill)
        text = "".join(next(rest, "") if p is None else p for p in pieces)
        assert condition.judge(Thing(x=Value(text)), {}).truth is truth
