"""Changes to what a transform makes, in the terms of what it is made of; never where those terms cannot say it."""

from __future__ import annotations

from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.writing import Writer
from gatepost.model.changes import Append, Change, Create, Remove, RemoveResource, Set, Written
from gatepost.model.problems import CannotWrite


def write_made(part: Part, writer: Writer, entry: Entry, change: Change) -> Written | None:
    """Return the edits of a change to a made entry; None where what is written can be changed as it stands."""
    made = entry.made
    assert made is not None
    if made.kind == "include":
        raise CannotWrite("it stands in a file that the template includes")
    if made.kind == "loop":
        if isinstance(change, Create | RemoveResource):
            raise CannotWrite("a loop makes it, which would have to make the change in each round")
        return None
    raise CannotWrite(f"the transform makes it out of {made.of}")
