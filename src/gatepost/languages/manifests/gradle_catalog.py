"""libs.versions.toml: a version catalogue of Gradle; never what a build takes from it.

Source: "Version Catalogs" in the Gradle User Manual.
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Manifest
from gatepost.languages.manifests.nodes_of import inner, members, text_of, toml_tree, verbatim
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source, Span

_KEYS = ("strictly", "require", "prefer")


def read(source: Source) -> Manifest:
    """Read a version catalogue; raises `Unfit`."""
    tree = toml_tree(source)
    versions = tree.get("versions")
    declared: list[Declared] = []
    for section in ("libraries", "plugins"):
        for _, key, value in members(tree.get(section)):
            made = _one(source, key, value, versions, section == "plugins")
            if made is not None:
                declared.append(made)
    return Manifest(source, "libs.versions.toml", "maven", tuple(declared[:MOST_ENTRIES]))


def _one(source: Source, key: Node, value: Node, versions: Node | None, plugin: bool) -> Declared | None:
    entry = Span(source, key.start, max(value.end, key.end))
    if value.kind == "text":
        name, colon, version = text_of(value).rpartition(":")
        if not colon or not verbatim(source, value):
            return None
        end = inner(source, value).end
        return Declared(_name(name, plugin), version, Span(source, end - len(version), end), entry)
    if value.kind != "map":
        return None
    name = text_of(value.get("id" if plugin else "module"))
    if not name and not plugin:
        name = f"{text_of(value.get('group'))}:{text_of(value.get('name'))}"
    node = value.get("version")
    reference = text_of(node.get("ref")) if node is not None and node.kind == "map" else ""
    if reference:
        node = versions.get(reference) if versions is not None else None
    if node is not None and node.kind == "map":
        node = next((one for rich in _KEYS if (one := node.get(rich)) is not None), None)
    if node is None or node.kind != "text":
        return Declared(
            _name(name, plugin), "", Span(source, entry.end, entry.end), entry, "direct", "it has no version"
        )
    return Declared(_name(name, plugin), text_of(node), inner(source, node), entry)


def _name(name: str, plugin: bool) -> str:
    return f"{name}:{name}.gradle.plugin" if plugin else name
