"""Broken HCL costs what is broken; hostile HCL costs a bounded amount of time."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.languages.terraform.nodes import Block, Unreadable, below
from gatepost.languages.terraform.syntax import parse

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "fuzz" / "hcl.py"))["fuzz"]
MANY = 10_000


def test_a_broken_attribute_costs_its_value() -> None:
    body, faults = parse('a "b" {\n  x = [\n    "1"\n  y = 2\n  z {\n    q = 1\n  }\n}\nc = 3\n')
    assert len(faults) == 1
    (block,) = body.blocks("a")
    assert list(block.body.attributes) == ["x", "y"]
    assert isinstance(block.body.attributes["x"].value, Unreadable)
    assert [inner.type for inner in block.body.blocks()] == ["z"]
    assert "c" in body.attributes


def test_an_unclosed_block_does_not_swallow_the_next() -> None:
    body, faults = parse('resource "a" "b" {\n  x = 1\n\nresource "c" "d" {\n  y = 2\n}\n')
    assert [fault.what for fault in faults] == ["block is not closed"]
    assert [block.labels for block in body.blocks("resource")] == [("a", "b"), ("c", "d")]


def test_a_brace_too_many_is_one_fault() -> None:
    body, faults = parse("a {\n  b = 1\n}\n}\nc = 1\n")
    assert [fault.offset for fault in faults] == [14]
    assert "c" in body.attributes


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * MANY, "a = " + "{b=" * MANY, "a = " + "(" * MANY + "1" + ")" * MANY, "a {\n" * MANY, "a { " * MANY]
    + ["a {\n" * MANY + "}\n" * MANY, 'a = "' + "${f(" * MANY, "a = " + "!" * MANY + "x", "a = " + "x?1:" * MANY + "1"]
    + ["a = " + "1+" * MANY + "1", "a = " + "x[" * MANY, "a = <<E\n" + "%{if x}\n" * MANY + "E\n"],
    ids=range(12),
)
def test_nesting_deeper_than_anybody_writes_is_one_fault(text: str) -> None:
    assert len(parse(text)[1]) == 1


@pytest.mark.parametrize(
    "text",
    ['a = "' + "x" * 3_000_000, "a = <<E\n" * 100_000, "/*\n" * 300_000, "a = " + "1" * 1_000_000, "%&/\n" * 500_000]
    + ["a " + '"b"' * 500_000 + "=", "}\n" * 300_000, "".join(f"a{i} = <<E{i}\n" for i in range(100_000))]
    + ["a = x" + ".y[ 0 ]" * 50_000, "/*" + "*" * 3_000_000, "\r" * 3_000_000, "\0" * 3_000_000],
    ids=range(12),
)
def test_long_hostile_text_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    _, faults = parse(text)
    assert time.process_time() - started < 8
    assert len(faults) <= 60


SCRAPS = ["a", "=", "{", "}", "[", "]", "(", ")", '"', "${", "%{if x}", "%{endif}", "~}", "<<-E", "E", "\n", "\n", " "]
SCRAPS += [
    "#",
    "//",
    "/*",
    "*/",
    ",",
    "?",
    ":",
    ".",
    "*",
    "1.5",
    "for",
    "in",
    "=>",
    "...",
    "\\",
    "é",
    "\r",
    '"b"',
    "x.y",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=60))
def test_any_mixture_of_scraps_is_read(scraps: list[str]) -> None:
    FUZZ("".join(scraps).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    FUZZ(data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.sampled_from(SCRAPS))
def test_the_rest_of_a_damaged_file_is_read(at: int, scrap: str) -> None:
    good = 'resource "a" "b" {\n  x = 1\n  y = "${var.z}"\n  z {\n    q = [1, 2]\n  }\n}\n'
    at = min(at, len(good))
    body, _ = parse(good[:at] + scrap + good[at:] + "\n" + 'resource "last" "one" {\n  k = 1\n}\n')
    labels = {node.labels for node in below(body) if isinstance(node, Block)}
    if scrap not in ("<<-E", "/*", "E", '"', "${", "%{if x}"):
        assert ("last", "one") in labels
