"""The components of a CycloneDX document and the ways between them; never a vulnerability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from gatepost.scans.shapes import listed, mapping, name

_MOST_DEEP = 100
_LONGEST_WAY = 30


class Components:
    """All components of one document, by their references."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        about = mapping(data.get("metadata"))
        self.root = mapping(about.get("component"))
        authors = [mapping(one) for one in (*listed(about.get("authors")), about.get("supplier"))]
        self.author = next((name(one.get("name")) for one in authors if one.get("name")), "")
        self._known: dict[str, Mapping[str, Any]] = {}
        self._count = 0
        self._collect()
        if self.root.get("bom-ref"):
            self._known[name(self.root.get("bom-ref"))] = self.root
        self._above: dict[str, list[str]] | None = None

    def _collect(self) -> None:
        waiting = [(one, 0) for one in listed(self._data.get("components"))]
        while waiting:
            component, depth = waiting.pop()
            found = mapping(component)
            self._count += 1
            for key in (name(found.get("bom-ref")), name(found.get("purl"))):
                if key:
                    self._known.setdefault(key, found)
            if depth < _MOST_DEEP:
                waiting += [(one, depth + 1) for one in listed(found.get("components"))]

    def __len__(self) -> int:
        return self._count

    def tools(self) -> list[tuple[str, str]]:
        """Return names (lower case) and versions of the tools that made the document, old form and new."""
        given = mapping(self._data.get("metadata")).get("tools")
        found = [mapping(one) for one in listed(given) or listed(mapping(given).get("components"))]
        return [(name(one.get("name")).lower(), name(one.get("version"))) for one in found]

    def find(self, ref: str) -> Mapping[str, Any]:
        """Return the component that a reference means, also one into another document; {} when it is not here."""
        return self._known.get(ref) or self._known.get(_inner(ref)) or {}

    def purl_in(self, ref: str) -> str:
        """Return the package URL that a reference is, "" for others."""
        return next((one for one in (ref, _inner(ref)) if one.startswith("pkg:")), "")

    def properties(self, component: Mapping[str, Any]) -> dict[str, str]:
        """Return the properties of a component by name."""
        found = (mapping(one) for one in listed(component.get("properties")))
        return {name(one.get("name")): name(one.get("value")) for one in found}

    def _dependents(self) -> dict[str, list[str]]:
        if self._above is None:
            self._above = {}
            for row in map(mapping, listed(self._data.get("dependencies"))):
                for ref in map(name, listed(row.get("dependsOn"))):
                    self._above.setdefault(ref, []).append(name(row.get("ref")))
        return self._above

    def _way(self, ref: str) -> list[str]:
        """Return a shortest way from the root to a component, the root first; the component alone when none is."""
        root = name(self.root.get("bom-ref"))
        before: dict[str, str] = {ref: ""}
        waiting = [ref]
        for current in waiting:
            if current == root or not self._dependents().get(current):
                way = [current]
                while before[way[-1]]:
                    way.append(before[way[-1]])
                return way
            for one in self._dependents().get(current, ())[:200]:
                if one not in before and len(before) < 20_000:
                    before[one] = current
                    waiting.append(one)
        return [ref]

    def paths(self, ref: str) -> tuple[tuple[str, ...], ...]:
        """Return the way from what the project asks for to a component, when the document tells."""
        if not self._dependents():
            return ()
        way = [self.find(one) for one in self._way(ref)]
        steps = [
            one
            for one in way
            if one is not self.root and name(one.get("type")) not in ("application", "operating-system")
        ]
        names = [f"{name(one.get('name'))}@{name(one.get('version'))}".rstrip("@") for one in steps]
        return (tuple(names[-_LONGEST_WAY:]),) if len(way) > 1 and names else ()

    def lock_file(self, ref: str) -> str:
        """Return the lock file on the way to a component: Trivy has one as a component of the type application."""
        if not self._dependents():
            return ""
        way = (self.find(one) for one in self._way(ref))
        files = [
            name(one.get("name")) for one in way if one is not self.root and name(one.get("type")) == "application"
        ]
        return files[-1] if files else ""


def _inner(ref: str) -> str:
    """Return the part of "urn:cdx:serial/version#ref" that means a component of that document."""
    return unquote(ref.partition("#")[2]) if ref.startswith("urn:cdx:") else ref
