"""Feeds bytes to the Dockerfile reader, which must never raise."""

from __future__ import annotations

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.model.places import Source
from gatepost.model.values import Value


def fuzz(data: bytes) -> None:
    """Read the bytes as a Dockerfile and ask for everything in it."""
    ask_everything(read_dockerfile(Source("Dockerfile", data.decode("utf-8", "replace"), "dockerfile")))


def ask_everything(document: Dockerfile) -> None:
    """Ask for every attribute of every resource, two levels deep, and every place."""
    for problem in document.problems:
        assert problem.what
    for kind in document.types():
        for resource in document.resources(kind):
            assert resource.header.start >= resource.span.start
            body = resource.body.literal
            assert isinstance(body, Attributes)
            for name in body.all_names():
                if name not in ("stage", "base", "instructions", "stages", "final"):
                    _ask(body.get(name), 0)
    for _, _, value in document.values():
        assert value.span is not None
    for remark in document.remarks():
        assert remark.covers.start <= remark.covers.end


def _ask(value: Value | None, depth: int) -> None:
    if value is None or depth > 4:
        return
    if value.span is not None:
        assert 0 <= value.span.start <= value.span.end <= len(value.span.source.text)
    if value.is_list:
        for item in value.literal:
            _ask(item, depth + 1)
    elif value.is_map and not isinstance(value.literal, Attributes):
        for item in value.literal.values():
            _ask(item, depth + 1)
