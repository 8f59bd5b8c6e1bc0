"""Bytes to text, JSON, XML, CSV, YAML or an archive, whatever a shell has done to them; never knows a format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from gatepost.scans.streaming import BadJson, Buffer, is_log, read_documents
from gatepost.scans.xml_tree import BadXml, Node, parse_xml

# Larger reports are refused where they have to be read whole: they would take several times as much memory.
MOST_BYTES = 128 * 1024 * 1024
# JSON, JSON lines and XML are read piece by piece from this size on, so that their size is no matter.
_LARGE = 16 * 1024 * 1024
_MOST_PREAMBLE = 50
_HEAD = 4000

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class Opened:
    """What a report's bytes are.

    `text` is all of it ("" for an archive), of a large one the head; `end` is then what it ends with. `documents` are
    its JSON values, in order: one, or several where they stand one after another (JSON lines). `data` is the only one
    (`is_json`; it may be null). `xml` is its root. `members` are the names in an archive. What is rarer is read when
    it is asked for: `rows`, `yaml`, `member`.
    """

    def __init__(
        self,
        text: str,
        documents: Sequence[Any] = (),
        xml: Node | None = None,
        archive: bytes = b"",
        end: str | None = None,
    ) -> None:
        self.text = text
        self._end = text[-1:] if end is None else end
        self.documents = documents
        self.is_json = len(documents) == 1
        self.data: Any = documents[0] if self.is_json else None
        self.xml = xml
        self._archive = archive
        # What comes out of an archive cannot have been cut: the archive knows its length.
        self._is_member = False

    @cached_property
    def head(self) -> str:
        """The first few thousand characters, without space in front."""
        return self.text[: _HEAD + 100].lstrip()[:_HEAD]

    @cached_property
    def is_text(self) -> bool:
        """Whether this is neither JSON nor XML nor an archive."""
        return not (self.documents or self.xml is not None or self._archive)

    @property
    def ends_whole(self) -> bool:
        """Whether the last line has its end, as every tool writes it; in a text that was cut it hardly has."""
        return self._is_member or self._end in ("\n", "\r")

    @cached_property
    def columns(self) -> Sequence[str]:
        """The names in the first line of a table, also where no row follows; none where it is no table."""
        from gatepost.scans.rarer import table_columns

        return table_columns(self.text) if self.is_text else ()

    @cached_property
    def rows(self) -> Sequence[Mapping[str, str]]:
        """The rows of a table with a line of names and commas, semicolons or tabs; none where it is no table.

        Raises Unopened for one that ends in the middle.
        """
        from gatepost.scans.rarer import table_rows

        found = table_rows(self.text) if self.is_text else None
        if found is None:
            return ()
        if not self.ends_whole or (found and len(found[-1]) < len(found[0])):
            raise Unopened("the report ends in the middle", "see whether the scanner was stopped")
        return found

    @cached_property
    def yaml(self) -> Sequence[Any]:
        """The documents of a YAML text, none where it is no YAML. Anchors are refused: no scanner writes them.

        Raises Unopened for YAML that ends in the middle or is nested too deeply.
        """
        from gatepost.scans.rarer import yaml_documents

        if not self.is_text:
            return ()
        if not self.ends_whole:
            raise Unopened("the report ends in the middle", "see whether the scanner was stopped")
        try:
            return yaml_documents(self.text)
        except ValueError as error:
            raise Unopened(f"the report {error}", "give the file as the scanner wrote it") from None

    @cached_property
    def members(self) -> Sequence[str]:
        """The names in an archive."""
        if not self._archive:
            return ()
        from gatepost.scans.rarer import member_names

        return member_names(self._archive)

    def member(self, name: str) -> Opened:
        """Return what a member of the archive is; raises Unopened where it is not there or cannot be read."""
        from gatepost.scans.rarer import member_content

        try:
            found = open_report(member_content(self._archive, name, MOST_BYTES))
        except ValueError as error:
            raise Unopened(f"{name} in the report {error}", "give the file as the scanner wrote it") from None
        found._is_member = True
        return found


class Unopened(Exception):
    """A report that cannot be opened; `what` is wrong, a `hint` what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def open_report(given: Buffer) -> Opened:
    """Return what a report is; raises Unopened where there is nothing to be read.

    `given` is the file's bytes, or the file mapped into memory, which is better for a large one.
    """
    large = _large(given) if len(given) >= _LARGE else None
    if large is not None:
        return large
    if len(given) > MOST_BYTES:
        raise Unopened(f"the report is larger than {MOST_BYTES // 2**20} MB", "write it in parts, one for each project")
    content = given[:]
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    text, by_mark = _decode(content)
    if not text.strip():
        raise Unopened("the report is empty", "see whether the scanner failed; an empty file is no clean scan")
    if "\x00" in text:
        raise Unopened("the report is binary", "give a report that the scanner wrote as text")
    if text.lstrip().startswith("<"):
        # The word of a text about its own encoding is wrong after a shell has written it anew.
        return _xml(text, text.lstrip().encode("utf-8", "replace") if by_mark else content.lstrip(), by_mark)
    return _parsed(text)


def _large(given: Buffer) -> Opened | None:
    """Return large JSON, JSON lines or XML without holding all of it; None for anything else."""
    given = _in_utf_8(given)
    head = given[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"<":
        return _large_xml(given, head)
    if head.startswith(b"PK\x03\x04") or b"\x00" in head:
        return None
    is_json = head[:1] in (b"{", b"[") and not is_log(head[:40].decode("utf-8", "replace"))
    try:
        documents = read_documents(given)
    except UnicodeDecodeError:
        return None
    except BadJson as error:
        if not is_json:
            return None  # a text with a bracket in it
        if error.deep:
            raise Unopened("the report is nested too deeply", "no scanner writes such a report") from None
        if error.cut:
            raise Unopened("the report ends in the middle", "see whether the scanner was stopped") from None
        what = f"the report is not JSON from byte {error.at + 1} on"
        raise Unopened(what, "give the file as the scanner wrote it") from None
    return None if documents is None else Opened(head.decode("utf-8", "replace"), documents, end=_end(given))


def _end(given: Buffer) -> str:
    return given[len(given) - 1 :].decode("utf-8", "replace")


def _in_utf_8(given: Buffer) -> Buffer:
    """Return a text in UTF-8: itself, or a copy in a temporary file of one that is in UTF-16 or UTF-32."""
    encoding, mark = _encoding(given[:64])
    if encoding == "utf-8":
        return given
    from gatepost.scans.transcoding import in_utf_8

    return in_utf_8(given, encoding, mark)


def _large_xml(given: Buffer, head: bytes) -> Opened:
    from gatepost.scans.xml_streaming import read_xml

    try:
        return Opened(head.decode("utf-8", "replace"), xml=read_xml(given), end=_end(given))
    except BadXml as error:
        raise _not_xml(error) from None


def _archive(content: bytes) -> Opened:
    opened = Opened("", archive=content)
    try:
        names = opened.members
    except ValueError as error:
        raise Unopened(f"the report {error}", "give the file as the scanner wrote it") from None
    if not names:
        raise Unopened("the archive is empty", "see whether the scanner failed")
    return opened


def _xml(text: str, content: bytes, by_mark: bool) -> Opened:
    try:
        return Opened(text, xml=parse_xml(content, "utf-8" if by_mark else None))
    except BadXml as error:
        raise _not_xml(error) from None


def _not_xml(error: BadXml) -> Unopened:
    if error.cut:
        return Unopened("the report ends in the middle", "see whether the scanner was stopped")
    return Unopened(f"the report {error}", "give the file as the scanner wrote it")


def _decode(content: bytes) -> tuple[str, bool]:
    """Return the text, and whether it was a mark or its zeros that told the encoding."""
    encoding, mark = _encoding(content[:64])
    return content[mark:].decode(encoding, "replace"), bool(mark) or encoding != "utf-8"


def _encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding of a text that begins like this, and the length of the mark that told it."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if head and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le", 0
    if head and head[::2].count(0) > len(head) // 3:
        return "utf-16-be", 0
    return "utf-8", 0


def _parsed(text: str) -> Opened:
    """Return the JSON in a text, also when lines of a log stand before or after it."""
    start = _next_brace(text, 0, _MOST_PREAMBLE)
    if start is None:
        return Opened(text)
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    documents: list[Any] = []
    while start is not None:
        try:
            data, end = decoder.raw_decode(text, start)
        except RecursionError:
            raise Unopened("the report is nested too deeply", "no scanner writes such a report") from None
        except ValueError as error:
            if not documents and text.lstrip()[:1] not in ("{", "["):
                return Opened(text)
            raise _not_json(text, error) from None
        documents.append(data)
        start = _next_brace(text, end, len(text))
    return Opened(text, documents)


def _not_json(text: str, error: ValueError) -> Unopened:
    at = getattr(error, "pos", 0)
    if at >= len(text.rstrip()) - 1 or "Unterminated" in str(error) or _is_cut(text, at, "escape" in str(error)):
        return Unopened("the report ends in the middle", "see whether the scanner was stopped")
    line = text.count("\n", 0, at) + 1
    return Unopened(f"the report is not JSON from line {line} on", "give the file as the scanner wrote it")


def _is_cut(text: str, at: int, escape: bool) -> bool:
    """Whether what cannot be read is the beginning of a word or of an escape, and nothing comes after it."""
    rest = text[at : at + 12].rstrip()
    return at + len(rest) >= len(text.rstrip()) and (
        escape or any(word.startswith(rest) for word in ("true", "false", "null", "NaN", "-Infinity"))
    )


def _no_constant(_: str) -> None:
    """NaN and Infinity are not JSON, and no number that can be compared."""
    return


def _next_brace(text: str, at: int, lines: int) -> int | None:
    """Return where JSON begins: at the next brace or bracket that begins a line, or comes next, and is no log."""
    at = _after_space(text, at)
    for _ in range(lines):
        if text[at : at + 1] in ("{", "[") and not is_log(text[at : at + 40]):
            return at
        at = text.find("\n", at) + 1
        if at == 0:
            return None
    return None


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\r", "\t", ",") and at < len(text):
        at += 1
    return at
