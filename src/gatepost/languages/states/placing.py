"""The block in the source that a resource of a state comes from; never a value."""

from __future__ import annotations

from gatepost.languages.plans.matching import Blocks
from gatepost.languages.plans.references import caller_of
from gatepost.languages.states.index import Held
from gatepost.model.documents import Document, Resource


class Placing:
    """Finds the blocks of many resources of a state in one document."""

    __slots__ = ("_by_type", "_document")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._by_type: dict[str, Blocks] = {}

    def block_of(self, held: Held) -> Resource | None:
        """Return the resource of the document that a resource of a state is an instance of.

        Where its module's files are not in the document, the call of the module is returned; None where there is
        neither.
        """
        found = self._blocks(held.type).find(held.address)
        module = held.module
        while found is None and module:
            # The files of a module that was fetched are not here: its call is what somebody wrote.
            found = self._blocks("module").find(module)
            module = caller_of(module)
        return found

    def _blocks(self, type: str) -> Blocks:
        found = self._by_type.get(type)
        if found is None:
            found = self._by_type[type] = Blocks(self._document.resources(type))
        return found


def block_of(held: Held, document: Document) -> Resource | None:
    """Return the resource of a document that one resource of a state is an instance of; see `Placing`."""
    return Placing(document).block_of(held)
