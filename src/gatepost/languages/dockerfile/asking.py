"""Maps that work out a value when it is asked for and note who asked for what; never the values themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.model.documents import Ledger
from gatepost.model.values import OnDemand, Value


class Attributes(OnDemand):
    """A map whose values are made when asked for; every question is noted in the ledger under `item`."""

    __slots__ = ("_also", "_made", "item", "ledger")

    def __init__(self, ledger: Ledger, item: str) -> None:
        self.ledger = ledger
        self.item = item
        self._made: dict[str, Value | None] = {}
        # Which variables' instructions an attribute was made from.
        self._also: dict[str, list[str]] = {}

    def make(self, name: str, used: list[str]) -> Value | None:
        """Work out an attribute; the items it depends on beside its own go to `used`."""
        raise NotImplementedError

    def get(self, name: str, default: Any = None) -> Value | None:
        """Return an attribute, or None when it is missing."""
        del default
        ledger, made, also = self.ledger, self._made, self._also
        ledger.note(self.item, name)
        if name not in made:
            used: list[str] = []
            made[name] = self.make(name, used)
            if used:
                also[name] = used
        if also:
            for item in also.get(name, ()):
                ledger.note(item, "entries")
        return made[name]

    def __iter__(self) -> Iterator[str]:
        self.ledger.note(self.item, "*")
        return iter([name for name in self.all_names() if self.get(name) is not None])

    def __bool__(self) -> bool:
        return True

    def all_names(self) -> tuple[str, ...]:
        """Return the names there may be."""
        return ()
