"""composer.lock: the packages that Composer has locked, and which needs which; never installs."""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need
from gatepost.languages.manifests.nodes_of import inner, json_tree, members, text_of
from gatepost.model.places import Source, Span


def read(source: Source) -> Manifest:
    """Read a composer.lock; raises `Unfit`."""
    tree = json_tree(source)
    locked: list[Locked] = []
    for section in ("packages", "packages-dev"):
        rows = tree.get(section)
        for row in rows.elements() if rows is not None else ():
            name, version = text_of(row.get("name")).lower(), row.get("version")
            if not name or version is None or version.kind != "text":
                continue
            span = inner(source, version)
            if version.value[:1] in "vV":  # reports leave the v out
                span = Span(source, span.start + 1, span.end)
            needs = [Need(key.lower(), text_of(value)) for key, _, value in members(row.get("require")) if "/" in key]
            locked.append(Locked(name, name, span.text, span, tuple(needs[:MOST_REQUIRES])))
    sealed = "composer writes this file"
    return Manifest(source, "composer.lock", "composer", locked=tuple(locked[:MOST_ENTRIES]), sealed=sealed)
