"""Short ways to read a template and look into it, for the tests beside this file."""

from __future__ import annotations

import os
from pathlib import Path

from gatepost.languages.cloudformation import CloudFormationDocument, read_template
from gatepost.model.changes import Change, Edit
from gatepost.model.documents import Resource
from gatepost.model.places import Source
from gatepost.model.values import Value

CORPUS = Path(os.environ.get("GATEPOST_CORPORA", "/nowhere")) / "cloudformation"


def template(text: str, path: str = "stack.yaml") -> CloudFormationDocument:
    return read_template(Source(path, text, "cloudformation"))


def resource(document: CloudFormationDocument, name: str) -> Resource:
    return next(r for t in document.types() for r in document.resources(t) if r.address == name)


def read(document: CloudFormationDocument, name: str, *steps: str | int) -> Value | None:
    value: Value | None = resource(document, name).body
    for step in steps:
        assert value is not None
        value = value.literal[step] if isinstance(step, int) else value.literal.get(step)
    return value


def plain(value: Value | None) -> object:
    """What a value says, without places; an unknown is its reason in a tuple."""
    if value is None:
        return None
    if value.unknown is not None:
        return ("unknown", value.unknown.why, value.unknown.may_be_missing, value.unknown.pieces)
    if value.is_list:
        return [plain(one) for one in value.literal]
    if value.is_map:
        return {name: plain(value.literal[name]) for name in value.literal}
    return value.literal


def applied(document: CloudFormationDocument, edits: tuple[Edit, ...]) -> str:
    source = document.source
    text = source.text
    places = [
        (source.offset(r.start_line, r.start_column), source.offset(r.end_line, r.end_column), e.replacement)
        for e in edits
        for r in (e.location.region,)
    ]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def after(document: CloudFormationDocument, change: Change) -> str:
    """The text after a change; what `edited` says has to be what reading the new text says."""
    written = document.write(change)
    text = applied(document, written.edits)
    result = document.edited(written.edits).document
    assert result.sources[0].text == text
    assert everything(result) == everything(template(text, document.path))
    return text


def everything(document: CloudFormationDocument) -> object:
    """All that can be read from a document, with its places."""
    resources = [
        (r.address, r.type, r.span[1:], r.header[1:], placed(r.body), placed(r.beside))
        for t in document.types()
        for r in document.resources(t)
    ]
    values = [(item, path, value.literal, value.span[1:]) for item, path, value in document.values()]
    remarks = [(m.text, m.span[1:], m.covers[1:], m.address) for m in document.remarks()]
    return document.types(), resources, values, remarks, document.problems


def placed(value: Value) -> object:
    inner: object = value.literal
    if value.is_list:
        inner = [placed(one) for one in value.literal]
    elif value.is_map:
        inner = {name: placed(value.literal[name]) for name in value.literal}
    origins = [(o.what, o.kind, o.span and o.span[1:]) for o in value.origins]
    return inner, value.span and value.span[1:], origins, value.open, value.refers_to, value.sensitive
