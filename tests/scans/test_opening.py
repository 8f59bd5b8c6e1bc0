from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.scans.opening import Unopened, open_report
from gatepost.scans.xml_tree import BadXml, parse_xml


def why(content: bytes) -> str:
    with pytest.raises(Unopened) as raised:
        open_report(content)
    return raised.value.what


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file.getvalue()


def test_documents_may_stand_in_lines_with_lines_of_a_log_between_them() -> None:
    opened = open_report(b'{"a": 1}\nscanning ...\n[INFO] go\n{"b": 2}\n')
    assert opened.documents == [{"a": 1}, {"b": 2}]
    assert not opened.is_json


def test_documents_may_stand_one_right_after_the_other() -> None:
    assert open_report(b'{"a": 1}{"b":\n 2}[3]').documents == [{"a": 1}, {"b": 2}, [3]]


def test_a_last_document_that_is_cut_is_told() -> None:
    assert why(b'{"a": 1}\n{"b": ') == "the report ends in the middle"
    assert why(b'{"a": 1}\n{"b": tru') == "the report ends in the middle"
    assert why(b'{"a": 1}\n{"b": "x\\u00') == "the report ends in the middle"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<a><b></b>", "the report ends in the middle"),
        (b"<a", "the report ends in the middle"),
        (b"<a></b>\n<c/>", "the report is not well-formed from line 1 on"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "the report declares an entity"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "the report asks for a document type from outside"),
        (
            b'<!DOCTYPE a [<!ATTLIST a b CDATA "' + b"x" * 90 + b'">]><a/>',
            "the report declares a default for an attribute",
        ),
        (b"<a>" * 300 + b"</a>" * 300, "the report is nested too deeply"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "the report is in an unknown encoding"),
    ],
)
def test_xml_that_cannot_be_trusted_is_not_opened(content: bytes, what: str) -> None:
    assert why(content) == what


def test_xml_is_a_tree_without_prefixes() -> None:
    root = parse_xml(b'<x:a xmlns:x="urn:x" xmlns:y="urn:y" y:k="v"><x:b>one</x:b><c><b>two</b></c></x:a>')
    assert (root.tag, root.space, root.get("k")) == ("a", "urn:x", "v")
    assert [root.said("b"), root.said("c", "b"), root.said("d", "e")] == ["one", "two", ""]
    assert [node.text for node in root.walk("b")] == ["one", "two"]


def test_a_declaration_without_entities_is_no_harm() -> None:
    assert parse_xml(b"<!DOCTYPE a [<!ELEMENT a (b*)> <!ATTLIST a c CDATA #IMPLIED>]><a/>").tag == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_xml_is_read_in_every_encoding_even_where_a_shell_has_changed_it(encoding: str) -> None:
    word = "iso-8859-1" if encoding == "iso-8859-1" else "UTF-8"
    text = f'<?xml version="1.0" encoding="{word}"?><a>é</a>'
    opened = open_report(text.encode(encoding))
    assert opened.xml is not None
    assert opened.xml.text == "é"


def test_an_archive_gives_its_members_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_report(archive(**{"audit.fvdl": b"<FVDL/>", "large": b"0" * 5000}))
    assert list(opened.members) == ["audit.fvdl", "large"]
    inner = opened.member("audit.fvdl")
    assert inner.xml is not None
    monkeypatch.setattr("gatepost.scans.opening.MOST_BYTES", 1000)
    for name in ("large", "absent"):
        with pytest.raises(Unopened):
            opened.member(name)


def test_an_archive_that_is_cut_is_told() -> None:
    whole = archive(a=b"x" * 1000)
    assert why(whole[: len(whole) // 2]) == "the report is an archive that is cut or damaged"


def test_a_table_is_read_by_its_names_with_any_mark_between() -> None:
    for mark in ",;\t":
        opened = open_report(f'ID{mark}NAME{mark}TEXT\n1{mark}a{mark}"x\ny"\n'.encode())
        assert opened.rows == [{"ID": "1", "NAME": "a", "TEXT": "x\ny"}]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"a: &x [1]\nb: *x\n", "the report has anchors"),
        (b"a: " + b"[" * 300 + b"]" * 300 + b"\n", "the report is nested too deeply"),
        (b"a: b\n  c: [\n", "the report is not YAML from line 2 on"),
        (b"a: b", "the report ends in the middle"),
    ],
)
def test_yaml_that_cannot_be_trusted_is_not_opened(content: bytes, what: str) -> None:
    with pytest.raises(Unopened) as raised:
        _ = open_report(content).yaml
    assert raised.value.what == what


def test_yaml_may_hold_several_documents() -> None:
    assert open_report(b"a: 1\n---\nb: [2]\n").yaml == [{"a": 1}, {"b": [2]}]


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda x: st.lists(x, max_size=3), max_leaves=5))
def test_any_json_is_opened_as_what_it_is(value: object) -> None:
    opened = open_report(json.dumps({"a": value}).encode())
    assert opened.data == {"a": value}


@given(st.binary(max_size=120))
def test_no_bytes_are_more_than_unopened(content: bytes) -> None:
    for data in (content, b"<a>" + content, b"PK\x03\x04" + content, b"a,b,c\n" + content, b"a: " + content + b"\n"):
        try:
            opened = open_report(data)
            _ = opened.rows, opened.yaml, opened.members
        except (Unopened, BadXml) as error:
            assert isinstance(error, Unopened)
