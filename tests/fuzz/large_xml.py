"""Entry point for fuzzing XML that is read piece by piece: it is what is read at once, or refused as that is."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from gatepost.scans import xml_streaming
from gatepost.scans.xml_tree import BadXml, Node, parse_xml


def fuzz(data: bytes) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        return  # written anew as UTF-8 before it comes here
    with patch.multiple(xml_streaming, _SHORT=16, _PIECE=8, _KEPT=2, _DEEPEST_LISTS=300):
        try:
            found = _plain(xml_streaming.read_xml(data))
        except BadXml:
            found = None
    mark = data.startswith(b"\xef\xbb\xbf")
    try:
        expected = _plain(parse_xml(data[3 * mark :].lstrip(), "utf-8" if mark else None))
    except BadXml:
        expected = None
    assert found == expected


def _plain(node: Node) -> Any:
    text = node.text if not node.children else "".join(node.text.split())
    return node.space, node.tag, dict(node.attributes), text, [_plain(child) for child in node.children]
