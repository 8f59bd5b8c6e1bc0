"""Which part of a document a change is written to, and how it is said there; never the text of an edit.

A value that a parameter file or the stack around gives is written there; what a transform makes is written in the terms
of what it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.languages.cloudformation.bodies import Body
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.targets import Elsewhere
from gatepost.languages.cloudformation.writing import Writer
from gatepost.model.changes import Append, Change, Create, Remove, RemoveResource, Set, Written
from gatepost.model.places import Span
from gatepost.model.problems import CannotWrite

_FARTHEST = 10


class Changer:
    """Writes changes to the parts of one document; raises `CannotWrite`."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._writers: dict[int, Writer] = {}

    def write(self, change: Change) -> Written:
        """Return the edits of a change."""
        part = self._part_of(change)
        if not part.written.entries:
            raise CannotWrite("the template cannot be read")
        made = self._made(change)
        if made is not None:
            return made
        shared = sum(other.source.path == part.source.path for other in self._parts) > 1
        try:
            written = self._writer(part).write(change)
        except Elsewhere as away:
            if not isinstance(change, Set | Append):
                raise CannotWrite("the value is given in another file") from None
            written = self._follow(away.span, change, _FARTHEST)
            shared = shared or away.shared
        return written._replace(shared=written.shared or shared)

    def _follow(self, span: Span, change: Set | Append, left: int) -> Written:
        """Write a value where it is set: in a parameter file, or in the stack that passes it."""
        part = next((part for part in self._parts if part.source.path == span.source.path), None)
        if part is None:
            given = next((one for one in self._parts[0].evaluator.given.values() if _is_at(one, span)), None)
            if given is None:
                raise CannotWrite("the value is set in a file that is not read")
            from gatepost.languages.cloudformation.writing_inputs import write_given

            return write_given(self._parts[0], given, change)
        try:
            return self._writer(part).write_at(span, change)
        except Elsewhere as away:
            if not left:
                raise CannotWrite("the value leads in a circle") from None
            return self._follow(away.span, change, left - 1)

    def _writer(self, part: Part) -> Writer:
        writer = self._writers.get(id(part))
        if writer is None:
            writer = self._writers[id(part)] = Writer(part)
        return writer

    def _part_of(self, change: Change) -> Part:
        if isinstance(change, Create | RemoveResource):
            address = (change.near if isinstance(change, Create) else change.resource).address
            prefix, slash, _ = address.rpartition("/")
            return next((part for part in self._parts if part.prefix == prefix + slash), self._parts[0])
        body, span = change.container.literal, change.container.span
        if isinstance(body, Body):
            return next((part for part in self._parts if part.evaluator is body.evaluator), self._parts[0])
        path = span.source.path if span is not None else self._parts[0].source.path
        return next((part for part in self._parts if part.source.path == path), self._parts[0])

    def _made(self, change: Change) -> Written | None:
        """Return the edits of a change to what a transform makes; None where it is written as it stands."""
        part = self._part_of(change)
        if part.layout is part.written:
            return None
        if isinstance(change, Set | Append | Remove):
            body = change.container.literal
            entry = body.entry if isinstance(body, Body) else None
        else:
            address = (change.near if isinstance(change, Create) else change.resource).address
            entry = part.evaluator.entry("Resources", address.rpartition("/")[2])
        if entry is None or entry.made is None:
            return None
        from gatepost.languages.cloudformation.writing_made import write_made

        return write_made(part, self._writer(part), entry, change)


def _is_at(given: object, span: Span) -> bool:
    node, source = getattr(given, "node", None), getattr(given, "source", None)
    return node is not None and source is span.source and (node.start, node.end) == (span.start, span.end)
