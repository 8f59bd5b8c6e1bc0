"""Values as the languages make them, for the tests of readers."""

from __future__ import annotations

import re

from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value

HOLE = re.compile(r"\$\{[^}]*\}")


def heredoc(body: str, flush: bool = False) -> Value:
    """A Terraform heredoc whose interpolations are not known."""
    text = f"policy = <<{'-' if flush else ''}EOF\n{body}EOF\n"
    source = Source("main.tf", text, "terraform")
    if flush:
        lines = body.split("\n")
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        body = "\n".join(line[indent:] for line in lines)
    return _value(body, Span(source, 9, len(text) - 1))


def quoted(text: str) -> Value:
    """A quoted Terraform template whose interpolations are not known."""
    written = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    source = Source("main.tf", f"policy = {written}\n", "terraform")
    return _value(text, Span(source, 9, 9 + len(written)))


def _value(text: str, span: Span) -> Value:
    holes = HOLE.findall(text)
    if not holes:
        return Value(text, span, notation="hcl")
    pieces: list[str | None] = []
    for number, piece in enumerate(HOLE.split(text)):
        if number:
            pieces.append(None)
        if piece:
            pieces.append(piece)
    return Value(Unknown("a hole", False, tuple(pieces)), span, notation="hcl")


def plain(value: Value | None):
    """What a value says, without places; what is not known is None."""
    if value is None or value.unknown is not None:
        return None
    if value.is_map:
        return {name: plain(inner) for name, inner in value.literal.items()}
    if value.is_list:
        return [plain(inner) for inner in value.literal]
    return value.literal


def value_of(data, **facts) -> Value:
    """Plain data as a value."""
    if isinstance(data, Value):
        return data
    if isinstance(data, dict):
        return Value({name: value_of(inner) for name, inner in data.items()}, **facts)
    if isinstance(data, list):
        return Value(tuple(value_of(inner) for inner in data), **facts)
    return Value(data, **facts)
