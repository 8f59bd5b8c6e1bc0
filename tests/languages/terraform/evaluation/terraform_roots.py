"""Root modules for tests, from text; and a plain picture of everything a document says."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.languages.terraform.document import TerraformDocument, read_root
from gatepost.model.documents import Resource
from gatepost.model.places import Source, Span
from gatepost.model.values import Value


class Files:
    """Files by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)

    def list(self, directory: str) -> Sequence[str]:
        return sorted(path for path in self.texts if (posixpath.dirname(path) or ".") == directory)

    def read(self, path: str) -> Source | None:
        text = self.texts.get(path)
        return None if text is None else Source(path, text, "terraform")


def root(texts: str | Mapping[str, str], *var_files: str) -> TerraformDocument:
    """Read the root module at the top; a text alone is its main.tf."""
    return read_root(".", Files({"main.tf": texts} if isinstance(texts, str) else texts), var_files)


def resource(document: TerraformDocument, address: str) -> Resource:
    """Return the resource at an address."""
    return next(r for type in document.types() for r in document.resources(type) if r.address == address)


def attribute(texts: str | Mapping[str, str], name: str = "x", address: str = "t.r") -> Value:
    """Return an attribute of a resource of a root module."""
    value = resource(root(texts), address).body.literal.get(name)
    assert value is not None
    return value


def expression(text: str, before: str = "") -> Value:
    """Return the value of an expression, with things declared before it."""
    return attribute(f'{before}\nresource "t" "r" {{\n  x = {text}\n}}\n')


def plain(value: Value | None) -> Any:
    """Return the known part of a value as plain data; "?" for what is not known."""
    if value is None:
        return None
    literal = value.literal
    if value.unknown is not None:
        return "?"
    if isinstance(literal, tuple):
        return [plain(element) for element in literal]
    if isinstance(literal, Mapping):
        return {key: plain(literal.get(key)) for key in literal}
    return literal


def picture(value: Value, places: bool = True) -> Any:
    """Return all that a value says, comparable between documents."""
    literal = value.literal
    if isinstance(literal, tuple) and value.unknown is None:
        inner: Any = [picture(element, places) for element in literal]
    elif isinstance(literal, Mapping):
        inner = {key: picture(literal[key], places) for key in literal}
    else:
        inner = literal
    tree = picture(value.tree, places) if isinstance(value.tree, Value) else None
    said = (inner, value.open, value.refers_to, value.sensitive, value.repeated, tree)
    origins = [(o.what, o.kind, o.notation, place(o.span) if places else None) for o in value.origins]
    return (*said, origins, place(value.span)) if places else said


def place(span: Span | None) -> Any:
    """Return where a span is, comparable between documents."""
    return None if span is None else (span.location, span.text)


def whole(document: TerraformDocument) -> Any:
    """Return all that a document says."""
    return (
        [
            (r.address, r.key, place(r.span), place(r.header), picture(r.body), picture(r.beside))
            for type in document.types()
            for r in document.resources(type)
        ],
        document.problems,
        document.open_modules,
        [(item, path, picture(value)) for item, path, value in document.values()],
    )
