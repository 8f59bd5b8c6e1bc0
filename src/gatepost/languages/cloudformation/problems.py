"""What is wrong with a template as a whole, in words; never a fault of a property.

Faults of what a transform makes are told where it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatepost.languages.cloudformation.intrinsics import call_of, scalar_of
from gatepost.languages.cloudformation.layout import GENERATORS, Entry, Flaw
from gatepost.languages.cloudformation.parts import Part
from gatepost.model.places import Location
from gatepost.model.problems import Problem

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.assembly import Assembly


def problems_of(assembly: Assembly) -> Iterator[Problem]:
    """Yield what is wrong with the parts of a document."""
    yield from assembly.problems
    if assembly.problems and not assembly.parts[0].written.entries:
        return
    seen: set[str] = set()
    for part in assembly.parts:
        if part.source.path not in seen:
            seen.add(part.source.path)
            yield from _of_part(part)
    if assembly.inputs:
        yield from _refused(assembly.parts[0])


def _of_part(part: Part) -> Iterator[Problem]:
    layout = part.layout
    for flaw in layout.flaws:
        yield _problem(part, flaw)
    sections = part.evaluator.sections
    if "Resources" not in sections and not layout.flaws:
        yield _problem(part, Flaw(0, "the template has no resources", "write Resources: and below it a resource"))
    for entry in sections.get("Resources", {}).values():
        flaw = flaw_of(entry)
        if flaw is not None:
            yield _problem(part, flaw)


def _problem(part: Part, flaw: Flaw) -> Problem:
    source = part.source
    return Problem(Location(source.path, source.region(flaw.offset, flaw.offset)), flaw.what, flaw.hint)


def _refused(part: Part) -> Iterator[Problem]:
    """Yield the values in parameter files that their parameters do not allow."""
    from gatepost.languages.cloudformation.constraints import refused, type_of

    for name, given in part.evaluator.given.items():
        entry = part.evaluator.entry("Parameters", name)
        if entry is None or entry.node is None or given.node is None or given.node.kind == "list":
            continue
        kind = type_of(entry.node)
        wrong = "" if kind.startswith("AWS::SSM") else refused(entry.node, kind, scalar_of(given.node) or "")
        if wrong:
            at = given.source.region(given.node.start, given.node.end)
            what = f"the value of parameter {name} {wrong}"
            yield Problem(Location(given.source.path, at), what, f"{part.source.path} says what it allows")


def flaw_of(entry: Entry) -> Flaw | None:
    """Return what is wrong with a resource as a whole, if anything."""
    name, node = entry.name, entry.node
    if entry.section != "Resources" or entry.shape.type:
        return None
    if name.startswith(GENERATORS):
        what = "makes" if name.startswith("Fn::ForEach") else "includes"
        return Flaw(
            entry.start, f"what {'::'.join(name.split('::')[:2])[:40]} {what} is not read", "write the resources out"
        )
    if node is None or node.kind != "map" or call_of(node) is not None:
        return Flaw(entry.start, f"the resource {name} is no map", "write its Type and Properties")
    return Flaw(entry.start, f"the resource {name} has no Type", "write Type: AWS::…")
