from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.yaml_text import fuzz

from gatepost.languages.positioned import Malformed, Node, read_yaml, read_yaml_all, yaml_reader

CORPUS = Path(os.environ.get("GATEPOST_CORPORA", "/nowhere")) / "cloudformation"
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9999, 9999)
    | st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Nd", "Cs"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ_", min_size=1, max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


def refused(text: str) -> Malformed:
    with pytest.raises(Malformed) as caught:
        read_yaml(text)
    return caught.value


def shape(node: Node) -> object:
    inner = [(k, key.start, key.end, shape(v)) for k, key, v in node.items()] or [shape(e) for e in node.elements()]
    value = inner if node.kind in ("map", "list") else node.value
    return (node.kind, node.start, node.end, value, node.tag, node.style)


def written(text: str, node: Node | None) -> str:
    assert node is not None
    return text[node.start : node.end]


@given(DATA, st.sampled_from([None, True, False]), st.sampled_from([None, "'", '"', "|"]))
def test_what_pyyaml_writes_is_read_back_the_same(data, flow, style):
    assert read_yaml(yaml.safe_dump(data, default_flow_style=flow, default_style=style)).plain() == data or style


@given(DATA, st.sampled_from([None, True, False]))
def test_the_two_composers_agree(data, flow):
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    assert shape(read_yaml(text)) == shape(without_libyaml(text))


def without_libyaml(text: str) -> Node:
    loader = yaml_reader.pure_loader_class()(text)
    return yaml_reader._Conversion(text).node(loader.get_single_node())


@given(st.text(alphabet="ab:-?[]{},&*!|>'\"#%@`\n\t \\<~0\ufeff"))
def test_no_text_does_harm(text):
    fuzz(text.encode())


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("yes", "text", "yes"),
        ("on", "text", "on"),
        ("017", "number", 17),
        ("0o17", "number", 15),
        ("0x1F", "number", 31),
        ("1:30", "text", "1:30"),
        ("2024-01-01", "text", "2024-01-01"),
        ("1e3", "number", 1000.0),
        (".5", "number", 0.5),
        ("-.inf", "number", float("-inf")),
        ("~", "null", None),
        ("", "null", None),
        ("True", "truth", True),
        ("tRue", "text", "tRue"),
        ("1_000", "text", "1_000"),
        ("=", "text", "="),
        ("9" * 5000, "text", "9" * 5000),
        ("!!str 5", "text", "5"),
        ('!!int "5"', "number", 5),
        ("'5'", "text", "5"),
    ],
)
def test_words_are_typed_by_the_core_schema(text, kind, value):
    node = read_yaml("a: " + text).get("a")
    assert node is not None
    assert (node.kind, node.value, node.tag) == (kind, value, "")


def test_ends_are_exact():
    text = "a:\n  b: |\n    x\n    y\n\n\n  # note\nc:\n- 1\n- {d: e}   # more\n\nf: >-\n  folded\n\n"
    node = read_yaml(text)
    a = node.get("a")
    assert written(text, a) == "b: |\n    x\n    y"
    assert written(text, node.get("c")) == "- 1\n- {d: e}"
    assert written(text, node.get("f")) == ">-\n  folded"
    assert a is not None and a.get("b").value == "x\ny\n"


def test_tags_are_kept_and_belong_to_the_value():
    text = "a: !Ref B\nb: !Sub\n  - x\n  - {y: z}\nc: !GetAtt [A, B]"
    node = read_yaml(text)
    assert [v.tag for _, _, v in node.items()] == ["!Ref", "!Sub", "!GetAtt"]
    assert written(text, node.get("a")) == "!Ref B"
    assert written(text, node.get("b")) == "!Sub\n  - x\n  - {y: z}"


def test_line_breaks_of_windows_and_a_byte_order_mark_do_not_move_anything():
    text = "\ufeffa: 1\r\nbc:\r\n  - é😀\r\n"
    node = read_yaml(text)
    assert written(text, node.get("bc")) == "- é😀"
    assert text[node.value[0][0].start] == "a"


def test_anchors_aliases_and_merge_keys_are_resolved():
    text = "base: &b {x: 1, y: 2}\none:\n  <<: *b\n  y: 3\ntwo: *b  # same\nthree: [*b]\n"
    node = read_yaml(text)
    assert node.plain() == {
        "base": {"x": 1, "y": 2},
        "one": {"y": 3, "x": 1},
        "two": {"x": 1, "y": 2},
        "three": [{"x": 1, "y": 2}],
    }
    assert written(text, node.get("one")) == "<<: *b\n  y: 3"
    assert written(text, node) == text.rstrip()


def test_every_document_of_a_stream_is_read():
    assert [d.plain() for d in read_yaml_all("---\na: 1\n---\nb\n...\n---\n")] == [{"a": 1}, "b", None]
    assert "more than one document" in refused("a: 1\n---\nb: 2").what


def test_nothing_is_a_null():
    assert read_yaml("# only a comment\n").kind == "null"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: 1\nb: 2\na: 3", "'a' is written twice"),
        ("[" * 100_000, "nested deeper"),
        ("- " * 5000 + "a", "nested deeper"),
        ("? " * 5000 + "a", "nested deeper"),
        ("{a: " * 3000, "nested deeper"),
        ("".join(" " * i + "a:\n" for i in range(400)), "nested deeper"),
        ("a: &x [*x]", "alias stands inside what it names"),
        ("a: &x {b: *x}", "alias stands inside what it names"),
        ("a: \x00", "control character"),
        ("a\x00:\x00 \x001\x00", "control character"),
        ("a: \x1b[31m", "control character"),
        ("a: \ud800", "half a character"),
        ("a:\n\t- b", ""),
        ("a: b: c", "no key can stand"),
        ('a: "x', "never closed"),
        ("a: [1, 2", "never closed"),
        ("a: *x", "anchor that is not there"),
        ("[a, b]: c", "a key has to be text"),
        ("!!int x", "is not what its tag"),
        ("a: 1\n b: 2", ""),
        ("<<: 3", "takes a map"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, what):
    problem = refused(text)
    assert what in problem.what
    assert problem.hint
    assert 0 <= problem.offset <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(8)),
        "a: &a {" + ",".join(f"k{i}: 1" for i in range(3000)) + "}\nb: {<<: [" + ",".join(["*a"] * 5000) + "]}",
    ],
    ids=["lists", "merges"],
)
def test_an_alias_bomb_is_refused_in_time(text):
    start = time.process_time()
    assert "far larger" in refused(text).what
    assert time.process_time() - start < 2


@pytest.mark.skipif(not CORPUS.is_dir(), reason="GATEPOST_CORPORA names no folder with templates")
def test_the_two_composers_agree_on_real_templates():
    files = sorted(CORPUS.rglob("*.yaml"))
    assert files
    for file in files[:8]:
        text = file.read_text()
        assert shape(read_yaml(text)) == shape(without_libyaml(text)), file
