"""TOML with places reads as tomllib reads it."""

from __future__ import annotations

import datetime
import math
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.languages.manifests.toml_reader import read_toml
from gatepost.languages.positioned.nodes import Malformed, Node

GOOD = [
    "",
    "a = 1\nb.c = 'x'\nb.\"d e\" = true\n",
    '[a]\nx = "1"\n[a.b]\ny = 2\n[[c]]\nn = 1\n[[c]]\nn = 2\n[c.d]\nz = 1\n',
    'a = { b = "c", d.e = [1, 2, { f = 3 }] }\n',
    'a = [\n  "x", # one\n  "y",\n]\n',
    'a = """\none \\\n   two "quoted" \\u00e9"""\nb = \'\'\'\nraw \\n\'\'\'\n',
    'a = """x"""""\n',
    "d = 1979-05-27T07:32:00Z\nt = 07:32:00\nday = 1979-05-27\n",
    "i = 0xff\nf = -1.5e3\nu = 1_000\nn = inf\n",
    "[a.b.c]\nx = 1\n[a]\ny = 2\n",
    '"" = 1\n[a."b.c"]\nx = 1\n',
]
BAD = [
    "a",
    "a = ",
    "a = 1 b = 2",
    "a = 1\na = 2",
    "[a]\n[a]\n",
    "a = {b = 1}\n[a]\n",
    "a = {b = 1}\na.c = 2",
    "[[a]]\n[a]\n",
    "a = []\n[[a]]\n",
    'a = "x',
    'a = "\\q"',
    "a = 01",
    "a = [1 2]",
    "a = {b = 1,}",
    "a.b = 1\n[a]\n",
    "[a\nb = 1",
    "a = " + "[" * 300 + "]" * 300,
]


def data(node: Node) -> Any:
    """Return plain data."""
    return node.plain()


def plain(found: Any) -> Any:
    """Return what tomllib reads with dates as a mark."""
    match found:
        case dict():
            return {key: plain(value) for key, value in _members(found)}
        case list():
            return [plain(value) for value in _rows(found)]
        case datetime.date() | datetime.time():
            return "date"
        case _:
            return found


def _members(found: Any) -> Any:
    return found.items()


def _rows(found: Any) -> Any:
    return found


def same(ours: Any, theirs: Any) -> bool:
    match theirs:
        case "date":
            return isinstance(ours, str)
        case dict():
            members = _members(theirs)
            return list(ours) == [key for key, _ in members] and all(same(ours[key], value) for key, value in members)
        case list():
            rows = _rows(theirs)
            return len(ours) == len(rows) and all(map(same, ours, rows))
        case float() if math.isnan(theirs):
            return math.isnan(ours)
        case _:
            return type(ours) is type(theirs) and ours == theirs


@pytest.mark.parametrize("text", GOOD)
def test_reads_what_tomllib_reads(text: str):
    assert same(data(read_toml(text)), plain(tomllib.loads(text)))


@pytest.mark.parametrize("text", BAD)
def test_refuses_what_tomllib_refuses(text: str):
    if len(text) < 300:
        with pytest.raises(tomllib.TOMLDecodeError):
            tomllib.loads(text)
    with pytest.raises(Malformed):
        read_toml(text)


_PIECES = st.sampled_from(
    [
        "a",
        "b",
        ".",
        " = ",
        "1",
        "-0.5",
        '"x"',
        "'y'",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\n",
        "#c\n",
        '"""',
        "\\",
        "true",
        "1979-05-27",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_whatever_tomllib_reads_is_read_alike_and_the_rest_is_refused(text: str):
    try:
        theirs = plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        theirs = None
    try:
        ours = data(read_toml(text))
    except Malformed:
        ours = None
    assert (ours is None) == (theirs is None)
    assert theirs is None or same(ours, theirs)


def test_every_text_stands_where_its_node_says():
    text = "[project]\ndependencies = [\n  \"a>=1\", # c\n  'b',\n]\n"
    node = read_toml(text).get("project")
    assert node is not None
    dependencies = node.get("dependencies")
    assert dependencies is not None
    assert [text[one.start : one.end] for one in dependencies.elements()] == ['"a>=1"', "'b'"]
