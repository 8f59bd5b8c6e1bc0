"""Puts the parts of a document together: a template, what its transforms make, its nested stacks; never judges them.

A template that uses none of this costs nothing here: what makes resources is loaded by the first one that asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from gatepost.languages.cloudformation.evaluate import Evaluator, Outer
from gatepost.languages.cloudformation.layout import Entry, Layout, read_layout
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.positioned import Malformed
from gatepost.model.documents import Ledger
from gatepost.model.places import Location, Source
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.inputs import Given, ParameterFile, Reader

_TRANSFORMED = ("Fn::ForEach", "AWS::Include", "AWS::Serverless")
_NESTING = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_NOTHING = Layout("yaml", (), (), False)


class Assembly(NamedTuple):
    """The parts of a document, its own template first; the parameter files that it takes; what went wrong."""

    parts: tuple[Part, ...]
    inputs: tuple[ParameterFile, ...]
    problems: tuple[Problem, ...]


# Templates that have been read already, by path.
Known: TypeAlias = "Mapping[str, tuple[Source, Layout]]"


def assemble(
    source: Source,
    known: Known,
    ledger: Ledger,
    files: Reader | None,
    inputs: Sequence[ParameterFile],
) -> Assembly:
    """Return the parts of the document that a template is."""
    problems: list[Problem] = []
    layout = read_known(source, known, problems)
    taken = tuple(one for one in inputs if one.problems or _takes(layout, one.given))
    given = {name: value for one in taken for name, value in one.given.items()}
    problems += [problem for one in taken for problem in one.problems]
    first = part_of(source, layout, ledger, files, given)
    parts = [first]
    if files is not None and any(word in source.text for word in _NESTING):
        from gatepost.languages.cloudformation.nesting import add_nested

        add_nested(first, parts, files, problems, known)
    return Assembly(tuple(parts), taken, tuple(problems))


def part_of(
    source: Source,
    written: Layout,
    ledger: Ledger,
    files: Reader | None,
    given: Mapping[str, Given],
    outer: tuple[Part, Entry, str] | None = None,
) -> Part:
    """Return the part that a template is; `outer` are the part around it, the stack there and the prefix inside."""
    around = Outer(outer[0].evaluator, outer[1], outer[2]) if outer is not None else None
    layout = written
    if any(word in source.text for word in _TRANSFORMED):
        from gatepost.languages.cloudformation.expansion import expanded

        layout = expanded(Evaluator(source, written, Ledger(), given, around), written, files)
    evaluator = Evaluator(source, layout, ledger, given, around)
    return Part(source, written, layout, evaluator, *(outer[:2] if outer is not None else (None, None)))


def read_known(source: Source, known: Known, problems: list[Problem]) -> Layout:
    """Return the entries of a template, read now unless that was done before; empty where it cannot be read."""
    found = known.get(source.path)
    if found is not None and found[0] is source:
        return found[1]
    try:
        return layout_of(source.text)
    except Malformed as broken:
        at = min(broken.offset, len(source.text))
        problems.append(Problem(Location(source.path, source.region(at, at)), broken.what, broken.hint))
        return _NOTHING


def layout_of(text: str) -> Layout:
    """Read a template, or what is left of a broken one; raises `Malformed`."""
    try:
        return read_layout(text)
    except Malformed:
        from gatepost.languages.cloudformation.recovery import read_what_is_left

        return read_what_is_left(text)


def _takes(layout: Layout, given: Mapping[str, Given]) -> bool:
    return any(entry.section == "Parameters" and entry.name in given for entry in layout.entries)
