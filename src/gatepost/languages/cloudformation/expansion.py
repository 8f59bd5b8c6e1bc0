"""What the transforms of a template make of its entries: loops, included files, serverless resources.

Never the value of a property. Everything that is made keeps the places it was written at, so that findings and fixes
lead there. Source: AWS CloudFormation template reference, "AWS::LanguageExtensions" and "AWS::Include".
"""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.inputs import Reader
from gatepost.languages.cloudformation.layout import Entry, Flaw, Layout, Made, shaped
from gatepost.languages.cloudformation.loops import Budget, Loop, Loops

LOOP = "Fn::ForEach::"


def expanded(evaluator: Evaluator, written: Layout, files: Reader | None) -> Layout:
    """Return the layout after all transforms; the same object when they make nothing else of it."""
    text = evaluator.source.text
    layout = written
    if "AWS::Include" in text and files is not None:
        from gatepost.languages.cloudformation.includes import included

        layout = included(evaluator, layout, files)
    if LOOP in text:
        layout = _without_loops(evaluator, layout)
    if "AWS::Serverless::" in text:
        from gatepost.languages.cloudformation.serverless import transformed

        layout = transformed(layout)
    return layout


def _without_loops(evaluator: Evaluator, layout: Layout) -> Layout:
    """Return the layout with every Fn::ForEach written out."""
    loops = Loops(evaluator)
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    changed = False
    for entry in layout.entries:
        if entry.node is None or not entry.section:
            entries.append(entry)
        elif entry.section != "Parameters" and entry.name.startswith(LOOP):
            changed = True
            entries.extend(_rounds(loops, entry, flaws))
        else:
            node = loops.inside(entry.node, entry.base)
            changed = changed or node is not entry.node
            made = entry if node is entry.node else shaped(entry._replace(node=node), entry.made)
            entries.append(made)
    if loops.budget.spent and not flaws:
        flaws.append(_too_many(0))
    if not changed:
        return layout
    return layout._replace(
        entries=tuple(_once(entries)), flaws=(*layout.flaws, *flaws), sliceable=False, loops=loops.unknown
    )


def _rounds(loops: Loops, entry: Entry, flaws: list[Flaw]) -> Iterator[Entry]:
    """Yield the entries that a loop in a section makes; the loop itself, as it is, where it cannot be read."""
    assert entry.node is not None
    loop = Loop.read(entry.name, entry.node)
    if loop is None:
        yield entry
        return
    for name, key, node in loops.members(loop, entry.base):
        made = Entry(entry.section, name, key, node, entry.base)
        yield shaped(made, Made(entry.name, "loop"))
    if loops.budget.spent and not any(flaw.what.startswith("loops make") for flaw in flaws):
        flaws.append(_too_many(entry.start))


def _too_many(at: int) -> Flaw:
    return Flaw(at, f"loops make more than {Budget.MOST} things; the rest is not read", "split the template")


def _once(entries: list[Entry]) -> Iterator[Entry]:
    """Yield entries without those whose name is taken: one template cannot have two."""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        key = (entry.section, entry.name)
        if entry.node is None or key not in seen:
            yield entry
        if entry.node is not None:
            seen.add(key)
