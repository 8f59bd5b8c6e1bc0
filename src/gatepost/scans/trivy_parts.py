"""What a Trivy report tells besides its rows: the image's layers, and the ways between packages; never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.findings import Artifact
from gatepost.scans.shapes import listed, mapping, name, text

_LONGEST_WAY = 30
_MOST_SEEN = 5000


class Image:
    """The image that a report is about, as its metadata has it."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        about = mapping(report.get("Metadata"))
        system = mapping(about.get("OS"))
        self.os = f"{name(system.get('Family'))} {name(system.get('Name'))}".strip()
        digests = [name(one).rpartition("@")[2] for one in listed(about.get("RepoDigests"))]
        self.digests = tuple(dict.fromkeys(one for one in (*digests, name(about.get("ImageID"))) if one))
        config = mapping(about.get("ImageConfig"))
        # The steps of the history that made no layer are marked; the others go with the layers, one by one.
        steps = [one for one in map(mapping, listed(config.get("history"))) if one.get("empty_layer") is not True]
        layers = [name(one) for one in listed(mapping(config.get("rootfs")).get("diff_ids"))]
        known = zip(layers, steps, strict=True) if len(layers) == len(steps) else ()
        # Many rows are of one layer, so that what is told of it is made once.
        self.artifacts: dict[tuple[str, str, str, str], Artifact] = {}
        self._commands = {layer: text(step.get("created_by"), 1000) for layer, step in known}

    def command(self, diff_id: str) -> str:
        """Return the command that made a layer, "" where it is not known."""
        return self._commands.get(diff_id, "")


class Ways:
    """The packages of one result with what each depends on."""

    def __init__(self, packages: list[Any]) -> None:
        self._packages = packages
        self._known: dict[str, bool | None] | None = None
        self._above: dict[str, list[str]] = {}

    def _read(self) -> dict[str, bool | None]:
        if self._known is None:
            self._known = {}
            for row in map(mapping, self._packages):
                identity = name(row.get("ID"))
                if identity:
                    self._known[identity] = self._is_direct(row)
                for one in map(name, listed(row.get("DependsOn"))):
                    self._above.setdefault(one, []).append(identity)
        return self._known

    def to(self, identity: str) -> tuple[bool | None, tuple[tuple[str, ...], ...]]:
        """Return whether the project asks for a package itself (None: not known), and a shortest way to it."""
        known = self._read()
        if identity not in known:
            return None, ()
        direct = known[identity]
        before: dict[str, str] = {identity: ""}
        waiting = [identity]
        for current in waiting:
            if known.get(current):
                way = [current]
                while before[way[-1]]:
                    way.append(before[way[-1]])
                return direct, (tuple(way[:_LONGEST_WAY]),)
            for one in self._above.get(current, ()):
                if one not in before and len(before) < _MOST_SEEN:
                    before[one] = current
                    waiting.append(one)
        return direct, ()

    def _is_direct(self, package: Mapping[str, Any]) -> bool | None:
        kind = name(package.get("Relationship"))
        if kind:
            return {"direct": True, "indirect": False}.get(kind)
        return False if package.get("Indirect") is True else None
