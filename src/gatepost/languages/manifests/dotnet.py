"""Project files of .NET, Directory.Packages.props and packages.config: what is asked for; never what MSBuild computes.

Source: "PackageReference in project files" and "Central Package Management" of NuGet's documentation.
"""

from __future__ import annotations

import re

from gatepost.languages.manifests.manifest import MOST_ENTRIES, Declared, Kind, Manifest
from gatepost.languages.manifests.xml_reader import Element, read_xml
from gatepost.model.places import Source, Span

_PROPERTY = re.compile(r"\$\(([\w.]{1,200})\)\Z").match
_ELEMENTS: dict[str, Kind] = {
    "PackageReference": "direct",
    "GlobalPackageReference": "direct",
    "PackageVersion": "managed",
    "package": "direct",
}


def read(source: Source) -> Manifest:
    """Read a project file of .NET; raises `Unfit`."""
    root = read_xml(source)
    properties: dict[str, Element] = {}
    found: list[tuple[Element, Kind]] = []
    waiting = [root]
    while waiting:
        one = waiting.pop(0)
        if one.name == "PropertyGroup":
            properties.update((inner.name, inner) for inner in one.children)
        elif one.name in _ELEMENTS:
            found.append((one, _ELEMENTS[one.name]))
        else:
            waiting += one.children
    declared = [made for one, kind in found if (made := _one(source, one, kind, properties)) is not None]
    name = source.path.rpartition("/")[2]
    return Manifest(source, name, "nuget", tuple(declared[:MOST_ENTRIES]))


def _one(source: Source, one: Element, kind: Kind, properties: dict[str, Element]) -> Declared | None:
    name = one.attribute("id") if one.name == "package" else one.attribute("Include") or one.attribute("Update")
    if name is None:
        return None
    version = one.attribute("VersionOverride") or one.attribute("Version") or one.text("Version")
    if version is None:
        why = "its version is set centrally"
        return Declared(name.text, "", Span(source, name.end + 1, name.end + 1), one.span(), kind, why)
    why = ""
    set_by = _PROPERTY(version.text)
    if set_by is not None:
        text = properties[set_by[1]].text() if set_by[1] in properties else None
        why = "" if text is not None else f"the property {set_by[1]} is set elsewhere"
        version = text or version
    elif "$(" in version.text:
        why = "it is put together from properties"
    return Declared(name.text, version.text, version, one.span(), kind, why)
