"""Pipfile.lock: what Pipenv has locked; never who needs what. Source: Pipenv's documentation."""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Locked, Manifest
from gatepost.languages.manifests.nodes_of import inner, json_tree, members
from gatepost.model.places import Source, Span


def read(source: Source) -> Manifest:
    """Read a Pipfile.lock; raises `Unfit`."""
    locked: list[Locked] = []
    for section, _, table in members(json_tree(source)):
        for name, _, about in members(table if section != "_meta" else None):
            version = about.get("version")
            if version is not None and version.kind == "text" and version.value.startswith("=="):
                span = inner(source, version)
                span = Span(source, span.start + 2, span.end)
                locked.append(Locked(f"{section} {name}", name, version.value[2:], span))
    return Manifest(
        source, "Pipfile.lock", "pypi", locked=tuple(locked[:MOST_ENTRIES]), sealed="pipenv writes this file"
    )
