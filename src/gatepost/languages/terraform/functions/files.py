"""Terraform's functions on files and paths, through the document's own reader; never outside the scanned tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import LARGEST_TEXT, Fails, NotComputed, normal, text_of_scalar
from gatepost.languages.terraform.evaluate_templates import Pieces, add_parts
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import accepted, hidden, on_plain
from gatepost.languages.terraform.functions.path_patterns import path_pattern
from gatepost.languages.terraform.steps import follow
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value

TEMPLATE = "template"  # the kind of a source in which only the given names mean something
MOST_FILES = 20_000
_MARK = b"\xef\xbb\xbf"


def _inside(path: str, frame: Frame) -> str | None:
    """Return a path, which is relative to the root module, in the reader's form; None when it leads elsewhere."""
    state = frame.scope.state
    inside = state.inside(state.path, path)
    if inside is not None:
        state.ledger.note(f"file:{inside}", "*")
    return inside


def _source(path: str, frame: Frame) -> Source | None:
    """The file that a path names; None when it is not in the tree or no text. Raises Fails when surely missing."""
    inside = _inside(path, frame)
    if inside is None:
        return None
    reader = frame.scope.state.reader
    source = reader.read(inside)
    if source is None and _is_missing(inside, frame):
        raise Fails(f"there is no file {path}")
    if source is not None and (_data(inside, frame) or b"").startswith(_MARK):
        raise NotComputed("a file with a byte order mark")
    return source


def _is_missing(inside: str, frame: Frame) -> bool:
    missing = cast("Callable[[str], bool] | None", getattr(frame.scope.state.reader, "is_missing", None))
    return missing is not None and missing(inside)


def _data(inside: str, frame: Frame) -> bytes | None:
    data = cast("Callable[[str], bytes | None] | None", getattr(frame.scope.state.reader, "data", None))
    return None if data is None else data(inside)


def _not_there(path: Value) -> Value:
    named = "the file" if path.sensitive else f"the file {path.literal}"
    return Value(Unknown(f"{named} is not in the scanned files", False))


def _file(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return unknown
    path = text_of_scalar(arguments[0].literal)
    source = _source(path, frame)
    if source is None:
        return _not_there(arguments[0])
    whole = Span(source, 0, len(source.text))
    content = source.text if source.text.isascii() else normal(source.text)
    return follow(Value(content, whole), f"file {source.path}", "code")


def _bytes(arguments: list[Value], frame: Frame) -> tuple[bytes | None, Value]:
    """Return what is in the file that the one argument names; or None and the unknown to answer with."""
    arguments = accepted("string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return None, unknown
    path = text_of_scalar(arguments[0].literal)
    inside = _inside(path, frame)
    if inside is None:
        return None, _not_there(arguments[0])
    if _is_missing(inside, frame):
        raise Fails(f"there is no file {path}")
    data = _data(inside, frame)
    if data is None:
        source = frame.scope.state.reader.read(inside)
        data = None if source is None else source.text.encode()
    return data, _not_there(arguments[0])


def _filebase64(arguments: list[Value], frame: Frame) -> Value:
    from base64 import b64encode

    data, unknown = _bytes(arguments, frame)
    return unknown if data is None else Value(b64encode(data).decode())


def _hashed(name: str, base64: bool = False) -> Function:
    def called(arguments: list[Value], frame: Frame) -> Value:
        from gatepost.languages.terraform.functions.hashes import base64_digest, digest

        data, unknown = _bytes(arguments, frame)
        return unknown if data is None else Value((base64_digest if base64 else digest)(name, data))

    return called


def _fileexists(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return unknown
    path = text_of_scalar(arguments[0].literal)
    inside = _inside(path, frame)
    if inside is not None and _is_missing(inside, frame):
        return Value(False)
    if inside is not None and inside in frame.scope.state.reader.list(posixpath.dirname(inside) or "."):
        return Value(True)
    return _not_there(arguments[0])


def _fileset(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string, string", arguments)
    unknown = hidden(*arguments)
    if unknown is not None:
        return unknown
    path, pattern = (text_of_scalar(argument.literal) for argument in arguments)
    matches = path_pattern(pattern)
    inside = _inside(path, frame)
    below = cast("Callable[[str, int], list[str] | None] | None", getattr(frame.scope.state.reader, "below", None))
    found = below(inside, MOST_FILES) if below is not None and inside is not None else None
    if found is None:
        return Value(Unknown("the files in a folder are not all known", False))
    return Value(tuple([Value(one) for one in sorted(found) if matches(one)]), type=("set", "string"))


def _templatefile(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string, any", arguments)
    unknown = hidden(arguments[0])
    if unknown is not None:
        return unknown
    path = text_of_scalar(arguments[0].literal)
    if frame.source.kind == TEMPLATE:
        raise Fails("a template cannot use templates")
    source = _source(path, frame)
    if source is None:
        return _not_there(arguments[0])
    return filled(Source(source.path, source.text, TEMPLATE), arguments[1], frame)


def _templatestring(arguments: list[Value], frame: Frame) -> Value:
    arguments = accepted("string, any", arguments)
    unknown = hidden(arguments[0])
    if unknown is not None:
        return unknown
    if frame.source.kind == TEMPLATE:
        raise Fails("a template cannot use templates")
    made = filled(Source("(template)", text_of_scalar(arguments[0].literal), TEMPLATE), arguments[1], frame)
    return made._replace(span=None)


def filled(source: Source, names: Value, frame: Frame) -> Value:
    """Return the text of a template in which only the given names mean something; `names` is a map of values.

    Raises Fails where the template, or a name, is none; NotComputed for one that is too long.
    """
    from gatepost.languages.terraform.evaluate import evaluate
    from gatepost.languages.terraform.syntax import Parser
    from gatepost.languages.terraform.syntax_templates import HclError

    if names.unknown is not None:
        return Value(Unknown(names.unknown.why, False))
    if not isinstance(names.literal, dict):
        raise Fails("the names for a template have to be a map")
    entries = cast("dict[str, Value]", names.literal)
    if not all(re.fullmatch(r"[^\W\d][\w-]*", name) for name in entries):
        raise Fails("a name for a template is no name that it could use")
    if len(source.text) > LARGEST_TEXT:
        raise NotComputed("a file of this length")
    try:
        parts = Parser(source.text).bare(0, len(source.text))
    except HclError:
        raise Fails(f"{source.path} is no template") from None
    given = {key: follow(inner, key, "code") for key, inner in entries.items()}
    inner = Frame(frame.scope, source, 0, "hcl", given)
    if len(parts) == 1 and isinstance(parts[0], nodes.Interpolation):
        return evaluate(parts[0].expression, inner)._replace(span=None)
    pieces = Pieces()
    add_parts(parts, pieces, inner, evaluate)
    return pieces.value()


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _dirname(path: str) -> str:
    head = path[: path.rfind("/") + 1]
    return _cleaned(head)


def _cleaned(path: str) -> str:
    made = posixpath.normpath(path or ".")
    return made[1:] if made.startswith("//") else made


def _abspath(path: str) -> str:
    if not path.startswith("/"):
        raise NotComputed("a path from the folder that Terraform runs in")
    return _cleaned(path)


def _pathexpand(path: str) -> str:
    if path.startswith("~"):
        raise NotComputed("a path from somebody's home")
    return path


FUNCTIONS: dict[str, Function] = {
    "abspath": on_plain("string", _abspath),
    "basename": on_plain("string", _basename),
    "dirname": on_plain("string", _dirname),
    "file": _file,
    "filebase64": _filebase64,
    "filebase64sha256": _hashed("sha256", base64=True),
    "filebase64sha512": _hashed("sha512", base64=True),
    "fileexists": _fileexists,
    "filemd5": _hashed("md5"),
    "fileset": _fileset,
    "filesha1": _hashed("sha1"),
    "filesha256": _hashed("sha256"),
    "filesha512": _hashed("sha512"),
    "pathexpand": on_plain("string", _pathexpand),
    "templatefile": _templatefile,
    "templatestring": _templatestring,
}
