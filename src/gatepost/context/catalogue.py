"""Backstage's catalog-info.yaml: which component a path belongs to, whose it is, in which system; never a request.

Source: "Descriptor Format of Catalog Entities" (Backstage): `kind`, `metadata.name`, `spec.owner`, `spec.system`,
`spec.targets` of a Location, the annotations `backstage.io/source-location` and `backstage.io/managed-by-location`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Any, cast

from gatepost.languages.positioned import Malformed
from gatepost.languages.positioned.yaml_reader import read_yaml_all
from gatepost.model.places import Location, Source, Span
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple

_OWNED = ("Component", "API", "Resource", "System", "Domain", "Template")
_SOURCE = "backstage.io/source-location"
MOST_ENTITIES = 2_000


class Component(NamedTuple):
    """An entity that owns a folder. `folder` is relative to the scanned root, "" for the root itself.

    `owner` is without kind and namespace where they are the usual ones; `place` is "path:line" of the entity.
    """

    folder: str
    kind: str
    name: str
    owner: str
    system: str
    place: str


def read_catalogue(source: Source) -> tuple[list[Component], list[Problem]]:
    """Return the entities of a catalogue file that own a folder, and what cannot be read of it. Never raises."""
    try:
        documents = read_yaml_all(source.text)
    except Malformed as error:
        at = min(error.offset, len(source.text))
        span = Span(source, at, min(at + 1, len(source.text)))
        return [], [Problem(span.location, f"the catalogue cannot be read: {error.what}", error.hint)]
    components: list[Component] = []
    for node in documents[:MOST_ENTITIES]:
        region = Span(source, node.start, node.start).region
        components.extend(_components(node.plain(), source.path, Location(source.path, region)))
    return components, []


def _components(plain: Any, path: str, location: Location) -> Iterator[Component]:
    entity = _map(plain)
    kind, metadata, spec = _text(entity.get("kind")), _map(entity.get("metadata")), _map(entity.get("spec"))
    name = _text(metadata.get("name"))
    if kind not in _OWNED or not name:
        return
    system = name if kind == "System" else _short(_text(spec.get("system")))
    folder = _folder(posixpath.dirname(path), _text(_map(metadata.get("annotations")).get(_SOURCE)))
    if folder is not None:
        place = f"{location.path}:{location.region.start_line}"
        yield Component(folder, kind, name, _short(_text(spec.get("owner"))), system, place)


def _folder(here: str, annotated: str) -> str | None:
    """Return the folder that an entity is about: its file's, or the one its source location names below it."""
    if not annotated.startswith("dir:"):
        return here
    joined = posixpath.normpath(posixpath.join(here, annotated[4:]))
    if joined.startswith(("..", "/")):
        return None
    return "" if joined == "." else joined


def _short(reference: str) -> str:
    """Return "search" for "group:default/search"; another kind or namespace is kept."""
    kind, colon, rest = reference.rpartition(":")
    namespace, slash, name = rest.rpartition("/")
    if colon and kind.lower() not in ("group", "user", "system"):
        return reference
    return name if not slash or namespace == "default" else rest


def _map(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def component_of(path: str, components: Sequence[Component]) -> Component | None:
    """Return the entity whose folder is the closest above a path; of those of one folder, a component first."""
    best: Component | None = None
    for one in components:
        if one.folder and path != one.folder and not path.startswith(one.folder + "/"):
            continue
        if best is None or len(one.folder) > len(best.folder) or (one.folder == best.folder and _before(one, best)):
            best = one
    return best


def _before(one: Component, other: Component) -> bool:
    return _OWNED.index(one.kind) < _OWNED.index(other.kind)
