"""package-lock.json and npm-shrinkwrap.json in all versions; never installs.

Source: "package-lock.json" in the documentation of npm (lockfileVersion 1, 2 and 3).
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project
from gatepost.languages.manifests.nodes_of import inner, json_tree, members, text_of
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source

_INSIDE = "node_modules/"
_NEEDS = ("dependencies", "optionalDependencies", "peerDependencies")
_SEALED = "a lock file is written by its tool"


def read(source: Source) -> Manifest:
    """Read a lock file of npm; raises `Unfit`."""
    tree = json_tree(source)
    packages = tree.get("packages")
    locked, projects = _packages(source, packages) if packages is not None else _nested(source, tree)
    name = source.path.rpartition("/")[2]
    return Manifest(source, name, "npm", locked=locked, projects=projects, sealed=_SEALED)


def _packages(source: Source, packages: Node) -> tuple[tuple[Locked, ...], tuple[Project, ...]]:
    rows = list(members(packages))[:MOST_ENTRIES]
    known = {key for key, _, _ in rows}
    # A link stands for a folder of a workspace.
    links = {key: text_of(node.get("resolved")) for key, _, node in rows if node.get("link") is not None}
    locked: list[Locked] = []
    projects: list[Project] = []
    for key, _, node in rows:
        if _INSIDE not in key:
            needs = _needs(node, (*_NEEDS, "devDependencies"), key, known, links)
            projects.append(Project(key, needs))
            continue
        version = node.get("version")
        name = text_of(node.get("name")) or key.rpartition(_INSIDE)[2]
        if version is not None and version.kind == "text":
            locked.append(
                Locked(key, name, version.value, inner(source, version), _needs(node, _NEEDS, key, known, links))
            )
    return tuple(locked), tuple(projects)


def _needs(node: Node, sections: tuple[str, ...], key: str, known: set[str], links: dict[str, str]) -> tuple[Need, ...]:
    found: dict[str, Need] = {}
    for section in sections:
        for name, _, requirement in members(node.get(section)):
            where = _resolved(key, name, known)
            if where and len(found) < MOST_REQUIRES:
                found.setdefault(where, Need(links.get(where, where), text_of(requirement)))
    return tuple(found.values())


def _resolved(key: str, name: str, known: set[str]) -> str:
    """Return where Node.js finds a package that the one at `key` asks for, "" for nowhere."""
    folder = key
    while True:
        at = f"{folder}/{_INSIDE}{name}" if folder else _INSIDE + name
        if at in known:
            return at
        if not folder:
            return ""
        above = folder.rfind("/" + _INSIDE) if _INSIDE in folder[1:] else -1
        folder = folder[:above] if above > 0 else folder.rpartition("/")[0] if not folder.startswith(_INSIDE) else ""


def _nested(source: Source, tree: Node) -> tuple[tuple[Locked, ...], tuple[Project, ...]]:
    """Read version 1: packages nested as they are installed. What is asked for stands in package.json alone."""
    rows: list[tuple[str, str, Node]] = []
    waiting: list[tuple[str, Node | None]] = [("", tree.get("dependencies"))]
    while waiting and len(rows) < MOST_ENTRIES:
        folder, node = waiting.pop()
        for name, _, about in members(node):
            key = f"{folder}/{_INSIDE}{name}" if folder else _INSIDE + name
            rows.append((key, name, about))
            waiting.append((key, about.get("dependencies")))
    known = {key for key, _, _ in rows}
    locked: list[Locked] = []
    for key, name, about in rows:
        version = about.get("version")
        if version is not None and version.kind == "text":
            needs = _needs(about, ("requires",), key, known, {})
            locked.append(Locked(key, name, version.value, inner(source, version), needs))
    return tuple(locked), ()
