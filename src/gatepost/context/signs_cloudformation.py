"""What tells the environment of a template: its parameters and the files that give them values; never its resources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from gatepost.context.signs import entry, place_of, signs_of_names
from gatepost.languages.cloudformation.document import CloudFormationDocument
from gatepost.languages.positioned import Malformed, Node, read_json, read_yaml
from gatepost.model.documents import Document
from gatepost.model.environment_words import NAMES, plain_name
from gatepost.model.findings import Sign
from gatepost.model.places import Location, Source

_STACK_NAMES = ("StackName", "stackName", "stack_name")


def template_signs(document: Document, literal_only: bool) -> Iterator[Sign]:
    """Yield the signs of a template and of the parameter files that were given for it."""
    del literal_only
    given: set[str] = set()
    for source in given_files(document):
        yield from signs_of_names(posixpath.basename(source.path), f"parameter file {source.path}", None)
        for sign, name in _parameter_file(source):
            given.add(name)
            yield sign
    for parameter in document.resources("parameter"):
        name = parameter.name
        if parameter.address != f"Parameters.{name}" or plain_name(name) not in NAMES or name in given:
            continue
        default = entry(parameter.body, "Default")
        if default is not None and isinstance(default.literal, str):
            yield from signs_of_names(default.literal, f"the default of parameter {name}", place_of(default), True)


def given_files(document: Document) -> list[Source]:
    """Return the parameter files that a template was read with."""
    return [one.source for one in document.assembly.inputs] if isinstance(document, CloudFormationDocument) else []


def _parameter_file(source: Source) -> Iterator[tuple[Sign, str]]:
    """Yield (sign, name) of the parameters, the name of the stack and the tags in a parameter file."""
    try:
        in_json = source.text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
        root = read_json(source.text) if in_json else read_yaml(source.text)
    except Malformed:
        return
    for name, node in _texts(root):
        stack = name in _STACK_NAMES
        if stack or plain_name(name) in NAMES:
            what = f"{'stack' if stack else name} {str(node.value)[:60]} in {source.path}"
            place = Location(source.path, source.region(node.start, node.end))
            for sign in signs_of_names(str(node.value), what, place):
                yield sign, name


def _texts(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield (name, text) of what a parameter file gives, in each of its forms."""
    if root.kind == "map":
        for name, _, value in root.items():
            if value.kind == "text":
                yield name, value
            elif name in ("Parameters", "Tags"):
                yield from _texts(value)
    for element in root.elements() if root.kind == "list" else ():
        if element.kind == "text" and "=" in element.value:
            name, _, text = element.value.partition("=")
            yield name.strip(), Node("text", element.start, element.end, text, "", element.style)
        for keys in (("ParameterKey", "ParameterValue"), ("Key", "Value")):
            key, value = (element.get(part) for part in keys)
            if key is not None and value is not None and key.kind == "text" and value.kind == "text":
                yield key.value, value
