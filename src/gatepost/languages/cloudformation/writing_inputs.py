"""Changes to the value that a parameter file gives; never to the template."""

from __future__ import annotations

from typing import Any, cast

from gatepost.languages.cloudformation.constraints import is_list_type, refused, type_of
from gatepost.languages.cloudformation.inputs import Given
from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.writing import parameter_text
from gatepost.languages.positioned.edits import CannotEdit, Editor
from gatepost.model.changes import Append, Edit, Set, Written
from gatepost.model.places import Location
from gatepost.model.problems import CannotWrite


def write_given(part: Part, given: Given, change: Set | Append) -> Written:
    """Return the edits that give a parameter another value in its file; raises `CannotWrite`."""
    name, entry = next(
        (name, part.evaluator.entry("Parameters", name)) for name, one in part.evaluator.given.items() if one is given
    )
    if not given.path or given.notation not in ("json", "yaml"):
        raise CannotWrite(f"parameter {name} is given as a part of a text")
    if entry is None or entry.node is None or given.node is None:
        raise CannotWrite(f"parameter {name} is not in the template")
    kind = type_of(entry.node)
    old = scalar_of(given.node) or ""
    new: Any = change.new
    if isinstance(change, Append):
        new = [*(one.strip() for one in old.split(",") if one.strip()), new]
    elif is_list_type(kind) and not isinstance(new, list) and "," in old:
        raise CannotWrite(f"parameter {name} holds a list")
    text = parameter_text(name, kind, cast("Any", new))
    wrong = refused(entry.node, kind, text)
    if wrong:
        raise CannotWrite(f"the new value of parameter {name} {wrong}")
    source = given.source
    try:
        splices = Editor(source.text, given.notation).set(given.root, given.path, text)
    except CannotEdit as reason:
        raise CannotWrite(str(reason)) from None
    edits = tuple(Edit(Location(source.path, source.region(s.start, s.end)), s.text) for s in splices)
    return Written(edits, True)
