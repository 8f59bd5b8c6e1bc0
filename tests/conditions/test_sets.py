"""Ports, networks and patterns against Python's own and against trying everything."""

from __future__ import annotations

import ipaddress
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.conditions.patterns import glob_matches, glob_within, globs_meet
from gatepost.conditions.sets import NetworkSet, PatternSet, PortSet

RANGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda r: (r[0], r[0] + r[1])), min_size=1, max_size=4
)


def port_set(ranges):
    return PortSet.parse(",".join(f"{a}-{b}" for a, b in ranges))


def members(ranges):
    return {n for a, b in ranges for n in range(a, b + 1)}


@given(RANGES, RANGES)
def test_port_sets_are_sets(left, right):
    a, b = port_set(left), port_set(right)
    assert a.covers(b) is (members(right) <= members(left))
    assert a.within(b) is (members(left) <= members(right))
    assert members(a.union(b).known) == members(left) | members(right)


@pytest.mark.parametrize("text", ["", "a", "1-", "-5", "65536", "2-1", "1.5", True, "٣", "0x10"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        PortSet.parse(text)


@st.composite
def networks(draw):
    if draw(st.booleans()):
        return ipaddress.ip_network((draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 32))), strict=False)
    return ipaddress.ip_network((draw(st.integers(0, 2**128 - 1)), draw(st.integers(0, 128))), strict=False)


@given(networks(), networks())
def test_networks_agree_with_ipaddress(one, other):
    a, b = NetworkSet.parse(str(one)), NetworkSet.parse(str(other))
    same = one.version == other.version
    assert a.covers(b) is (same and other.subnet_of(one))
    assert a.within(b) is (same and one.subnet_of(other))
    assert a.size == one.num_addresses
    assert ipaddress.ip_network(str(a)) == one
    assert NetworkSet.parse(str(a)) == a


@given(networks())
def test_a_network_is_its_halves(one):
    if one.prefixlen < one.max_prefixlen:
        first, second = one.subnets()
        halves = NetworkSet.parse(f"{first},{second}")
        assert halves.covers(NetworkSet.parse(str(one))) is True
        assert halves.size == one.num_addresses


@given(st.text("0123456789abcdef:./- ", max_size=24))
def test_text_is_a_network_where_ipaddress_takes_it(text):
    try:
        NetworkSet.parse(text)
        taken = True
    except ValueError:
        taken = False
    try:
        ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return
    assert taken


@pytest.mark.parametrize(
    "text", ["", "x", "10.0.0", "10.0.0.256", "10.0.0.0/33", "::/129", "1::2::3", "10.0.0.9-10.0.0.1"]
)
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        NetworkSet.parse(text)


INTERNET = NetworkSet.parse("internet")


def test_the_internet_is_all_of_one_family_even_in_pieces():
    assert NetworkSet.parse("0.0.0.0/1,128.0.0.0/2,192.0.0.0/2").covers(INTERNET) is True
    assert NetworkSet.parse("::/1,8000::/1").covers(INTERNET) is True
    assert NetworkSet.parse("0.0.0.0/1,::/1").covers(INTERNET) is False
    assert NetworkSet.parse("all").covers(INTERNET) is True


GLOBS = st.text("ab*?", max_size=5)
TEXTS = ["".join(t) for n in range(6) for t in product("abc", repeat=n)]


@settings(max_examples=150, deadline=None)
@given(GLOBS, st.lists(GLOBS, min_size=1, max_size=3))
def test_globs_contain_each_other_where_every_text_says_so(small, big):
    held = [t for t in TEXTS if glob_matches(small, t)]
    by_trying = all(any(glob_matches(b, t) for b in big) for t in held)
    if glob_within(small, tuple(big)):
        assert by_trying
    elif small.count("*") == 0 or len(small) + max(map(len, big)) <= 5:
        assert not by_trying
    meets = any(glob_matches(big[0], t) for t in held)
    assert globs_meet(small, big[0]) or not meets
    if len(small) + len(big[0]) <= 5:
        assert globs_meet(small, big[0]) == meets


SETS = st.tuples(st.lists(GLOBS, min_size=1, max_size=2).map(tuple), st.booleans()).map(lambda made: PatternSet(*made))


def holds(one, text):
    return any(glob_matches(p, text) for p in one.patterns) != one.complement


@settings(max_examples=150, deadline=None)
@given(SETS, SETS)
def test_pattern_sets_cover_only_what_they_hold(one, other):
    if one.covers(other):
        assert all(holds(one, t) for t in TEXTS if holds(other, t))
    assert one.within(other) is other.covers(one)
    assert one.covers(one) is True


@settings(max_examples=150, deadline=None)
@given(SETS, SETS)
def test_the_union_of_pattern_sets_is_never_more_than_certain(one, other):
    both = one.union(other)
    for text in TEXTS[:120]:
        single = PatternSet((text,)) if text else PatternSet(("",))
        truth = both.covers(single)
        expected = holds(one, text) or holds(other, text)
        assert truth is expected or truth is None


def test_a_hole_is_bounded_by_the_text_around_it():
    partly = PatternSet(("s3:Get*",), False, ("s3:*",))
    assert partly.covers(PatternSet(("s3:GetObject",))) is True
    assert partly.covers(PatternSet(("s3:PutObject",))) is None
    assert partly.covers(PatternSet(("iam:PassRole",))) is False
    left_out = PatternSet(("iam:*",), True, ("s3:*",))
    assert left_out.covers(PatternSet(("ec2:Run",))) is True
    assert left_out.covers(PatternSet(("s3:Get",))) is None
    assert left_out.covers(PatternSet(("iam:Get",))) is False
