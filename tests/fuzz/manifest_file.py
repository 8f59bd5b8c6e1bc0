"""Any bytes as a file of dependencies: what it says with places that hold it, or what could not be read."""

from __future__ import annotations

from gatepost.languages.manifests import read_manifest
from gatepost.languages.manifests.ranges import exact, raised
from gatepost.model.places import Source

NAMES = (
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "requirements.txt",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile",
    "Pipfile.lock",
    "go.mod",
    "go.sum",
    "pom.xml",
    "build.gradle",
    "libs.versions.toml",
    "gradle.lockfile",
    "Gemfile",
    "Gemfile.lock",
    "Cargo.toml",
    "Cargo.lock",
    "composer.json",
    "composer.lock",
    "App.csproj",
    "packages.lock.json",
)


def fuzz(data: bytes) -> None:
    """Read `data` as the file that its first byte chooses."""
    if not data:
        return
    text = data[1:].decode("utf-8", "replace")
    found = read_manifest(Source(NAMES[data[0] % len(NAMES)], text, ""))
    assert found is not None
    for one in found.declared:
        assert 0 <= one.entry.start <= one.entry.end <= len(text)
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert one.why_fixed or one.span.text == one.requirement
        exact(found.ecosystem, one.requirement, one.dialect)
        raised(found.ecosystem, one.requirement, "9.9.9", one.dialect)
    for one in found.locked:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert all(need.key for need in one.needs)
