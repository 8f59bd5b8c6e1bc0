"""The block in the source that a resource of a state comes from; never a value."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.languages.plans.addresses import parse_address
from gatepost.languages.states.index import Held
from gatepost.model.documents import Document, Resource


def block_of(held: Held, document: Document) -> Resource | None:
    """Return the resource of a document that a resource of a state is an instance of.

    Where its module's files are not in the document, the call of the module is returned; None where there is neither.
    """
    address = parse_address(held.address)
    found = _instance(held.address, document.resources(held.type)) if address is not None else None
    module = held.module
    while found is None and module:
        # The files of a module that was fetched are not here: its call is what somebody wrote.
        found = _instance(module, document.resources("module"))
        module = module.rpartition(".module.")[0]
    return found


def _instance(text: str, resources: Sequence[Resource]) -> Resource | None:
    wanted = parse_address(text)
    best: Resource | None = None
    for resource in resources:
        address = parse_address(resource.address)
        if wanted is not None and address is not None and address.base == wanted.base:
            if address.covers(wanted):
                return resource
            best = best or resource
    return best
