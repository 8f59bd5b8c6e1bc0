"""An index of which some parts are made again is one that is made anew, but for the order of what is new."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.rules.joins import OPEN, Candidate, Index, Part

TARGETS = ("@a", "=x", "~var.y.")
WHOSE = [("t", key) for key in "abcd"]

parts = st.builds(
    lambda named, opens: (named, opens),
    st.lists(st.sampled_from(TARGETS), max_size=3),
    st.lists(st.sampled_from((("why", ""), ("why", "~var.y."))), unique=True, max_size=2),
)


def part(whose, made):
    named, opens = made
    return Part(tuple((target, Candidate(*whose), "a") for target in named), tuple(opens), frozenset([(whose[1], "*")]))


def found(index, target):
    joined = index.lookup([(target, "a")])
    return set(joined.found), set(joined.opens)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(WHOSE), parts),
    st.dictionaries(st.sampled_from(WHOSE), st.none() | parts),
)
def test_parts_made_again_give_what_a_new_index_would(before, after):
    old = {whose: part(whose, made) for whose, made in before.items()}
    new = {whose: part(whose, made) if made is not None else None for whose, made in after.items()}
    index, _ = Index().replaced(old)
    was = {target: index.lookup([(target, "a")]) for target in TARGETS}
    made, differing = index.replaced(new)
    whole, _ = Index().replaced({k: one for k, one in {**old, **new}.items() if one is not None})
    for target in TARGETS:
        assert found(made, target) == found(whole, target)
        assert index.lookup([(target, "a")]) == was[target]
        if made.lookup([(target, "a")]) != was[target]:
            assert target in differing or OPEN in differing


def test_only_parts_that_read_what_changed_are_asked_for():
    index, _ = Index().replaced({whose: part(whose, (["=x"], [])) for whose in WHOSE})
    assert index.reading({("b", "*"), ("z", "*")}) == [("t", "b")]
