"""Any bytes as a state: an index that can be asked, or a refusal in plain words."""

from __future__ import annotations

from gatepost.languages.states import StateError, read_state


def fuzz(data: bytes) -> None:
    """Read, and ask for what is in it."""
    try:
        index = read_state(data)
    except StateError as error:
        assert error.what and error.hint
        return
    for held in index.resources:
        index.find(held.address)
        index.find(held.name, held.type)
