"""composer.json: the packages that a PHP project asks for; never what is locked.

Source: "The composer.json schema" of Composer.
"""

from __future__ import annotations

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.languages.manifests.nodes_of import inner, json_tree, members, text_of, verbatim
from gatepost.model.places import Source, Span


def read(source: Source) -> Manifest:
    """Read a composer.json; raises `Unfit`."""
    tree = json_tree(source)
    declared: list[Declared] = []
    sections: tuple[tuple[str, Kind], ...] = (("require", "direct"), ("require-dev", "dev"))
    for section, kind in sections:
        for name, key, value in members(tree.get(section)):
            if "/" in name and value.kind == "text":  # php and ext-… are no packages
                why = "" if verbatim(source, value) else "it is written with escapes"
                entry = Span(source, key.start, value.end)
                declared.append(Declared(name, text_of(value), inner(source, value), entry, kind, why))
    return Manifest(source, "composer.json", "composer", tuple(declared[:MOST_ENTRIES]))
