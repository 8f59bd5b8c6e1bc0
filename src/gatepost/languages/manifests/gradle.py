"""build.gradle and build.gradle.kts: dependencies in string notation; never what a script computes.

Source: "Declaring dependencies" in the Gradle User Manual.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.model.places import Source, Span

_HIDDEN = re.compile(r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_WORD = r"\b([a-zA-Z]{2,60})\b[ \t]*\(?[ \t]*(?:(?:platform|enforcedPlatform)[ \t]*\([ \t]*)?"
_ONE = re.compile(_WORD + r"([\"'])([\w.\-]{1,200}):([\w.\-]{1,200}):([^\"'\n:@]{1,100})(?::[\w\-]+)?(?:@\w+)?\2")
_MAP = re.compile(
    _WORD
    + r"group[ \t]*[:=][ \t]*([\"'])([^\"'\n]{1,200})\2[ \t]*,[ \t]*name[ \t]*[:=][ \t]*([\"'])([^\"'\n]{1,200})\4"
    r"[ \t]*,[ \t]*version[ \t]*[:=][ \t]*([\"'])([^\"'\n]{1,100})\6"
)
_PLUGIN = re.compile(
    r"\bid[ \t]*\(?[ \t]*([\"'])([\w.\-]{1,200})\1\)?[ \t]*version[ \t]*\(?[ \t]*([\"'])([^\"'\n]{1,100})\3"
)
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][\w.]*)\}?\Z").match
_SET = re.compile(
    r"(?<![\w.])(?:ext\.|set\([\"']|[\"'])?([A-Za-z_]\w{0,100})[\"']?[ \t]*"
    r"(?:=|,|by extra\()[ \t]*([\"'])([^\"'\n$]{1,100})\2"
)
_NO_CONFIGURATION = frozenset(
    ("id", "group", "name", "url", "uri", "println", "exclude", "project", "files", "version")
)


def read(source: Source) -> Manifest:
    """Read a build script; what it computes is passed over."""
    text = _HIDDEN.sub(lambda m: m[0] if m[0][0] in "\"'" else re.sub(r"[^\n]", " ", m[0]), source.text)
    declared: list[Declared] = []
    variables: dict[str, list[Span]] = {}
    for found in _SET.finditer(text):
        variables.setdefault(found[1], []).append(Span(source, *found.span(3)))
    for found in _ONE.finditer(text):
        _add(source, variables, declared, found[1], f"{found[3]}:{found[4]}", found.span(5), found.span())
    for found in _MAP.finditer(text):
        _add(source, variables, declared, found[1], f"{found[3]}:{found[5]}", found.span(7), found.span())
    for found in _PLUGIN.finditer(text):
        name = f"{found[2]}:{found[2]}.gradle.plugin"
        _add(source, variables, declared, "plugin", name, found.span(4), found.span())
    name = source.path.rpartition("/")[2]
    return Manifest(source, name, "maven", tuple(declared[:MOST_ENTRIES]))


def _add(
    source: Source,
    variables: dict[str, list[Span]],
    declared: list[Declared],
    configuration: str,
    name: str,
    version: tuple[int, int],
    entry: tuple[int, int],
) -> None:
    if configuration in _NO_CONFIGURATION:
        return
    span, why = Span(source, *version), ""
    variable = _VARIABLE(span.text)
    if variable is not None:
        places = variables.get(variable[1].rpartition(".")[2], [])
        if len(places) == 1:
            span = places[0]
        else:
            why = f"{variable[1]} is set elsewhere, or more than once"
    elif "$" in span.text:
        why = "its version is put together by the script"
    kind: Kind = "dev" if configuration.lower().startswith("test") or configuration == "plugin" else "direct"
    declared.append(Declared(name, span.text, span, Span(source, *entry), kind, why))
