"""Plain data as HCL text, the way `terraform fmt` leaves it; never finds the place where it goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from gatepost.languages.terraform.tokens import KEYWORDS
from gatepost.model.changes import JsonText, Plain, Template
from gatepost.model.records import NamedTuple
from gatepost.model.values import Reference

_WIDEST = 100  # a list that would make its line longer is written on several
_BARE_KEY = re.compile(r"[^\W\d][\w-]*\Z").match
_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029]|\$+\{|%+\{')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def reference_text(reference: Reference) -> str:
    """Return a reference as an expression."""
    if reference.expression:
        return reference.expression
    return f"{reference.address}.{reference.attribute}" if reference.attribute else reference.address


class Manner(NamedTuple):
    """How a file is written: its line break, what it indents by, how references read in it."""

    newline: str = "\n"
    step: str = "  "
    reference: Callable[[Reference], str] = reference_text


def quoted(text: str) -> str:
    """Return text in quotes, with escapes, so that HCL reads exactly this text."""
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def in_heredoc(text: str) -> str:
    """Return text as it is written in a heredoc."""
    return re.sub(r"([$%])\{", r"\1\1{", text)


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if found.endswith("{"):
        return found[0] + found
    return _ESCAPES.get(found) or f"\\u{ord(found):04x}"


def scalar(new: str | float | bool | None) -> str:
    """Return a scalar as HCL."""
    if new is None:
        return "null"
    if isinstance(new, bool):
        return "true" if new else "false"
    if isinstance(new, str):
        return quoted(new)
    text = repr(new)
    return text if text.lstrip("-").replace(".", "", 1).isdigit() else f"{new:f}" if abs(new) < 1e15 else text


def key_text(key: str, in_quotes: bool = False) -> str:
    """Return the key of an object; in quotes where it has to be, or as its neighbours are."""
    if in_quotes or not _BARE_KEY(key) or key in KEYWORDS or key == "for":
        return quoted(key)
    return key


def is_list(new: object) -> bool:
    """Tell whether plain data is a list (a Reference or Template is a tuple, but not a list)."""
    return isinstance(new, Sequence) and not isinstance(new, str | Reference | Template)


def is_block(new: object, path: str, maps: frozenset[str]) -> bool:
    """Tell whether plain data is written as a block, or blocks one after another, and not as an attribute."""
    if path in maps or isinstance(new, JsonText):
        return False
    if is_list(new):
        elements = cast("list[Any]", new)
        return bool(elements) and all(isinstance(element, Mapping) for element in elements)
    return isinstance(new, Mapping)


def expression(new: Plain, manner: Manner, indent: str, wide: bool = False) -> str:
    """Return plain data as an expression.

    `indent` is that of the line it begins on. `wide`: on one line, whatever it is; else a map takes a line for each
    entry, and so does a list that is long or holds maps.
    """
    if isinstance(new, Reference):
        return manner.reference(new)
    if isinstance(new, Template):
        return f'"{template_text(new, manner)}"'
    if isinstance(new, JsonText):
        return f"jsonencode({_object(new, manner, indent, wide)})"
    if isinstance(new, Mapping):
        return _object(new, manner, indent, wide)
    if isinstance(new, list | tuple):
        elements = list(new)
        if wide or not any(isinstance(element, Mapping) for element in elements):
            line = "[" + ", ".join(expression(element, manner, indent, True) for element in elements) + "]"
            if wide or len(elements) < 2 or len(line) + len(indent) <= _WIDEST:
                return line
        return lines_of_list(elements, manner, indent)
    return scalar(new)


def template_text(new: Template, manner: Manner) -> str:
    """Return text with references as it is written between quotes."""
    return "".join(
        _SPECIAL.sub(_escaped, part) if isinstance(part, str) else f"${{{manner.reference(part)}}}"
        for part in new.parts
    )


def lines_of_list(elements: Sequence[Plain], manner: Manner, indent: str) -> str:
    """Return a list with a line for each element."""
    inner = manner.newline + indent + manner.step
    body = "".join(f"{inner}{expression(element, manner, indent + manner.step)}," for element in elements)
    return f"[{body}{manner.newline}{indent}]"


def _object(new: Mapping[str, Plain], manner: Manner, indent: str, wide: bool) -> str:
    if not new:
        return "{}"
    if wide:
        return "{ " + ", ".join(f"{key_text(k)} = {expression(v, manner, indent, True)}" for k, v in new.items()) + " }"
    inner = indent + manner.step
    entries = [(key_text(key), expression(value, manner, inner)) for key, value in new.items()]
    return "{" + manner.newline + _aligned(entries, manner, inner) + manner.newline + indent + "}"


def _aligned(entries: Sequence[tuple[str, str]], manner: Manner, indent: str) -> str:
    """Return lines `name = value`, the signs one below another where single lines follow one another."""
    lines: list[str] = []
    run: list[tuple[str, str]] = []

    def flush() -> None:
        width = max((len(name) for name, _ in run), default=0)
        lines.extend(f"{indent}{name.ljust(width)} = {value}" for name, value in run)
        run.clear()

    for name, value in entries:
        if "\n" in value:
            flush()
            lines.append(f"{indent}{name} = {value}")
        else:
            run.append((name, value))
    flush()
    return manner.newline.join(lines)


def body(
    attributes: Mapping[str, Plain], manner: Manner, indent: str, maps: frozenset[str], path: str = "", first: str = ""
) -> str:
    """Return the lines of a body, each indented by `indent`, without a line break at the end.

    Maps are blocks unless their dotted path below `path` is in `maps`; a blank line stands before the first block.
    `first` is text for lines of their own at the beginning, such as `count`.
    """
    parts: list[str] = [indent + first] if first else []
    entries: list[tuple[str, str]] = []
    blocks: list[str] = []
    for name, new in attributes.items():
        below = f"{path}.{name}" if path else name
        if is_block(new, below, maps):
            written = cast("list[Mapping[str, Plain]]", list(cast("list[Any]", new)) if is_list(new) else [new])
            blocks.extend(block(name, (), inner, manner, indent, maps, below) for inner in written)
        else:
            entries.append((name, expression(new, manner, indent)))
    if entries:
        parts.append(_aligned(entries, manner, indent))
    parts.extend(indent + text for text in blocks)
    return (manner.newline * 2).join(parts)


def block(
    type: str,
    labels: Sequence[str],
    attributes: Mapping[str, Plain],
    manner: Manner,
    indent: str,
    maps: frozenset[str],
    path: str = "",
    first: str = "",
) -> str:
    """Return a block; its first line is not indented, so that it can stand behind an indentation."""
    header = " ".join([type, *(quoted(label) for label in labels)])
    inner = body(attributes, manner, indent + manner.step, maps, path, first)
    if not inner:
        return header + " {}"
    return header + " {" + manner.newline + inner + manner.newline + indent + "}"
