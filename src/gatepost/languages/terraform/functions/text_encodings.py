"""Text in other encodings, as textencodebase64 and textdecodebase64 take them; never an encoding that is guessed."""

from __future__ import annotations

from gatepost.languages.terraform.conversions import Fails, NotComputed

# IANA name in small letters -> Python's codec.
_CODECS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-16": "utf-16",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "us-ascii": "ascii",
}


def _codec(name: str) -> str:
    codec = _CODECS.get(name.lower())
    if codec is None:
        raise NotComputed("text in this encoding")
    return codec


def encode(text: str, name: str) -> bytes:
    """Return text in an encoding; raises Fails where it has no such character."""
    codec = _codec(name)
    try:
        return b"\xfe\xff" + text.encode("utf-16-be") if codec == "utf-16" else text.encode(codec)
    except UnicodeEncodeError:
        raise Fails("the encoding does not have every character of the text") from None


def decode(data: bytes, name: str) -> str:
    """Return what bytes mean in an encoding; raises Fails for those that mean nothing."""
    codec = _codec(name)
    if codec == "utf-16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        raise NotComputed("text without a byte order mark")
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise Fails("the bytes mean nothing in the encoding") from None
