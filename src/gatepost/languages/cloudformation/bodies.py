"""A resource's properties as a map that evaluates what is asked for and notes it; never more than was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import GENERATORS, Entry
from gatepost.languages.positioned import Node
from gatepost.model.values import OnDemand, Origin, Value


class Body(OnDemand):
    """The members of a map node (None: nothing is written); every read is noted as (item, prefix + name).

    `entry` is what it is a part of, and `evaluator` the one of its template.
    """

    __slots__ = ("_item", "_node", "_prefix", "_without", "entry", "evaluator")

    def __init__(
        self, evaluator: Evaluator, node: Node | None, entry: Entry, item: str, prefix: str = "", without: str = ""
    ) -> None:
        self.evaluator = evaluator
        self.entry = entry
        self._node = node
        self._item = item
        self._prefix = prefix
        self._without = without

    @property
    def is_beside(self) -> bool:
        """Whether this is what stands beside the properties."""
        return self._prefix != ""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of an attribute; None where it is missing."""
        evaluator = self.evaluator
        evaluator.ledger.note(self._item, self._prefix + key)
        node = self._node.get(key) if self._node is not None and key != self._without else None
        if node is None:
            return default
        base, made = self.entry.base, self.entry.made
        if made is not None and made.inherited and not self._prefix:
            work = lambda: self._inherited(key, evaluator.value(node, base), node)  # noqa: E731
        else:
            work = lambda: evaluator.value(node, base)  # noqa: E731
        found = evaluator.remember((self._item, self._prefix + key), work, None)
        return default if found is None else found

    def _inherited(self, key: str, value: Value | None, node: Node) -> Value | None:
        """Return a value that `Globals` sets as one of the resource, with the way to where it is set."""
        made, evaluator = self.entry.made, self.evaluator
        place = next((at for name, at in made.inherited if name == key), None) if made is not None else None
        if value is None or place is None or made is None:
            return value
        del node
        origin = Origin(f"Globals of {made.of}", "code", evaluator.span(place, self.entry.base), evaluator.notation)
        header = evaluator.span(self.entry.key, self.entry.base)
        return value._replace(span=header, origins=(origin, *value.origins))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        self.evaluator.ledger.note(self._item, self._prefix + "*")
        for name, _, value in self._node.items() if self._node is not None else ():
            if name == self._without or name.startswith(GENERATORS):
                continue
            if call_of(value) is None or self.get(name) is not None:
                yield name

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
