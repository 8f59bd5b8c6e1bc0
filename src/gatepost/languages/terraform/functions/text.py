"""Terraform's functions on text; unknown parts stay holes where a result is put together; never locale dependent."""

from __future__ import annotations

import re
from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed, normal
from gatepost.languages.terraform.evaluate_templates import Pieces
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import LARGEST, hidden, on_known, on_plain, on_values, whole
from gatepost.languages.terraform.functions.collections import elements_of
from gatepost.languages.terraform.functions.formatting import format_values, formatlist
from gatepost.languages.terraform.functions.patterns import regex, regexall, replace_pattern
from gatepost.languages.terraform.functions.text_lengths import clusters
from gatepost.model.values import Value


def _join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise Fails("at least one list is needed")
    if separator.unknown is not None or any(value.unknown is not None or value.open for value in lists):
        return hidden(separator, *lists) or Value(None)
    pieces = Pieces()
    first = True
    for value in lists:
        for element in elements_of(value):
            if element.literal is None:
                raise Fails("an element is null")
            if not first:
                pieces.add(separator)
            pieces.add(element)
            first = False
    return pieces.value() if not first else Value("")


def _split(separator: str, subject: str) -> list[str]:
    if len(subject) > LARGEST:
        raise NotComputed("a text of this length")
    if subject.count(separator) > 50_000:
        raise NotComputed("a list of this length")
    if not separator:
        return [normal(character) for character in subject]
    return subject.split(separator)


def _replace(source: str, wanted: str, put: str) -> str:
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        return replace_pattern(source, wanted[1:-1], put)
    if (source.count(wanted) if wanted else len(source)) * len(put) > LARGEST * 4:
        raise NotComputed("a text of this length")
    return source.replace(wanted, put)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_one(c.upper(), c) for c in text)


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(_one(c.lower(), c) for c in text)


def _one(changed: str, character: str) -> str:
    if len(changed) != 1:
        raise NotComputed(f"the other case of {character}")
    return changed


def _title(text: str) -> str:
    if not text.isascii():
        raise NotComputed("text beyond ASCII")
    return re.sub(r"(?<![A-Za-z0-9_])[a-z]", lambda match: match[0].upper(), text)


def _substr(text: str, offset: Any, length: Any) -> str:
    start, size = whole(offset), whole(length)
    found = clusters(text)
    if start < 0:
        start = max(0, start + len(found))
        size = size or -1  # go-cty looks for an end of no length, and finds none
    if size == 0 or start >= len(found):
        return ""
    return "".join(found[start:] if size < 0 else found[start : start + size])


_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


def _trim(text: str, cut: str) -> str:
    return text.strip(cut) if cut else text


def _trimspace(text: str) -> str:
    return text.strip(_SPACE)


def _strrev(text: str) -> str:
    return "".join(reversed(clusters(text)))


def _chomp(text: str) -> str:
    return re.sub(r"(?:\r\n?|\n)*\Z", "", text, count=1) if text[-1:] in ("\r", "\n") else text


def _indent(spaces: Any, text: str) -> str:
    width = whole(spaces)
    if width < 0:
        raise Fails("the number of spaces is negative")
    if width * (text.count("\n") + 1) > LARGEST:
        raise NotComputed("a text of this length")
    return text.replace("\n", "\n" + " " * width)


FUNCTIONS: dict[str, Function] = {
    "chomp": on_plain("string", _chomp),
    "endswith": on_plain("string, string", str.endswith),
    "format": on_values("string, ...any?", format_values),
    "formatlist": on_values("string, ...any?", formatlist),
    "indent": on_plain("number, string", _indent),
    "join": on_values("string, ...list(string)", _join),
    "lower": on_plain("string", _lower),
    "regex": on_known("string, string", regex),
    "regexall": on_known("string, string", regexall),
    "replace": on_plain("string, string, string", _replace),
    "split": on_plain("string, string", _split, "list(string)"),
    "startswith": on_plain("string, string", str.startswith),
    "strcontains": on_plain("string, string", str.__contains__),
    "strrev": on_plain("string", _strrev),
    "substr": on_plain("string, number, number", _substr),
    "title": on_plain("string", _title),
    "trim": on_plain("string, string", _trim),
    "trimprefix": on_plain("string, string", str.removeprefix),
    "trimspace": on_plain("string", _trimspace),
    "trimsuffix": on_plain("string, string", str.removesuffix),
    "upper": on_plain("string", _upper),
}
