"""Large XML is what it is when it is read at once."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.benchmarks.reports import zap

from gatepost.scans import opening, read_report, xml_streaming
from gatepost.scans.streaming import Streamed
from gatepost.scans.xml_streaming import read_xml
from gatepost.scans.xml_tree import BadXml, Node, parse_xml

TINY = {"_SHORT": 12, "_PIECE": 7, "_KEPT": 2}
_NAMES = st.sampled_from(["a", "b", "p:c"])
_TEXTS = st.text("ab <&é\n", max_size=6)
trees: st.SearchStrategy[Any] = st.recursive(
    st.tuples(_NAMES, _TEXTS, st.just([])),
    lambda inner: st.tuples(_NAMES, _TEXTS, st.lists(inner, max_size=7)),
    max_leaves=40,
)


def written(tree: Any) -> str:
    name, text, children = tree
    inner = "\n ".join(map(written, children))
    return f"<{name} x={quoteattr(text)}>{escape(text)}{inner}{escape(text)}</{name}>"


def plain(node: Node) -> Any:
    """An element as it may be compared: of a long list the space between the elements is not kept."""
    text = node.text if not node.children else "".join(node.text.split())
    return node.space, node.tag, dict(node.attributes), text, [plain(child) for child in node.children]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in TINY.items():
        monkeypatch.setattr(xml_streaming, name, size)


@given(trees, st.sampled_from(["", "<?xml version='1.0'?>\n<!-- é -->", "\ufeff", "  \n"]))
@settings(max_examples=200, deadline=None)
def test_what_is_read_in_pieces_is_what_is_written(tree: Any, before: str) -> None:
    text = f"{before}<root xmlns:p='urn:p' xmlns='urn:d'>{written(tree)}</root>\n"
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {**TINY, "_DEEPEST_LISTS": 100}.items():
            patch.setattr(xml_streaming, name, size)
        found = read_xml(text.encode())
        expected = plain(parse_xml(text.lstrip("\ufeff \n").encode()))
        assert plain(found) == expected
        assert plain(found) == expected


@given(trees, st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_cut_is_told(tree: Any, data: st.DataObject) -> None:
    content = f"<root xmlns:p='urn:p'>{written(tree)}</root>".encode()
    part = content[: data.draw(st.integers(1, len(content) - 1))]
    with pytest.MonkeyPatch.context() as patch:
        for name, size in {**TINY, "_DEEPEST_LISTS": 100}.items():
            patch.setattr(xml_streaming, name, size)
        with pytest.raises(BadXml) as raised:
            read_xml(part)
        assert raised.value.cut


@pytest.mark.usefixtures("tiny")
def test_a_long_list_keeps_its_head_and_reads_the_rest_again() -> None:
    rows = "".join(f"<row n='{number}'><inner>é{number}</inner></row>" for number in range(50))
    root = read_xml(
        f"<?xml version='1.0' encoding='iso-8859-1'?><all><rows>{rows}</rows><end/></all>".encode("latin-1")
    )
    listed = root.first("rows").children
    assert isinstance(listed, Streamed)
    assert list.__len__(listed) == 2
    found = root.all("rows", "row")
    assert [one.said("inner") for one in found] == [f"é{number}" for number in range(50)]
    assert (len(found), bool(found), found[40].get("n"), bool(root.all("rows", "other"))) == (50, True, "40", False)
    assert len(root.all("end")) == 1


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "declares an entity"),
        ("<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a/>", "asks for a document type from outside"),
        ("<a><b></a>", "is not well-formed from line 1 on"),
        ("<a>" * 201 + "</a>" * 201, "is nested too deeply"),
        ("<?xml version='1.0' encoding='none'?><a/>", "is in an unknown encoding"),
    ],
)
def test_what_is_hostile_or_wrong_is_refused(text: str, what: str) -> None:
    with pytest.raises(BadXml, match=what):
        read_xml(text.encode())


def test_elements_in_no_long_list_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_streaming, "MOST_HELD", 100)
    with pytest.raises(BadXml, match="too many elements"):
        read_xml(b"<a>" + b"<b/>" * 200 + b"</a>")


@pytest.mark.usefixtures("tiny")
def test_lists_in_lists_in_lists_are_bounded() -> None:
    text = "<a>x</a>" * 5
    for _ in range(6):
        text = f"<a>{text}</a>" * 5
    with pytest.raises(BadXml, match="long lists in long lists"):
        read_xml(f"<a>{text}</a>".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_large_report_is_read_as_a_small_one(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    content = zap(3000)
    small = read_report(content, "report.xml")
    monkeypatch.setattr(opening, "_LARGE", 1000)
    monkeypatch.setattr(xml_streaming, "_SHORT", 1000)
    large = read_report(content.decode().encode(encoding), "report.xml")
    assert large == small
    assert len(large.findings) == 3000


def test_a_report_that_changes_while_it_is_read_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_LARGE", 1000)
    monkeypatch.setattr(xml_streaming, "_SHORT", 1000)
    content = bytearray(zap(3000))

    class Changing(bytearray):
        reads = 0

        def __getitem__(self, part: Any) -> Any:
            self.reads += 1
            found = bytearray.__getitem__(self, part)
            return bytes(found) if self.reads < 10 else bytes(found).replace(b"</instance>", b"</instanze>")

    result = read_report(Changing(content), "report.xml")
    assert [one.what for one in result.problems] == ["the report has changed while it was read"]
