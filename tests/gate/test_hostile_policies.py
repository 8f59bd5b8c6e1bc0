from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.policy_file import fuzz

from gatepost.languages.positioned import read_yaml

TEXT = (Path(__file__).parent / "samples" / "everything.yaml").read_text(encoding="utf-8")
TREE = read_yaml(TEXT).plain()

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["${a}", "high"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_to_a_policy_makes_the_loader_fail(data: st.DataObject) -> None:
    tree = json.loads(json.dumps(TREE))
    node: Any = tree
    for _ in range(data.draw(st.integers(1, 10))):
        step = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if not isinstance(node[step], (dict, list)) or not node[step] or data.draw(st.integers(0, 3)) == 0:
            node[step] = data.draw(anything)
            break
        node = node[step]
    fuzz(json.dumps(tree).encode())


@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.text(max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_edit_of_a_policy_makes_the_loader_fail(start: int, length: int, new: str) -> None:
    fuzz((TEXT[:start] + new + TEXT[start + length :]).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "a: " * 5000,
        "version: 1\ngate: [{name: a, decide: block, when: " + "{not: " * 150 + "{severity: high}" + "}" * 150 + "}]",
        "version: 1\nx: &a [1,1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nz: [*b,*b,*b,*b,*b,*b,*b,*b]",
        "version: 1\nextends: strict\nextends: strict",
        "version: 1\nextends: strict\n---\nversion: 1",
        "version: !!python/object:os.system 1",
        "\ufeffversion: 1\r\nextends: strict\r\n",
        "version: 1\nextends: strict\nexclude: ['" + "**/" * 300 + "x', '[']",
    ],
)
def test_a_hostile_policy_costs_an_error_and_no_time(text: str) -> None:
    fuzz(text.encode())
