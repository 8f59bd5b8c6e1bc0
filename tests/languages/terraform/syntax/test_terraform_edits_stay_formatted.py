"""After an edit of a file that terraform fmt accepted, it still accepts it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hcl_files import applied, editor, needs_terraform, real_texts, terraform_fmt
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.languages.terraform import nodes as n
from gatepost.languages.terraform.edits import Editor
from gatepost.languages.terraform.format_values import Manner, expression
from gatepost.languages.terraform.syntax import parse
from gatepost.model.changes import Edit
from gatepost.model.problems import CannotWrite

OWN = """locals {
  a   = 1           # one
  bcd = ["x", "yy"] # two
  e = {
    k    = "v"
    long = f(1, [2])
  }
  h = <<-EOT
    text ${local.a}
  EOT
  i = merge({ a = 1 }, local.e)
}

resource "t" "n" {
  count = 2

  one = "x"
  # note
  second = [
    "a", # first
    "b"
  ]
  tags = {
    A = 1
    B = "two" # b
  }

  block {
    z = 1
    yy = [
      { a = 1 },
    ]
  }
  block {}
  empty {
  }
}
"""
VALUES: list[Any] = [True, "text", 'a"${c}\n', 5, 1.5, ["10.0.0.0/8"], {"a": "x", "long_key": ["q"]}, None, []]
VALUES += [[f"a rather long element {i}" for i in range(6)], [{"a": 1, "bcd": 2}], {}]


def some_change(change: Editor, pick: random.Random) -> Sequence[Edit]:
    blocks = [node for node in n.below(change.root) if isinstance(node, n.Block)]
    block = pick.choice(blocks)
    new = pick.choice(VALUES)
    names = [item.name for item in block.body.items if isinstance(item, n.Attribute)] or ["none"]
    name = pick.choice([*names, "zz_rather_long_name", "q"])
    holders = [
        node for node in n.below(block) if isinstance(node, n.ListExpression | n.ObjectExpression) and node.items
    ]
    verb = pick.choice(["set", "path", "append", "remove", "element", "entry", "create"])
    if verb == "set":
        return change.set(block.start, block.end, (name,), new, frozenset([name]))
    if verb == "path":
        return change.set(block.start, block.end, ("zz", "inner", 0, "value"), new)
    if verb == "append":
        return change.append(block.start, block.end, (name,), new)
    if verb == "remove" and block.body.items:
        item = pick.choice(block.body.items)
        return change.remove(item.start, item.end)
    if verb == "create" and block in change.root.items:
        return change.create(block, "t", "new", {"bucket": "x", "v": new, "b": {"q": {"r": 1}}})
    if not holders:
        return ()
    holder = pick.choice(holders)
    if isinstance(holder, n.ObjectExpression) and verb == "entry":
        return change.set(holder.start, holder.end, ("zz_entry",), new)
    index = pick.randrange(len(holder.items))
    if isinstance(holder, n.ObjectExpression):
        key = holder.items[index][0]
        return change.remove(holder.start, holder.end, (str(key.value),)) if isinstance(key, n.Literal) else ()
    return change.remove(holder.start, holder.end, (index,))


def changed(texts: Sequence[str], times: int) -> Iterator[str]:
    pick = random.Random(7)
    for text in texts:
        change = editor(text)
        for _ in range(times):
            try:
                after = applied(text, some_change(change, pick))
            except CannotWrite:
                continue
            assert not parse(after)[1], after
            yield after


@needs_terraform
def test_what_terraform_fmt_accepted_it_accepts_after_any_edit(tmp_path: Path) -> None:
    texts = [text for text in [OWN, *real_texts()] if not parse(text)[1]]
    for folder in ("before", "after"):
        os.mkdir(tmp_path / folder)
    refused, crooked = terraform_fmt(texts, tmp_path / "before")
    assert 0 not in refused | crooked
    straight = [text for number, text in enumerate(texts) if number not in refused | crooked]
    after = [*changed([OWN], 150), *changed(straight[1:], 4)]
    refused, crooked = terraform_fmt(after, tmp_path / "after")
    assert not refused
    assert [after[number] for number in sorted(crooked)] == []


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)


def read_back(node: n.Node) -> Any:
    if isinstance(node, n.Literal):
        return node.value
    if isinstance(node, n.ListExpression):
        return [read_back(item) for item in node.items]
    if isinstance(node, n.Unary):
        return -read_back(node.operand)
    assert isinstance(node, n.ObjectExpression)
    return {str(read_back(key)): read_back(value) for key, value in node.items}


@settings(max_examples=150, deadline=None)
@given(plain, st.booleans())
def test_plain_data_is_read_back_as_it_was_written(new: Any, wide: bool) -> None:
    body, faults = parse(f"a = {expression(new, Manner(), '', wide)}\n")
    assert not faults
    assert read_back(body.attributes["a"].value) == new


@settings(max_examples=100, deadline=None)
@given(plain)
def test_setting_twice_changes_nothing_more(new: Any) -> None:
    def once(text: str) -> str:
        change = editor(text)
        block = change.root.blocks("resource")[0]
        return applied(text, change.set(block.start, block.end, ("zz",), new, frozenset(["zz"])))

    after = once(OWN)
    assert once(after) == after
