"""Gemfile: the gems that a project asks for; never Ruby that computes. Source: Bundler's manual, "Gemfile"."""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.model.places import Source, Span

_GEM = re.compile(r"^[ \t]*gem[ \t(]+([\"'])([\w.\-]{1,200})\1([^\n#]*)", re.MULTILINE)
_TEXT = re.compile(r"\s*,\s*([\"'])([^\"'\n]{1,100})\1").match
_GROUP = re.compile(
    r"^[ \t]*group\b([^\n]*)\bdo\b|^end\b|^[ \t]*(?:source|platforms?|install_if|path|git)\b[^\n]*\bdo\b", re.M
)


def read(source: Source) -> Manifest:
    """Read a Gemfile; what Ruby computes is passed over."""
    text = source.text
    groups = [(found.start(), found[1] or "") for found in _GROUP.finditer(text)]
    declared: list[Declared] = []
    at = 0
    group = ""
    for found in _GEM.finditer(text):
        while at < len(groups) and groups[at][0] < found.start():
            group = groups[at][1]
            at += 1
        dev = "production" not in group and ("test" in group or "development" in group)
        declared.append(_one(source, found, "dev" if dev else "direct"))
        if len(declared) >= MOST_ENTRIES:
            break
    return Manifest(source, source.path.rpartition("/")[2], "gem", tuple(declared))


def _one(source: Source, found: re.Match[str], kind: Kind) -> Declared:
    rest, at = found[3], 0
    texts: list[re.Match[str]] = []
    while (one := _TEXT(rest, at)) is not None and "=>" not in rest[one.end() : one.end() + 4]:
        texts.append(one)
        at = one.end()
    why = "it is taken from an address" if re.search(r"\b(?:git|github|path)\b\s*(?::|=>)", rest) else ""
    why = "several requirements are written for it" if len(texts) > 1 else why
    base = found.start(3)
    entry = Span(source, found.start(), found.end() - len(rest) + len(rest.rstrip()))
    if not texts:
        return Declared(found[2], "", Span(source, found.end(2) + 1, found.end(2) + 1), entry, kind, why)
    span = Span(source, base + texts[0].start(2), base + texts[0].end(2))
    return Declared(found[2], span.text, span, entry, kind, why)
