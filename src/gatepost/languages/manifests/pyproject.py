"""pyproject.toml: dependencies of PEP 621, of dependency groups, of Poetry, PDM and uv; never what is installed.

Source: "pyproject.toml specification" and "Dependency Groups" of the Python Packaging User Guide; Poetry's and uv's
documentation of their own tables.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.languages.manifests.nodes_of import inner, members, text_of, toml_tree, verbatim
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source, Span

_ONE = re.compile(
    r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,200}\])?\s*"
    r"(?:\(\s*([^)]*?)\s*\)|((?:===|==|~=|!=|<=|>=|<|>)[^;]*?))?\s*(@|;|\Z)"
).match


def read(source: Source) -> Manifest:
    """Read a pyproject.toml; raises `Unfit`."""
    tree = toml_tree(source)
    project, tool = tree.get("project"), tree.get("tool")
    declared = [*_list(source, _at(project, "dependencies"), "direct")]
    for _, _, group in members(_at(project, "optional-dependencies")):
        declared += _list(source, group, "optional")
    for _, _, group in members(tree.get("dependency-groups")):
        declared += _list(source, group, "dev")
    declared += _list(source, _at(tree.get("build-system"), "requires"), "dev")
    declared += _list(source, _at(tool, "uv", "dev-dependencies"), "dev")
    declared += _list(source, _at(tool, "uv", "override-dependencies"), "override")
    declared += _list(source, _at(tool, "uv", "constraint-dependencies"), "managed")
    for _, _, group in members(_at(tool, "pdm", "dev-dependencies")):
        declared += _list(source, group, "dev")
    declared += _poetry(source, _at(tool, "poetry", "dependencies"), "direct")
    declared += _poetry(source, _at(tool, "poetry", "dev-dependencies"), "dev")
    for _, _, group in members(_at(tool, "poetry", "group")):
        declared += _poetry(source, group.get("dependencies"), "dev")
    return Manifest(source, "pyproject.toml", "pypi", tuple(declared[:MOST_ENTRIES]))


def _at(node: Node | None, *steps: str) -> Node | None:
    for step in steps:
        node = node.get(step) if node is not None else None
    return node


def _list(source: Source, node: Node | None, kind: Kind) -> list[Declared]:
    found: list[Declared] = []
    for one in node.elements() if node is not None else ():
        if one.kind == "text" and (made := requirement_at(source, one, kind)) is not None:
            found.append(made)
    return found


def requirement_at(source: Source, node: Node, kind: Kind) -> Declared | None:
    """Return a requirement of PEP 508 that stands in a text; None for what is none."""
    found = _ONE(text_of(node))
    if found is None:
        return None
    group = 2 if found[2] is not None else 3
    requirement = found[group] or ""
    span = inner(source, node)
    at = found.start(group) if requirement else _behind(text_of(node), found.end(1))
    why = "" if verbatim(source, node) else "it is written with escapes"
    why = "it is taken from an address, and not from an index" if found[4] == "@" else why
    place = Span(source, span.start + at, span.start + at + len(requirement))
    return Declared(found[1], requirement, place, Span(source, node.start, node.end), kind, why)


def _behind(text: str, at: int) -> int:
    extras = re.compile(r"\s*\[[^\]]{0,200}\]").match(text, at)
    return extras.end() if extras else at


def _poetry(source: Source, node: Node | None, kind: Kind) -> list[Declared]:
    found: list[Declared] = []
    for name, key, value in members(node):
        if name.lower() == "python":
            continue
        version = value.get("version") if value.kind == "map" else value
        entry = Span(source, key.start, max(value.end, key.end))
        if version is None or version.kind != "text":
            why = "it is taken from an address, or asked for several times"
            found.append(Declared(name, "", Span(source, key.end, key.end), entry, kind, why, "poetry"))
            continue
        why = "" if verbatim(source, version) else "it is written with escapes"
        found.append(Declared(name, text_of(version), inner(source, version), entry, kind, why, "poetry"))
    return found
