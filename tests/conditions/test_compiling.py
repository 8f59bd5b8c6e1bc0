"""What a condition is refused for, and where the fault lies."""

from __future__ import annotations

import pytest

from gatepost.conditions import Attributes, ConditionError, Sort, compile_condition
from gatepost.conditions.sorts import sort_of

SCHEMA = Attributes(
    {
        "name": Sort("text"),
        "port": Sort("number"),
        "ports": Sort("ports"),
        "sources": Sort("networks"),
        "version": Sort("version"),
        "day": Sort("date"),
        "on": Sort("truth"),
        "tags": Sort("map", Sort("text")),
        "image": Sort("map", Attributes({"tag": Sort("text")})),
        "rules": Sort("list", Attributes({"action": Sort("text"), "parts": Sort("list", Sort("text"))})),
    }
)

REFUSED = [
    ({}, (), "empty condition", ""),
    ({"nmae": "x"}, ("nmae",), "no attribute", "name"),
    ({"image.tga": "x"}, ("image.tga",), "no attribute", "image.tag"),
    ({"name": {"likes": "x"}}, ("name", "likes"), "no operator", "like"),
    ({"name": {"includes": "x"}}, ("name", "includes"), "does not fit the sort text", ""),
    ({"ports": {"like": "2*"}}, ("ports", "like"), "does not fit the sort ports", ""),
    ({"ports": 22}, ("ports",), "includes", ""),
    ({"ports": {"includes": "ssh"}}, ("ports", "includes"), "no port", ""),
    ({"ports": {"includes": "30-20"}}, ("ports", "includes"), "no range", ""),
    ({"sources": {"covers": "10.0.0.0/33"}}, ("sources", "covers"), "longer than 32", ""),
    ({"version": {"at_least": "new"}}, ("version", "at_least"), "no version", ""),
    ({"day": {"at_least": "2026-02-30"}}, ("day", "at_least"), "calendar", ""),
    ({"port": "ssh"}, ("port",), "no number", ""),
    ({"on": "yes"}, ("on",), "neither true nor false", ""),
    ({"name": ["a"]}, ("name",), "in: ", ""),
    ({"name": None}, ("name",), "exists: false", ""),
    ({"name": {}}, ("name",), "empty test", ""),
    ({"name": {"exists": "yes"}}, ("name", "exists"), "true or false", ""),
    ({"name": {"in": "a"}}, ("name", "in"), "a list", ""),
    ({"name": {"matches": "("}}, ("name", "matches"), "", ""),
    ({"name": {"matches": "(a+)+$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"matches": "(a+b?)+$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"matches": "(\\w+\\d)+$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"matches": "(.*,)*$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"matches": "((a+)x?)*$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"matches": "(a|a)*$"}}, ("name", "matches"), "for ever", ""),
    ({"name": {"origin": "cody"}}, ("name", "origin"), "no origin", ""),
    ({"name": {"like": "${nam}"}}, ("name", "like"), "neither a setting", "name"),
    ({"any": {"name": "x"}}, ("any",), "list of conditions", ""),
    ({"any": []}, ("any",), "empty list", ""),
    ({"not": []}, ("not",), "mapping", ""),
    ({"any": [{"name": "x"}, {"nmae": "x"}]}, ("any", 1, "nmae"), "no attribute", "name"),
    ({"rules": {"some": {"acton": "x"}}}, ("rules", "some", "acton"), "no attribute", "action"),
    (
        {"rules": {"some": {"parts": {"count": {"at_least": -1}}}}},
        ("rules", "some", "parts", "count", "at_least"),
        "",
        "",
    ),
    ({"rules": {"count": {"of": {"action": "x"}}}}, ("rules", "count"), "number", ""),
    ({"name": {"known": True}}, ("name", "known"), "no operator", ""),
    ([], (), "mapping", ""),
]


@pytest.mark.parametrize(("plain", "path", "message", "nearest"), REFUSED)
def test_a_bad_condition_is_refused_with_its_place(plain, path, message, nearest):
    with pytest.raises(ConditionError) as caught:
        compile_condition(plain, SCHEMA, {"wanted": None})
    assert caught.value.path == path
    assert message in caught.value.message
    assert caught.value.nearest == nearest


ACCEPTED = [
    {"tags.owner": {"exists": True}},
    {"image.tag": {"not": {"like": "latest"}}},
    {"rules": {"some": {"action": "${wanted}", "parts": {"every": {"matches": "^a"}}}}},
    {"rules.0.action": "x"},
    {"sources.size": {"at_most": 256}},
    {"sources": {"within": "${wanted}"}},
    {"name": {"matches": "^[a-z]+-[0-9]+(\\.[0-9]+){0,3}$"}},
    {"name": {"matches": "^([a-z0-9-]+\\.)+example$"}},
    {"name": {"matches": "^(/[^/]+)*$"}},
    {"name": {"matches": "(?:ab|cd)*x"}},
]


@pytest.mark.parametrize("plain", ACCEPTED)
def test_a_good_condition_is_taken(plain):
    compile_condition(plain, SCHEMA, {"wanted": None})


def test_a_condition_says_what_it_asks_for():
    condition = compile_condition(
        {"name": "${wanted}", "any": [{"rules": {"some": {"action": "x"}}}]}, SCHEMA, ["wanted"]
    )
    assert condition.attributes == ("name", "rules")
    assert condition.placeholders == ("wanted",)


def test_nesting_is_limited():
    deep = {"name": "x"}
    for _ in range(10_000):
        deep = {"not": deep}
    with pytest.raises(ConditionError, match="deeper"):
        compile_condition(deep, SCHEMA)


@pytest.mark.parametrize("expression", ["password.*=.*secret", "a.*b.*c.*d", "^a.*b.*c$", "[^x]+y[^x]+z", "a\\s*b.*c$"])
def test_no_expression_takes_long_on_hostile_text(expression):
    import time

    from gatepost.model.values import Value

    condition = compile_condition({"name": {"matches": expression}}, SCHEMA)
    for text in ("password" * 12_000, "a" * 100_000, "abc" * 30_000, "ab=" * 30_000, "a b\n" * 20_000, "y" * 100_000):
        started = time.process_time()
        condition.judge({"name": Value(text)}, {})
        assert time.process_time() - started < 3


def test_long_text_is_searched_to_its_end():
    from gatepost.model.values import Value

    script = "echo hello world and more\n" * 3_000 + "curl https://x | sudo sh\n"
    for expression in ("curl.*\\|.*sh", "curl", "sudo sh\\n$", "[|] sudo"):
        condition = compile_condition({"name": {"matches": expression}}, SCHEMA)
        assert condition.judge({"name": Value(script)}, {}).truth is True
    assert (
        compile_condition({"name": {"matches": "wget.*\\|"}}, SCHEMA).judge({"name": Value(script)}, {}).truth is False
    )


def test_the_key_of_a_map_of_truth_values_may_have_dots():
    schema = Attributes({"flags": Sort("map", Sort("truth"))})
    assert sort_of(schema, "flags.rds.force_ssl") == Sort("truth")
    assert sort_of(schema, "words.rds.force_ssl") is None
