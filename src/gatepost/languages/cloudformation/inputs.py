"""Parameter files: the values that a stack is given, by name, with their places; never what a parameter allows.

Three forms are read: the list that `aws cloudformation create-stack --parameters file://` takes, the template
configuration of CodePipeline, and the plain map (or list of Key=Value) of `deploy --parameter-overrides file://`.
Source: AWS CLI reference and CodePipeline's user guide, "Template configuration files".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml
from gatepost.model.changes import Step
from gatepost.model.places import Location, Source
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple
from gatepost.model.values import Notation

_FORMS = 'write [{"ParameterKey": …, "ParameterValue": …}], {"Parameters": {…}} or {"Key": "Value"}'


class Reader(Protocol):
    """Whoever reads files by their path relative to the scanned root; None where there is none."""

    def read(self, path: str, /) -> Source | None:
        """Return a file."""
        ...


class Given(NamedTuple):
    """The value of one parameter in a file: its node, the tree it stands in and the way there.

    `node` is None where the value of the stack as it is deployed is kept. `path` is empty where the value is a part
    of a text and cannot be written.
    """

    source: Source
    notation: Notation
    root: Node
    path: tuple[Step, ...]
    node: Node | None
    key: Node


class ParameterFile(NamedTuple):
    """What a parameter file gives, and what is wrong with it."""

    source: Source
    given: Mapping[str, Given]
    problems: tuple[Problem, ...] = ()


def read_parameter_files(paths: Sequence[str], files: Reader) -> tuple[ParameterFile, ...]:
    """Return the parameter files that can be read, in the order they were given."""
    sources = (files.read(path) for path in paths)
    return tuple(read_parameter_file(source) for source in sources if source is not None)


def read_parameter_file(source: Source) -> ParameterFile:
    """Return what a parameter file gives."""
    in_json = source.text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    notation: Notation = "json" if in_json else "yaml"
    try:
        root = read_json(source.text) if in_json else read_yaml(source.text)
    except Malformed as broken:
        at = min(broken.offset, len(source.text))
        return ParameterFile(source, {}, (Problem(_location(source, at), broken.what, broken.hint),))
    given: dict[str, Given] = {}
    problems: list[Problem] = []
    for key, path, node, at in _pairs(root):
        if node is not None and (node.kind == "map" or node.tag):
            problems.append(Problem(_location(source, node.start), f"parameter {key} is given no text", _FORMS))
            continue
        given[key] = Given(source, notation, root, path, node, at)
    if not given and not problems:
        problems.append(Problem(_location(source, root.start), "the file gives no parameter a value", _FORMS))
    return ParameterFile(source, given, tuple(problems))


def _pairs(root: Node) -> Iterator[tuple[str, tuple[Step, ...], Node | None, Node]]:
    """Yield (name, path of the value, value, name's node)."""
    if root.kind == "list":
        for index, element in enumerate(root.elements()):
            if element.kind == "text" and "=" in element.value:
                name, _, text = element.value.partition("=")
                yield name.strip(), (), Node("text", element.start, element.end, text, "", element.style), element
            key = element.get("ParameterKey")
            name = scalar_of(key) if key is not None else None
            if key is not None and name:
                value = element.get("ParameterValue")
                previous = element.get("UsePreviousValue")
                kept = previous is not None and (scalar_of(previous) or "").lower() == "true"
                if value is not None or kept:
                    yield name, (index, "ParameterValue"), None if kept else value, key
        return
    inner = root.get("Parameters")
    wrapped = inner is not None and inner.kind == "map"
    for name, key, value in inner.items() if wrapped and inner is not None else root.items():
        yield name, ("Parameters", name) if wrapped else (name,), value, key


def _location(source: Source, at: int) -> Location:
    return Location(source.path, source.region(at, at))
