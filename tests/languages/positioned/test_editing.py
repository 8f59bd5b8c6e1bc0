from __future__ import annotations

import copy
import json
import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gatepost.languages.positioned import read_json, read_yaml
from gatepost.languages.positioned.edits import CannotEdit, Editor
from gatepost.languages.positioned.rendering import Tagged
from gatepost.languages.positioned.splices import apply

TEXT = st.sampled_from(
    [
        "a",
        "yes",
        "10",
        "x: y",
        "#no",
        "it's",
        'say "hi"',
        "two\nlines\n",
        "",
        " lead",
        "é😀",
        "- x",
        "s3:Get*",
        "0.0.0.0/0",
    ]
)
SCALAR = st.none() | st.booleans() | st.integers(-99, 99) | TEXT | st.text(max_size=6)
KEYS = st.sampled_from(["Key", "Other", "third key", "n:o", "4", "yes"])
DATA = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)
TREE = st.dictionaries(KEYS, DATA, min_size=1, max_size=3) | st.lists(DATA, min_size=1, max_size=3)


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


DUMPS = {
    "yaml": lambda d: yaml.safe_dump(d, sort_keys=False, allow_unicode=True),
    "yaml, flow": lambda d: yaml.safe_dump(d, default_flow_style=True, width=30),
    "yaml, mixed": lambda d: yaml.safe_dump(d, default_flow_style=None),
    "yaml, literal": lambda d: yaml.safe_dump(d, default_style="|"),
    "yaml, lists set in": lambda d: yaml.dump(d, Dumper=_Indented, indent=4, default_flow_style=False),
    "yaml, of Windows, cut": lambda d: yaml.safe_dump(d, default_flow_style=False).rstrip("\n").replace("\n", "\r\n"),
    "json": lambda d: json.dumps(d, indent=2),
    "json, one line": json.dumps,
    "json, colons apart": lambda d: json.dumps(d, indent=4, separators=(",", " : ")),
}


def reader(manner: str):
    return read_json if manner.startswith("json") else read_yaml


def a_path(data: object, choose: random.Random) -> list[str | int]:
    path: list[str | int] = []
    while isinstance(data, dict | list) and data and (not path or choose.random() < 0.7):
        step = choose.choice(list(data) if isinstance(data, dict) else range(len(data)))
        path.append(step)
        data = data[step]
    return path


def followed(data, path):
    for step in path:
        data = data[step]
    return data


def edited(manner: str, text: str, act) -> str:
    """Edit, see that only the splices differ, and return the new text."""
    splices = act(Editor(text, "json" if manner.startswith("json") else "yaml"), reader(manner)(text))
    assert all(0 <= s.start <= s.end <= len(text) for s in splices)
    return apply(text, splices)


def dumped(manner: str, data) -> tuple[str, object]:
    """Write the data; what a style cannot hold (numbers in literal style) comes back as it reads it."""
    text = DUMPS[manner](data)
    return text, reader(manner)(text).plain()


@given(st.sampled_from(sorted(DUMPS)), TREE, DATA, st.randoms())
def test_setting_a_value_gives_the_tree_that_was_meant(manner, data, new, choose):
    text, before = dumped(manner, data)
    path = a_path(before, choose)
    after = edited(manner, text, lambda e, root: e.set(root, path, new))
    meant = copy.deepcopy(before)
    followed(meant, path[:-1])[path[-1]] = new
    assert reader(manner)(after).plain() == meant


@given(st.sampled_from(sorted(DUMPS)), TREE, DATA, st.randoms())
def test_adding_a_key_or_element_gives_the_tree_that_was_meant(manner, data, new, choose):
    text, before = dumped(manner, data)
    path = a_path(before, choose)
    while path and not isinstance(followed(before, path), dict | list):
        path.pop()
    meant = copy.deepcopy(before)
    at = followed(meant, path)
    if isinstance(at, list):
        after = edited(manner, text, lambda e, root: e.append(root, path, new))
        at.append(new)
    else:
        after = edited(manner, text, lambda e, root: e.set(root, [*path, "Added", "below"], new))
        at["Added"] = {"below": new}
    assert reader(manner)(after).plain() == meant


@given(st.sampled_from(sorted(DUMPS)), TREE, st.randoms())
def test_removing_gives_the_tree_that_was_meant(manner, data, choose):
    text, before = dumped(manner, data)
    path = a_path(before, choose)
    after = edited(manner, text, lambda e, root: e.remove(root, path))
    meant = copy.deepcopy(before)
    while len(path) > 1 and len(followed(meant, path[:-1])) == 1:
        path.pop()
    del followed(meant, path[:-1])[path[-1]]
    assert reader(manner)(after).plain() == meant


@pytest.mark.parametrize(
    ("text", "path", "new", "after"),
    [
        ("a: 'x' # why\n", ["a"], "y", "a: 'y' # why\n"),
        ("a: false # why\n", ["a"], True, "a: true # why\n"),
        ("a: 'x'\n", ["a"], 7, "a: 7\n"),
        ("a:\n", ["a"], "b", "a: b\n"),
        ("a: # c\nb: 1\n", ["a"], 3, "a: 3 # c\nb: 1\n"),
        ("- a: 1\n", [0, "b"], {"c": [1]}, "- a: 1\n  b:\n    c:\n      - 1\n"),
        ("a:\n- 1 # one\n# end\n", ["a", 1], 2, "a:\n- 1 # one\n- 2\n# end\n"),
        ("a: {b: 1}\n", ["a", "c"], "x y", "a: {b: 1, c: x y}\n"),
        ("a: {}\n", ["a", "c"], "x", "a: {c: x}\n"),
        ("a: !Ref B\n", ["a"], "x", "a: x\n"),
        ("a: &n 1\nb: *n\n", ["a"], 2, "a: &n 2\nb: *n\n"),
        ("a: |\n  one\n  two\nb: 1\n", ["a"], "three\nfour\n", "a: |\n  three\n  four\nb: 1\n"),
        ("a: |+\n  one\n\n\nb: 1\n", ["b"], 2, "a: |+\n  one\n\n\nb: 2\n"),
        ("a:\n  - x: 1\n", ["a", 0, "z"], Tagged("!Ref", "B"), "a:\n  - x: 1\n    z: !Ref B\n"),
        ("a: ''\n", ["a"], "2012-10-17", "a: '2012-10-17'\n"),
        ("a: x\n", ["a"], "2012-10-17", 'a: "2012-10-17"\n'),
        ('{\n  "a" : 1\n}', ["b"], "x", '{\n  "a" : 1,\n  "b" : "x"\n}'),
        ('{\n  "a": {}\n}', ["a", "b"], 1, '{\n  "a": {\n    "b": 1\n  }\n}'),
    ],
)
def test_the_manner_of_the_file_is_kept(text, path, new, after):
    manner = "json" if text.startswith("{") else "yaml"
    assert edited(manner, text, lambda e, root: e.set(root, path, new)) == after


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("a: 1 # one\nb: 2\n", ["a"], "b: 2\n"),
        ("a: 1\nb:\n  - x: 1\n", ["b", 0, "x"], "a: 1\n"),
        ("- a: 1\n  b: 2\n", [0, "a"], "- b: 2\n"),
        ("- - 1\n  - 2\n", [0, 0], "- - 2\n"),
        ("a: [1, 2,]\n", ["a", 1], "a: [1,]\n"),
        ("a: 1\nb: 2", ["b"], "a: 1"),
        ('{"a": 1, "b": 2}', ["a"], '{"b": 2}'),
        ("a: 1\n", ["a"], "{}\n"),
    ],
)
def test_removing_takes_the_line_and_an_empty_parent(text, path, after):
    manner = "json" if text.startswith("{") else "yaml"
    assert edited(manner, text, lambda e, root: e.remove(root, path)) == after


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: *b\nb: &b {c: 1}\n".replace("a: *b\nb: &b {c: 1}\n", "b: &b {c: 1}\na: *b\n"), ["a", "c"]),
        ("a: !Sub {b: 1}\n", ["a", "b"]),
        ("a: x\n", ["a", "b"]),
    ],
)
def test_what_stands_elsewhere_or_is_computed_is_not_edited(text, path):
    with pytest.raises(CannotEdit):
        edited("yaml", text, lambda e, root: e.set(root, path, 1))


def test_a_key_that_a_merge_brings_is_overridden_in_place():
    text = "b: &b {c: 1}\na:\n  <<: *b\n  d: 2\n"
    assert edited("yaml", text, lambda e, root: e.set(root, ["a", "c"], 5)) == text + "  c: 5\n"
