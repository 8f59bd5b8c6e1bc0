"""packages.lock.json: what NuGet has locked, by framework; never restores.

Source: "Locking dependencies" of NuGet's documentation.
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project
from gatepost.languages.manifests.nodes_of import inner, json_tree, members, text_of
from gatepost.model.places import Source


def read(source: Source) -> Manifest:
    """Read a packages.lock.json; raises `Unfit`."""
    tree = json_tree(source)
    locked: list[Locked] = []
    asked: list[Need] = []
    for framework, _, table in members(tree.get("dependencies")):
        keys = {name.lower(): f"{framework} {name}" for name, _, _ in members(table)}
        for name, _, about in members(table):
            version = about.get("resolved")
            if version is None or version.kind != "text" or len(locked) >= MOST_ENTRIES:
                continue
            needed = list(members(about.get("dependencies")))[:MOST_REQUIRES]
            needs = [Need(keys[key.lower()], text_of(value)) for key, _, value in needed if key.lower() in keys]
            locked.append(Locked(f"{framework} {name}", name, version.value, inner(source, version), tuple(needs)))
            if text_of(about.get("type")) == "Direct":
                asked.append(Need(f"{framework} {name}", text_of(about.get("requested"))))
    projects = (Project("", tuple(asked)),) if asked else ()
    sealed = "dotnet writes this file"
    return Manifest(source, "packages.lock.json", "nuget", locked=tuple(locked), projects=projects, sealed=sealed)
