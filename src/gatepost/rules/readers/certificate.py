"""PEM certificates: until when, which key, how long, signed how; never whether anybody trusts them.

Source: RFC 5280 (structure), RFC 7468 (PEM), RFC 5480 and RFC 8410 (elliptic curves), X.690 (DER).
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import NUMBER, TEXT, Attributes, Sort
from gatepost.model.records import NamedTuple
from gatepost.model.values import Unknown, Value

SORT = Sort(
    "element", Attributes({"not_after": Sort("date"), "algorithm": TEXT, "key_bits": NUMBER, "signature": TEXT})
)
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_MOST_TEXT = 100_000


class Certificate(NamedTuple):
    """What is read of a certificate; "" and 0 where it is of a kind that is not known here."""

    not_after: str
    algorithm: str
    key_bits: int
    signature: str


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return not_after (ISO, UTC), algorithm (RSA, EC, DSA, Ed25519 …), key_bits, and signature (SHA256 …)."""
    del options
    if value.literal is None or value.is_map or value.unknown is not None:
        return value
    try:
        found = read_pem(str(value.literal))
    except ValueError as error:
        return value._replace(literal=Unknown(f"it is no certificate that can be read: {error}", False))
    said = {
        "not_after": found.not_after,
        "algorithm": found.algorithm,
        "key_bits": found.key_bits,
        "signature": found.signature,
    }
    return value._replace(literal={k: Value(v, value.span, value.origins) for k, v in said.items() if v})


def read_pem(text: str) -> Certificate:
    """Read the first certificate of PEM text; ValueError with the reason when there is none."""
    start = text.find(_BEGIN)
    end = text.find(_END, start)
    if start < 0 or end < 0 or len(text) > _MOST_TEXT:
        raise ValueError("there is no CERTIFICATE block")
    try:
        data = a2b_base64("".join(text[start + len(_BEGIN) : end].replace("\\n", "\n").split()), strict_mode=True)
    except (Error, ValueError):
        raise ValueError("its base64 is broken") from None
    return read_der(data)


def read_der(data: bytes) -> Certificate:
    """Read one certificate; ValueError where the bytes are not what RFC 5280 says."""
    whole = _children(_element(data, 0))
    body = _children(whole[0])
    if body and body[0].tag == 0xA0:
        body = body[1:]
    # serial number, signature, issuer, validity, subject, subject's public key
    if len(body) < 6:
        raise ValueError("fields are missing")
    validity = _children(body[3])
    if len(validity) != 2:
        raise ValueError("it has no validity")
    algorithm, bits = _key(body[5])
    signed = _children(body[1])
    return Certificate(_time(validity[1]), algorithm, bits, _SIGNATURES.get(_oid(signed[0]), "") if signed else "")


class _Element(NamedTuple):
    tag: int
    data: bytes
    start: int
    end: int


def _element(data: bytes, at: int) -> _Element:
    if at + 2 > len(data):
        raise ValueError("it is cut off")
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise ValueError("a length is wrong")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise ValueError("it is cut off")
    return _Element(tag, data, start, start + length)


def _children(element: _Element) -> list[_Element]:
    if not element.tag & 0x20:
        raise ValueError("a field is of the wrong kind")
    found: list[_Element] = []
    at = element.start
    while at < element.end:
        child = _element(element.data, at)
        if child.end > element.end:
            raise ValueError("a field is longer than what holds it")
        found.append(child)
        at = child.end
        if len(found) > 100:
            break
    if not found:
        raise ValueError("a field is empty")
    return found


def _content(element: _Element) -> bytes:
    return element.data[element.start : element.end]


def _oid(element: _Element) -> str:
    data = _content(element)
    if element.tag != 6 or not data:
        raise ValueError("a field is of the wrong kind")
    parts, number = [str(min(data[0] // 40, 2)), str(data[0] - 40 * min(data[0] // 40, 2))], 0
    for byte in data[1:40]:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(str(number))
            number = 0
    return ".".join(parts)


def _time(element: _Element) -> str:
    text = _content(element).decode("ascii", "replace")
    if element.tag == 0x17 and len(text) >= 11 and text[:2].isdigit():
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    if len(text) < 14 or not text[:14].isdigit():
        raise ValueError("a time is not written as X.509 has it")
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"


_RSA, _EC, _DSA = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.2.840.10040.4.1"
_CURVES = {
    "1.2.840.10045.3.1.1": 192, "1.3.132.0.33": 224, "1.2.840.10045.3.1.7": 256, "1.3.132.0.10": 256,
    "1.3.132.0.34": 384, "1.3.132.0.35": 521,
}  # fmt: skip
_OTHERS = {"1.3.101.110": ("X25519", 256), "1.3.101.112": ("Ed25519", 256), "1.3.101.113": ("Ed448", 456)}
_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2", "1.2.840.113549.1.1.4": "MD5", "1.2.840.113549.1.1.5": "SHA1",
    "1.2.840.113549.1.1.11": "SHA256", "1.2.840.113549.1.1.12": "SHA384", "1.2.840.113549.1.1.13": "SHA512",
    "1.2.840.113549.1.1.14": "SHA224", "1.2.840.10045.4.1": "SHA1", "1.2.840.10045.4.3.1": "SHA224",
    "1.2.840.10045.4.3.2": "SHA256", "1.2.840.10045.4.3.3": "SHA384", "1.2.840.10045.4.3.4": "SHA512",
    "1.2.840.10040.4.3": "SHA1", "2.16.840.1.101.3.4.3.2": "SHA256", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
}  # fmt: skip


def _key(element: _Element) -> tuple[str, int]:
    fields = _children(element)
    named = _children(fields[0])
    oid = _oid(named[0])
    if oid in _OTHERS:
        return _OTHERS[oid]
    if oid == _EC:
        curve = _oid(named[1]) if len(named) > 1 and named[1].tag == 6 else ""
        return "EC", _CURVES.get(curve, 0)
    if oid == _DSA:
        return "DSA", _bits(_children(named[1])[0]) if len(named) > 1 else 0
    if oid != _RSA or len(fields) < 2 or fields[1].tag != 3:
        return "RSA" if oid == _RSA else "", 0
    inner = _content(fields[1])[1:]  # the first byte counts unused bits
    return "RSA", _bits(_children(_element(inner, 0))[0])


def _bits(element: _Element) -> int:
    return int.from_bytes(_content(element)[:4096], "big").bit_length()
