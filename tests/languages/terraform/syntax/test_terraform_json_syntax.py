"""Terraform's JSON notation gives the nodes of HCL."""

from __future__ import annotations

import pytest

from gatepost.languages.terraform import nodes as n
from gatepost.languages.terraform.json_syntax import parse_json


def read(text: str) -> n.Body:
    body, faults = parse_json(text)
    assert not faults
    return body


def test_labels_are_nested_objects_or_lists_of_objects() -> None:
    text = '{"resource": [{"a": {"b": {"x": 1}}}, {"a": {"c": [{"x": 2}, {"x": 3}]}}], "locals": {"l": true}}'
    blocks = read(text).blocks()
    assert [(block.type, block.labels) for block in blocks] == [
        ("resource", ("a", "b")),
        ("resource", ("a", "c")),
        ("resource", ("a", "c")),
        ("locals", ()),
    ]
    assert text[blocks[2].start : blocks[2].end] == '{"x": 3}'


def test_comment_keys_are_left_out() -> None:
    (block,) = read(
        '{"//": "x", "resource": {"//": "x", "a": {"b": {"//": "x", "y": [{"//": "x", "z": 1}]}}}}'
    ).blocks()
    assert list(block.body.attributes) == ["y"]
    inner = n.as_blocks(block.body.attributes["y"])
    assert inner is not None
    assert list(inner[0].body.attributes) == ["z"]


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ('"x-${var.a}"', ["var.a"]),
        (r'"${var.b[\"k\"]}"', [r"var.b[\"k\"]"]),
        (r'"é\n\u00e9\ud83d\ude00 ${a.b} ${c.d}"', ["a.b", "c.d"]),
    ],
)
def test_expressions_in_strings_stand_where_they_are_written(written: str, pieces: list[str]) -> None:
    text = '{"locals": {"x": ' + written + "}}"
    value = read(text).blocks()[0].body.attributes["x"].value
    found = [text[node.start : node.end] for node in n.below(value) if isinstance(node, n.Reference)]
    assert sorted(found) == pieces
    assert (text[value.start : value.end], type(value)) == (written, n.Template)


def test_what_terraform_reads_as_an_expression_is_one() -> None:
    body = read('{"variable": {"v": {"type": "list(string)"}}, "module": {"m": {"depends_on": ["aws_x.y"]}}}')
    variable, module = body.blocks()
    assert isinstance(variable.body.attributes["type"].value, n.Call)
    names = module.body.attributes["depends_on"].value
    assert isinstance(names, n.ListExpression)
    assert isinstance(names.items[0], n.Reference)


def test_strings_of_var_files_are_no_templates() -> None:
    body, faults = parse_json('{"a": "${x"}', tfvars=True)
    assert not faults
    value = body.attributes["a"].value
    assert isinstance(value, n.Literal)
    assert value.value == "${x"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"resource": 1}', '{"resource": {"a": "b"}}', '{"locals": {"a": "${x"}}']
)
def test_what_is_wrong_has_a_place(text: str) -> None:
    _, faults = parse_json(text)
    assert len(faults) == 1
    assert 0 <= faults[0].offset <= len(text)


def test_deep_nesting_is_one_fault() -> None:
    assert len(parse_json('{"locals": {"a": ' + "[" * 10_000)[1]) == 1
