"""IPv4 and IPv6 addresses and networks as whole numbers; never sets of them.

Own parsing, because `ipaddress` costs more to import than most runs take to judge.
"""

from __future__ import annotations

LAST4 = (1 << 32) - 1
LAST6 = (1 << 128) - 1


def address(text: str) -> tuple[int, int]:
    """Return (4 or 6, number) of an address; ValueError when it is none."""
    return (6, _address6(text)) if ":" in text else (4, _address4(text))


def network(text: str) -> tuple[int, int, int]:
    """Return (4 or 6, first, last) of "10.0.0.0/8", "10.0.0.1", "10.0.0.1-10.0.0.9" or "10.0.0.0/255.0.0.0".

    Bits of the host are ignored, as the clouds do. Raises ValueError when it is none of these.
    """
    text = text.strip()
    if "-" in text:
        first, _, last = text.partition("-")
        (family, low), (other, high) = address(first.strip()), address(last.strip())
        if family != other or low > high:
            raise ValueError(f"{text!r} is no range of addresses")
        return family, low, high
    host, slash, length = text.partition("/")
    family, number = address(host)
    bits = 32 if family == 4 else 128
    if not slash:
        return family, number, number
    if family == 4 and "." in length:
        prefix = _mask_length(_address4(length))
    elif length.isascii() and length.isdigit() and len(length) < 4:
        prefix = int(length)
    else:
        raise ValueError(f"{text!r} has no prefix length")
    if prefix > bits:
        raise ValueError(f"{text!r} has a prefix longer than {bits}")
    spare = (1 << (bits - prefix)) - 1
    return family, number & ~spare, number | spare


def _mask_length(mask: int) -> int:
    spare = LAST4 - mask
    if spare & (spare + 1):
        raise ValueError("not a mask")
    return 32 - spare.bit_length()


def _address4(text: str) -> int:
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError(f"{text!r} is no address")
    number = 0
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) <= 3) or int(part) > 255:
            raise ValueError(f"{text!r} is no address")
        number = number << 8 | int(part)
    return number


def _address6(text: str) -> int:
    if "." in text:
        head, _, tail = text.rpartition(":")
        low = _address4(tail)
        text = f"{head}:{low >> 16:x}:{low & 0xFFFF:x}"
    if text.count("::") > 1 or ":::" in text:
        raise ValueError(f"{text!r} is no address")
    left, double, right = text.partition("::")
    words = left.split(":") if left else []
    more = right.split(":") if right else []
    gap = 8 - len(words) - len(more)
    if (gap < 1) if double else (gap != 0):
        raise ValueError(f"{text!r} is no address")
    number = 0
    for word in [*words, *["0"] * (gap if double else 0), *more]:
        if not 1 <= len(word) <= 4 or any(c not in "0123456789abcdefABCDEF" for c in word):
            raise ValueError(f"{text!r} is no address")
        number = number << 16 | int(word, 16)
    return number


def written(family: int, first: int, last: int) -> str:
    """Return how people write a range of addresses: a network where it is one, else first-last."""
    bits = 32 if family == 4 else 128
    size = last - first + 1
    if size & (size - 1) == 0 and first & (size - 1) == 0:
        length = bits - (size.bit_length() - 1)
        return f"{_text(family, first)}/{length}"
    return f"{_text(family, first)}-{_text(family, last)}"


def _text(family: int, number: int) -> str:
    if family == 4:
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    words = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    best, at = 1, -1
    for start in range(8):
        end = start
        while end < 8 and words[end] == "0":
            end += 1
        if end - start > best:
            best, at = end - start, start
    if at < 0:
        return ":".join(words)
    return ":".join(words[:at]) + "::" + ":".join(words[at + best :])
