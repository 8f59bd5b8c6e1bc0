"""A Dockerfile after edits reads in every respect as its new text read afresh."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.dockerfile_text import ask_everything

from gatepost.languages.dockerfile.asking import Attributes
from gatepost.languages.dockerfile.document import Dockerfile, read_dockerfile
from gatepost.languages.dockerfile.syntax import Instruction, Parsed, Parser
from gatepost.model.changes import Edit
from gatepost.model.documents import Resource
from gatepost.model.places import Location, Source, Span
from gatepost.model.values import Value
from languages.dockerfile.samples import SAMPLES

LINES = (
    "ARG BASE=debian",
    "FROM $BASE:12 AS build",
    "FROM build",
    "FROM --platform=x python:3 AS build",
    "RUN apt-get install $PACKAGES && rm -rf /var/lib/apt/lists/*",
    "RUN a \\\n  # a comment \\\n\n  && b | c",
    "RUN <<EOF\napt-get install git\nEOF",
    "RUN cat <<A <<-B >x\nx\nA\n\ty\n\tB",
    'RUN ["sh", "-c", "a && b"]',
    "ENV PACKAGES=git X='a b'",
    "ARG TOKEN",
    "ARG PACKAGES=curl",
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    "COPY --from=build --chown=a $X /b",
    "COPY --from=later a b",
    "ONBUILD RUN <<E\nx\nE",
    "ONBUILD ENV A=b",
    "USER 0:a",
    "WORKDIR /srv/$TOKEN",
    "EXPOSE 80 8000-8002/udp",
    "LABEL a=b c=$X",
    "HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1",
    "CMD [ 'no list' ]",
    "VOLUME /a /b",
    "# gatepost: ignore",
    "",
    "  ",
    "\tuser x",
)
PIECES = (
    "",
    " ",
    "\n",
    " \\\n",
    "#",
    "x",
    "RUN b\n",
    "\nUSER y",
    "<<EOF",
    "EOF\n",
    '"',
    "$X",
    "FROM c\n",
    " && d",
    "ENV X=1\n",
)
_TEXTS = st.one_of(
    st.sampled_from(sorted(SAMPLES.values())),
    st.lists(st.sampled_from(LINES), max_size=9).map(lambda lines: "FROM scratch\n" + "\n".join(lines) + "\n"),
    st.lists(st.sampled_from(LINES), max_size=9).map(lambda lines: "FROM a\r\n" + "\r\n".join(lines)),
)


def read(text: str) -> Dockerfile:
    return read_dockerfile(Source("Dockerfile", text, "dockerfile"))


def parts(parsed: Parsed) -> object:
    return (
        [of_instruction(one) for one in parsed.instructions],
        parsed.comments,
        parsed.directives,
        parsed.escape,
        parsed.faults,
    )


def of_instruction(one: Instruction) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(one, name) for name in Instruction.__slots__}
    found["places"] = [one.places.at(index) for index in range(len(one.text))]
    found["trigger"] = of_instruction(one.trigger) if one.trigger is not None else None
    return found


def place(span: Span | None) -> object:
    return None if span is None else (span.start, span.end, span.text, span.location)


def all_of(value: Value | None, depth: int = 0) -> object:
    if value is None:
        return None
    literal: Any = value.literal
    if isinstance(literal, Attributes):
        # Bodies inside of others are compared where they stand; that of a trigger stands nowhere else.
        names = literal.all_names()
        literal = (literal.item, {n: all_of(literal.get(n), n != "trigger") for n in names} if not depth else None)
    elif value.is_list:
        literal = [all_of(one, depth + 1) for one in literal]
    elif value.is_map:
        literal = {name: all_of(literal.get(name), depth + 1) for name in literal}
    origins = [(one.what, one.kind, place(one.span), one.notation) for one in value.origins]
    return (literal, place(value.span), origins, value._replace(literal=None, span=None, origins=()))


def of_resource(resource: Resource) -> object:
    return (resource[:4], place(resource.span), place(resource.header), all_of(resource.body), resource.key)


def everything(document: Dockerfile) -> dict[str, object]:
    resources = {type: document.resources(type) for type in document.types()}
    for type, listed in resources.items():
        for one in listed:
            found = document.resource(type, one.key)
            assert found is not None
            assert found.body.literal is one.body.literal or type == "document"
    return {
        "parsed": parts(document.parsed),
        "problems": document.problems,
        "resources": {type: [of_resource(one) for one in listed] for type, listed in resources.items()},
        "values": [(item, path, all_of(value)) for item, path, value in document.values()],
        "remarks": [(one.text, place(one.span), place(one.covers), one.address) for one in document.remarks()],
        "alike": document.alike(),
    }


def reads(document: Dockerfile) -> dict[str, frozenset[tuple[str, str]]]:
    """What is noted when everything is asked for, thing by thing."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for type in document.types():
        for resource in document.resources(type):
            for name in resource.body.literal.all_names():
                before = document.ledger.begin()
                resource.body.literal.get(name)
                found[f"{resource.key} {name}"] = frozenset(document.ledger.end(before))
    return found


def edits_of(document: Dockerfile, places: list[tuple[int, int, str]]) -> list[Edit]:
    """Return edits that do not overlap, at offsets into the text."""
    source = document.source
    size = len(source.text)
    edits: list[Edit] = []
    at = 0
    for start, length, text in sorted(places):
        first = min(at + start, size)
        last = min(first + length, size)
        edits.append(Edit(Location(source.path, source.region(first, last)), text))
        at = last + 1
    return edits


_PLACES = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 25), st.sampled_from(PIECES)), min_size=1, max_size=3)


@settings(max_examples=600, deadline=None)
@given(_TEXTS, _PLACES, st.booleans())
def test_a_file_after_edits_is_the_new_text_read_afresh(text: str, places: list[tuple[int, int, str]], asked: bool):
    document = read(text)
    if asked:
        ask_everything(document)
    edits = edits_of(document, places)
    after = document.edited(edits).document
    assert isinstance(after, Dockerfile)
    assert everything(after) == everything(read(after.source.text))


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _PLACES)
def test_what_differs_is_told(text: str, places: list[tuple[int, int, str]]):
    document = read(text)
    before = dict_of(document)
    edited = document.edited(edits_of(document, places))
    assert isinstance(edited.document, Dockerfile)
    after = dict_of(read(edited.document.source.text))
    told = {f"{item} {name}" for item, name in edited.changed}
    noted = reads(document)
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            assert key in told or not noted[key].isdisjoint(edited.changed)


def dict_of(document: Dockerfile) -> dict[str, object]:
    """Return what each attribute says, without places."""

    def said(value: Value | None) -> object:
        if value is None:
            return None
        literal: Any = value.literal
        if isinstance(literal, Attributes):
            return literal.item
        if value.is_list:
            return [said(one) for one in literal]
        return {name: said(literal.get(name)) for name in literal} if value.is_map else literal

    return {
        f"{resource.key} {name}": said(resource.body.literal.get(name))
        for type in document.types()
        for resource in document.resources(type)
        for name in resource.body.literal.all_names()
    }


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("RUN b", "RUN bb", 1),
        ("USER", "# c\nUSER", 1),
        ("CMD d\n", "CMD d\nCMD e\n", 2),
        ("RUN b\n", "", 0),
    ],
)
def test_only_what_is_touched_is_parsed_again(monkeypatch: pytest.MonkeyPatch, old: str, new: str, again: int) -> None:
    document = read("FROM a\nRUN a\nRUN b\nUSER c\nCMD d\n")
    steps: list[int] = []
    step = Parser.step

    def counted(parser: Parser) -> None:
        steps.append(parser.at)
        step(parser)

    monkeypatch.setattr(Parser, "step", counted)
    at = document.source.text.index(old)
    document.edited([Edit(Location("Dockerfile", document.source.region(at, at + len(old))), new)])
    assert len(steps) - new.count("#") == again
