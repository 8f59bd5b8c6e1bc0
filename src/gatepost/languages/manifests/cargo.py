"""Cargo.toml: the crates that a package or workspace asks for; never what is locked.

Source: "Specifying Dependencies", The Cargo Book.
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.languages.manifests.nodes_of import inner, members, text_of, toml_tree, verbatim
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source, Span

_SECTIONS: tuple[tuple[str, Kind], ...] = (
    ("dependencies", "direct"),
    ("dev-dependencies", "dev"),
    ("build-dependencies", "dev"),
)


def read(source: Source) -> Manifest:
    """Read a Cargo.toml; raises `Unfit`."""
    tree = toml_tree(source)
    declared: list[Declared] = []
    targets = [node for _, _, node in members(tree.get("target"))]
    for holder in (tree, tree.get("workspace"), *targets):
        for section, kind in _SECTIONS:
            table = holder.get(section) if holder is not None and holder.kind == "map" else None
            declared += [_one(source, key, value, kind) for _, key, value in members(table)]
    return Manifest(source, "Cargo.toml", "cargo", tuple(declared[:MOST_ENTRIES]))


def _one(source: Source, key: Node, value: Node, kind: Kind) -> Declared:
    name = (text_of(value.get("package")) if value.kind == "map" else "") or key.value
    version = value.get("version") if value.kind == "map" else value
    entry = Span(source, key.start, max(value.end, key.end))
    if version is None or version.kind != "text":
        shared = value.kind == "map" and value.get("workspace") is not None
        why = "its version is set by the workspace" if shared else "it is taken from an address or a folder"
        return Declared(name, "", Span(source, entry.end, entry.end), entry, "managed" if shared else kind, why)
    why = "" if verbatim(source, version) else "it is written with escapes"
    return Declared(name, text_of(version), inner(source, version), entry, kind, why)
