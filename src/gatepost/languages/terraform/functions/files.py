"""Terraform's functions on files and paths, through the document's own reader; never outside the scanned tree."""

from __future__ import annotations

import posixpath
from typing import cast

from gatepost.languages.terraform.conversions import LARGEST_TEXT, Fails, NotComputed, text_of_scalar
from gatepost.languages.terraform.evaluate_templates import Pieces, add_parts
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import accepted, hidden, on_plain
from gatepost.languages.terraform.steps import follow
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value


def _source(path: Value, frame: Frame) -> Source | None:
    """The file that a path names, which is relative to the root module; None when it is not in the tree."""
    state = frame.scope.state
    inside = state.inside(state.path, text_of_scalar(path.literal))
    if inside is None:
        return None
    state.ledger.note(f"file:{inside}", "*")
    return state.reader.read(inside)


def _file(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return unknown
    source = _source(arguments[0], frame)
    if source is None:
        return Value(Unknown(f"the file {arguments[0].literal} is not in the scanned files", False))
    return follow(Value(source.text, Span(source, 0, len(source.text))), f"file {source.path}", "code")


def _filebase64(arguments: list[Value], frame: Frame) -> Value:
    from gatepost.languages.terraform.functions.encoding import FUNCTIONS as ENCODING

    content = _file(arguments, frame)
    return ENCODING["base64encode"]([content], frame)


def _fileexists(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return unknown
    if _source(arguments[0], frame) is not None:
        return Value(True)
    return Value(Unknown(f"the file {arguments[0].literal} is not in the scanned files", False))


def _templatefile(arguments: list[Value], frame: Frame) -> Value:
    from gatepost.languages.terraform.evaluate import evaluate
    from gatepost.languages.terraform.syntax import Parser
    from gatepost.languages.terraform.syntax_templates import HclError

    arguments = accepted("string, any", arguments)
    unknown = hidden(arguments[0])
    if unknown is not None:
        return unknown
    source = _source(arguments[0], frame)
    names = arguments[1]
    if source is None or not names.is_map:
        return Value(Unknown(f"the file {arguments[0].literal} is not in the scanned files", False))
    if len(source.text) > LARGEST_TEXT:
        raise NotComputed("a file of this length")
    try:
        parts = Parser(source.text).bare(0, len(source.text))
    except HclError:
        raise Fails(f"{source.path} is no template") from None
    entries = {key: follow(inner, key, "code") for key, inner in cast("dict[str, Value]", names.literal).items()}
    pieces = Pieces()
    add_parts(parts, pieces, Frame(frame.scope, source, 0, "hcl", entries), evaluate)
    return pieces.value()


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _dirname(path: str) -> str:
    return posixpath.normpath(posixpath.dirname(path) or ".")


FUNCTIONS: dict[str, Function] = {
    "basename": on_plain("string", _basename),
    "dirname": on_plain("string", _dirname),
    "file": _file,
    "filebase64": _filebase64,
    "fileexists": _fileexists,
    "templatefile": _templatefile,
}
