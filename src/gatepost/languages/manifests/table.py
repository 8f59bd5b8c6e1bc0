"""Which reader a file of dependencies is for, by its name; never opens a file."""

from __future__ import annotations

import re
from importlib import import_module

from gatepost.languages.manifests.manifest import Manifest, Reader, Unfit
from gatepost.model.places import Source

_HERE = "gatepost.languages.manifests."
# File names and the modules that read them.
_NAMES = {
    "package.json": "npm_package",
    "package-lock.json": "npm_lock",
    "npm-shrinkwrap.json": "npm_lock",
    "yarn.lock": "yarn_lock",
    "pnpm-lock.yaml": "pnpm_lock",
    "pyproject.toml": "pyproject",
    "poetry.lock": "python_locks",
    "uv.lock": "python_locks",
    "pdm.lock": "python_locks",
    "Pipfile": "pipfile",
    "Pipfile.lock": "pipfile_lock",
    "go.mod": "go_mod",
    "go.sum": "go_sum",
    "pom.xml": "maven_pom",
    "build.gradle": "gradle",
    "build.gradle.kts": "gradle",
    "libs.versions.toml": "gradle_catalog",
    "gradle.lockfile": "gradle_lock",
    "Gemfile": "gemfile",
    "gems.rb": "gemfile",
    "Gemfile.lock": "gemfile_lock",
    "gems.locked": "gemfile_lock",
    "Cargo.toml": "cargo",
    "Cargo.lock": "cargo_lock",
    "composer.json": "composer",
    "composer.lock": "composer_lock",
    "Directory.Packages.props": "dotnet",
    "Directory.Build.props": "dotnet",
    "packages.config": "dotnet",
    "packages.lock.json": "dotnet_lock",
}
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints?)(?:[-_.].*)?\.(?:txt|in|pip)\Z").match
_PROJECT = (".csproj", ".fsproj", ".vbproj")
# The folder of requirements files that projects have: requirements/base.txt.
_FOLDER = re.compile(r"(?:.*/)?requirements/[^/]+\.(?:txt|in)\Z").match

# The files that belong together in one folder: family → its ecosystem and modules.
FAMILIES = {
    "npm": ("npm", ("npm_package", "npm_lock", "yarn_lock", "pnpm_lock")),
    "requirements": ("pypi", ("requirements",)),
    "pyproject": ("pypi", ("pyproject", "python_locks")),
    "pipfile": ("pypi", ("pipfile", "pipfile_lock")),
    "go": ("golang", ("go_mod", "go_sum")),
    "maven": ("maven", ("maven_pom",)),
    "gradle": ("maven", ("gradle", "gradle_catalog", "gradle_lock")),
    "gem": ("gem", ("gemfile", "gemfile_lock")),
    "cargo": ("cargo", ("cargo", "cargo_lock")),
    "composer": ("composer", ("composer", "composer_lock")),
    "nuget": ("nuget", ("dotnet", "dotnet_lock")),
}
_FAMILY_OF = {module: family for family, (_, modules) in FAMILIES.items() for module in modules}


def _module_of(path: str) -> str:
    name = path.rpartition("/")[2]
    known = _NAMES.get(name)
    if known:
        return known
    if name.endswith(_PROJECT):
        return "dotnet"
    return "requirements" if _REQUIREMENTS(name.lower()) or _FOLDER(path) else ""


def family_of(path: str) -> str:
    """Return the family of a file of dependencies ("npm", "requirements"), "" for any other file."""
    return _FAMILY_OF.get(_module_of(path), "")


def ecosystem_of_file(path: str) -> str:
    """Return the ecosystem of a file of dependencies ("npm"), "" for any other file."""
    family = family_of(path)
    return FAMILIES[family][0] if family else ""


def read_manifest(source: Source) -> Manifest | None:
    """Read a file of dependencies; None for a file that is none. What is wrong with it is in `unread`."""
    module = _module_of(source.path)
    if not module:
        return None
    reader: Reader = import_module(_HERE + module).read
    try:
        return reader(source)
    except Unfit as error:
        name = source.path.rpartition("/")[2]
        return Manifest(source, name, ecosystem_of_file(source.path), unread=str(error))
