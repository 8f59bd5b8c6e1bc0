"""Terraform's functions that encode, decode and hash; the tree of what was encoded is never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from gatepost.languages.terraform.conversions import (
    LARGEST_TEXT,
    Fails,
    NotComputed,
    derived_origins,
    first_unknown,
    text_of_scalar,
    why_not,
    wrap,
)
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_plain, on_values
from gatepost.model.values import Unknown, Value

if TYPE_CHECKING:
    from gatepost.languages.positioned import Node

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


_INFINITE = (float("inf"), float("-inf"))


def json_text(value: Value, html: bool = True) -> str:
    """Return a wholly known value as jsonencode writes it; without `html`, what HTML minds is not escaped."""
    parts: list[str] = []
    _write(value, parts, _quoted if html else _plainly_quoted)
    return "".join(parts)


def _plainly_quoted(text: str) -> str:
    from json import dumps

    return dumps(text, ensure_ascii=not text.isprintable())


def _write(value: Value, parts: list[str], quoted: Callable[[str], str]) -> None:
    literal = value.literal
    if literal is None:
        parts.append("null")
    elif isinstance(literal, str):
        parts.append(quoted(literal))
    elif isinstance(literal, tuple):
        parts.append("[")
        for position, element in enumerate(cast("tuple[Value, ...]", literal)):
            if position:
                parts.append(",")
            _write(element, parts, quoted)
        parts.append("]")
    elif isinstance(literal, Mapping):
        entries = cast("Mapping[str, Value]", literal)
        parts.append("{")
        for position, key in enumerate(sorted(entries)):
            parts.append(("," if position else "") + quoted(key) + ":")
            _write(entries[key], parts, quoted)
        parts.append("}")
    else:
        if literal in _INFINITE:
            raise Fails("infinity cannot be written as JSON")
        parts.append(text_of_scalar(literal))


def _quoted(plain: str) -> str:
    if plain.isascii() and plain.isalnum():
        return f'"{plain}"'
    written = "".join(
        _ESCAPES.get(character) or (character if character >= " " else f"\\u{ord(character):04x}")
        for character in plain
    )
    return f'"{written}"'


def _jsonencode(value: Value) -> Value:
    hidden = first_unknown(value)
    if hidden is not None:
        return Value(Unknown(why_not(hidden), False), None, derived_origins([hidden]), tree=value)
    written = json_text(value)
    if len(written) > LARGEST_TEXT:
        raise NotComputed("a text of this length")
    return Value(written, tree=value)


def _yamlencode(value: Value) -> Value:
    hidden = first_unknown(value)
    why = why_not(hidden) if hidden is not None else "yamlencode() is not worked out"
    return Value(Unknown(why, False), tree=value)


def _jsondecode(data: Any) -> Any:
    from json import loads

    from gatepost.languages.terraform.conversions import number_of_text

    def exact(digits: str) -> int | float:
        return number_of_text(digits.lower())

    def refuse(word: str) -> Any:
        raise Fails(f"{word} is no JSON")

    try:
        return loads(data, parse_float=exact, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Fails("text that is no JSON is given to jsondecode") from None


def _yamldecode(data: Any) -> Any:
    from gatepost.languages.positioned import Malformed, read_yaml

    source = data
    try:
        root = read_yaml(source)
    except Malformed:
        raise Fails("text that is no YAML is given to yamldecode") from None
    _refuse_odd_scalars(root, source)
    return root.plain()


_OLD_TRUTHS = frozenset(("y", "yes", "n", "no", "on", "off", "true", "false", "null"))


def _refuse_odd_scalars(root: Node, source: str) -> None:
    """Terraform reads YAML 1.1, where some plain scalars mean something else."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.tag:
            raise NotComputed("YAML with tags")
        if node.kind == "map":
            waiting.extend(inner for pair in node.value for inner in pair)
        elif node.kind == "list":
            waiting.extend(node.value)
        elif node.style == "":
            raw = source[node.start : node.end]
            if node.kind == "number":
                odd = raw != "0" and (not raw.lstrip("-").replace(".", "", 1).isdigit() or raw.lstrip("-")[0] == "0")
            else:
                odd = (node.kind == "text") == (raw.lower() in _OLD_TRUTHS) or raw[:1] in "0123456789+-.="
            if odd and raw not in ("~", ""):
                raise NotComputed("YAML with this scalar")


def _base64encode(value: Value) -> Value:
    from base64 import b64encode

    if value.unknown is not None:
        return Value(Unknown(value.unknown.why, False), tree=value)
    return Value(b64encode(text_of_scalar(value.literal).encode()).decode(), tree=value)


def _base64decode(data: Any) -> str:
    from base64 import b64decode

    try:
        return b64decode(data, validate=True).decode()
    except ValueError:
        raise Fails("text that is no base64 of text is given to base64decode") from None


def _base64gzip(value: Value) -> Value:
    return Value(Unknown("base64gzip() is not worked out", False), tree=value)


def _urlencode(data: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(data, safe="")


def _decoded(decode: Callable[[Any], Any]) -> Callable[..., Value]:
    def called(value: Value) -> Value:
        hidden = first_unknown(value)
        if hidden is not None:
            # what was encoded is known again when it is decoded
            return value.tree if isinstance(value.tree, Value) else Value(Unknown(why_not(hidden), True))
        return wrap(decode(value.literal))

    return called


FUNCTIONS: dict[str, Function] = {
    "base64decode": on_plain("string", _base64decode),
    "base64encode": on_values("string", _base64encode),
    "base64gzip": on_values("string", _base64gzip),
    "jsondecode": on_values("string", _decoded(_jsondecode)),
    "jsonencode": on_values("any?", _jsonencode),
    "urlencode": on_plain("string", _urlencode),
    "yamldecode": on_values("string", _decoded(_yamldecode)),
    "yamlencode": on_values("any?", _yamlencode),
}
