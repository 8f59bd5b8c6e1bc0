"""cfn-lint's decoder as a second opinion on values and places."""

from __future__ import annotations

import pytest
from templates import CORPUS
from test_edited import LOOSE
from test_writing import JSON, YAML

from gatepost.languages.cloudformation.layout import read_layout
from gatepost.languages.positioned import Node
from gatepost.model.places import Source

decode = pytest.importorskip("cfnlint.decode")
SHORT = {"Ref", "Condition"}


def texts() -> list[tuple[str, str]]:
    own = [("a.yaml", YAML), ("b.json", JSON), ("c.yaml", LOOSE)]
    if CORPUS.is_dir():
        files = sorted(f for f in CORPUS.rglob("*.*") if f.suffix in (".yaml", ".json"))
        own.extend((f.name, f.read_text()) for f in files)
    return own


def compare(node: Node, theirs: object, source: Source, base: int) -> None:
    """Theirs has short forms spelled out, and YAML 1.1 types; places are 0-based there."""
    if node.tag:
        assert isinstance(theirs, dict)
        ((name, inner),) = theirs.items()
        assert name in ("Fn::" + node.tag[1:], node.tag[1:])
        if node.tag == "!GetAtt" and node.kind == "text":
            assert list(inner) == node.value.split(".", 1)
            return
        bare = Node(node.kind, node.start, node.end, node.value, "", node.style)
        compare(bare, inner, source, base) if node.kind in ("map", "list") else None
        return
    if node.kind == "map":
        assert isinstance(theirs, dict)
        assert [k.value for k, _ in node.value] == [str(k) for k in theirs]
        for (key, value), name in zip(node.value, theirs, strict=True):
            if hasattr(name, "start_mark"):
                line, column = source.position(base + key.start)
                assert (name.start_mark.line, name.start_mark.column) == (line - 1, column - 1), name
            compare(value, theirs[name], source, base)
    elif node.kind == "list":
        assert isinstance(theirs, list)
        for mine, other in zip(node.value, theirs, strict=True):
            compare(mine, other, source, base)
    elif node.kind == "text" and isinstance(theirs, str):
        assert node.value == theirs
        if hasattr(theirs, "start_mark"):
            line, column = source.position(base + node.start)
            assert (theirs.start_mark.line, theirs.start_mark.column) == (line - 1, column - 1), theirs


@pytest.mark.parametrize(("name", "text"), texts(), ids=lambda value: value if len(str(value)) < 60 else "")
def test_the_two_decoders_agree(name, text):
    theirs, problems = decode.decode_str(text)
    assert not problems
    source = Source(name, text, "cloudformation")
    compared = 0
    for entry in read_layout(text).entries:
        if entry.node is None:
            continue
        section = theirs[entry.section] if entry.section else theirs
        compare(entry.node, section[entry.name], source, entry.base)
        compared += 1
    assert compared
