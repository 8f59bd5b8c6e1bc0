"""Cargo.lock: the crates that Cargo has locked, and which needs which; never builds."""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project
from gatepost.languages.manifests.nodes_of import inner, text_of, texts_of, toml_tree
from gatepost.model.places import Source


def read(source: Source) -> Manifest:
    """Read a Cargo.lock; raises `Unfit`."""
    packages = toml_tree(source).get("package")
    rows = [one for one in packages.elements() if one.kind == "map"][:MOST_ENTRIES] if packages is not None else []
    keys: dict[str, list[str]] = {}
    for row in rows:
        name, version = text_of(row.get("name")), text_of(row.get("version"))
        keys.setdefault(name, []).append(f"{name} {version}")
    locked: list[Locked] = []
    projects: list[Project] = []
    for row in rows:
        name, version = text_of(row.get("name")), row.get("version")
        needs: list[Need] = []
        for said in texts_of(row.get("dependencies"))[:MOST_REQUIRES]:
            words = said.split(" ")
            known = keys.get(words[0], [])
            exact = [key for key in known if len(words) > 1 and key == f"{words[0]} {words[1]}"]
            needs += [Need(key) for key in (exact or known)[:1]]
        if row.get("source") is None:  # a package of the workspace itself
            projects.append(Project("", tuple(needs)))
        elif name and version is not None and version.kind == "text":
            locked.append(Locked(f"{name} {version.value}", name, version.value, inner(source, version), tuple(needs)))
    return Manifest(
        source, "Cargo.lock", "cargo", locked=tuple(locked), projects=tuple(projects), sealed="cargo writes this file"
    )
