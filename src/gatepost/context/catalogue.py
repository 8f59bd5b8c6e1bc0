"""Backstage's entities: which component a path belongs to, whose it is, in which system; never a request.

Sources: "Descriptor Format of Catalog Entities", "Entity References" and "Well-known Annotations on Catalog Entities"
(Backstage).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.context.owner_names import folded_id, plain_owner
from gatepost.languages.positioned import Malformed, read_yaml_all
from gatepost.model.decisions import Claim, Sureness
from gatepost.model.places import Location, Source, Span
from gatepost.model.policy import Whose
from gatepost.model.problems import Problem
from gatepost.model.records import NamedTuple

_OWNED = ("Component", "API", "Resource", "System", "Domain", "Template")
_SOURCE = ("backstage.io/source-location", "backstage.io/managed-by-location")
# Where a link to a host's page of a repository begins with the branch: GitHub, GitLab, Azure is `?path=`.
_LINK = re.compile(r"https?://[^/\s]+/(?P<slug>[^?#\s]+?)/(?:-/)?(?P<kind>tree|blob|src|edit)/(?P<rest>[^?#\s]+)\Z")
_HOME = re.compile(r"https?://[^/\s]+/(?P<slug>[^?#\s]+?)(?:\.git)?/?\Z")
MOST_ENTITIES = 20_000
_MOST_OF_BRANCH = 6  # names that a branch may be made of
_MOST_OF_FILE = 2_000
_MOST_LISTED = 1_000
_LONGEST = 2_000  # characters of a name, a reference or an annotation


class Component(NamedTuple):
    """An entity that is owned. `folder` is relative to the top of the repository, "" for it; None where it has none.

    `owner` is without kind and namespace where they are the usual ones; `place` is "path:line" of the entity.
    `depends` are the names of the resources that it depends on.
    """

    folder: str | None
    kind: str
    name: str
    owner: str
    system: str
    place: str
    depends: tuple[str, ...] = ()


class Party(NamedTuple):
    """A Group or User. `names` are all that it may be called by; `members` (or the groups of a user) are names."""

    kind: str
    name: str
    names: tuple[str, ...]
    related: tuple[str, ...]
    place: str


class Read(NamedTuple):
    """What a file of a catalogue says. `targets` are the files that its Locations lead to, from the top."""

    components: tuple[Component, ...] = ()
    parties: tuple[Party, ...] = ()
    targets: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Here(NamedTuple):
    """What annotations are compared with: "org/name" of the repository ("" not known), the folders that there are.

    Folders are relative to the top of the repository.
    """

    slug: str = ""
    folders: frozenset[str] = frozenset()


def read_catalogue(source: Source, here: Here | None = None) -> Read:
    """Return what a file of a catalogue says, and what cannot be read of it. Never raises."""
    try:
        documents = read_yaml_all(source.text)
    except Malformed as error:
        at = min(error.offset, len(source.text))
        span = Span(source, at, min(at + 1, len(source.text)))
        return Read(problems=(Problem(span.location, f"the catalogue cannot be read: {error.what}", error.hint),))
    components: list[Component] = []
    parties: list[Party] = []
    targets: list[str] = []
    for node in documents[:_MOST_OF_FILE]:
        entity = _Entity(node.plain(), Location(source.path, Span(source, node.start, node.start).region))
        if entity.kind in _OWNED and entity.name:
            components.append(_component(entity, here or Here()))
        elif entity.kind in ("Group", "User") and entity.name:
            parties.append(_party(entity))
        elif entity.kind == "Location":
            targets += _targets(entity)
    return Read(tuple(components), tuple(parties), tuple(targets))


class _Entity:
    """One document of a catalogue file, its parts as far as they have the right shape."""

    __slots__ = ("annotations", "folder", "kind", "metadata", "name", "namespace", "place", "spec")

    def __init__(self, plain: Any, location: Location) -> None:
        entity = _map(plain)
        backstage = _text(entity.get("apiVersion")).partition("/")[0].endswith("backstage.io")
        self.kind = _text(entity.get("kind")) if backstage or "apiVersion" not in entity else ""
        self.metadata, self.spec = _map(entity.get("metadata")), _map(entity.get("spec"))
        self.annotations = _map(self.metadata.get("annotations"))
        self.name = _text(self.metadata.get("name"))
        self.namespace = _text(self.metadata.get("namespace")).lower() or "default"
        self.folder = posixpath.dirname(location.path)
        self.place = f"{location.path}:{location.region.start_line}"

    def refers(self, value: Any, kind: str) -> str:
        """Return a reference in short: the name alone where the kind is the usual one and the namespace `default`."""
        if isinstance(value, dict):
            given = _map(value)
            parts = [_text(given.get(key)) for key in ("kind", "namespace", "name")]
            value = f"{parts[0] or kind}:{parts[1] or self.namespace}/{parts[2]}" if parts[2] else ""
        return short_reference(_text(value), self.namespace, kind)

    def listed(self, value: Any, kind: str) -> tuple[str, ...]:
        """Return a list of references in short."""
        given = cast("list[Any]", value)[:_MOST_LISTED] if isinstance(value, list) else []
        return tuple(name for one in given if (name := self.refers(one, kind)))


def short_reference(reference: str, namespace: str = "default", kind: str = "group") -> str:
    """Return "search" for "group:default/search"; a user, or another namespace than `default`, is kept.

    A reference without a namespace means that of the entity which it stands in.
    """
    given, colon, rest = reference.strip().rpartition(":")
    where, slash, name = rest.rpartition("/")
    where = where.lower() if slash else namespace
    if not name:
        return ""
    inside = name if where == "default" else f"{where}/{name}"
    usual = not colon or given.lower() == kind.lower() or given.lower() in ("group", "user", "system", "component")
    return inside if usual else f"{given.lower()}:{inside}"


def _component(entity: _Entity, here: Here) -> Component:
    system = entity.name if entity.kind == "System" else entity.refers(entity.spec.get("system"), "system")
    owner = entity.refers(entity.spec.get("owner"), "group")
    depends = entity.listed(entity.spec.get("dependsOn"), "resource")
    resources = tuple(one.removeprefix("resource:") for one in depends)
    return Component(_folder(entity, here), entity.kind, entity.name, owner, system, entity.place, resources)


def _party(entity: _Entity) -> Party:
    profile = _map(entity.spec.get("profile"))
    inside = entity.name if entity.namespace == "default" else f"{entity.namespace}/{entity.name}"
    called = [inside, entity.name, _text(profile.get("email")), _text(profile.get("displayName"))]
    called += [_text(entity.annotations.get(key)) for key in ("github.com/team-slug", "github.com/user-login")]
    called += [_text(entity.annotations.get("gitlab.com/user-login"))]
    related = entity.spec.get("members" if entity.kind == "Group" else "memberOf")
    names = tuple(dict.fromkeys(name for name in called if name))
    kind = "user" if entity.kind == "Group" else "group"
    return Party(entity.kind, inside, names, entity.listed(related, kind), entity.place)


def _targets(entity: _Entity) -> Iterator[str]:
    """Yield the files that a Location leads to; addresses of other hosts and paths out of the repository are left."""
    given = entity.spec.get("targets")
    several = cast("list[Any]", given)[:_MOST_LISTED] if isinstance(given, list) else []
    for one in (entity.spec.get("target"), *several):
        target = _text(one)
        if target and "://" not in target and not target.startswith("/"):
            path = posixpath.normpath(posixpath.join(entity.folder, target))
            if not path.startswith("../"):
                yield path


def _folder(entity: _Entity, here: Here) -> str | None:
    """Return the folder that an entity is about: its file's, or the one that its annotation names."""
    annotated = next((found for key in _SOURCE if (found := _text(entity.annotations.get(key)))), "")
    kind, _, target = annotated.partition(":")
    if kind in ("dir", "file") and "://" not in target:
        joined = posixpath.normpath(posixpath.join(entity.folder, target or "."))
        joined = posixpath.dirname(joined) if kind == "file" else joined
        return None if joined.startswith(("..", "/")) else "" if joined == "." else joined
    if kind == "url":
        return _linked(target, here)
    return entity.folder if not annotated else None


def _linked(target: str, here: Here) -> str | None:
    """Return the folder that a link means, as far as it leads into this repository; None elsewhere."""
    link, home = _LINK.match(target), _HOME.match(target)
    slug = (link or home or {"slug": ""})["slug"].casefold()
    if here.slug and slug.removesuffix(".git") != here.slug.casefold():
        return None
    if link is None:
        return "" if home is not None and here.slug else None
    parts = link["rest"].rstrip("/").split("/")
    if link["kind"] != "tree" and not target.endswith("/"):
        parts = parts[:-1]
    # The name of a branch may have slashes: what is left has to be a folder that there is.
    if len(parts) == 1:
        return ""
    for cut in range(1, min(len(parts), _MOST_OF_BRANCH)):
        path = "/".join(parts[cut:])
        if path in here.folders:
            return path
    return None


def _map(value: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""


class Catalogue:
    """All entities of a repository."""

    __slots__ = (
        "_dependants", "_folders", "_parties", "_resources", "_users_of", "components", "has_groups", "has_users",
        "parties",
    )  # fmt: skip

    def __init__(self, components: Sequence[Component], parties: Sequence[Party]) -> None:
        self.components = tuple(components[:MOST_ENTITIES])
        self.parties = tuple(parties[:MOST_ENTITIES])
        self.has_groups = any(one.kind == "Group" for one in self.parties)
        self.has_users = any(one.kind == "User" for one in self.parties)
        self._folders: dict[str, list[Component]] = {}
        self._resources: dict[str, Component] = {}
        self._dependants: dict[str, list[Component]] = {}
        for one in self.components:
            if one.folder is not None:
                self._folders.setdefault(one.folder, []).append(one)
            if one.kind == "Resource":
                self._resources.setdefault(folded_id(one.name), one)
            for name in one.depends:
                self._dependants.setdefault(folded_id(name), []).append(one)
        for several in self._folders.values():
            several.sort(key=lambda one: _OWNED.index(one.kind))
        self._users_of: dict[str, list[str]] = {}
        for party in self.parties:
            for name in party.related if party.kind == "User" else ():
                self._users_of.setdefault(plain_owner(name), []).append(party.name)
        self._parties: dict[str, Party] = {}
        for party in self.parties:
            for name in party.names:
                self._parties.setdefault(plain_owner(name), party)

    def party(self, name: str) -> Party | None:
        """Return the Group or User that a name means, however it is written."""
        return self._parties.get(plain_owner(name))

    def members(self, name: str) -> tuple[str, ...]:
        """Return the members of the group that a name means: those it lists, and the users that say so."""
        party = self.party(name)
        if party is None or party.kind != "Group":
            return ()
        found = dict.fromkeys(party.related)
        for name in dict.fromkeys(plain_owner(one) for one in party.names):
            found.update(dict.fromkeys(self._users_of.get(name, ())))
        return tuple(found)

    def of(self, whose: Whose) -> list[tuple[Component, Sureness]]:
        """Return the entities that something belongs to, with the confidence: its own, or that of its folder."""
        found: list[tuple[Component, Sureness]] = []
        last = whose.resource.rpartition(".")[2].partition("[")[0]
        for name in (*whose.names, last.replace("_", "-"), last) if whose.resource else ():
            own = self._resources.get(folded_id(name))
            if own is not None:
                return [(own, "high")]
            for one in self._dependants.get(folded_id(name), ()):
                found.append((one, "medium"))
        if found:
            return list(dict.fromkeys(found))
        one = self.closest(whose.path) if whose.path else None
        return [(one, "high" if one.folder else "medium")] if one is not None else []

    def closest(self, path: str) -> Component | None:
        """Return the entity whose folder is the closest above a path; of those of one folder, a component first."""
        folder = path
        while True:
            if folder in self._folders:
                return self._folders[folder][0]
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def owners(self, whose: Whose) -> list[Claim]:
        """Return whose something is."""
        return [
            Claim(one.owner, f"{one.place}, {one.kind} {one.name}", sure) for one, sure in self.of(whose) if one.owner
        ]

    def projects(self, whose: Whose) -> list[Claim]:
        """Return the components and systems that something belongs to."""
        return [Claim(name, one.place, sure) for one, sure in self.of(whose) for name in (one.name, one.system) if name]
