"""Terraform's functions on text; unknown parts stay holes where a result is put together; never locale dependent."""

from __future__ import annotations

import re
from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.evaluate_templates import Pieces
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import LARGEST, hidden, on_plain, on_texts, on_values, text, whole
from gatepost.languages.terraform.functions.collections import elements_of
from gatepost.languages.terraform.functions.formatting import format_values, formatlist
from gatepost.languages.terraform.functions.patterns import regex, regexall, replace_pattern
from gatepost.model.values import Value


def _join(separator: Value, *lists: Value) -> Value:
    if separator.unknown is not None or any(value.unknown is not None or value.open for value in lists):
        return hidden(separator, *lists) or Value(None)
    pieces = Pieces()
    first = True
    for value in lists:
        for element in elements_of(value):
            if not first:
                pieces.add(separator)
            pieces.add(element)
            first = False
    return pieces.value() if not first else Value("")


def _split(separator: Any, whole_text: Any) -> list[str]:
    between, subject = text(separator), text(whole_text)
    if not between:
        return [*subject] if subject.isascii() else _beyond()
    return subject.split(between)


def _beyond() -> Any:
    raise NotComputed("text beyond ASCII")


def _replace(subject: Any, old: Any, new: Any) -> str:
    source, wanted, put = text(subject), text(old), text(new)
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        return replace_pattern(source, wanted[1:-1], put)
    if len(source) * max(len(put), 1) > LARGEST * 4:
        raise NotComputed("a text of this length")
    return source.replace(wanted, put)


def _upper(data: Any) -> str:
    return "".join(_one(character.upper(), character) for character in text(data))


def _lower(data: Any) -> str:
    return "".join(_one(character.lower(), character) for character in text(data))


def _one(changed: str, character: str) -> str:
    if len(changed) != 1:
        raise NotComputed(f"the other case of {character}")
    return changed


def _title(data: Any) -> str:
    subject = text(data)
    if not subject.isascii():
        return _beyond()
    return re.sub(r"(?<![A-Za-z0-9_])[a-z]", lambda match: match[0].upper(), subject)


def _substr(data: Any, offset: Any, length: Any) -> str:
    subject, start, size = text(data), whole(offset), whole(length)
    if not subject.isascii():
        return _beyond()
    if start < 0:
        start += len(subject)
    if start < 0:
        raise NotComputed("text from before its beginning")
    if size < -1:
        raise Fails("substr is called with a negative length")
    return subject[start:] if size < 0 else subject[start : start + size]


_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


def _trim(data: str, cut: str) -> str:
    return data.strip(cut) if cut else data


def _trimspace(data: str) -> str:
    return data.strip(_SPACE)


def _strrev(data: Any) -> str:
    subject = text(data)
    return subject[::-1] if subject.isascii() else _beyond()


def _chomp(data: Any) -> str:
    return text(data).rstrip("\r\n")


def _indent(spaces: Any, data: Any) -> str:
    if not 0 <= whole(spaces) <= 1000:
        raise NotComputed("an indentation of this width")
    return text(data).replace("\n", "\n" + " " * whole(spaces))


FUNCTIONS: dict[str, Function] = {
    "chomp": on_plain(1, 1, _chomp),
    "endswith": on_texts(str.endswith, 2),
    "format": on_values(1, None, format_values),
    "formatlist": on_values(1, None, formatlist),
    "indent": on_plain(2, 2, _indent),
    "join": on_values(2, None, _join),
    "lower": on_plain(1, 1, _lower),
    "regex": on_plain(2, 2, regex),
    "regexall": on_plain(2, 2, regexall),
    "replace": on_plain(3, 3, _replace),
    "split": on_plain(2, 2, _split),
    "startswith": on_texts(str.startswith, 2),
    "strcontains": on_texts(str.__contains__, 2),
    "strrev": on_plain(1, 1, _strrev),
    "substr": on_plain(3, 3, _substr),
    "title": on_plain(1, 1, _title),
    "trim": on_texts(_trim, 2),
    "trimprefix": on_texts(str.removeprefix, 2),
    "trimspace": on_texts(_trimspace, 1),
    "trimsuffix": on_texts(str.removesuffix, 2),
    "upper": on_plain(1, 1, _upper),
}
