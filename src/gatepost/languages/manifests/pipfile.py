"""Pipfile: what a project of Pipenv asks for; never what is installed. Source: Pipenv's documentation."""

from __future__ import annotations

from gatepost.languages.manifests.manifest import Declared, Kind, Manifest
from gatepost.languages.manifests.nodes_of import inner, members, text_of, toml_tree, verbatim
from gatepost.model.places import Source, Span


def read(source: Source) -> Manifest:
    """Read a Pipfile; raises `Unfit`."""
    declared: list[Declared] = []
    for section, _, table in members(toml_tree(source)):
        if section in ("source", "requires", "scripts", "pipenv"):
            continue
        kind: Kind = "direct" if section == "packages" else "dev"
        for name, key, value in members(table):
            version = value.get("version") if value.kind == "map" else value
            entry = Span(source, key.start, max(value.end, key.end))
            if version is None or version.kind != "text":
                why = "it is taken from an address"
                declared.append(Declared(name, "", Span(source, key.end, key.end), entry, kind, why))
                continue
            requirement = text_of(version)
            why = "" if verbatim(source, version) else "it is written with escapes"
            declared.append(Declared(name, requirement, inner(source, version), entry, kind, why))
    return Manifest(source, "Pipfile", "pypi", tuple(declared))
