"""Reads arbitrary bytes as a Terraform root module and evaluates all of it; must never raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.languages.terraform.document import read_root
from gatepost.model.places import Source
from gatepost.model.values import Value


class _One:
    def __init__(self, text: str) -> None:
        self.text = text

    def list(self, directory: str) -> Sequence[str]:
        return ["main.tf", "terraform.tfvars"] if directory == "." else []

    def read(self, path: str) -> Source | None:
        return Source(path, self.text, "terraform") if path in self.list(".") else None


def fuzz(data: bytes) -> None:
    """Read the bytes as main.tf and as a var file, and ask for everything."""
    document = read_root(".", _One(data.decode("utf-8", "replace")))
    for type in document.types():
        for resource in document.resources(type):
            for body in (resource.body, resource.beside):
                _walk(body, 0)
    list(document.values())
    assert document.problems is not None
    assert document.remarks() is not None


def _walk(value: Value, depth: int) -> None:
    literal = value.literal
    if depth > 50 or value.unknown is not None:
        return
    if isinstance(literal, Mapping):
        for key in list(literal):
            found = literal.get(key)
            if isinstance(found, Value):
                _walk(found, depth + 1)
    elif isinstance(literal, tuple):
        for element in literal:
            _walk(element, depth + 1)
