"""The HCL parser beside terraform fmt, tree-sitter-hcl and python-hcl2."""

from __future__ import annotations

from pathlib import Path

import hcl2
import pytest
from hcl_files import needs_terraform, real_texts, terraform_fmt
from hcl_samples import ACCEPTED, LENIENT, REFUSED

from gatepost.languages.terraform.nodes import Attribute, Block, below
from gatepost.languages.terraform.syntax import parse


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_terraform_fmt_accepts_has_no_fault(text: str) -> None:
    assert parse(text)[1] == []


@pytest.mark.parametrize("text", REFUSED)
def test_what_terraform_fmt_refuses_has_a_fault(text: str) -> None:
    faults = parse(text)[1]
    assert faults
    assert all(0 <= fault.offset <= len(text) and fault.what and fault.hint for fault in faults)


@needs_terraform
def test_the_samples_are_what_terraform_fmt_says(tmp_path: Path) -> None:
    refused, _ = terraform_fmt([*ACCEPTED, *REFUSED, *LENIENT], tmp_path)
    assert refused == set(range(len(ACCEPTED), len(ACCEPTED) + len(REFUSED) + len(LENIENT)))


@needs_terraform
def test_real_files_are_refused_where_terraform_fmt_refuses_them(tmp_path: Path) -> None:
    texts = real_texts()
    refused, _ = terraform_fmt(texts, tmp_path)
    assert {number for number, text in enumerate(texts) if parse(text)[1]} == refused


def spans(text: str) -> tuple[set[tuple[int, ...]], set[tuple[int, int]]]:
    """The (start, name end, value start, value end) of attributes and the stretches of blocks."""
    attributes: set[tuple[int, ...]] = set()
    blocks: set[tuple[int, int]] = set()
    for node in below(parse(text)[0]):
        if isinstance(node, Attribute):
            attributes.add((node.start, node.name_end, node.value.start, node.value.end))
        elif isinstance(node, Block):
            blocks.add((node.start, node.end))
    return attributes, blocks


def test_attributes_and_blocks_stand_where_tree_sitter_sees_them() -> None:
    hcl = pytest.importorskip("tree_sitter_hcl")
    tree_sitter = pytest.importorskip("tree_sitter")
    language = tree_sitter.Language(hcl.language())
    reader = tree_sitter.Parser(language)
    query = tree_sitter.Query(language, "(body (attribute) @a) (block) @b")
    compared = 0
    for text in [*ACCEPTED, *real_texts()]:
        tree = reader.parse(text.encode())
        if tree.root_node.has_error or not text.isascii():
            continue
        captured = tree_sitter.QueryCursor(query).captures(tree.root_node)
        theirs: set[tuple[int, ...]] = set()
        for node in captured.get("a", ()):
            parts = [child for child in node.named_children if child.type != "comment"]
            theirs.add((node.start_byte, parts[0].end_byte, parts[-1].start_byte, parts[-1].end_byte))
        blocks = {(node.start_byte, node.end_byte) for node in captured.get("b", ())}
        assert spans(text) == (theirs, blocks), text
        compared += 1
    assert compared > 100


def python_hcl2_reads(text: str) -> bool:
    try:
        hcl2.loads(text)
    except Exception:  # noqa: BLE001  it raises whatever its parser does
        return False
    return True


def test_what_python_hcl2_reads_has_no_fault_unless_terraform_refuses_it() -> None:
    for text in [*ACCEPTED[:40], *sorted(real_texts(), key=len)[:10]]:
        if python_hcl2_reads(text):
            assert parse(text)[1] == []
