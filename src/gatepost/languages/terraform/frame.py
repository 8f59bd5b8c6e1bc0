"""Where an expression is evaluated: its file, its module and the names that stand for something; never how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost.languages.terraform.nodes import Node
from gatepost.model.places import Source, Span
from gatepost.model.values import Notation, Value

if TYPE_CHECKING:
    from gatepost.languages.terraform.scope import Scope

_new: Any = tuple.__new__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
NO_NAMES: Mapping[str, Value] = {}


class Frame:
    """One place of evaluation; `delta` is what has to be added to the offsets of its nodes."""

    __slots__ = ("delta", "names", "notation", "scope", "source")

    def __init__(
        self, scope: Scope, source: Source, delta: int, notation: Notation, names: Mapping[str, Value] = NO_NAMES
    ) -> None:
        self.scope = scope
        self.source = source
        self.delta = delta
        self.notation: Notation = notation
        self.names = names

    def span(self, node: Node) -> Span:
        """Return where a node stands."""
        delta = self.delta
        return _new(Span, (self.source, node.start + delta, node.end + delta))  # as `Span` does, without a call

    def with_names(self, names: Mapping[str, Value]) -> Frame:
        """Return the same place where more names mean something."""
        return Frame(self.scope, self.source, self.delta, self.notation, {**self.names, **names})
