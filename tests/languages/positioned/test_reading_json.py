from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.json_text import fuzz

from gatepost.languages.positioned import Malformed, Node, read_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def refused(text: str) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_json(text)
    return caught.value


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_what_python_writes_is_read_back_the_same(data, indent, ascii_only):
    assert read_json(json.dumps(data, indent=indent, ensure_ascii=ascii_only)).plain() == json.loads(json.dumps(data))


@given(JSON)
def test_every_node_stands_exactly_where_its_text_is(data):
    text = json.dumps(data, indent=1, ensure_ascii=False)

    def look(node: Node) -> None:
        assert json.loads(text[node.start : node.end]) == node.plain()
        for _, key, value in node.items():
            assert json.loads(text[key.start : key.end]) == key.value
            look(value)
        for element in node.elements():
            look(element)

    look(read_json(text))


@given(st.text(alphabet='{}[]",:\\u0123 \n-.eEtruefalsn/'))
def test_no_text_does_harm(text):
    fuzz(text.encode())


@pytest.mark.parametrize(
    ("text", "what", "offset"),
    [
        ("", "ends where a value is expected", 0),
        ('{"a": 1,}', "a comma stands before '}'", 8),
        ("[1,]", "missing before ']'", 3),
        ('{"a" 1}', "':' is missing", 4),
        ("{a: 1}", "a key has to be text", 1),
        ("{'a': 1}", "single quotes", 1),
        ('{"a": 1 "b": 2}', "a comma or '}' is missing", 8),
        ('{"a": [1, 2}', "'}' where ']' is expected", 11),
        ('{"a": [1, 2', "'[' is never closed", 6),
        ('["x\ny"]', "control character", 3),
        ('["a\\qb"]', "an escape that JSON does not know", 3),
        ('["abc', "text is never closed", 1),
        ("[1] 2", "more text after the end", 4),
        ("// x\n{}", "JSON has no comments", 0),
        ('{"a": 1, "a": 2}', "'a' is written twice", 9),
        ("[01]", "comma or ']' is missing", 2),
        ("[NaN]", "no JSON value", 1),
        ("{\x00", "NUL", 1),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, what, offset):
    problem = refused(text)
    assert what in problem.what
    assert problem.hint
    assert problem.offset == offset


def test_keys_written_twice_are_kept_when_asked():
    assert len(read_json('{"//": 1, "//": 2}', tolerant=True).value) == 2


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 201 + "]" * 201])
def test_deep_nesting_is_refused(text):
    assert "nested deeper" in refused(text).what


def test_two_hundred_levels_are_read():
    assert read_json("[" * 200 + "]" * 200).kind == "list"


def test_half_a_surrogate_becomes_a_replacement_character():
    assert read_json('"\\ud800x"').value == "\ufffdx"
    assert read_json('"\\ud83d\\ude00"').value == "😀"


def test_reading_is_linear_in_the_length():
    def seconds(n: int) -> float:
        text = json.dumps([{"k": "v" * 50, "n": i, "e": 'q"uote'} for i in range(n)])
        start = time.process_time()
        read_json(text)
        return time.process_time() - start

    small, large = (min(seconds(n) for _ in range(3)) for n in (800, 8000))
    assert large < 50 * max(small, 0.002)
