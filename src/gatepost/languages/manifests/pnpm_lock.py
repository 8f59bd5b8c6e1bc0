"""pnpm-lock.yaml of lockfile versions 5, 6 and 9; never installs.

Source: https://github.com/pnpm/spec (lockfile 5.2, 6.0, 9.0).
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project
from gatepost.languages.manifests.nodes_of import members, text_of, yaml_tree
from gatepost.languages.positioned.nodes import Node
from gatepost.model.places import Source, Span

_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
_PEERS = re.compile(r"[(_].*\Z", re.DOTALL)
_OLD = re.compile(r"((?:@[^/@]+/)?[^/@]+)/(\d[^/(_]*)(?:[(_].*)?\Z", re.DOTALL).match
_SEALED = "pnpm writes this file"


def read(source: Source) -> Manifest:
    """Read a pnpm-lock.yaml; raises `Unfit`."""
    tree = yaml_tree(source)
    rows = [(key, node, value) for key, node, value in members(tree.get("packages"))][:MOST_ENTRIES]
    snapshots = tree.get("snapshots")
    by_key: dict[str, tuple[str, str]] = {key: split_key(key) for key, _, _ in rows}
    known = {f"{name}@{version}": key for key, (name, version) in by_key.items()}
    needed: dict[str, dict[str, Need]] = {}
    for key, _, value in [*rows, *members(snapshots)]:
        called = "@".join(split_key(key))
        if called in known:
            needs = needed.setdefault(known[called], {})
            for need in _needs(value, ("dependencies", "optionalDependencies"), known):
                if len(needs) < MOST_REQUIRES:
                    needs.setdefault(need.key, need)
    locked: list[Locked] = []
    for key, node, _ in rows:
        name, version = by_key[key]
        if name and version:
            locked.append(Locked(key, name, version, _span(source, node, version), tuple(needed.get(key, {}).values())))
    importers = list(members(tree.get("importers")))
    projects = [Project("" if key == "." else key, tuple(_needs(one, _SECTIONS, known))) for key, _, one in importers]
    if not importers:
        projects = [Project("", tuple(_needs(tree, _SECTIONS, known)))]
    return Manifest(source, "pnpm-lock.yaml", "npm", locked=tuple(locked), projects=tuple(projects), sealed=_SEALED)


def split_key(key: str) -> tuple[str, str]:
    """Return name and version of a package's key: "/a/1.0.0_peer", "/@a/b@1.0.0(peer@2)", "a@1.0.0"."""
    plain = key.removeprefix("/")
    old = _OLD(plain)
    if old is not None:
        return old[1], old[2]
    at = plain.find("@", 1)
    bracket = plain.find("(")
    if at > 0 and (bracket < 0 or at < bracket):
        return plain[:at], _PEERS.sub("", plain[at + 1 :])
    return "", ""


def _needs(node: Node, sections: tuple[str, ...], known: dict[str, str]) -> list[Need]:
    found: list[Need] = []
    for section in sections:
        for name, _, value in members(node.get(section)):
            wanted = value.get("version") if value.kind == "map" else value
            requirement = text_of(value.get("specifier")) if value.kind == "map" else ""
            version = text_of(wanted) or (str(wanted.value) if wanted is not None and wanted.kind == "number" else "")
            called, real = split_key(version) if version.startswith(("/", "@")) else ("", "")
            called, real = (called, real) if called else (name, _PEERS.sub("", version))
            if "@" in real:  # an alias in version 9: "other@1.0.0"
                called, real = split_key(real)
            if f"{called}@{real}" in known and len(found) < MOST_REQUIRES:
                found.append(Need(known[f"{called}@{real}"], requirement))
    return found


def _span(source: Source, key: Node, version: str) -> Span:
    """Return where the version stands in a package's key."""
    at = source.text.rfind(version, key.start, key.end)
    bracket = source.text.find("(", key.start, key.end)
    first = source.text.find(version, key.start, bracket if bracket > 0 else key.end)
    at = first if first >= 0 else at
    return Span(source, at, at + len(version)) if at >= 0 else Span(source, key.start, key.end)
