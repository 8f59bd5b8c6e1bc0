"""go.mod: the modules that a Go program requires; never the module graph.

Source: "Go Modules Reference", go.mod files.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.model.places import Source, Span

_LINE = re.compile(r"[^\n]*")
_BLOCK = re.compile(r"\s*(require|replace|exclude|retract|tool|ignore)\s*\(\s*(?://.*)?\r?$").match
_REQUIRE = re.compile(r'\s*(?:require\s+)?"?([^\s"()]{1,500})"?\s+"?(v[^\s"]{1,200})"?\s*(//.*)?$').match
_REPLACE = re.compile(
    r"\s*(?:replace\s+)?(\S{1,500})(?:\s+v\S+)?\s+=>\s+(\S{1,500})(?:\s+(v\S{1,200}))?\s*(?://.*)?$"
).match


def read(source: Source) -> Manifest:
    """Read a go.mod; lines that are none of its own are passed over."""
    declared: list[Declared] = []
    block = ""
    for found in _LINE.finditer(source.text):
        line = found[0].rstrip()
        opened = _BLOCK(line)
        if opened is not None:
            block = opened[1]
        elif line.strip().startswith(")"):
            block = ""
        elif line.lstrip().startswith("require ") or block == "require":
            _require(source, line, found.start(), declared)
        elif line.lstrip().startswith("replace ") or block == "replace":
            _replace(source, line, found.start(), declared)
        if len(declared) >= MOST_ENTRIES:
            break
    return Manifest(source, "go.mod", "golang", tuple(declared))


def _require(source: Source, line: str, at: int, declared: list[Declared]) -> None:
    found = _REQUIRE(line)
    if found is not None:
        kind: Kind = "indirect" if (found[3] or "").startswith("// indirect") else "direct"
        span = Span(source, at + found.start(2), at + found.end(2))
        declared.append(Declared(found[1], found[2], span, Span(source, at + found.start(1), span.end), kind))


def _replace(source: Source, line: str, at: int, declared: list[Declared]) -> None:
    found = _REPLACE(line)
    if found is not None:
        entry = Span(source, at + found.start(1), at + len(line))
        if found[3]:
            span = Span(source, at + found.start(3), at + found.end(3))
            # What stands for another module is not that module: its versions are its own.
            why = "" if found[1] == found[2] else f"{found[2]} stands for it"
            declared.append(Declared(found[1], found[3], span, entry, "override", why))
        else:
            end = Span(source, entry.end, entry.end)
            declared.append(Declared(found[1], "", end, entry, "override", f"the folder {found[2]} stands for it"))
