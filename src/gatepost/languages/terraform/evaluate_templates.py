"""Evaluates quoted templates and heredocs; keeps the known text around what is not known; never parses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import (
    LARGEST_TEXT,
    Fails,
    NotComputed,
    derived_origins,
    kind_of,
    pairs,
    text_of_scalar,
    truth_of_scalar,
)
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.steps import Evaluate, follow
from gatepost.model.values import Reference, Unknown, Value, gap_of


class Pieces:
    """Text that is being put together, with holes."""

    __slots__ = ("cause", "named", "parts", "sensitive", "size", "used")

    def __init__(self) -> None:
        self.parts: list[str | None] = []
        self.named: list[Reference | None] = []  # by the holes
        self.cause: str = ""
        self.size = 0
        self.used: list[Value] = []
        self.sensitive = False

    def text(self, text: str) -> None:
        """Add known text."""
        self.size += len(text)
        if self.size > LARGEST_TEXT:
            raise NotComputed("a text of this length")
        if self.parts and self.parts[-1] is not None:
            self.parts[-1] += text
        elif text:
            self.parts.append(text)

    def hole(self, why: str, pieces: Sequence[str | None] = (), named: Sequence[Reference | None] = ()) -> None:
        """Add text that is not known, or known in parts; `named` is what its holes name."""
        self.cause = self.cause or why
        names = iter(named)
        for piece in pieces or (None,):
            if piece is not None:
                self.text(piece)
            elif not self.parts or self.parts[-1] is not None:
                self.parts.append(None)
                self.named.append(next(names, None))
            else:
                self.named[-1] = None  # two holes side by side are one that names nothing
                next(names, None)

    def add(self, value: Value) -> None:
        """Add an interpolated value; raises Fails where it cannot be text."""
        self.used.append(value)
        self.sensitive = self.sensitive or value.sensitive
        literal = value.literal
        if type(literal) is Unknown:
            self.hole(literal.why, literal.pieces, literal.named if literal.pieces else (value.refers_to,))
        elif isinstance(literal, (tuple, Mapping)):
            raise Fails(f"{kind_of(cast(Any, literal))} is used inside text")
        else:
            self.text(text_of_scalar(literal))

    def value(self) -> Value:
        """Return the text as a value without a place."""
        origins = derived_origins(self.used)
        if self.cause:
            pieces = tuple(self.parts) if any(self.parts) else ()
            named = tuple(self.named) if pieces and any(self.named) else ()
            return Value(Unknown(self.cause, False, pieces, named), None, origins, sensitive=self.sensitive)
        return Value("".join(cast("list[str]", self.parts)), None, origins, sensitive=self.sensitive)


def evaluate_template(node: nodes.Template, frame: Frame, evaluate: Evaluate) -> Value:
    """Return the text of a template; one interpolation alone is the interpolated value itself."""
    parts = node.parts
    span = frame.span(node)
    if len(parts) == 1 and type(parts[0]) is nodes.Interpolation and node.style in ("quoted", "json"):
        inner = evaluate(parts[0].expression, frame)
        return inner._replace(span=span) if inner.origins else inner
    pieces = Pieces()
    add_parts(parts, pieces, frame, evaluate)
    value = pieces.value()
    return value._replace(span=span, notation=frame.notation)


def add_parts(parts: Sequence[nodes.Part], pieces: Pieces, frame: Frame, evaluate: Evaluate) -> None:
    """Add the parts of a template to the text."""
    for part in parts:
        if type(part) is nodes.Piece:
            pieces.text(part.value)
        elif type(part) is nodes.Interpolation:
            pieces.add(evaluate(part.expression, frame))
        elif type(part) is nodes.IfDirective:
            condition = evaluate(part.condition, frame)
            pieces.sensitive = pieces.sensitive or condition.sensitive
            if condition.unknown is not None:
                pieces.hole(condition.unknown.why)
            else:
                chosen = truth_of_scalar(condition.literal)
                add_parts(part.then if chosen else part.otherwise, pieces, frame, evaluate)
        else:
            _add_loop(cast(nodes.ForDirective, part), pieces, frame, evaluate)


def _add_loop(part: nodes.ForDirective, pieces: Pieces, frame: Frame, evaluate: Evaluate) -> None:
    collection = evaluate(part.collection, frame)
    pieces.sensitive = pieces.sensitive or collection.sensitive
    if collection.unknown is not None or collection.open:
        pieces.hole(gap_of(collection) or "a list is only known in part")
        return
    entries = pairs(collection)
    if not part.work:
        part.work = nodes.PASS + nodes.work_in(part.parts)
    frame.scope.state.spend(len(entries) * part.work)
    for key, element in entries:
        names = {part.value_name: follow(element, "an element", "code")}
        if part.key_name:
            names[part.key_name] = key
        add_parts(part.parts, pieces, frame.with_names(names), evaluate)
