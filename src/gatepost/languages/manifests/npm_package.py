"""package.json: what a project of npm, yarn or pnpm asks for; never what is installed.

Source: "package.json" in the documentation of npm; `resolutions` of Yarn; `pnpm.overrides` of pnpm.
"""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest, Unfit
from gatepost.languages.manifests.nodes_of import inner, json_tree, members, text_of, verbatim
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source, Span

_SECTIONS: tuple[tuple[str, Kind], ...] = (
    ("dependencies", "direct"),
    ("optionalDependencies", "optional"),
    ("devDependencies", "dev"),
    ("peerDependencies", "peer"),
)
_ADDRESSES = ("git", "http:", "https:", "file:", "link:", "portal:", "workspace:", "github:", "patch:", "catalog:")


def read(source: Source) -> Manifest:
    """Read a package.json; raises `Unfit`."""
    tree = json_tree(source)
    declared: list[Declared] = []
    for section, kind in _SECTIONS:
        declared += (one for _, key, value in members(tree.get(section)) if (one := _one(source, key, value, kind)))
        if len(declared) > MOST_ENTRIES:
            raise Unfit("it asks for too much")
    for steps in (("overrides",), ("resolutions",), ("pnpm", "overrides")):
        declared += _overrides(source, tree, steps)
    return Manifest(source, "package.json", "npm", tuple(declared))


def _one(source: Source, key: Node, value: Node, kind: Kind) -> Declared | None:
    if value.kind != "text" or not key.value:
        return None
    written = text_of(value)
    why = "" if verbatim(source, value) else "it is written with escapes"
    if written.startswith(_ADDRESSES) or "/" in written:
        why = "it is taken from an address, and not from the registry"
    name, span = key.value, inner(source, value)
    if written.startswith("npm:"):
        called, at, version = written[4:].rpartition("@")
        if at and called:
            name, written, span = called, version, Span(source, span.end - len(version), span.end)
            why = "" if span.text == version else "it is written with escapes"
    return Declared(name, written, span, Span(source, key.start, value.end), kind, why)


def _overrides(source: Source, tree: Node, steps: tuple[str, ...]) -> Iterator[Declared]:
    node: Node | None = tree
    for step in steps:
        node = node.get(step) if node is not None else None
    waiting = [node]
    while waiting:
        for name, key, value in members(waiting.pop()):
            if value.kind == "map":
                waiting.append(value)
            elif value.kind == "text" and not text_of(value).startswith("$"):
                found = _one(source, key, value, "override")
                if found is not None:
                    yield found._replace(name=_forced(name, steps[-1]))


def _forced(name: str, where: str) -> str:
    """Return the package that a key of overrides means: "a/**/b" and "a>b" force b, "b@1" its version 1."""
    if where == "resolutions":
        parts = [part for part in name.split("/") if part not in ("**", "")]
        scoped = len(parts) > 1 and parts[-2].startswith("@")
        name = "/".join(parts[-2:]) if scoped else parts[-1] if parts else name
    name = name.rpartition(">")[2].strip()
    at = name.find("@", 1)
    return name[:at] if at > 0 else name
