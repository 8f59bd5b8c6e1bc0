"""Files and findings for the tests of causes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from gatepost.causes import with_causes
from gatepost.model.findings import Artifact, Detector, Finding, Layer, Package
from gatepost.model.places import Location, Region
from gatepost.model.problems import NOWHERE
from gatepost.sources.reading import Files


def vulnerability(path: str, name: str, version: str, *fixed: str, id: str = "CVE-2024-1", **more: object) -> Finding:
    """Return a vulnerability as a report gives it; `line` is the line that it names."""
    line = more.pop("line", 0)
    region = Region(line, 1, line, 2) if isinstance(line, int) and line else NOWHERE
    ecosystem = str(more.pop("ecosystem", ""))
    paths = more.pop("paths", ())
    package = Package(name, version, fixed, f"pkg:{ecosystem}/x" if ecosystem else "", ecosystem, None, paths)  # pyright: ignore[reportArgumentType]
    found = Finding(
        f"tool/{id}",
        id,
        id,
        "high",
        "medium",
        "vulnerability",
        Location(path, region),
        "package",
        ids=(id,),
        package=package,
        detectors=(Detector("tool", f"tool/{id}"),),
        no_fix="" if fixed else "no version mends it yet",
    )
    return found._replace(**more)


def in_image(name: str, version: str, *fixed: str, command: str = "", layer: str = "", **more: Any) -> Finding:
    """Return a vulnerability in the image shop:1."""
    known = Layer("", layer, command) if command or layer else None
    more.setdefault("ecosystem", "deb")
    return vulnerability("shop:1", name, version, *fixed, artifact=Artifact("shop:1", "image", layer=known), **more)


def caused(folder: Path, files: dict[str, str], *findings: Finding) -> list[Finding]:
    """Write some files, and return the findings with their causes."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text), encoding="utf-8")
    return with_causes(findings, Files(str(folder)))


def after(folder: Path, found: Finding) -> str:
    """Return the file that a finding's fix changes as it would be, "" where it changes none."""
    if not found.fixes or not found.fixes[0].edits:
        return ""
    from gatepost.fixes.applying import apply_all

    path = found.fixes[0].edits[0].location.path
    source = Files(str(folder)).read(path)
    assert source is not None
    return apply_all({path: source}, found.fixes[0].edits)[path]


def at(found: Finding) -> str:
    """Return "path:line" of a finding."""
    return f"{found.location.path}:{found.location.region.start_line}"
