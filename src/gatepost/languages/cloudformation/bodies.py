"""A resource's properties as a map that evaluates what is asked for and notes it; never more than was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import GENERATORS
from gatepost.languages.positioned import Node
from gatepost.model.values import OnDemand


class Body(OnDemand):
    """The members of a map node (None: nothing is written); every read is noted as (item, prefix + name)."""

    __slots__ = ("_base", "_evaluator", "_item", "_node", "_prefix", "_without")

    def __init__(
        self, evaluator: Evaluator, node: Node | None, base: int, item: str, prefix: str = "", without: str = ""
    ) -> None:
        self._evaluator = evaluator
        self._node = node
        self._base = base
        self._item = item
        self._prefix = prefix
        self._without = without

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of an attribute; None where it is missing."""
        evaluator = self._evaluator
        evaluator.ledger.note(self._item, self._prefix + key)
        node = self._node.get(key) if self._node is not None and key != self._without else None
        if node is None:
            return default
        base = self._base
        found = evaluator.remember((self._item, self._prefix + key), lambda: evaluator.value(node, base), None)
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        self._evaluator.ledger.note(self._item, self._prefix + "*")
        for name, _, value in self._node.items() if self._node is not None else ():
            if name == self._without or name.startswith(GENERATORS):
                continue
            if call_of(value) is None or self.get(name) is not None:
                yield name

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
