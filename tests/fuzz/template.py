"""Any bytes as a template, a nested one and a parameter file: read, evaluate, edit; never an exception."""

from __future__ import annotations

from gatepost.languages.cloudformation import CloudFormationDocument, is_template, read_template
from gatepost.model.changes import Append, Remove, Set
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Value


class _Everywhere:
    """Files that all say the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, path: str, /) -> Source:
        return Source(path, self.text, "data")


def fuzz(data: bytes) -> None:
    """Read `data` as a template and ask for everything in it."""
    text = data.decode("utf-8", "replace")
    is_template(text, "x.yaml")
    source = Source("x.yaml", text, "cloudformation")
    _ask(read_template(source), text)
    if "Stack" in text or "Include" in text or "Parameter" in text:
        _ask(read_template(source, _Everywhere(text), ("p.yaml",)), text)


def _ask(document: CloudFormationDocument, text: str) -> None:
    assert all(problem.what and problem.hint for problem in document.problems)
    left = 8  # each edit of what a transform makes reads everything again
    for type_ in document.types():
        for resource in document.resources(type_):
            for body in (resource.body, resource.beside):
                for name in list(body.literal):
                    _look(body.literal.get(name), text)
            left -= 1
            if left < 0:
                continue
            for change in (
                Set(resource.body, ("A", "B"), "x"),
                Append(resource.body, ("Properties",), "x"),
                Remove(resource.body, ("A",)),
            ):
                try:
                    written = document.write(change)
                except CannotWrite:
                    continue
                document.edited(written.edits)
    for _, _, value in document.values():
        _look(value, text)
    document.remarks()


def _look(value: Value | None, text: str) -> None:
    if value is None:
        return
    assert value.span is None or 0 <= value.span.start <= value.span.end <= len(text)
    if value.is_list:
        for element in value.literal:
            _look(element, text)
    elif value.is_map:
        for name in value.literal:
            _look(value.literal[name], text)
