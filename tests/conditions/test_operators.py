"""The closed table of operators, on known, missing, unknown and open values."""

from __future__ import annotations

import pytest

from gatepost.conditions import Attributes, Sort, compile_condition
from gatepost.conditions.sets import NetworkSet, PatternSet, PortSet
from gatepost.model.values import Origin, Reference, Value, unknown


class Thing(dict):
    pass


def judge(test, value, sort="any", of=None, **settings):
    schema = Attributes({"x": Sort(sort, of), "other": Sort("any")})
    thing = Thing() if value is None else Thing(x=value)
    return compile_condition({"x": test}, schema, settings).judge(thing, settings)


def texts(*members, **more):
    return Value(tuple(m if isinstance(m, Value) else Value(m) for m in members), **more)


def element(**attributes):
    return Value({k: v if isinstance(v, Value) else Value(v) for k, v in attributes.items()})


MAYBE = unknown("not given")
THERE = unknown("a reference", may_be_missing=False, refers_to=Reference("a.b", "arn"))
PIECES = unknown("a hole", pieces=("arn:aws:s3:::", None, "-logs"))
NULL = Value(None)
T, F, U = True, False, None

SCALARS = [
    # test, sort, value, answer
    ("tcp", "text", Value("tcp"), T),
    ("tcp", "text", Value("udp"), F),
    ("tcp", "text", None, F),
    ("tcp", "text", NULL, F),
    ("tcp", "text", MAYBE, U),
    ("tcp", "text", PIECES, F),
    ("arn:aws:s3:::a-logs", "text", PIECES, U),
    (True, "truth", Value("true"), T),
    ("true", "truth", Value(True), T),
    (True, "truth", Value("True"), T),
    (False, "truth", Value("FALSE"), T),
    (True, "truth", Value("yes"), F),
    ("true", "text", Value("True"), F),
    ({"in": [True]}, "truth", Value("True"), T),
    (-1, "text", Value("-1"), T),
    ("1", "text", Value(1.0), T),
    (1, "number", Value("1.0"), T),
    (False, "truth", Value(None), F),
    ({"in": ["tcp", "-1"]}, "text", Value(-1), T),
    ({"in": ["tcp", "-1"]}, "text", Value("udp"), F),
    ({"in": ["tcp"]}, "text", None, F),
    ({"in": ["tcp"]}, "text", THERE, U),
    ({"in": []}, "text", Value("a"), F),
    ({"exists": True}, "text", Value("a"), T),
    ({"exists": True}, "text", Value(""), F),
    ({"exists": True}, "text", Value(0), T),
    ({"exists": True}, "text", Value(False), T),
    ({"exists": True}, "text", None, F),
    ({"exists": False}, "text", None, T),
    ({"exists": True}, "text", NULL, F),
    ({"exists": True}, "text", MAYBE, U),
    ({"exists": True}, "text", THERE, T),
    ({"exists": False}, "text", THERE, F),
    ({"like": "*:latest"}, "text", Value("alpine:latest"), T),
    ({"like": ["a*", "b*"]}, "text", Value("c"), F),
    ({"like": "a*"}, "text", None, F),
    ({"like": "a*"}, "text", MAYBE, U),
    ({"like": "*"}, "text", MAYBE, U),
    ({"like": "*"}, "text", THERE, T),
    ({"like": "arn:*-logs"}, "text", PIECES, T),
    ({"like": "http*"}, "text", PIECES, F),
    ({"like": "*:::x-logs"}, "text", PIECES, U),
    ({"matches": "^a+$"}, "text", Value("aaa"), T),
    ({"matches": "b"}, "text", Value("aaa"), F),
    ({"matches": "b"}, "text", None, F),
    ({"matches": "b"}, "text", MAYBE, U),
    ({"matches": "^arn:aws:s3"}, "text", PIECES, T),
    ({"matches": "^http"}, "text", PIECES, F),
    ({"matches": "-data$"}, "text", PIECES, F),
    ({"matches": "secret"}, "text", PIECES, U),
    ({"at_least": 3}, "number", Value(3), T),
    ({"at_least": 3}, "number", Value("2"), F),
    ({"at_least": 3}, "number", None, F),
    ({"at_least": 3}, "number", MAYBE, U),
    ({"at_most": 3}, "number", Value(3), T),
    ({"at_most": "1.9"}, "version", Value("1.10"), F),
    ({"at_least": "1.2"}, "version", Value("v1.2.0"), T),
    ({"at_least": "1.2.0"}, "version", Value("1.2.0-rc1"), F),
    ({"at_most": "2026-11-21"}, "date", Value("2026-11-20T23:00:00Z"), T),
    ({"at_least": "7d"}, "duration", Value("168h"), T),
    ({"at_least": "1Gi"}, "size", Value("1000Mi"), F),
    ({"at_least": "high"}, "severity", Value("critical"), T),
    ({"at_least": "high"}, "severity", Value("medium"), F),
    ({"at_least": "low"}, "severity", Value("unknown"), F),
    ({"origin": "code"}, "text", Value("a"), T),
    ({"origin": ["code", "default"]}, "text", Value("a", origins=(Origin("var.x", "default", None),)), T),
    ({"origin": "code"}, "text", None, F),
    ({"origin": "input"}, "text", unknown("w", origins=(Origin("var.x", "input", None),)), T),
    ({"not": "tcp"}, "text", Value("tcp"), F),
    ({"not": "tcp"}, "text", None, T),
    ({"not": {"in": ["a"]}}, "text", None, T),
    ({"not": "tcp"}, "text", MAYBE, U),
    ({"at_least": 1, "at_most": 3}, "number", Value(2), T),
    ({"at_least": 1, "at_most": 3}, "number", Value(4), F),
]


@pytest.mark.parametrize(("test", "sort", "value", "answer"), SCALARS)
def test_operators_on_scalars(test, sort, value, answer):
    assert judge(test, value, sort).truth is answer


def nets(text, **more):
    return Value(NetworkSet.parse(text), **more)


def ports(text, **more):
    return Value(PortSet.parse(text), **more)


def globs(*patterns, **more):
    return Value(PatternSet(patterns, **more))


SETS = [
    ({"includes": 22}, "ports", ports("20-30"), T),
    ({"includes": 22}, "ports", ports("*"), T),
    ({"includes": [22, 443]}, "ports", ports("20-30"), F),
    ({"includes": 22}, "ports", None, F),
    ({"includes": 22}, "ports", MAYBE, U),
    ({"includes": 22}, "ports", ports("80", open=True), U),
    ({"includes": 80}, "ports", ports("80", open=True), T),
    ({"includes": 22}, "ports", Value(PortSet(((80, 80),), ((0, 100),), (MAYBE,))), U),
    ({"includes": 222}, "ports", Value(PortSet(((80, 80),), ((0, 100),), (MAYBE,))), F),
    ({"covers": "all"}, "ports", ports("0-65535"), T),
    ({"covers": "20-22"}, "ports", ports("20,21"), F),
    ({"within": "0-1023"}, "ports", ports("22"), T),
    ({"within": "0-1023"}, "ports", ports("22", open=True), U),
    ({"within": "0-1023"}, "ports", ports("8080", open=True), F),
    ({"within": "0-1023"}, "ports", None, F),
    ({"covers": "internet"}, "networks", nets("0.0.0.0/0"), T),
    ({"covers": "internet"}, "networks", nets("::/0"), T),
    ({"covers": "internet"}, "networks", nets("0.0.0.0/1,128.0.0.0/1"), T),
    ({"covers": "internet"}, "networks", nets("10.0.0.0/8"), F),
    ({"covers": "internet"}, "networks", nets("10.0.0.0/8", open=True), U),
    ({"covers": "all"}, "networks", nets("0.0.0.0/0"), F),
    ({"covers": "internet"}, "networks", None, F),
    ({"within": "private"}, "networks", nets("10.1.0.0/16"), T),
    ({"within": ["private", "203.0.113.0/24"]}, "networks", nets("203.0.113.7"), T),
    ({"includes": "10.0.0.1"}, "networks", nets("10.0.0.0/24"), T),
    ({"covers": "all"}, "patterns", globs("*"), T),
    ({"covers": ["s3:*"]}, "patterns", globs("s3:Get*"), F),
    ({"includes": "iam:PassRole"}, "patterns", globs("iam:Pass*"), T),
    ({"includes": "iam:passrole"}, "patterns", globs("iam:Pass*", ignore_case=True), T),
    ({"includes": "iam:PassRole"}, "patterns", globs("s3:*", complement=True), T),
    ({"covers": "all"}, "patterns", globs("s3:*", complement=True), F),
    ({"covers": "all"}, "patterns", globs("a", possible=("*",), unknowns=(MAYBE,)), U),
    ({"covers": "all"}, "patterns", globs("a", possible=("arn:aws:s3:::*",), unknowns=(MAYBE,)), F),
    ({"within": "s3:*"}, "patterns", globs("s3:Get*", "s3:Put*"), T),
    ({"exists": True}, "ports", ports("22"), T),
    ({"exists": True}, "ports", Value(PortSet(())), F),
]


@pytest.mark.parametrize(("test", "sort", "value", "answer"), SETS)
def test_operators_on_sets(test, sort, value, answer):
    assert judge(test, value, sort).truth is answer


TEXT = Sort("text")
ELEMENT = Attributes({"a": TEXT, "n": Sort("number")})
LISTS = [
    ({"includes": "a"}, TEXT, texts("a", "b"), T),
    ({"includes": ["a", "c"]}, TEXT, texts("a", "b"), F),
    ({"includes": "c"}, TEXT, texts("a", MAYBE), U),
    ({"includes": "c"}, TEXT, texts("a", open=True), U),
    ({"includes": "a"}, TEXT, texts("a", MAYBE, open=True), T),
    ({"includes": "a"}, TEXT, None, F),
    ({"covers": ["a", "b"]}, TEXT, texts("a", "b"), T),
    ({"within": ["a"]}, TEXT, texts("a", "b"), F),
    ({"within": ["a"]}, TEXT, texts("a", MAYBE), U),
    ({"within": ["a"]}, TEXT, texts("b", MAYBE), F),
    ({"within": ["a"]}, TEXT, None, F),
    ({"some": {"like": "a*"}}, TEXT, texts("b", "ab"), T),
    ({"some": "a"}, TEXT, texts("b"), F),
    ({"some": "a"}, TEXT, texts("b", MAYBE), U),
    ({"some": "a"}, TEXT, texts("b", open=True), U),
    ({"some": "a"}, TEXT, texts("a", open=True), T),
    ({"some": "a"}, TEXT, None, F),
    ({"some": "a"}, TEXT, MAYBE, U),
    ({"every": "a"}, TEXT, texts("a", "a"), T),
    ({"every": "a"}, TEXT, texts(), T),
    ({"every": "a"}, TEXT, None, T),
    ({"every": "a"}, TEXT, texts("b", open=True), F),
    ({"every": "a"}, TEXT, texts("a", open=True), U),
    ({"every": "a"}, TEXT, MAYBE, U),
    ({"count": 2}, TEXT, texts("a", "b"), T),
    ({"count": 0}, TEXT, None, T),
    ({"count": {"at_least": 2}}, TEXT, texts("a", "b", open=True), T),
    ({"count": {"at_most": 1}}, TEXT, texts("a", "b", open=True), F),
    ({"count": {"at_most": 2}}, TEXT, texts("a", "b", open=True), U),
    ({"count": {"at_least": 2, "of": "a"}}, TEXT, texts("a", MAYBE), U),
    ({"count": {"at_least": 3, "of": "a"}}, TEXT, texts("a", MAYBE), F),
    ({"count": {"at_least": 0}}, TEXT, MAYBE, T),
    ({"exists": True}, TEXT, texts(), F),
    ({"exists": True}, TEXT, texts(open=True), U),
    ({"some": {"a": "x", "n": {"at_least": 2}}}, ELEMENT, texts(element(a="x", n=1), element(a="x", n=2)), T),
    ({"some": {"a": "x", "n": {"at_least": 2}}}, ELEMENT, texts(element(a="x", n=1)), F),
    ({"some": {"a": "x"}}, ELEMENT, texts(element(a=MAYBE)), U),
    ({"some": {"not": {"a": "x"}}}, ELEMENT, texts(element()), T),
    ({"every": {"any": [{"a": "x"}, {"n": 1}]}}, ELEMENT, texts(element(a="x"), element(n=1)), T),
    ({"count": {"of": {"a": "x"}, "in": [1]}}, ELEMENT, texts(element(a="x"), element(a="y")), T),
]


@pytest.mark.parametrize(("test", "of", "value", "answer"), LISTS)
def test_operators_on_lists(test, of, value, answer):
    assert judge(test, value, "list", of).truth is answer


def test_an_empty_block_exists_and_an_empty_object_does_not():
    from gatepost.model.places import Source, Span

    source = Source("a.tf", "b {\n}\nc = {}\n", "terraform")
    assert judge({"exists": True}, Value({}, Span(source, 3, 4), notation="hcl"), "map").truth is True
    assert judge({"exists": True}, Value({}, Span(source, 10, 12), notation="hcl"), "map").truth is False


def test_the_size_of_networks_is_how_many_addresses_they_hold():
    schema = Attributes({"x": Sort("networks")})
    small = compile_condition({"x.size": {"at_most": 256}}, schema)
    assert small.judge(Thing(x=nets("10.0.0.0/24")), {}).truth is True
    assert small.judge(Thing(x=nets("10.0.0.0/23")), {}).truth is False
    assert small.judge(Thing(x=nets("10.0.0.0/24", open=True)), {}).truth is None
    assert small.judge(Thing(x=nets("10.0.0.0/23", open=True)), {}).truth is False
    assert small.judge(Thing(), {}).truth is False


def test_placeholders_are_typed_when_whole_and_text_inside_text():
    assert judge({"in": "${names}"}, Value("b"), names=["a", "b"]).truth is True
    assert judge({"like": "${start}*"}, Value("ab"), start="a").truth is True
    assert judge("${n}", Value("3"), n=3).truth is True
    assert judge({"in": "${names}"}, Value("b"), names=None).truth is False
    assert judge({"not": {"in": "${names}"}}, Value("b"), names=None).truth is True


def test_a_placeholder_names_an_attribute_of_the_subject():
    schema = Attributes({"x": Sort("list", ELEMENT), "other": TEXT})
    condition = compile_condition({"x": {"some": {"a": "${other}"}}}, schema, ())
    things = texts(element(a="y"))
    assert condition.judge(Thing(x=things, other=Value("y")), {}).truth is True
    assert condition.judge(Thing(x=things), {}).truth is False
    outcome = condition.judge(Thing(x=things, other=MAYBE), {})
    assert outcome.truth is None
    assert [asked.attribute for asked in outcome.unknowns] == ["other"]


def test_the_text_of_an_attribute_is_never_a_pattern():
    schema = Attributes({"x": TEXT, "other": TEXT})
    for operator, hostile in (("like", "*"), ("matches", "(a+)+")):
        condition = compile_condition({"x": {operator: "${other}"}}, schema, ())
        assert condition.judge(Thing(x=Value("zzz"), other=Value(hostile)), {}).truth is False
        assert condition.judge(Thing(x=Value(hostile), other=Value(hostile)), {}).truth is True


def test_the_evidence_of_some_is_the_element_that_holds():
    outcome = judge({"some": {"a": "x"}}, texts(element(a="y"), element(a="x")), "list", ELEMENT)
    assert outcome.evidence[0].element == element(a="x")
    assert outcome.evidence[1].attribute == "x.a"


def test_the_evidence_of_covers_is_the_member_that_covers():
    one, other = Value("10.0.0.0/8"), Value("0.0.0.0/0")
    parts = tuple((NetworkSet.parse(v.literal), v) for v in (one, other))
    both = parts[0][0].union(parts[1][0])._replace(parts=parts)
    assert judge({"covers": "internet"}, Value(both), "networks").evidence[0].element is other


def test_known_is_the_gates_alone():
    condition = compile_condition({"x": {"known": False}}, None, known=True)
    assert condition.judge(Thing(x=MAYBE), {}).truth is True
    assert condition.judge(Thing(), {}).truth is True
    assert condition.judge(Thing(x=Value(1)), {}).truth is False
