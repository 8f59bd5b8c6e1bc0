"""pom.xml: dependencies, managed versions and the properties that hold them; never a parent's or an index.

Source: "POM Reference" of Apache Maven.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest, Unfit
from gatepost.languages.manifests.xml_reader import Element, read_xml
from gatepost.model.places import Source, Span

_PROPERTY = re.compile(r"\$\{([^{}]{1,200})\}\Z").match
_MOST_STEPS = 10
_PLACES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("dependencies", "dependency"), "direct"),
    (("dependencyManagement", "dependencies", "dependency"), "managed"),
    (("build", "plugins", "plugin"), "dev"),
    (("build", "pluginManagement", "plugins", "plugin"), "managed"),
)


def read(source: Source) -> Manifest:
    """Read a pom.xml; raises `Unfit`."""
    root = read_xml(source)
    if root.name != "project":
        raise Unfit("it holds no project")
    properties = {one.name: one for holder in root.all("properties") for one in holder.children}
    declared = list(_below(source, root, properties))
    for profile in root.all("profiles", "profile"):
        own = {one.name: one for holder in profile.all("properties") for one in holder.children}
        declared += _below(source, profile, {**properties, **own})
    parent = next(iter(root.all("parent")), None)
    if parent is not None and (made := _declared(source, parent, "managed", properties)) is not None:
        declared.append(made)
    return Manifest(source, "pom.xml", "maven", tuple(declared[:MOST_ENTRIES]))


def _below(source: Source, holder: Element, properties: dict[str, Element]) -> list[Declared]:
    found: list[Declared] = []
    for way, kind in _PLACES:
        for one in holder.all(*way):
            made = _declared(source, one, kind, properties)
            if made is not None:
                found.append(made)
    return found


def _declared(source: Source, one: Element, kind: Kind, properties: dict[str, Element]) -> Declared | None:
    group, artifact, version, scope = (one.text(name) for name in ("groupId", "artifactId", "version", "scope"))
    if artifact is None:
        return None
    named = group.text if group is not None else "org.apache.maven.plugins" if one.name == "plugin" else ""
    name = f"{_filled(named, properties)}:{_filled(artifact.text, properties)}"
    kind = "dev" if scope is not None and scope.text == "test" and kind == "direct" else kind
    if version is None:
        why = "its version is set by the parent, or by dependencyManagement"
        end = Span(source, one.tag_end, one.tag_end)
        return Declared(name, "", end, one.span(), kind, why)
    place, why = _set_at(version, properties)
    return Declared(name, place.text, place, one.span(), kind, why)


def _set_at(version: Span, properties: dict[str, Element]) -> tuple[Span, str]:
    """Return the text that sets a version, through properties, and why it cannot be replaced ("" when it can)."""
    place = version
    for _ in range(_MOST_STEPS):
        found = _PROPERTY(place.text)
        if found is None:
            return place, "it is put together from properties" if "${" in place.text else ""
        element = properties.get(found[1])
        text = element.text() if element is not None else None
        if text is None:
            return place, f"the property {found[1]} is set elsewhere"
        place = text
    return version, "its properties lead in a circle"


def _filled(text: str, properties: dict[str, Element]) -> str:
    found = _PROPERTY(text)
    element = properties.get(found[1]) if found is not None else None
    inner = element.text() if element is not None else None
    return inner.text if inner is not None else text
