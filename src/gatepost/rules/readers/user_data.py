"""The start script of a machine: base64, gzip and cloud-init parts as commands and text; never what is bad in it.

Source: the documentation of cloud-init ("User data formats") and of EC2 user data.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.conditions.sorts import TEXT, TRUTH, Attributes, Sort
from gatepost.languages.positioned import Malformed, Node, read_yaml
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import OnDemand, Unknown, Value
from gatepost.rules.readers import commands as shell
from gatepost.rules.readers.embedded import HOLE, Embedded, embedded, text_pieces

SORT = Sort("element", Attributes({"commands": shell.SORT, "encoded": TRUTH, "text": TEXT}))
_BASE64 = regex(r"[A-Za-z0-9+/\r\n]{16,}={0,2}\s*")
_MOST_BYTES = 1_000_000
_MOST_PARTS = 50


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return `commands` (of all parts that are shell), `text` (all of it, decoded), `encoded` (written in base64)."""
    del options
    if value.literal is None or value.is_map:
        return value
    if isinstance(value.tree, Value) and value.tree.literal is not None:
        value = value.tree  # what base64encode(…) was given
    held = embedded(value)
    if held is None:
        return value if value.unknown is not None else value._replace(literal=Unknown("it is no text", False))
    written, held = held, _decoded(held)
    text: object = held.text
    if HOLE in held.text:
        text = Unknown(held.why, False, text_pieces(held.text))
    origins = value.origins
    encoded = Value(held is not written, value.span, origins)
    shown = Value(text, value.span, origins, sensitive=value.sensitive, notation=value.notation)
    return value._replace(literal=_Script(value, held, encoded, shown), tree=None)


class _Script(OnDemand):
    """A start script; the commands in it, which take the longest, are read when a rule asks for them."""

    __slots__ = ("_commands", "_held", "_said", "_value")

    def __init__(self, value: Value, held: Embedded, encoded: Value, text: Value) -> None:
        self._value = value
        self._held = held
        self._said = {"encoded": encoded, "text": text}
        self._commands: Value | None = None

    def get(self, key: str, /, default: Any = None) -> Any:
        """Return what is said of the script by one of the three names."""
        if key != "commands":
            return self._said.get(key, default)
        if self._commands is None:
            self._commands = _commands(self._value, self._held)
        return self._commands

    def __iter__(self) -> Iterator[str]:
        return iter(("commands", *self._said))


def _commands(value: Value, held: Embedded) -> Value:
    found: list[Value] = []
    is_open = False
    for part in _parts(held):
        read_part = _cloud_config(held, part) if part.kind == "cloud-config" else None
        if part.kind == "shell":
            read_part = shell.commands(held, part.start, part.end)
        if read_part is None:
            continue
        is_open = is_open or read_part.open or read_part.unknown is not None
        if read_part.is_list:
            found.extend(cast("tuple[Value, ...]", read_part.literal))
    return Value(tuple(found), value.span, value.origins, is_open)


def _decoded(held: Embedded) -> Embedded:
    """Return the text behind base64 and gzip; then it has no places of its own."""
    text = held.text
    if HOLE in text or not _BASE64.fullmatch(text):
        return held
    try:
        data = a2b_base64("".join(text.split()), strict_mode=True)
    except (Error, ValueError):
        return held
    if data[:2] == b"\x1f\x8b":
        data = _unzipped(data)
    try:
        plain = data.decode("utf-8")
    except UnicodeDecodeError:
        return held
    if any(ord(c) < 32 and c not in "\t\r\n" for c in plain[:2000]):
        return held
    return held._replace(text=plain.replace(HOLE, " "), places=None, notation="")


def _unzipped(data: bytes) -> bytes:
    import zlib  # rarely: on this path only

    try:
        return zlib.decompressobj(31).decompress(data, _MOST_BYTES)
    except zlib.error:
        return data


class _Part(NamedTuple):
    kind: str
    start: int
    end: int


_BOUNDARY = regex(r"boundary=\"?([^\"\r\n;]{1,100})\"?", re.IGNORECASE)


def _parts(held: Embedded) -> Iterator[_Part]:
    text = held.text
    if not text.lstrip().lower().startswith(("content-type: multipart", "mime-version:")):
        yield _Part(_kind(text, 0, len(text), ""), 0, len(text))
        return
    named = _BOUNDARY.search(text[:5000])
    if named is None:
        return
    mark = "--" + named[1]
    at = text.find(mark, named.end())
    for _ in range(_MOST_PARTS):
        if at < 0 or text.startswith(mark + "--", at):
            return
        start = text.find("\n", at)
        following = text.find(mark, start)
        end = following if following >= 0 else len(text)
        head = re.compile(r"\r?\n\r?\n").search(text, at, end)
        if start >= 0 and head is not None:
            yield _Part(_kind(text, head.end(), end, text[start : head.start()]), head.end(), end)
        at = following


def _kind(text: str, start: int, end: int, header: str) -> str:
    begin = text[start : start + 200].lstrip()
    lowered = header.lower()
    if begin.startswith("#cloud-config") or "text/cloud-config" in lowered:
        return "cloud-config"
    if begin.startswith("#!"):
        return "shell"
    if "<powershell>" in begin or "<script>" in begin or begin.startswith(("#include", "#cloud-", "## template", "{")):
        return ""
    # Plain text is no script to cloud-init; people write shell without the first line all the same.
    return "shell" if end > start else ""


def _cloud_config(held: Embedded, part: _Part) -> Value | None:
    """Return the commands of `runcmd` and `bootcmd`: shell text, or words."""
    try:
        root = read_yaml(held.text[part.start : part.end])
    except Malformed as malformed:
        return Value(Unknown(f"its cloud-config cannot be read: {malformed.what}"))
    found: list[Value] = []
    is_open = False
    for name in ("bootcmd", "runcmd"):
        node = root.get(name)
        for element in node.elements() if node is not None else ():
            one = _command(held, part.start, element)
            if one is None:
                continue
            is_open = is_open or one.open
            found.extend(cast("tuple[Value, ...]", one.literal) if one.is_list else ())
    return Value(tuple(found), open=is_open)


def _command(held: Embedded, offset: int, node: Node) -> Value | None:
    if node.kind == "list":
        words = [str(word.value) for word in node.elements() if word.kind != "map" and word.kind != "list"]
        text = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    elif node.kind == "text":
        text = node.value
    else:
        return None
    start, end = offset + node.start, offset + node.end
    if held.text[start:end] == text and held.places is not None:
        return shell.commands(held, start, end)
    span = held.part(start, end) or held.span
    inner = held._replace(text=text, places=None, span=span)
    return shell.commands(inner, 0, len(text))
