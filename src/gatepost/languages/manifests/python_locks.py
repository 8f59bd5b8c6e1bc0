"""poetry.lock, uv.lock and pdm.lock: lists of packages in TOML; never installs.

Source: the lock files of Poetry, uv and PDM as their documentation describes them.
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import (
    MOST_ENTRIES,
    MOST_REQUIRES,
    Locked,
    Manifest,
    Need,
    Project,
    same_name,
)
from gatepost.languages.manifests.nodes_of import inner, members, text_of, texts_of, toml_tree
from gatepost.languages.manifests.pyproject import requirement_at
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source

_OWN = ("editable", "virtual", "directory")


def read(source: Source) -> Manifest:
    """Read a lock file of Poetry, uv or PDM; raises `Unfit`."""
    tree = toml_tree(source)
    format = source.path.rpartition("/")[2]
    packages = tree.get("package")
    rows = [one for one in packages.elements() if one.kind == "map"][:MOST_ENTRIES] if packages is not None else []
    keys: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        name = same_name("pypi", text_of(row.get("name")))
        keys.setdefault(name, []).append(_key(number, row))
    locked: list[Locked] = []
    projects: list[Project] = []
    for number, row in enumerate(rows):
        name, version = text_of(row.get("name")), row.get("version")
        needs = tuple(_needs(source, row, keys))
        origin = row.get("source")
        folder = next((text_of(origin.get(one)) for one in _OWN if origin is not None and origin.get(one)), "")
        if folder and format == "uv.lock":
            groups = [_uv(one, keys) for one in ("optional-dependencies", "dev-dependencies") for one in [row.get(one)]]
            projects.append(Project("" if folder == "." else folder, (*needs, *(n for g in groups for n in g))))
        elif name and version is not None and version.kind == "text":
            locked.append(Locked(_key(number, row), name, version.value, inner(source, version), needs))
    sealed = f"{format.partition('.')[0]} writes this file"
    return Manifest(source, format, "pypi", locked=tuple(locked), projects=tuple(projects), sealed=sealed)


def _key(number: int, row: Node) -> str:
    return f"{same_name('pypi', text_of(row.get('name')))} {text_of(row.get('version'))} {number}"


def _needs(source: Source, row: Node, keys: dict[str, list[str]]) -> list[Need]:
    node = row.get("dependencies")
    found: list[Need] = []
    # Poetry: a table of names; PDM: a list of requirements; uv: a list of tables.
    for name, _, value in members(node):
        requirement = text_of(value) or text_of(value.get("version") if value.kind == "map" else None)
        found += [Need(key, requirement) for key in keys.get(same_name("pypi", name), [])[:1]]
    if node is not None and texts_of(node):
        for one in node.elements():
            made = requirement_at(source, one, "direct") if one.kind == "text" else None
            if made is not None:
                found += [Need(key, made.requirement) for key in keys.get(same_name("pypi", made.name), [])[:1]]
    elif node is not None and node.kind == "list":
        found += _of_tables(node, keys)
    return found[:MOST_REQUIRES]


def _uv(node: Node | None, keys: dict[str, list[str]]) -> list[Need]:
    return [need for _, _, group in members(node) for need in _of_tables(group, keys)]


def _of_tables(node: Node, keys: dict[str, list[str]]) -> list[Need]:
    found: list[Need] = []
    for one in node.elements():
        rows = keys.get(same_name("pypi", text_of(one.get("name"))), []) if one.kind == "map" else []
        version = text_of(one.get("version")) if one.kind == "map" else ""
        exact = [row for row in rows if version and row.split(" ")[1] == version]
        found += [Need(key) for key in (exact or rows)[:1]]
    return found
