"""The block in the source that a resource of a state comes from; never a value."""

from __future__ import annotations

from gatepost.languages.plans.matching import Blocks
from gatepost.languages.plans.references import caller_of
from gatepost.languages.states.index import Held
from gatepost.model.documents import Document, Resource


def block_of(held: Held, document: Document) -> Resource | None:
    """Return the resource of a document that a resource of a state is an instance of.

    Where its module's files are not in the document, the call of the module is returned; None where there is neither.
    """
    found = Blocks(document.resources(held.type)).find(held.address)
    module = held.module
    while found is None and module:
        # The files of a module that was fetched are not here: its call is what somebody wrote.
        found = Blocks(document.resources("module")).find(module)
        module = caller_of(module)
    return found
