"""Gemfile.lock: the gems that Bundler has locked, and which needs which; never installs."""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, MOST_REQUIRES, Locked, Manifest, Need, Project
from gatepost.model.places import Source, Span

_SPEC = re.compile(r"    ([\w.\-]{1,200}) \(([^()\s]{1,100})\)\r?\Z").match
_NEED = re.compile(r"      ([\w.\-]{1,200})(?: \(([^()\n]{1,200})\))?\r?\Z").match
_ASKED = re.compile(r"  ([\w.\-]{1,200})!?(?: \(([^()\n]{1,200})\))?!?\r?\Z").match
_LINE = re.compile(r"[^\n]+")


def read(source: Source) -> Manifest:
    """Read a Gemfile.lock; lines that are none of its own are passed over."""
    rows: list[tuple[str, str, Span, list[Need]]] = []
    asked: list[Need] = []
    section = ""
    for found in _LINE.finditer(source.text):
        line = found[0]
        if not line.startswith(" "):
            section = line.strip()
        elif section == "DEPENDENCIES":
            one = _ASKED(line)
            asked += [Need(one[1], one[2] or "")] if one is not None else []
        elif section in ("GEM", "GIT", "PATH"):
            spec = _SPEC(line)
            need = _NEED(line) if spec is None and rows else None
            if spec is not None and len(rows) < MOST_ENTRIES:
                at = found.start()
                rows.append((spec[1], spec[2], Span(source, at + spec.start(2), at + spec.end(2)), []))
            elif need is not None and len(rows[-1][3]) < MOST_REQUIRES:
                rows[-1][3].append(Need(need[1], need[2] or ""))
    # A gem that was built for several platforms stands there several times: the first is the key.
    locked = [Locked(name, name, _plain(version), span, tuple(needs)) for name, version, span, needs in rows]
    projects = (Project("", tuple(asked)),) if asked else ()
    name = source.path.rpartition("/")[2]
    return Manifest(source, name, "gem", locked=tuple(locked), projects=projects, sealed="bundler writes this file")


def _plain(version: str) -> str:
    """Return a version without the platform that it was built for."""
    return re.sub(r"-(?:x86|x64|arm|aarch64|java|universal|mingw|mswin|musl|linux|darwin).*\Z", "", version)
