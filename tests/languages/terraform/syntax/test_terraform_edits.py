"""Edits of Terraform files, each in the style of its file."""

from __future__ import annotations

import pytest
from hcl_files import applied, edited, editor

from gatepost.model.problems import CannotWrite
from gatepost.model.values import Reference

RESOURCE = """resource "a" "b" {
  count = 2
  acl   = "x" # who

  # about tags
  tags = { a = 1 }

  names = [
    # first
    "a", # one
    "b"  # two
  ]

  # about rules
  rule {
    z = 1
  }

  lifecycle {}
}
"""
BLOCK = RESOURCE[:-1]


def change(verb: str, *arguments: object) -> tuple[list[str], list[str]]:
    """The lines that a change of RESOURCE takes out and puts in."""
    before, after = RESOURCE.split("\n"), edited(RESOURCE, verb, BLOCK, *arguments).split("\n")
    first = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return before[first : len(before) - last], after[first : len(after) - last]


@pytest.mark.parametrize(
    ("steps", "new", "out", "put"),
    [
        (("acl",), "x", [], []),
        (("acl",), 'p"${q}', ['  acl   = "x" # who'], ['  acl   = "p\\"$${q}" # who']),
        (("acl",), Reference("k.l", "id"), ['  acl   = "x" # who'], ["  acl   = k.l.id # who"]),
        (("names", 1), "c", ['    "b"  # two'], ['    "c"  # two']),
        (("tags", "b"), True, ["  tags = { a = 1 }"], ["  tags = { a = 1, b = true }"]),
        (("rule", "y", 0, "w"), [1], [], ["", "    y {", "      w = [1]", "    }"]),
        (("lifecycle", "x"), 1, ["  lifecycle {}"], ["  lifecycle {", "    x = 1", "  }"]),
        (("new", "x"), 1, [], ["  new {", "    x = 1", "  }", ""]),
    ],
)
def test_setting_changes_nothing_else(steps: object, new: object, out: list[str], put: list[str]) -> None:
    assert change("set", steps, new) == (out, put)


def test_a_longer_name_moves_the_signs_of_its_neighbours() -> None:
    out, put = change("set", ("versioned",), True)
    assert out == ["  count = 2", '  acl   = "x" # who']
    assert put == ["  count     = 2", '  acl       = "x" # who', "  versioned = true"]


@pytest.mark.parametrize(
    ("steps", "new", "out", "put"),
    [
        (("names",), "c", ['    "b"  # two'], ['    "b", # two', '    "c"']),
        (("rule",), {"z": 2}, [], ["  rule {", "    z = 2", "  }", ""]),
        (("none",), "c", [], ['  none  = ["c"]']),
    ],
)
def test_appending_puts_commas_where_they_belong(steps: object, new: object, out: list[str], put: list[str]) -> None:
    assert change("append", steps, new) == (out, put)


@pytest.mark.parametrize(
    ("steps", "gone"),
    [
        (("tags", "a"), "  # about tags\n  tags = { a = 1 }\n\n"),
        (("tags",), "  # about tags\n  tags = { a = 1 }\n\n"),
        (("rule",), "  # about rules\n  rule {\n    z = 1\n  }\n\n"),
        (("rule", 0), "  # about rules\n  rule {\n    z = 1\n  }\n\n"),
    ],
)
def test_removing_takes_lines_and_their_own_comment(steps: object, gone: str) -> None:
    assert edited(RESOURCE, "remove", BLOCK, steps) == RESOURCE.replace(gone, "")


def test_the_last_element_takes_its_attribute_along() -> None:
    text = 'a {\n  b = jsonencode({\n    c = [{ d = "x" }]\n  })\n  e = 1\n}\n'
    assert edited(text, "remove", '{ d = "x" }', ("d",)) == "a {\n  e = 1\n}\n"


def test_an_attribute_is_removed_whatever_is_around_its_value() -> None:
    text = 'a {\n  b = ("${var.x}")\n\n  c = jsonencode({ d = 1 })\n}\n'
    assert edited(text, "remove", 'b = ("${var.x}")') == "a {\n  c = jsonencode({ d = 1 })\n}\n"
    assert edited(text, "remove", "c = jsonencode({ d = 1 })") == 'a {\n  b = ("${var.x}")\n}\n'


def test_text_that_is_json_becomes_jsonencode_when_data_is_set() -> None:
    text = "a {\n  b = <<E\n{}\nE\n}\n"
    assert edited(text, "set", text[:-1], ("b",), {"c": 1}) == "a {\n  b = jsonencode({\n    c = 1\n  })\n}\n"


def test_a_new_resource_repeats_count_and_provider() -> None:
    text = 'resource "a" "b" {\n  for_each = var.x\n  provider = aws.west\n  k        = 1\n}\n\n# next\nlocals {}\n'
    change = editor(text)
    edits = change.create(change.root.blocks()[0], "n", "o", {"id": Reference("a.b", "id"), "v": {"s": "E"}})
    assert applied(text, edits) == text.replace(
        "}\n\n# next",
        '}\n\nresource "n" "o" {\n  for_each = var.x\n  provider = aws.west\n\n  id = a.b[each.key].id\n\n'
        '  v {\n    s = "E"\n  }\n}\n\n# next',
    )


HEREDOC = """resource "a" "p" {
  policy = <<-EOT
    {
      "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "${k.l}/*"},
        {"Effect": "Deny", "Size": ${var.n}}
      ]
    }
  EOT
}
"""


def test_json_in_a_heredoc_is_edited_in_its_own_style() -> None:
    block = HEREDOC[:-1]
    set_action = edited(HEREDOC, "set", block, ("policy", "Statement", 0, "Action"), ["s3:*"])
    assert set_action == HEREDOC.replace('"Action": "*"', '"Action": ["s3:*"]')
    inner = edited(HEREDOC, "set", '{"Effect": "Deny", "Size": ${var.n}}', ("Who",), "${aws:username}")
    assert inner == HEREDOC.replace("${var.n}}", '${var.n}, "Who": "$${aws:username}"}')
    gone = edited(HEREDOC, "remove", block, ("policy", "Statement", 1))
    assert "Deny" not in gone
    assert '/*"}\n' in gone


def test_json_in_quotes_is_escaped_twice() -> None:
    text = 'a = "{\\"b\\": [\\"${c.d}\\"]}"\n'
    assert edited(text, "set", text[4:-1], ("b",), 'x"') == 'a = "{\\"b\\": \\"x\\\\\\"\\"}"\n'


def test_the_json_notation_is_edited_through_its_lists() -> None:
    text = '{\n  "resource": {\n    "a": {\n      "b": {\n        "r": [{"x": 1}]\n      }\n    }\n  }\n}\n'
    block = text[text.index('"b"') : text.index("\n    }\n  }")]
    new = Reference("", "", 'k["l"]')
    assert edited(text, "set", block, ("r", "y"), new, json=True) == text.replace("1}", '1, "y": "${k[\\"l\\"]}"}')


def test_crlf_is_kept() -> None:
    text = "a = 1\r\nb {\r\n  c = 1\r\n}\r\n"
    after = edited(text, "set", text[7:-2], ("dd",), 2)
    assert after == "a = 1\r\nb {\r\n  c  = 1\r\n  dd = 2\r\n}\r\n"


@pytest.mark.parametrize(
    ("text", "steps"),
    [("a {\n  x = var.y\n}", ("x", "z")), ("a {\n  r {}\n  r {}\n}", ("r", "z")), ("a {\n  x = [1]\n}", ("x", 3))],
)
def test_what_is_computed_or_ambiguous_is_not_written(text: str, steps: object) -> None:
    with pytest.raises(CannotWrite):
        edited(text, "set", text, steps, 1)
